"""Puts the results of a batch into one ZIP, piece by piece, and stores it as an object.

Images are compressed already, so they are stored as they are. Memory holds one piece of one image
at a time; the ZIP itself is a temporary file.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from expunge.batches.names import Names
from expunge.errors import StorageFull

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expunge.batches.batch import Batch
    from expunge.stores.ports import Item, Objects

MEDIA_TYPE = "application/zip"
MAX_ZIP_BYTES = 1 << 30
"""Of the results together. The function on AWS has 2 GB of temporary storage."""
PIECE_BYTES = 1 << 20
LIST = "results.json"
"""The file in the ZIP that lists all items, also those that failed."""
TOO_LARGE = (
    "The results have {size:,} bytes, and a ZIP may have {most:,}. Download them one by one."
)
NO_SPACE = "There is no space for a ZIP now. Download the results one by one."


class Zipper:
    """Makes the ZIPs of batches."""

    def __init__(
        self,
        objects: Objects,
        clock: Callable[[], float],
        *,
        check_space: Callable[[int], object] = lambda _: None,
        max_bytes: int = MAX_ZIP_BYTES,
    ) -> None:
        self._objects = objects
        self._clock = clock
        self._check_space = check_space
        self._max_bytes = max_bytes

    def zipped(self, batch: Batch, entries: Sequence[Item]) -> dict[str, Any]:
        """Store the ZIP; return its key and size, or the reason why there is none.

        A second run stores the same files under the same key.

        Raises
        ------
        Unavailable
            If a store failed; a retry may succeed.
        """
        made = [entry for entry in entries if entry.get("result_key")]
        size = sum(int(str(entry.get("result_bytes") or 0)) for entry in made)
        if size > self._max_bytes:
            return {"zip_error": TOO_LARGE.format(size=size, most=self._max_bytes)}
        try:
            self._check_space(2 * size)  # the temporary file, and the object
        except StorageFull:
            return {"zip_error": NO_SPACE}
        key = zip_key(batch)
        with self._objects.scratch() as file:
            self._write(batch, entries, file)
            length = file.seek(0, 2)
            self._objects.put_file(key, file, content_type=MEDIA_TYPE)
        return {"zip_key": key, "zip_bytes": length}

    def _write(self, batch: Batch, entries: Sequence[Item], file: BinaryIO) -> None:
        names = Names(LIST)
        made = datetime.fromtimestamp(batch.created_at, UTC).timetuple()[:6]
        ordered = sorted(entries, key=lambda entry: int(str(entry["index"])))
        listed = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for entry in ordered:
                name = self._add(archive, names, entry, made)
                listed.append(_listed(entry, name))
            archive.writestr(_info(LIST, made), json.dumps(listed, indent=1, ensure_ascii=False))

    def _add(
        self,
        archive: zipfile.ZipFile,
        names: Names,
        entry: Item,
        made: tuple[int, ...],
    ) -> str | None:
        """Copy one result into the archive; ``None`` if it has none, or none any more."""
        key = entry.get("result_key")
        result = self._objects.open(str(key)) if key else None
        if result is None:
            return None
        number = int(str(entry["index"])) + 1
        name = names.unique(
            str(entry.get("name") or ""),
            str(entry["result_type"]),
            otherwise=f"image-{number:03d}",
        )
        with result, archive.open(_info(name, made), "w", force_zip64=True) as target:
            shutil.copyfileobj(result, target, PIECE_BYTES)
        return name


def zip_key(batch: Batch) -> str:
    """The object key of a batch's ZIP."""
    day = datetime.fromtimestamp(batch.created_at, UTC).date().isoformat()
    return f"out/{day}/{batch.id}.zip"


def _info(name: str, made: tuple[int, ...]) -> zipfile.ZipInfo:
    moment = cast("tuple[int, int, int, int, int, int]", made)
    info = zipfile.ZipInfo(name, date_time=moment)
    info.external_attr = 0o644 << 16
    return info


def _listed(entry: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    shown = {
        "index": entry["index"],
        "job": entry["job"],
        "mode": entry["mode"],
        "status": entry["status"],
        "name": entry.get("name") or None,
        "file": name,
        "error_code": entry.get("error_code"),
        "error_message": entry.get("error_message"),
    }
    return {key: value for key, value in shown.items() if value is not None}
