"""A data folder into one file while a server runs on it, and back.

Why a backup is consistent. An object is stored before the write that makes a record speak of it,
and deleted after the write that forgets it (``jobs/cleanup.py``). So at any moment every object
that a record speaks of is there; but neither «databases first» nor «objects first» keeps that:
between the two, an object may come or go. Therefore both are taken at one moment. A write
transaction on each database holds up all writes to records for as long as the objects take to be
linked (hard links, no bytes are copied: some 50,000 files a second); a read transaction opened
within it keeps that moment in view, and from it SQLite's online backup copies the databases once
writes go on. What is linked cannot change: objects are replaced and deleted by name, never written
into. Objects that age alone deletes belong to records that have expired as well.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.stores.local.archive import Contents, NotABackup, pack, unpack
from expunge.stores.local.database import BUSY_TIMEOUT
from expunge.stores.local.files import UNFINISHED
from expunge.stores.local.layout import (
    DATABASES,
    LOCK,
    OBJECTS,
    OUTBOX,
    RECORDS,
    SECRET,
    STAGING,
)
from expunge.stores.local.presence import InUse, present

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_ORDER = (OBJECTS, OUTBOX, SECRET, *DATABASES)
"""In which a restored folder gets its things: the records, which make it one, come last."""
_STALE_SECONDS = 6 * 3600
"""Age of a staging folder whose backup is surely dead."""


class Refused(Exception):
    """Nothing was done; the message says why, and what to do."""


def back_up(data: Path, archive: Path, *, version: str, force: bool = False) -> Contents:
    """Write everything that the folder holds into one file, readable by its owner alone.

    Parameters
    ----------
    version
        Of this expunge, to be noted in the file.

    Raises
    ------
    Refused
        Where the folder holds no data, the file exists (unless ``force``), or the databases are
        busy for longer than `BUSY_TIMEOUT` seconds.
    OSError
        Where the disk is full or failing; the file is not there then.
    """
    if not (data / RECORDS).is_file():
        raise Refused(f"{data} holds no data of a server; EXPUNGE_DATA names the folder.")
    if not archive.absolute().parent.is_dir():
        raise Refused(f"The folder {archive.absolute().parent} does not exist.")
    if archive.exists() and not force:
        raise Refused(f"{archive} exists; use --force to overwrite it.")
    with _staging(data) as staging, _whole(archive) as out:
        _take(data, staging)
        with out.open("wb") as file:
            contents = pack(staging, file, made_at=time.time(), version=version)
            file.flush()
            os.fsync(file.fileno())
    return contents


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


def clear_staging(data: Path) -> None:
    """Delete what backups left that were killed: links to objects that may be gone by now."""
    for left in data.glob(f"{STAGING}*"):
        if time.time() - left.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _take(data: Path, staging: Path) -> None:
    """Everything as it is at one moment."""
    with ExitStack() as open_until_copied:
        views = []
        with _held_up(data):
            for name in DATABASES:
                if (data / name).is_file():
                    view = open_until_copied.enter_context(closing(_connected(data / name)))
                    view.execute("BEGIN")
                    view.execute("SELECT count(*) FROM sqlite_master").fetchone()
                    views.append((name, view))
            for name in (OBJECTS, OUTBOX, SECRET):
                _link(data / name, staging / name)
        for name, view in views:
            with closing(sqlite3.connect(staging / name)) as copy:
                view.backup(copy)


@contextmanager
def _held_up(data: Path) -> Iterator[None]:
    """Let nobody write into the databases."""
    with ExitStack() as stack:
        for name in DATABASES:
            if not (data / name).is_file():
                continue
            writer = stack.enter_context(closing(_connected(data / name)))
            try:
                writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise Refused(f"{data / name} is busy ({error}); try again soon.") from None
        yield


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)


def _link(source: Path, target: Path) -> None:
    if source.is_file():
        target.hardlink_to(source)
        return
    for folder, _, names in os.walk(source):
        into = target / Path(folder).relative_to(source)
        into.mkdir(parents=True, exist_ok=True)
        for name in names:
            if not name.endswith(UNFINISHED):
                _link_unless_gone(Path(folder, name), into / name)


def _link_unless_gone(source: Path, target: Path) -> None:
    """Age deletes objects without a word to the records."""
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        if source.exists():
            raise


def _restored(archive: Path, source: BinaryIO, data: Path) -> Contents:
    moved: list[Path] = []
    try:
        with _staging(data) as staging:
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


@contextmanager
def _staging(data: Path) -> Iterator[Path]:
    """A folder on the data's own disk, for its owner alone, gone at the end."""
    clear_staging(data)
    staging = Path(tempfile.mkdtemp(dir=data, prefix=STAGING))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` (mode 0600) that takes its place at the end, or goes."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
