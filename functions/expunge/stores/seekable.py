"""A read-only, seekable file over bytes that are fetched where they are read."""

from __future__ import annotations

import io
from abc import abstractmethod


class SeekableBytes(io.RawIOBase):
    """The position in ``length`` bytes; a subclass reads them."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length
        self._at = 0

    @abstractmethod
    def _read(self, start: int, count: int) -> bytes:
        """Return up to ``count`` bytes from ``start``, which is before the end."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        count = min(len(buffer), self._length - self._at)
        if count <= 0:
            return 0
        data = self._read(self._at, count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def readall(self) -> bytes:
        """Read the rest at once; `io.RawIOBase` would ask for 8 kB at a time."""
        data = self._read(self._at, left) if (left := self._length - self._at) > 0 else b""
        self._at += len(data)
        return data
