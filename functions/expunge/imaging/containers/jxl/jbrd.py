"""JPEG bitstream reconstruction data: all parts of a JPEG except its coefficients.

ISO/IEC 18181-2, annex A: bit fields, then one Brotli stream of all marker segments that the
fields do not describe. Exif and XMP segments are only references: a decoder reads them from the
boxes of those names, and fails if they are missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.jxl import brotli
from expunge.imaging.containers.jxl.bits import BitReader, BitWriter
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_HIDDEN = 1 << 18
"""Bytes of marker segments that are read."""

_EOI, _SOS, _DRI, _COM, _INTERMARKER = 0xD9, 0xDA, 0xDD, 0xFE, 0xFF
_MAX_MARKERS = 16_384
_UNKNOWN = 0
_APP_TYPES = ((0, 0), (0, 1), (1, 2), (2, 4))
_KIND_OF_TYPE = {1: Kind.COLOUR, 2: Kind.EXIF, 3: Kind.XMP}
_ONE_TO_FOUR = ((0, 1), (0, 2), (0, 3), (0, 4))
_TAIL = ((0, 0), (8, 1), (16, 257), (22, 65_793))
_COUNT = ((0, 0), (2, 1), (4, 4), (16, 20))
_BLOCK = ((0, 0), (3, 1), (5, 9), (28, 41))

_SEGMENTS = (
    (b"\xe0", b"JFIF\0", Kind.STRUCTURE),
    (b"\xe0", b"JFXX\0", Kind.THUMBNAIL),
    (b"\xe1", b"Exif\0", Kind.EXIF),
    (b"\xe1", b"http://ns.adobe.com/x", Kind.XMP),
    (b"\xe2", b"ICC_PROFILE\0", Kind.COLOUR),
    (b"\xeb", b"JP", Kind.C2PA),
    (b"\xed", b"Photoshop 3.0\0", Kind.IPTC),
    (b"\xee", b"Adobe", Kind.STRUCTURE),
    (b"\xfe", b"", Kind.COMMENT),
)
"""Marker, identifier and purpose of a segment. JFIF and Adobe define the colours."""

_LENGTH_END = 3
"""Bytes of a segment's marker without its FF, and of its length."""
_IDENTIFIERS = {Kind.EXIF: b"Exif\0\0", Kind.XMP: b"http://ns.adobe.com/xap/1.0/\0"}

_JFIF_BYTES = 17
"""Length of a JFIF segment with its marker but without a thumbnail."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the JPEG: a marker segment, bytes between segments, or bytes after the end."""

    kind: Kind
    name: str
    place: int
    """Index into the order of markers; -1 for the tail."""
    type: int
    """0 if the Brotli stream holds it, else the code of its source."""
    size: int
    """Value of the size field."""
    content: bytes | None
    """Bytes from the marker's second byte on; ``None`` if the Brotli stream does not hold it."""

    @property
    def head(self) -> int:
        """Bytes before the TIFF structure or packet: marker, length and identifier."""
        identifier = _IDENTIFIERS.get(self.kind)
        if identifier is None or not (self.content or b"").startswith(identifier, _LENGTH_END):
            return 0
        return _LENGTH_END + len(identifier)

    def holding(self, content: bytes) -> Part:
        """Return the segment for another TIFF structure or packet, embedded or referenced."""
        size = _LENGTH_END - 1 + len(_IDENTIFIERS[self.kind]) + len(content)
        if self.content is None:
            return replace(self, size=size)
        identifier = self.content[_LENGTH_END : self.head]
        head = self.content[:1] + size.to_bytes(2, "big") + identifier
        return replace(self, size=size, content=head + content)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole ``jbrd`` box. ``middle`` and ``end`` are unchanged bits, as value and count."""

    grey: int
    order: tuple[int, ...]
    parts: tuple[Part, ...]
    middle: tuple[int, int]
    end: tuple[int, int]
    stream: bytes

    def written(self, parts: Collection[Part]) -> bytes:
        """Serialise the box with only these parts."""
        hidden = [part.content for part in parts if part.content is not None]
        whole = hidden == [part.content for part in self.parts if part.content is not None]
        dropped = {part.place for part in self.parts} - {part.place for part in parts}
        bits = BitWriter()
        bits.bits(self.grey, 1)
        for place, marker in enumerate(self.order):
            if place not in dropped:
                bits.bits(marker - 0xC0, 6)
        segments = [part for part in parts if part.name.startswith("APP")]
        for part in segments:
            bits.u32(part.type, *_APP_TYPES)
            bits.bits(part.size, 16)
        for part in parts:
            if part.name == "COM":
                bits.bits(part.size, 16)
        bits.bits(*self.middle)
        for part in parts:
            if part.name == "between":
                bits.bits(part.size, 16)
        bits.u32(sum(part.size for part in parts if part.name == "tail"), *_TAIL)
        bits.bits(*self.end)
        return bits.written() + (self.stream if whole else brotli.deflate(b"".join(hidden)))


def read(data: bytes) -> Recipe:
    """Read the content of a ``jbrd`` box.

    Raises
    ------
    MalformedImage
        It is inconsistent, or holds more than `MAX_HIDDEN` bytes.
    """
    bits = BitReader(data, "jbrd")
    grey = bits.bits(1)
    order = _order(bits)
    sized: list[tuple[str, int, int, int]] = []
    """Name, place, type, size, in the order of the Brotli stream."""
    for place, marker in enumerate(order):
        if marker & 0xF0 == 0xE0:
            sized.append((f"APP{marker & 15}", place, bits.u32(*_APP_TYPES), bits.bits(16)))
    sized += [("COM", at, _UNKNOWN, bits.bits(16)) for at, m in enumerate(order) if m == _COM]
    start = bits.at
    _tables(bits, order)
    middle = _reread(data, start, bits.at)
    between = [at for at, marker in enumerate(order) if marker == _INTERMARKER]
    sized += [("between", at, _UNKNOWN, bits.bits(16)) for at in between]
    sized.append(("tail", -1, _UNKNOWN, bits.u32(*_TAIL)))
    start = bits.at
    if bits.flag():
        bits.skip(bits.bits(24))
    end = _reread(data, start, bits.at)
    bits.align()
    stream = data[bits.at // 8 :]
    return Recipe(grey, order, tuple(_parts(sized, stream)), middle, end, stream)


def _reread(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Read the bits from ``start`` to ``end`` again: their value and their count."""
    bits = BitReader(data, "jbrd")
    bits.skip(start)
    return bits.bits(end - start), end - start


def _order(bits: BitReader) -> tuple[int, ...]:
    """Read the markers up to EOI."""
    order: list[int] = []
    while not order or order[-1] != _EOI:
        order.append(0xC0 + bits.bits(6))
        if len(order) > _MAX_MARKERS:
            raise MalformedImage("jbrd lists too many markers")
    return tuple(order)


def _parts(sized: list[tuple[str, int, int, int]], stream: bytes) -> list[Part]:
    """Assign each part its bytes from the inflated stream."""
    lengths = [
        0 if kind else size if name in {"between", "tail"} else size + 1
        for name, _, kind, size in sized
    ]
    if sum(lengths) > MAX_HIDDEN or len(stream) > MAX_HIDDEN:
        raise MalformedImage(f"jbrd holds more than {MAX_HIDDEN:,} bytes of segments")
    inflated = brotli.inflate(stream, sum(lengths)) if any(lengths) else b""
    if len(inflated) != sum(lengths):
        raise MalformedImage("jbrd holds fewer bytes than it states")
    parts, at = [], 0
    for (name, place, kind, size), length in zip(sized, lengths, strict=True):
        content = inflated[at : at + length] if length else None
        at += length
        found = _KIND_OF_TYPE.get(kind) or _kind_of_segment(name, content or b"")
        parts.append(Part(found, name, place, kind, size, content))
    return [part for part in parts if part.name != "tail" or part.size]


def _kind_of_segment(name: str, content: bytes) -> Kind:
    if name == "tail":
        return Kind.TRAILER
    for marker, head, kind in _SEGMENTS:
        if content[:1] == marker and content[3:].startswith(head):
            plain = kind is not Kind.STRUCTURE or len(content) <= _JFIF_BYTES
            return kind if plain else Kind.VENDOR
    return Kind.VENDOR


def _tables(bits: BitReader, order: tuple[int, ...]) -> None:
    """Skip quantisation tables, components, Huffman codes and scans. They all stay."""
    for _ in range(bits.u32(*_ONE_TO_FOUR)):
        bits.skip(4)
    components = (1, 3, 3, 0)[bits.bits(2)]
    if components == 0:
        components = bits.u32(*_ONE_TO_FOUR)
        bits.skip(8 * components)
    bits.skip(2 * components)
    for _ in range(bits.u32((0, 4), (3, 2), (4, 10), (6, 26))):
        bits.skip(4)
        symbols = sum(bits.u32((0, 0), (0, 1), (3, 2), (8, 0)) for _ in range(17))
        if symbols > 257:
            raise MalformedImage("jbrd has a Huffman code of too many symbols")
        for _ in range(symbols):
            bits.u32((2, 0), (2, 4), (4, 8), (8, 1))
    _scans(bits, order.count(_SOS), restarts=_DRI in order)


def _scans(bits: BitReader, scans: int, *, restarts: bool) -> None:
    for _ in range(scans):
        components = bits.u32(*_ONE_TO_FOUR)
        bits.skip(20 + 6 * components)
        bits.u32((0, 0), (0, 1), (0, 2), (3, 3))
    if restarts:
        bits.skip(16)
    points = 0
    for _ in range(scans):
        resets = bits.u32(*_COUNT)
        LIMITS.check_blocks(points := points + resets)
        for _ in range(resets):
            bits.u32(*_BLOCK)
        runs = bits.u32(*_COUNT)
        LIMITS.check_blocks(points := points + runs)
        for _ in range(runs):
            bits.u32((0, 1), (2, 2), (4, 5), (8, 20))
            bits.u32(*_BLOCK)
