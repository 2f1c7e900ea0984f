"""Locks on files, where the system has them."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows: nothing is counted there
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from pathlib import Path


def locked(path: Path) -> IO[bytes] | None:
    """The file, locked until it is closed; ``None`` where somebody else has it.

    The lock belongs to this one opening of the file: threads exclude each other like processes.
    """
    file = path.open("ab")
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
