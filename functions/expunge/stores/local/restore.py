"""Restores a data folder from a backup, atomically."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from expunge.stores.local.archive import Contents, NotABackup, unpack
from expunge.stores.local.layout import DATABASES, LOCK, OBJECTS, OUTBOX, SECRETS
from expunge.stores.local.presence import InUse, present
from expunge.stores.local.staging import Refused, staged

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

_ORDER = (OBJECTS, OUTBOX, *SECRETS, *DATABASES)
"""Order in which files are moved; the databases come last, since they make the folder valid."""


def restore(archive: Path, data: Path) -> Contents:
    """Restore a backup to a data folder, completely or not at all.

    Raises
    ------
    Refused
        If the folder is not empty, a server runs on it, or the file is no backup.
    OSError
        If the disk is full or failing, or the file does not exist.
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
            raise Refused(f"{archive} is not a usable expunge backup: {error}.") from None
        raise
    return contents


def _check_empty(data: Path) -> None:
    there = sorted(path.name for path in data.iterdir() if path.name not in (LOCK, "lost+found"))
    if there:
        raise Refused(
            f"{data} is not empty (it contains {there[0]}). A backup needs an empty folder."
        )
