"""The bytes of a file: in memory, or read from disk piece by piece."""

from __future__ import annotations

import tempfile
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

PIECE = 1 << 20
"""Bytes read at once from a long span."""


class Data(Protocol):
    """What the readers of large files use; ``bytes`` has all of it."""

    def __len__(self) -> int: ...

    def __getitem__(self, span: slice, /) -> bytes: ...

    def find(self, sub: bytes, start: int = ..., end: int = ..., /) -> int: ...


def _scratch() -> BinaryIO:
    return tempfile.TemporaryFile()


class FileData:
    """A seekable file that is read where and when it is needed.

    Parameters
    ----------
    file
        Open for reading. It must not change in the meantime.
    scratch
        Opens an empty file for reading and writing, for a result.
    """

    def __init__(self, file: BinaryIO, scratch: Callable[[], BinaryIO] = _scratch) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._length = file.seek(0, 2)
        self.scratch = scratch

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, span: slice, /) -> bytes:
        start, end, _ = span.indices(self._length)
        with self._lock:
            self._file.seek(start)
            return self._file.read(max(0, end - start))

    @property
    def binary(self) -> BinaryIO:
        """The file itself, for whoever copies all of it."""
        return self._file

    def mapped(self) -> memoryview | None:
        """The whole file as memory that the system loads where it is read; ``None`` if it is none
        of the system's files."""
        import mmap  # noqa: PLC0415 - not in every browser's Python

        try:
            return memoryview(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError):
            return None

    def opened(self) -> BinaryIO:
        """The file itself, at its start, for a library that reads it; not for two at once."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Close the file. Its length is still known."""
        self._file.close()

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Return the offset of some bytes in a span, or -1. Only its first megabyte is searched."""
        stop = min(self._length if end is None else end, start + PIECE)
        found = self[start:stop].find(sub)
        return found + start if found >= 0 else -1


def pieces(data: Data, start: int, end: int) -> Iterator[bytes]:
    """Yield a span of a file in pieces of at most `PIECE` bytes."""
    for at in range(start, end, PIECE):
        yield data[at : min(at + PIECE, end)]
