"""A scan's entropy-coded data, and the order of its blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.frame import NotInPlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.jpeg.frame import Frame, Scan

_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_BEYOND = 272
"""Zero bytes after the data: a reader ends only with a block, of at most 65 times 31 bits."""
_BITS_AT_ONCE = 1 << 20

Bits = NDArray[np.int64]
"""Positions in the unstuffed stream."""


@dataclass(frozen=True)
class Stream:
    """A scan's entropy-coded data without stuffed zeros and restart markers."""

    data: bytes
    raw: tuple[tuple[int, int], ...]
    """Start and end in the file of each restart interval's bytes, stuffing included."""
    starts: Bits
    """The position of each interval's first bit in ``data``, then the end of the last."""
    windows: NDArray[np.uint32]
    """The 32 bits that begin at each byte of ``data`` and of the zeros after it."""

    @classmethod
    def of(cls, data: bytes, scan: Scan) -> Stream:
        end = scan.segment.end
        raw, at = [], scan.start
        for number, marker in enumerate(_RESTART.finditer(data, at, end)):
            if data[marker.end() - 1] & 7 != number & 7:
                raise NotInPlace("restart markers are missing or out of order")
            stop = marker.start()
            while stop > at and data[stop - 1] == 0xFF:  # bytes of ones may precede a marker
                stop -= 1
            raw.append((at, stop))
            at = marker.end()
        raw.append((at, end))
        parts = [data[first:last].replace(b"\xff\0", b"\xff") for first, last in raw]
        joined = b"".join(parts)
        starts = np.cumsum([0, *map(len, parts)], dtype=np.int64) * 8
        return cls(joined, tuple(raw), starts, _windows(joined))

    def peek(self, at: Bits) -> NDArray[np.int64]:
        """Return the 16 bits at each position."""
        found = self.windows[at >> 3] << (at & 7).astype(np.uint32)
        found >>= np.uint32(16)
        return np.asarray(found, np.int64)

    def bits(self, first: int, last: int) -> Iterator[NDArray[np.uint8]]:
        """Yield the bits between two positions, one per byte, in pieces."""
        for at in range(first & ~7, last, _BITS_AT_ONCE):
            end = min(at + _BITS_AT_ONCE, last)
            part = np.frombuffer(self.data, np.uint8, (end + 7) // 8 - at // 8, at // 8)
            yield np.unpackbits(part)[max(first - at, 0) : end - at]


def _windows(data: bytes) -> NDArray[np.uint32]:
    padded = np.frombuffer(data + bytes(_BEYOND + 3), np.uint8)
    windows = np.left_shift(padded[:-3], 24, dtype=np.uint32)
    for place in (1, 2, 3):
        following = padded[place : len(padded) - 3 + place]
        windows |= np.left_shift(following, 24 - 8 * place, dtype=np.uint32)
    return windows


@dataclass(frozen=True)
class Units:
    """The order of a scan's blocks: the component of each block in an MCU."""

    members: tuple[int, ...]
    """Position in the scan's list of components, for each block of an MCU."""
    mcus: int
    interval: int
    """MCUs between restarts; all MCUs if there are no restarts."""

    @classmethod
    def of(cls, frame: Frame, scan: Scan) -> Units:
        if len(scan.components) == 1:
            columns, rows = frame.blocks(scan.components[0])
            members: tuple[int, ...] = (0,)
        else:
            columns, rows = frame.mcus
            members = tuple(
                place
                for place, index in enumerate(scan.components)
                for _ in range(frame.components[index].across * frame.components[index].down)
            )
        return cls(members, columns * rows, scan.restart_interval or columns * rows)

    @property
    def intervals(self) -> int:
        return -(-self.mcus // self.interval)

    @property
    def sizes(self) -> Bits:
        """The number of blocks in each restart interval."""
        sizes = np.full(self.intervals, self.interval, np.int64)
        sizes[-1] = self.mcus - self.interval * (self.intervals - 1)
        return sizes * len(self.members)
