"""What a watch has cleaned: kept in the output folder, so that a restart goes on from there.

``OUT/.expunge/`` holds the ledger, unfinished results, and a lock for the one process that may
watch into OUT. A result is entered before it is written, so a crash in between leaves no file that
the next run takes for somebody else's.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.cli.inputs import UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.cli.watch.arrivals import Version

FOLDER = ".expunge"
_SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE; -- so that WAL works on network file systems, too
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS results (
    source BLOB PRIMARY KEY,  -- path below the watched folder
    target BLOB NOT NULL,     -- path below OUT
    recipe TEXT,              -- hash of mode and options; NULL while the result is being written
    size INTEGER,
    modified_ns INTEGER
);
CREATE INDEX IF NOT EXISTS by_target ON results (target)
"""


class InUse(Exception):
    """Another process watches into the same folder."""


class Ledger:
    """Results by source.

    Parameters
    ----------
    output
        The output folder.
    recipe
        Mode and options. A result of another recipe does not count as done.

    Raises
    ------
    InUse
        If another process has it open.
    OSError
        If the folder cannot be written.
    """

    def __init__(self, output: Path, recipe: str) -> None:
        self._recipe = hashlib.sha256(recipe.encode()).hexdigest()
        self.scratch = output / FOLDER
        self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(self.scratch / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in self.scratch.glob(f"{UNFINISHED}*"):
                left.unlink(missing_ok=True)
            with _as_os_error():
                self._database = sqlite3.connect(self.scratch / "results.db", isolation_level=None)
                self._database.executescript(_SCHEMA)
                self._done = dict(self._load())
        except BaseException as error:
            os.close(self._lock)
            if isinstance(error, BlockingIOError):
                raise InUse from None
            raise

    def close(self) -> None:
        self._database.close()
        os.close(self._lock)

    def is_done(self, source: Path, version: Version) -> bool:
        """Whether this version of a file was cleaned by this recipe."""
        return self._done.get(os.fsencode(source)) == (version.size, version.modified_ns)

    def source_of(self, target: Path) -> Path | None:
        """The file that a result was made from; ``None`` for a file that is no result."""
        with _as_os_error():
            row = self._database.execute(
                "SELECT source FROM results WHERE target = ?", (os.fsencode(target),)
            ).fetchone()
        return None if row is None else Path(os.fsdecode(row[0]))

    def begin(self, source: Path, target: Path) -> None:
        """Enter a result that will be written."""
        self._put(source, target, None, None, None)
        self._done.pop(os.fsencode(source), None)

    def finish(self, source: Path, target: Path, version: Version) -> None:
        """Enter a result that was written."""
        self._put(source, target, self._recipe, version.size, version.modified_ns)
        self._done[os.fsencode(source)] = version.size, version.modified_ns

    def forget(self, source: Path) -> None:
        """A file is gone: one that takes its name is a new one, and replaces its result."""
        name = os.fsencode(source)
        if self._done.pop(name, None) is not None:
            with _as_os_error():
                self._database.execute("UPDATE results SET recipe = NULL WHERE source = ?", (name,))

    def _put(self, source: Path, target: Path, *state: str | int | None) -> None:
        row = (os.fsencode(source), os.fsencode(target), *state)
        with _as_os_error():
            self._database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", row)

    def _load(self) -> Iterator[tuple[bytes, tuple[int, int]]]:
        rows = self._database.execute(
            "SELECT source, size, modified_ns FROM results WHERE recipe = ?", (self._recipe,)
        )
        for source, size, modified_ns in rows:
            yield source, (size, modified_ns)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """SQLite's errors about the disk as the system's."""
    try:
        yield
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        number = errno.ENOSPC if full else errno.EIO
        raise OSError(number, f"{os.strerror(number)} (results.db: {error})") from error
