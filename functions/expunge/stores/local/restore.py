"""A data folder made of a backup: wholly, or not at all."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from expunge.stores.local.archive import Contents, NotABackup, unpack
from expunge.stores.local.layout import DATABASES, LOCK, OBJECTS, OUTBOX, SECRET
from expunge.stores.local.presence import InUse, present
from expunge.stores.local.staging import Refused, staged

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

_ORDER = (OBJECTS, OUTBOX, SECRET, *DATABASES)
"""In which a restored folder gets its things: the records, which make it one, come last."""


def restore(archive: Path, data: Path) -> Contents:
    """Make a data folder of what `back_up` wrote: wholly, or not at all.

    Raises
    ------
    Refused
        Where the folder is not empty or a server runs on it, or the file is no backup.
    OSError
        Where the disk is full or failing, or the file is not there.
    """
    if data.exists() and not data.is_dir():
        raise Refused(f"{data} is not a folder.")
    with archive.open("rb") as source:
        try:
            with present(data, alone=True):
                _check_empty(data)
                return _restored(archive, source, data)
        except InUse as error:
            raise Refused(str(error)) from None


def _restored(archive: Path, source: BinaryIO, data: Path) -> Contents:
    moved: list[Path] = []
    try:
        with staged(data) as staging:
            contents = unpack(source, staging)
            for name in _ORDER:
                if (staging / name).exists():
                    moved.append(data / name)
                    (staging / name).rename(data / name)
    except BaseException as error:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (data / LOCK).unlink(missing_ok=True)
        if isinstance(error, NotABackup):
            raise Refused(
                f"{archive} is no backup of expunge that could be used: {error}."
            ) from None
        raise
    return contents


def _check_empty(data: Path) -> None:
    there = sorted(path.name for path in data.iterdir() if path.name not in (LOCK, "lost+found"))
    if there:
        raise Refused(
            f"{data} is not empty (it holds {there[0]}); a backup is restored into an empty folder."
        )
