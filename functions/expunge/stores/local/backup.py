"""Backs up a data folder to one file while a server runs on it.

Why a backup is consistent: an object is stored before the write that makes a record name it, and
deleted after the write that deletes the record (``jobs/cleanup.py``). So at any moment, every
object that a record names exists. But neither «databases first» nor «objects first» preserves
this, since objects may appear or disappear between the two steps. So both are captured at one
moment. A write transaction on each database blocks all writes while the objects are hard-linked.
Linking copies no bytes: 35,000 files a second were measured on a busy machine with two cores, so
writers wait no longer than for each other. A read transaction opened inside it keeps a snapshot
of that moment. SQLite's online backup copies the databases from this snapshot after writes resume.

A linked file cannot change: objects are replaced and deleted by name, never modified in place.
Objects that are deleted only because of their age belong to records that have expired too.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.stores.local.archive import Contents, pack
from expunge.stores.local.database import BUSY_TIMEOUT
from expunge.stores.local.files import UNFINISHED
from expunge.stores.local.layout import DATABASES, OBJECTS, OUTBOX, RECORDS, SECRETS
from expunge.stores.local.staging import Refused, staged

if TYPE_CHECKING:
    from collections.abc import Iterator


def back_up(data: Path, archive: Path, *, version: str, force: bool = False) -> Contents:
    """Write the whole folder to one file that only its owner can read.

    Parameters
    ----------
    version
        The version of this expunge, which is stored in the file.

    Raises
    ------
    Refused
        If the folder holds no data, the file exists (unless ``force``), or the databases are
        busy for longer than `BUSY_TIMEOUT` seconds.
    OSError
        If the disk is full or failing; no file is left then.
    """
    if not (data / RECORDS).is_file():
        raise Refused(f"{data} contains no server data. EXPUNGE_DATA sets the folder.")
    if not archive.absolute().parent.is_dir():
        raise Refused(f"The folder {archive.absolute().parent} does not exist.")
    if archive.exists() and not force:
        raise Refused(f"{archive} exists; use --force to overwrite it.")
    with staged(data) as staging, _whole(archive) as out:
        _take(data, staging)
        with out.open("wb") as file:
            contents = pack(staging, file, made_at=time.time(), version=version)
            file.flush()
            os.fsync(file.fileno())
    return contents


def _take(data: Path, staging: Path) -> None:
    """Capture databases and objects at one moment."""
    with ExitStack() as open_until_copied:
        views = []
        with _held_up(data):
            for name in DATABASES:
                if (data / name).is_file():
                    view = open_until_copied.enter_context(closing(_connected(data / name)))
                    view.execute("BEGIN")
                    view.execute("SELECT count(*) FROM sqlite_master").fetchone()
                    views.append((name, view))
            for name in (OBJECTS, OUTBOX, *SECRETS):
                _link(data / name, staging / name)
        for name, view in views:
            with closing(sqlite3.connect(staging / name)) as copy:
                view.backup(copy)


@contextmanager
def _held_up(data: Path) -> Iterator[None]:
    """Block all writes to the databases."""
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
    """Link a file unless it was deleted: objects may expire without a write to the records."""
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        if source.exists():
            raise


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A temporary file (mode 0600) that replaces ``path`` on success, and is deleted otherwise."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
