"""Read the headers that describe a JPEG's scans: tables, components, progression.

ITU-T T.81, annex B. `expunge.imaging.containers.jpeg.entropy` needs them. No NumPy is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.imaging.containers.jpeg.segments import DHT, DRI, FRAME_HEADERS, SOS, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SEQUENTIAL, _PROGRESSIVE = (0xC0, 0xC1), 0xC2
_MAX_BLOCKS_IN_MCU = 10
"""Limit in B.2.3."""
_LONGEST_HEADER = 1 + 2 * 4 + 3
"""Bytes of a scan header of four components (B.2.3)."""
_LAST = 63
"""Index of the last coefficient of a block, in zigzag order."""

Code = tuple[bytes, bytes]
"""A Huffman table: the number of codes of each length (1 to 16), and their symbols."""


@dataclass(frozen=True, slots=True)
class Component:
    """A component: sampling factors, and size in blocks of a scan of its own (A.1.1, A.2.2)."""

    id: int
    across: int
    down: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame with Huffman codes, sequential or progressive."""

    progressive: bool
    components: tuple[Component, ...]
    mcus: int
    """Number of MCUs in a scan of more than one component."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan, with all the parameters needed to decode its codes."""

    segment: Segment
    start: int
    """Offset of the entropy-coded data."""
    components: tuple[int, ...]
    """Indices into the frame's components."""
    dc: tuple[Code | None, ...]
    """DC table of each component; ``ac`` likewise."""
    ac: tuple[Code | None, ...]
    first: int
    last: int
    """Range of coefficients in the scan, from ``first``. A sequential scan has 0 to 63."""
    refines: bool
    """Whether it adds a bit to coefficients of an earlier scan."""
    low: int
    """Low bits of each coefficient that later scans add."""
    interval: int
    """MCUs between restarts; 0 without restarts."""


@dataclass
class Coding:
    """An image's frame and scans, without any that cannot be interpreted."""

    frame: Frame | None = None
    scans: dict[int, Scan] = field(default_factory=dict)
    """By the offset of the scan's segment."""
    last: int | None = None
    """The offset of the scan that completes all coefficients."""


def read(data: bytes, segments: Iterable[Segment], size: tuple[int, int]) -> Coding:
    """Read the headers and tables of an image. Nothing raises.

    ``size`` is width and height in pixels. Segments after the scan that completes the image are
    ignored.
    """
    reader = _Reader(data, size)
    for part in segments:
        if reader.coding.last is not None:
            break
        try:
            reader.add(part)
        except (IndexError, ValueError, ZeroDivisionError):
            reader.coding.frame = None  # the later segments cannot be interpreted
    return reader.coding


class _Reader:
    def __init__(self, data: bytes, size: tuple[int, int]) -> None:
        self.coding = Coding()
        self._data = data
        self._size = size
        self._codes: dict[int, Code] = {}
        self._interval = 0
        self._missing: list[int] = []
        """By component, a bit mask of the coefficients that are not complete yet."""

    def add(self, part: Segment) -> None:
        if part.marker == SOS:
            if self.coding.frame is not None:
                self._scan(part, self.coding.frame)
            return
        content = self._data[part.content : part.end]
        if part.marker in FRAME_HEADERS:
            self._frame(part.marker, content)
        elif part.marker == DHT:
            self._codes.update(_codes(content))
        elif part.marker == DRI:
            self._interval = int.from_bytes(content[:2], "big")

    def _frame(self, marker: int, content: bytes) -> None:
        self.coding.frame = None
        if marker not in (*_SEQUENTIAL, _PROGRESSIVE):
            return
        given = [
            (content[at], content[at + 1] >> 4, content[at + 1] & 15)
            for at in range(6, 6 + 3 * content[5], 3)
        ]
        width, height = self._size
        most_across, most_down = max(g[1] for g in given), max(g[2] for g in given)
        components = tuple(
            Component(
                name,
                across,
                down,
                _ceil_div(_ceil_div(width * across, most_across), 8),
                _ceil_div(_ceil_div(height * down, most_down), 8),
            )
            for name, across, down in given
        )
        mcus = _ceil_div(width, 8 * most_across) * _ceil_div(height, 8 * most_down)
        if all(c.across and c.down for c in components):
            self.coding.frame = Frame(marker == _PROGRESSIVE, components, mcus)
            self._missing = [_spectrum(0, _LAST)] * len(given)

    def _scan(self, part: Segment, frame: Frame) -> None:
        content = self._data[part.content : part.content + _LONGEST_HEADER]
        count = content[0]
        named = [(content[1 + 2 * n], content[2 + 2 * n]) for n in range(count)]
        first, last, bits = content[1 + 2 * count : 4 + 2 * count]
        if not frame.progressive:
            first, last, bits = 0, _LAST, 0
        ids = [component.id for component in frame.components]
        scan = Scan(
            segment=part,
            start=part.content + 4 + 2 * count,
            components=tuple(ids.index(name) for name, _ in named),
            dc=tuple(self._codes.get(tables >> 4) for _, tables in named),
            ac=tuple(self._codes.get(0x10 | (tables & 15)) for _, tables in named),
            first=first,
            last=last,
            refines=bits >> 4 > 0,
            low=bits & 15,
            interval=self._interval,
        )
        if _is_valid(scan, frame):
            self.coding.scans[part.offset] = scan
            self._count(scan)

    def _count(self, scan: Scan) -> None:
        if self.coding.last is None and scan.low == 0:
            for index in scan.components:
                self._missing[index] &= ~_spectrum(scan.first, scan.last)
            if not any(self._missing):
                self.coding.last = scan.segment.offset


def _spectrum(first: int, last: int) -> int:
    """A bit mask of coefficients."""
    return (2 << last) - (1 << first)


def _ceil_div(whole: int, part: int) -> int:
    """Number of parts that cover a whole: division, rounded up."""
    return -(-whole // part)


def _is_valid(scan: Scan, frame: Frame) -> bool:
    """Whether a scan is valid enough to decode its codes (B.2.3)."""
    chosen = [frame.components[index] for index in scan.components]
    alone = len(chosen) == 1
    if not chosen or len(set(scan.components)) < len(chosen) or scan.first > scan.last > _LAST:
        return False
    if not alone and sum(c.across * c.down for c in chosen) > _MAX_BLOCKS_IN_MCU:
        return False
    if frame.progressive and scan.first == 0:
        return scan.last == 0 and (scan.refines or None not in scan.dc)
    if frame.progressive:
        return alone and None not in scan.ac
    return None not in (*scan.dc, *scan.ac)


def _codes(content: bytes) -> Iterator[tuple[int, Code]]:
    """Yield each table with its class and destination (B.2.4.2)."""
    at = 0
    while at + 17 <= len(content):
        counts = content[at + 1 : at + 17]
        end = at + 17 + sum(counts)
        if end <= len(content):
            yield content[at], (counts, content[at + 17 : end])
        at = end
