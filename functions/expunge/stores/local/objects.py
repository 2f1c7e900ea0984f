"""The local object store: objects as files.

Each object is one file: a line of JSON (its key, content type and length), then its bytes. So it
is replaced or deleted in one step, without a second file to lose. A file truncated by a power
failure is detected. The file's name is the SHA-256 of the key: a valid name on any file system,
and never the name of another object's folder.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from expunge.errors import Conflict
from expunge.stores.limits import check_object_key
from expunge.stores.local.files import (
    UNFINISHED,
    create_file,
    create_whole,
    write_file,
    write_whole,
)
from expunge.stores.local.folders import private_folder
from expunge.stores.local.parts import FilePart
from expunge.stores.local.signatures import Signer
from expunge.stores.ports import ObjectFacts, SignedRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import BinaryIO

UNFINISHED_FOR = 3_600.0
"""Seconds after which an incomplete file is abandoned."""


class FileObjects:
    """The objects port over a folder, with the checks that the web route needs for signed URLs.

    Parameters
    ----------
    root
        The folder; created if absent.
    secret
        Signs the URLs (``secret.load_secret``).
    clock
        Unix seconds; decides when URLs expire and how old objects are.
    check_space
        Checks the space for the bytes of a signed PUT, or raises `StorageFull`.
    """

    def __init__(
        self,
        root: Path,
        *,
        secret: bytes,
        clock: Callable[[], float] = time.time,
        check_space: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._root = root
        self._check_space = check_space
        self._clock = clock
        self._signer = Signer(secret, clock)
        private_folder(root)

    def presign_put(
        self, key: str, *, content_type: str, length: int, expires_in: int
    ) -> SignedRequest:
        check_object_key(key)
        expires = self._signer.expiry(expires_in)
        query = {"expires": str(expires), "length": str(length), "type": content_type}
        headers = {
            "Content-Length": str(length),
            "Content-Type": content_type,
            "If-None-Match": "*",
        }
        url = self._signer.url("PUT", key, query)
        return SignedRequest("PUT", url, headers, datetime.fromtimestamp(expires, UTC))

    def presign_get(self, key: str, *, expires_in: int, filename: str | None = None) -> str:
        check_object_key(key)
        query = {"expires": str(self._signer.expiry(expires_in))}
        if filename is not None:
            query["filename"] = filename
        return self._signer.url("GET", key, query)

    def authorize_put(
        self, key: str, query: Mapping[str, str], *, content_type: str | None, length: int | None
    ) -> None:
        """Check the query and headers of a PUT to ``presign_put``'s URL, before ``create``.

        Raises
        ------
        expunge.errors.SignatureInvalid
            If the request differs from the signed one, or the URL has expired.
        expunge.errors.StorageFull
            If there is no space for the file.
        """
        self._signer.authorize_put(key, query, content_type=content_type, length=length)
        self._check_space(length or 0)

    def authorize_get(self, key: str, query: Mapping[str, str]) -> str | None:
        """Check a GET of ``presign_get``'s URL; return the signed file name, if any.

        Raises
        ------
        expunge.errors.SignatureInvalid
            As for `authorize_put`.
        """
        return self._signer.authorize_get(key, query)

    def signed_key(self, url: str, *, base_url: str) -> str | None:
        return self._signer.signed_key(url, base_url)

    def get(self, key: str) -> bytes | None:
        try:
            with self._path(key).open("rb") as file:
                return file.read() if _read_header(file) else None
        except FileNotFoundError:
            return None

    def open(self, key: str, facts: ObjectFacts | None = None) -> BinaryIO | None:  # noqa: ARG002
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError:
            return None
        if _read_header(file) is None:
            file.close()
            return None
        return io.BufferedReader(FilePart(file, file.tell()))

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        path = self._path(key)
        header = _header(key, content_type, len(data))
        write_whole(path, header, data, modified_at=self._clock())

    def put_file(self, key: str, file: BinaryIO, *, content_type: str) -> None:
        path = self._path(key)
        header = _header(key, content_type, file.seek(0, os.SEEK_END))
        write_file(path, header, file, modified_at=self._clock())

    def scratch(self) -> BinaryIO:
        private_folder(self._root)
        return tempfile.TemporaryFile(dir=self._root)

    def create_file(self, key: str, file: BinaryIO, content_type: str) -> None:
        """Store a new object from a seekable file; see `create`."""
        path = self._path(key)
        header = _header(key, content_type, file.seek(0, os.SEEK_END))
        if not create_file(path, header, file, modified_at=self._clock()):
            raise Conflict("This object has been uploaded already.")

    def create(self, key: str, data: bytes, content_type: str) -> None:
        """Store a new object.

        Raises
        ------
        expunge.errors.Conflict
            If the object exists.
        """
        path = self._path(key)
        header = _header(key, content_type, len(data))
        if not create_whole(path, header, data, modified_at=self._clock()):
            raise Conflict("This object has been uploaded already.")

    def head(self, key: str) -> ObjectFacts | None:
        try:
            with self._path(key).open("rb") as file:
                header = _read_header(file)
        except FileNotFoundError:
            return None
        return header.facts if header else None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def sweep(self, max_age: Mapping[str, float]) -> int:
        """Delete objects older than the limit of their prefix, and abandoned incomplete files.

        Parameters
        ----------
        max_age
            Maximum age in seconds by key prefix. The longest matching prefix applies; an object
            without one stays.

        Returns
        -------
        int
            Number of deleted files.
        """
        gone = 0
        for path in self._root.glob("*/*"):
            if _is_outdated(path, max_age, self._clock()):
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, key: str) -> Path:
        check_object_key(key)
        name = sha256(key.encode()).hexdigest()
        return self._root / name[:2] / name


@dataclass(frozen=True, slots=True)
class _Header:
    key: str
    facts: ObjectFacts


def _header(key: str, content_type: str, length: int) -> bytes:
    return json.dumps([key, content_type, length]).encode() + b"\n"


def _read_header(file: BinaryIO) -> _Header | None:
    """Read the first line, before the object's bytes; ``None`` if the file is incomplete."""
    line = file.readline()
    if not line.endswith(b"\n"):
        return None
    key, content_type, length = json.loads(line)
    if os.fstat(file.fileno()).st_size != len(line) + length:
        return None
    return _Header(key, ObjectFacts(length, content_type))


def _is_outdated(path: Path, max_age: Mapping[str, float], now: float) -> bool:
    try:
        age = now - path.stat().st_mtime
        if path.name.endswith(UNFINISHED):
            return age > UNFINISHED_FOR
        if age <= min([UNFINISHED_FOR, *max_age.values()]):
            return False  # avoids opening recent files
        with path.open("rb") as file:
            header = _read_header(file)
    except FileNotFoundError:
        return False  # deleted in the meantime
    if header is None:
        return age > UNFINISHED_FOR
    fitting = [prefix for prefix in max_age if header.key.startswith(prefix)]
    return bool(fitting) and age > max_age[max(fitting, key=len)]
