"""JPEG (ITU-T T.81) as a row of marker segments, application segments told by identifier.

Real files have small defects that every viewer forgives, and so does this
reader: fill bytes, garbage between segments (it goes), a missing EOI.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging import exif, xmp
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEDIA_TYPE = "image/jpeg"

_SOI, _EOI, _SOS, _DNL = 0xD8, 0xD9, 0xDA, 0xDC
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
"""SOF0–SOF15 without DHT, JPG and DAC, and SOF55 of JPEG-LS."""
_APP0, _APP15, _COM = 0xE0, 0xEF, 0xFE

_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")
"""A marker that ends coded data: not a stuffed zero, not a restart, not one of the reserved
codes below C0, which decoders meet in damaged data only."""

_NAMES = {
    0: "garbage", 0xC4: "DHT", 0xC8: "JPG", 0xCC: "DAC", 0xF7: "SOF55", _SOI: "SOI", _EOI: "EOI",
    _SOS: "SOS", 0xDB: "DQT", _DNL: "DNL", 0xDD: "DRI", 0xDE: "DHP", 0xDF: "EXP", _COM: "COM",
}  # fmt: skip
_NAMES.update({0xE0 + n: f"APP{n}" for n in range(16)})
_NAMES.update({0xF0 + n: f"JPG{n}" for n in range(14) if n != 7})
_NAMES.update({0xC0 + n: f"SOF{n}" for n in range(16) if n not in (4, 8, 12)})

_APPLICATIONS: tuple[tuple[int, bytes, Kind], ...] = (
    (0xE0, b"JFIF\0", Kind.COLOUR),
    (0xE0, b"JFXX\0", Kind.THUMBNAIL),
    (0xE1, b"Exif\0\0", Kind.EXIF),
    (0xE1, b"Exif\0\xff", Kind.EXIF),
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0", Kind.XMP),
    (0xE1, b"http://ns.adobe.com/xmp/extension/\0", Kind.XMP),
    (0xE2, b"ICC_PROFILE\0", Kind.COLOUR),
    (0xEB, b"JP", Kind.C2PA),
    (0xED, b"Photoshop 3.0\0", Kind.IPTC),
    (0xED, b"Adobe_Photoshop2.5:", Kind.IPTC),
    (0xEE, b"Adobe", Kind.COLOUR),
)
"""What an application segment is for, by marker and identifier."""

_JFIF_HEAD = 18
"""Marker, length, identifier, version, density and the two thumbnail sides."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """A marker (0 for garbage) and the bytes from it to the next one; SOS includes its scan."""

    marker: int
    offset: int
    end: int
    head: int = 4
    """Marker, fill bytes and length field."""


def parse(data: bytes) -> Layout:
    """See `expunge.imaging.containers.block.Container.parse`."""
    segments = list(_segments(data))
    width, height = _size(data, segments)
    LIMITS.check_picture(width, height)
    blocks = tuple(_blocks(data, segments))
    return Layout(MEDIA_TYPE, width, height, 1, _orientation(blocks), blocks)


def rewrite(
    data: bytes, layout: Layout, edits: Mapping[int, bytes | None], orientation: int
) -> bytes:
    """See `expunge.imaging.containers.block.Container.rewrite`."""
    view = memoryview(data)
    blocks = layout.blocks
    stated = any(
        b.kind is Kind.EXIF and edits.get(i, b"") is not None for i, b in enumerate(blocks)
    )
    pieces: list[bytes | memoryview] = []
    for index, block in enumerate(blocks):
        if orientation > 1 and not stated and block.name not in ("SOI", "APP0"):
            pieces.append(_segment(0xE1, b"Exif\0\0" + exif.minimal(orientation)))
            stated = True
        if index not in edits:
            pieces.append(_untouched(view, blocks, index, edits))
        elif (content := edits[index]) is not None:
            head = block.offset + block.length - len(block.data)
            identifier = bytes(view[block.offset : head]).lstrip(b"\xff")[3:]
            pieces.append(_segment(_marker_of(block), identifier + content))
    return b"".join(pieces)


def _segments(data: bytes) -> Iterator[_Segment]:
    """Walk the markers from SOI to EOI, or to where the file ends."""
    yield _Segment(_SOI, 0, 2)
    at, scanned, count = 2, False, 1
    while found := _MARKER.search(data, at):
        count += 1
        LIMITS.check_blocks(count)
        code_at = found.end() - 1
        marker = data[code_at]
        offset = at
        if data.count(0xFF, at, code_at) != code_at - at:
            yield _Segment(0, at, code_at - 1)
            offset = code_at - 1
        if marker in (_EOI, _SOI):
            if not scanned:
                raise MalformedImage(f"no coded picture before byte {offset:,}")
            if marker == _EOI:
                yield _Segment(_EOI, offset, code_at + 1)
            return
        end = code_at + 1 + int.from_bytes(data[code_at + 1 : code_at + 3], "big")
        if end > len(data) or end < code_at + 3:
            if not scanned:
                name = _NAMES[marker]
                raise MalformedImage(f"{name} at byte {offset:,} runs past the end of the file")
            yield _Segment(marker, offset, len(data))
            return
        if marker == _SOS:
            scanned = True
            following = _MARKER.search(data, end)
            end = following.start() if following else len(data)
        yield _Segment(marker, offset, end, code_at + 3 - offset)
        at = end
    if not scanned:
        raise MalformedImage("the file ends before any coded picture")


def _size(data: bytes, segments: list[_Segment]) -> tuple[int, int]:
    """Width and height, from the frame header or, where that leaves it open, from DNL."""
    width = height = 0
    for segment in segments:
        at = segment.offset + segment.head
        if segment.marker in _FRAME_HEADERS and not width and segment.end - at >= 6:
            height = int.from_bytes(data[at + 1 : at + 3], "big")
            width = int.from_bytes(data[at + 3 : at + 5], "big")
        elif segment.marker == _DNL and not height:
            height = int.from_bytes(data[at : at + 2], "big")
        elif segment.marker == _SOS and not width:
            raise MalformedImage(f"the scan at byte {segment.offset:,} has no frame header")
    return width, height


def _blocks(data: bytes, segments: list[_Segment]) -> Iterator[Block]:
    view = memoryview(data)
    seen: Counter[str] = Counter()
    for segment in segments:
        kind, identifier = _classify(data, segment)
        name = _NAMES[segment.marker]
        path = f"{name}[{seen[name]}]"
        seen[name] += 1
        offset, end = segment.offset, segment.end
        if kind is Kind.COLOUR and identifier == b"JFIF\0":
            yield from _jfif(view, segment, path)
            continue
        start = offset if kind is Kind.CODED else offset + segment.head + len(identifier)
        yield Block(kind, name, path, offset, end - offset, view[start:end])
    end = segments[-1].end
    if end < len(data):
        yield Block(Kind.TRAILER, "trailer", "trailer", end, len(data) - end, view[end:])


def _classify(data: bytes, segment: _Segment) -> tuple[Kind, bytes]:
    """What a segment is for, and the identifier it begins with."""
    marker, at = segment.marker, segment.offset + segment.head
    if marker == 0:
        return Kind.VENDOR, b""
    if marker == _COM:
        return Kind.COMMENT, b""
    if not _APP0 <= marker <= _APP15:
        return Kind.CODED, b""
    for known, identifier, kind in _APPLICATIONS:
        if marker == known and data.startswith(identifier, at, segment.end):
            return kind, identifier
    return Kind.VENDOR, b""


def _jfif(view: memoryview, segment: _Segment, path: str) -> Iterator[Block]:
    """JFIF's version and density, and apart from them the thumbnail that may follow."""
    offset, end = segment.offset, segment.end
    start = offset + segment.head + 5
    cut = min(start + 9, end)
    yield Block(Kind.COLOUR, "APP0", path, offset, cut - offset, view[start : min(start + 7, cut)])
    if cut < end:
        yield Block(
            Kind.THUMBNAIL, "APP0 thumbnail", f"{path}/thumbnail", cut, end - cut, view[cut:end]
        )


def _untouched(
    view: memoryview, blocks: tuple[Block, ...], index: int, edits: Mapping[int, bytes | None]
) -> bytes | memoryview:
    """A block as it is, save that a JFIF header whose thumbnail went says so."""
    block = blocks[index]
    following = index + 1
    if (
        following in edits
        and edits[following] is None
        and blocks[following].path == f"{block.path}/thumbnail"
    ):
        return _segment(_APP0, b"JFIF\0" + bytes(block.data) + b"\0\0")
    return view[block.offset : block.offset + block.length]


def _segment(marker: int, content: bytes) -> bytes:
    if len(content) > 0xFFFD:
        raise MalformedImage(f"{_NAMES[marker]} would need {len(content):,} bytes; 65,533 fit")
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def _marker_of(block: Block) -> int:
    return next(code for code, name in _NAMES.items() if name == block.name)


def _orientation(blocks: tuple[Block, ...]) -> int:
    """What EXIF says, or else XMP."""
    for read, kind in ((exif.orientation, Kind.EXIF), (xmp.orientation, Kind.XMP)):
        for block in blocks:
            if block.kind is kind and (value := read(block.data)):
                return value
    return 1
