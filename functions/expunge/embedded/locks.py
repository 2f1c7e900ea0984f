"""File locks, if the operating system has them."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows has none, so nothing is limited there
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from pathlib import Path


def locked(path: Path) -> IO[bytes] | None:
    """Open and lock the file until it is closed; ``None`` if it is locked elsewhere.

    The lock belongs to this file handle, so it excludes other threads as well as processes.
    """
    file = path.open("ab")
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
