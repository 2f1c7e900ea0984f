"""Read from a JPEG's marker segments how its blocks are encoded (ITU-T T.81, annex B)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.huffman import HuffmanTable
from expunge.imaging.containers.jpeg.segments import APP0, FRAME_HEADERS, Segment, walk

_SOF0, _SOF1 = 0xC0, 0xC1
_DHT, _SOS, _DQT, _DNL, _DRI, _APP14 = 0xC4, 0xDA, 0xDB, 0xDC, 0xDD, 0xEE
_MAX_BLOCKS_IN_MCU = 10
"""Limit from B.2.3; it also bounds the sampling factors."""


class NotInPlace(Exception):
    """The image's encoding does not allow replacing single blocks."""


@dataclass(frozen=True)
class Component:
    """A component of the frame; ``across`` and ``down`` are its sampling factors."""

    id: int
    across: int
    down: int
    quantiser: int


@dataclass(frozen=True)
class Scan:
    """One scan and the tables that apply to it."""

    segment: Segment
    components: tuple[int, ...]
    """Indices into the frame's components, in order."""
    tables: tuple[tuple[int, int], ...]
    """For each component the destinations of its DC and its AC table."""
    dc: dict[int, HuffmanTable]
    ac: dict[int, HuffmanTable]
    quantisers: dict[int, NDArray[np.float32]]
    """By destination: (64,) steps in zigzag order."""
    restart_interval: int
    start: int
    """Where the entropy-coded data begins."""


@dataclass
class Frame:
    """A sequential, Huffman-coded frame of 8 bits, and its scans."""

    width: int = 0
    height: int = 0
    components: tuple[Component, ...] = ()
    scans: list[Scan] = field(default_factory=list)
    adobe_transform: int | None = None
    jfif: bool = False

    @property
    def most_across(self) -> int:
        return max(component.across for component in self.components)

    @property
    def most_down(self) -> int:
        return max(component.down for component in self.components)

    @property
    def mcus(self) -> tuple[int, int]:
        """Columns and rows of interleaved MCUs."""
        wide, high = 8 * self.most_across, 8 * self.most_down
        return -(-self.width // wide), -(-self.height // high)

    def blocks(self, index: int) -> tuple[int, int]:
        """Columns and rows of a component's blocks in a scan of its own (A.1.1, A.2.2)."""
        component = self.components[index]
        width = -(-self.width * component.across // self.most_across)
        height = -(-self.height * component.down // self.most_down)
        return -(-width // 8), -(-height // 8)


def read_frame(data: bytes) -> Frame:
    """Read the image's tables, frame and scan headers.

    Raises
    ------
    NotInPlace
        For progressive, lossless, hierarchical and arithmetic coding, for more than 8 bits, and
        for inconsistent headers.
    """
    try:
        return _Reader(data).frame()
    except (IndexError, KeyError, ValueError, struct.error) as error:
        raise NotInPlace(
            "a header is truncated, or refers to a missing table or component"
        ) from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._frame = Frame()
        self._dc: dict[int, HuffmanTable] = {}
        self._ac: dict[int, HuffmanTable] = {}
        self._quantisers: dict[int, NDArray[np.float32]] = {}
        self._interval = 0

    def frame(self) -> Frame:
        readers = {
            _DQT: self._read_quantisers,
            _DHT: self._read_codes,
            _DRI: self._read_interval,
            APP0: self._read_jfif,
            _APP14: self._read_adobe,
        }
        for part in walk(self._data):
            content = self._data[part.content : part.end]
            if part.marker in FRAME_HEADERS:
                self._read_frame(part.marker, content)
            elif part.marker == _SOS:
                self._read_scan(part)
            elif part.marker == _DNL:
                raise NotInPlace("the height comes after the scan")
            elif reader := readers.get(part.marker):
                reader(content)
        self._check()
        return self._frame

    def _check(self) -> None:
        seen = [index for scan in self._frame.scans for index in scan.components]
        if sorted(seen) != list(range(len(self._frame.components))):
            raise NotInPlace("the scans do not contain each component exactly once")

    def _read_quantisers(self, content: bytes) -> None:
        at = 0
        while at < len(content):
            wide, place = content[at] >> 4, content[at] & 15
            table = np.frombuffer(content, ">u2" if wide else "u1", 64, at + 1)
            if not table.all():
                raise NotInPlace("a quantisation step is 0")
            self._quantisers[place] = table.astype(np.float32)
            at += 1 + (128 if wide else 64)

    def _read_codes(self, content: bytes) -> None:
        at = 0
        while at < len(content):
            place, counts = content[at], tuple(content[at + 1 : at + 17])
            at += 17 + sum(counts)
            symbols = tuple(content[at - sum(counts) : at])
            table = HuffmanTable(counts, symbols)
            if len(counts) < 16 or not table.is_sound:
                raise NotInPlace("a Huffman table is inconsistent")
            (self._ac if place >> 4 else self._dc)[place & 15] = table

    def _read_interval(self, content: bytes) -> None:
        (self._interval,) = struct.unpack_from(">H", content)

    def _read_jfif(self, content: bytes) -> None:
        self._frame.jfif |= content.startswith(b"JFIF\0")

    def _read_adobe(self, content: bytes) -> None:
        if content.startswith(b"Adobe") and len(content) >= 12:
            self._frame.adobe_transform = content[11]

    def _read_frame(self, marker: int, content: bytes) -> None:
        frame = self._frame
        if marker not in (_SOF0, _SOF1) or frame.components:
            raise NotInPlace("the frame is not sequential with Huffman codes")
        depth, frame.height, frame.width, count = struct.unpack_from(">BHHB", content)
        frame.components = tuple(
            Component(content[at], content[at + 1] >> 4, content[at + 1] & 15, content[at + 2])
            for at in range(6, 6 + 3 * count, 3)
        )
        sampling = [(c.across, c.down) for c in frame.components]
        if depth != 8 or not frame.height or count not in (1, 3, 4) or min(map(min, sampling)) < 1:
            raise NotInPlace("the frame has an unsupported depth, size or sampling")
        if any(frame.most_across % across or frame.most_down % down for across, down in sampling):
            raise NotInPlace("the sampling factors do not divide each other")

    def _read_scan(self, part: Segment) -> None:
        header_end = part.content - 2 + int.from_bytes(self._data[part.content - 2 : part.content])
        content = self._data[part.content : header_end]
        ids = [component.id for component in self._frame.components]
        pairs = [(content[at], content[at + 1]) for at in range(1, 1 + 2 * content[0], 2)]
        components = tuple(ids.index(identifier) for identifier, _ in pairs)
        tables = tuple((place >> 4, place & 15) for _, place in pairs)
        scan = Scan(
            segment=part,
            components=components,
            tables=tables,
            dc={place: self._dc[place] for place, _ in tables},
            ac={place: self._ac[place] for _, place in tables},
            quantisers={
                (place := self._frame.components[index].quantiser): self._quantisers[place]
                for index in components
            },
            restart_interval=self._interval,
            start=header_end,
        )
        sizes = [self._frame.components[index] for index in components]
        if len(sizes) > 1 and sum(c.across * c.down for c in sizes) > _MAX_BLOCKS_IN_MCU:
            raise NotInPlace("an MCU has more blocks than the standard allows")
        self._frame.scans.append(scan)
