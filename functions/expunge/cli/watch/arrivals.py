"""Which files have arrived: a file is ready once it has rested and no program writes to it."""

from __future__ import annotations

import errno
import fcntl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 15
"""How many times longer a file rests that ends before its image does, or is no image yet."""


class Version(NamedTuple):
    """What changes when a file is written, replaced or given other permissions."""

    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> Version | None:
        """The present version of a file; ``None`` if there is none."""
        try:
            found = path.lstat()
        except OSError:
            return None
        return cls(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@dataclass(slots=True)
class _Waiting:
    version: Version
    since: float
    rest: float


class Arrivals:
    """Files that wait until they have rested.

    Parameters
    ----------
    settle
        Seconds that a file must stay unchanged.
    clock
        Monotonic time in seconds.
    """

    def __init__(self, settle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._settle = settle
        self._clock = clock
        self._waiting: dict[Path, _Waiting] = {}

    def note(self, path: Path) -> None:
        """Let a file wait that is new or has changed."""
        version = Version.of(path)
        waiting = self._waiting.get(path)
        if version is None:
            self._waiting.pop(path, None)
        elif waiting is None or waiting.version != version:
            self._waiting[path] = _Waiting(version, self._clock(), self._settle)

    def ready(self) -> Iterator[tuple[Path, Version]]:
        """Yield and release each file that has rested; a file that changes rests again."""
        for path, waiting in list(self._waiting.items()):
            if self._clock() - waiting.since < waiting.rest:
                continue
            self.note(path)
            if self._waiting.get(path) is waiting and not is_being_written(path):
                yield path, waiting.version

    def release(self, path: Path) -> None:
        """The file is done with, until it changes."""
        self._waiting.pop(path, None)

    def postpone(self, path: Path) -> bool:
        """Let a file that seems incomplete rest longer; ``False`` if it already has."""
        waiting = self._waiting[path]
        waiting.rest = PATIENCE * self._settle
        return self._clock() - waiting.since < waiting.rest


def is_being_written(path: Path) -> bool:
    """Whether a program has the file open for writing.

    The kernel of Linux refuses a read lease on such a file. It grants leases only to the owner of a
    file and not on every file system; then the answer is ``False``. Ignore ``SIGIO`` in the
    process: the kernel sends it when a program opens the file within this call.
    """
    if not hasattr(fcntl, "F_SETLEASE") or path.is_symlink():
        return False
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False
