"""One SQLite file, shared by threads and processes.

The file is in WAL mode with ``synchronous=NORMAL``. Committed data survives the end of any
process, even by ``kill -9``. A power failure may lose the last commits, but never corrupts the
file.

What is deleted is overwritten with zeros (``secure_delete``). The log of writes still has it, until
`Database.forget`.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from weakref import WeakSet

from expunge.errors import StorageFull, Unavailable
from expunge.stores.local.folders import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another process's write."""
_WAL_PAUSE = 0.01
_UNCONTENDED = 0.01
"""Seconds in which a thread gets its turn to write if no other one writes."""
_BUSY = "The database is busy, or its disk fails or is read-only. Try again soon."
_GONE = "The database was deleted while the service ran. Restore it, and start the service again."

_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PROTOCOL,  # many processes open the file at once, on a busy machine
    }
)


class Database:
    """A pool of connections to one file; one thread at a time uses each connection.

    A forked child process starts without its parent's connections, as SQLite requires.

    Parameters
    ----------
    path
        The file; created with its folder if absent, readable only by its owner.

    Raises
    ------
    OSError
        If the file cannot be created or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        make_folder(path.parent)
        path.touch(mode=0o600)  # SQLite gives its other files the mode of this one
        if not os.access(path, os.W_OK):  # SQLite itself would open it, to read alone
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        self._start_afresh()
        _DATABASES.add(self)
        with self.read():  # fails early if the file cannot be opened
            pass

    def _start_afresh(self) -> None:
        self._idle: list[sqlite3.Connection] = []
        self._writer = threading.Lock()
        self._closed = False

    def forget_inherited(self) -> None:
        """Drop the parent's connections in a forked child, without closing them."""
        _INHERITED.extend(self._idle)
        self._start_afresh()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection without a transaction: each statement sees a consistent state."""
        with _translated():
            connection = self._take()
            lasting = True
            try:
                yield connection
            except sqlite3.OperationalError as error:
                lasting = not _is_read_only(error)
                raise
            finally:
                if lasting:
                    self._give_back(connection)
                else:
                    connection.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection in a write transaction, committed at the end or rolled back on an error.

        Raises
        ------
        expunge.errors.Unavailable
            If other processes lock the file for ``BUSY_TIMEOUT`` seconds, or the disk is full
            or failing.
        """
        deadline = time.monotonic() + BUSY_TIMEOUT
        with self._turn(), self.read() as connection:
            try:
                _begin(connection, deadline)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Threads queue at a lock, since SQLite's own waiting is polling."""
        if not self._writer.acquire(timeout=BUSY_TIMEOUT):
            raise Unavailable(_BUSY)
        try:
            yield
        finally:
            self._writer.release()

    def forget(self) -> None:
        """Empty the log of writes, which has what was deleted; at once or, if it is in use, never.

        Another call does it later, so nobody waits.
        """
        with self.read() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {1000 * BUSY_TIMEOUT:.0f}")

    def close(self) -> None:
        """Close idle connections now, and the others when they are given back."""
        self._closed = True
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self) -> sqlite3.Connection:
        if self._closed:
            raise RuntimeError("the database is closed")
        if not self._path.exists():  # what an open connection writes would be lost
            raise Unavailable(_GONE)
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._idle.append(connection)
        if self._closed:
            self.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",  # never a new, empty file
            uri=True,
            timeout=BUSY_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _enter_wal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()
            raise
        return connection


def _begin(connection: sqlite3.Connection, deadline: float) -> None:
    """Begin to write; waits for other processes until the deadline, as threads have before."""
    left = max(deadline - time.monotonic(), 0.0)
    if BUSY_TIMEOUT - left < _UNCONTENDED:
        connection.execute("BEGIN IMMEDIATE")
        return
    connection.execute(f"PRAGMA busy_timeout = {1000 * left:.0f}")
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute(f"PRAGMA busy_timeout = {1000 * BUSY_TIMEOUT:.0f}")


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL mode; if several processes do so at once, SQLite does not wait."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_passing(error) or time.monotonic() > deadline:
                raise
            time.sleep(_WAL_PAUSE)
        else:
            return


def _is_read_only(error: sqlite3.OperationalError) -> bool:
    """Whether SQLite opened the file for reading alone, which it does while nobody may write it.

    Such a connection stays so when the file can be written again.
    """
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_READONLY


def _is_passing(error: sqlite3.OperationalError) -> bool:
    # The low byte of an extended code is the primary one (sqlite.org/rescode.html).
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _PASSING


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if not _is_passing(error):
            raise
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise StorageFull("The disk of this service is full.") from error
        raise Unavailable(_BUSY) from error


_DATABASES: WeakSet[Database] = WeakSet()
_INHERITED: list[sqlite3.Connection] = []


def _after_fork() -> None:
    for database in list(_DATABASES):
        database.forget_inherited()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
