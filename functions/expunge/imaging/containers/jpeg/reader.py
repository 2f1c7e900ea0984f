"""Split a JPEG into blocks. Marker and identifier classify application segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging import icc
from expunge.imaging.auxiliary import packet
from expunge.imaging.containers.block import Block, Kind, Layout, orientation_in, surplus
from expunge.imaging.containers.jpeg.ending import Ending, find_ending
from expunge.imaging.containers.jpeg.fields import ADOBE_TRANSFORM, gain_map_version, length, unused
from expunge.imaging.containers.jpeg.pictures import GAIN_MAP, XMP, Picture, locate
from expunge.imaging.containers.jpeg.segments import (
    APP0,
    APP1,
    APP2,
    APP15,
    COM,
    END,
    GARBAGE,
    NAMES,
    SOS,
    Segment,
    picture_size,
    segment,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEDIA_TYPE = "image/jpeg"

_APP11 = 0xEB
_PROFILE, _ADOBE = b"ICC_PROFILE\0", b"Adobe"
_APPLICATIONS: dict[int, tuple[tuple[bytes, Kind], ...]] = {
    APP0: ((b"JFIF\0", Kind.COLOUR), (b"JFXX\0", Kind.THUMBNAIL)),
    APP1: (
        (b"Exif\0\0", Kind.EXIF),
        (b"Exif\0\xff", Kind.EXIF),
        (XMP, Kind.XMP),
        (b"http://ns.adobe.com/xmp/extension/\0", Kind.XMP),
    ),
    APP2: ((_PROFILE, Kind.COLOUR), (GAIN_MAP, Kind.COLOUR), (b"MPF\0", Kind.STRUCTURE)),
    _APP11: ((b"JP", Kind.C2PA),),
    0xED: ((b"Photoshop 3.0\0", Kind.IPTC), (b"Adobe_Photoshop2.5:", Kind.IPTC)),
    0xEE: ((_ADOBE, Kind.COLOUR),),
}
"""Identifiers of application segments by marker, and what they hold."""

_JUMBF = b"jumb"
_XT_BOXES = frozenset(
    (b"RESI", b"RFIN", b"FINE", b"ALFA", b"AFIN", b"ARES", b"ARRF", b"SPEC", b"ASPC", b"ftyp",
     b"LCHK", b"TONE", b"CURV", b"FTON", b"MTRX", b"FTRX")
)  # fmt: skip
"""Boxes of JPEG XT (ISO/IEC 18477-3 and later): more bits per sample, alpha, how to merge them."""
_BOX_TYPE = slice(12, 16)
"""Position after ``JP``, box instance, packet number, box length (ISO/IEC 19566-5, annex D.2)."""

_DENSITY = 7
"""Bytes of version, unit and density after ``JFIF\\0``. Two thumbnail sides follow."""
_MULTI_PICTURE_FLAG = b"AMPF"
"""Apple writes this in place of JFIF's thumbnail if the file has auxiliary images."""


@dataclass(frozen=True, slots=True)
class JpegLayout(Layout):
    """A layout that also states how reliably the end of the coded data is known."""

    followed: bool = True
    """Whether every MCU was counted."""
    separated: bool = True
    """Whether bytes after the last MCU could be separated from coded data."""
    suspected: bool = False
    """Whether the data looks as if it has such bytes, although they could not be separated."""

    @property
    def unexamined(self) -> tuple[str, ...]:
        if not self.separated:
            return (UNSEPARATED,)
        return () if self.followed else (UNCOUNTED,)

    @property
    def unread(self) -> tuple[str, ...]:
        reasons = (self.broken, UNSEPARATED if self.suspected else "")
        return tuple(filter(None, reasons))


UNSEPARATED = (
    "bytes after the coded data: the codes cannot be decoded here, "
    "so that these bytes were not separated from them"
)
UNCOUNTED = (
    "single bytes between the last MCU and the next marker: the end of the scan looks like "
    "coded data, so that its MCUs were not counted"
)


def parse(data: bytes, *, like: Layout | None = None) -> Layout:
    """See `expunge.imaging.containers.block.Container.parse`.

    An SOS block includes its scan. JFIF's density and its thumbnail are two blocks, and so are a
    segment's fields and its extra bytes. An auxiliary image is one block. If a trailer follows
    the scan without an EOI, an empty block represents the EOI.
    """
    scans = _scan_lengths(like) if like else []
    segments: list[Segment] = []
    try:
        segments.extend(walk(data, scans=scans))
        width, height = picture_size(data, segments)
    except MalformedImage as error:
        return _broken_layout(data, segments, error.detail)
    ending = _reused_ending(segments, like) or find_ending(data, segments, (width, height))
    found = list(_split_profile(data, list(_blocks(data, ending.segments))))
    if ending.trailer is not None:
        end = memoryview(END)
        found.append(Block(Kind.CODED, "EOI", "EOI[0]", ending.trailer, 0, end))
    blocks = tuple(_with_tail(data, found))
    turned = orientation_in(blocks)
    certainty = (ending.followed, ending.separated, ending.suspected)
    return JpegLayout(MEDIA_TYPE, width, height, 1, turned, blocks, *certainty)


def _broken_layout(data: bytes, segments: list[Segment], reason: str) -> JpegLayout:
    """The layout of a file that ends before its image data begins."""
    blocks = tuple(_blocks(data, segments))
    return JpegLayout(MEDIA_TYPE, 0, 0, 1, orientation_in(blocks), blocks, broken=reason)


def _scan_lengths(layout: Layout) -> list[int]:
    return [len(block.data) for block in layout.blocks if block.name == "SOS"]


def _reused_ending(segments: list[Segment], like: Layout | None) -> Ending | None:
    """Reuse the ending of the original file, if all scans have the same length."""
    if not isinstance(like, JpegLayout):
        return None
    lengths = [part.end - part.offset for part in segments if part.marker == SOS]
    if lengths != _scan_lengths(like):
        return None
    return Ending(segments, None, like.followed, like.separated, like.suspected)


def pictures(data: bytes, blocks: Sequence[Block]) -> list[Picture]:
    """Return the auxiliary images after the end of the primary image."""
    structure, xmp = Kind.STRUCTURE, Kind.XMP
    end = next((b.offset + b.length for b in blocks if b.name == "EOI"), len(data))
    listed = next((b for b in blocks if b.kind is structure), None)
    index = (listed.offset + listed.length - len(listed.data), listed.data) if listed else None
    lists = (packet.listed_in(b.data) for b in blocks if b.kind is xmp)
    return locate(data, end, index, next(filter(None, lists), []))


def _blocks(data: bytes, segments: Sequence[Segment]) -> Iterator[Block]:
    view = memoryview(data)
    seen: dict[str, int] = {}
    unused_indices = unused([part.marker for part in segments])
    coded = Kind.CODED
    for number, part in enumerate(segments):
        marker, offset, end, at = part
        kind, identifier = _classify(data, part)
        name = NAMES[marker]
        count = seen.get(name, 0)
        seen[name] = count + 1
        path = f"{name}[{count}]"
        content = view[at + len(identifier) : end]
        whole = view[offset:end] if kind is coded else content
        block = Block(kind, name, path, offset, end - offset, whole)
        if number in unused_indices:
            yield block._replace(kind=Kind.VENDOR, data=view[at:end])
        elif identifier == b"JFIF\0":
            yield from _split_jfif(block)
        elif (size := _needed(part, identifier, content)) is None or size == len(content) > 0:
            yield block
        else:
            yield from _split_fields(block, marker, content, size)


def _needed(part: Segment, identifier: bytes, content: memoryview) -> int | None:
    """Length of the content that decoders use, in bytes; ``None`` if unknown."""
    if identifier == _ADOBE:
        return ADOBE_TRANSFORM if len(content) >= ADOBE_TRANSFORM else 0
    if identifier == GAIN_MAP:
        return gain_map_version(content)
    return None if identifier or part.marker == SOS else length(part.marker, content)


def _split_fields(
    block: Block, marker: int, content: memoryview, size: int | None
) -> Iterator[Block]:
    """Split a segment into its fields and the extra bytes. No fields make it a vendor block."""
    extra = len(content) - size if size is not None else 0
    if size == 0:
        yield block._replace(kind=Kind.VENDOR, data=content)
    elif extra <= 0:
        yield block
    else:
        coded = block.kind is Kind.CODED
        data = memoryview(segment(marker, bytes(content[:size]))) if coded else content[:size]
        cut = block.length - extra
        yield block._replace(length=cut, data=data)
        yield surplus(block, block.offset + cut, extra, content[size:])


def _split_profile(data: bytes, blocks: list[Block]) -> Iterator[Block]:
    """Cut the blocks of an ICC profile at its stated length, and pass others through.

    Each part begins with its number, from 1, and the number of parts (ICC.1, annex B.4). If the
    profile is invalid, its parts become vendor blocks.
    """
    parts = {i: b for i, b in enumerate(blocks) if b.name == "APP2" and _is_profile(data, b)}
    order = sorted(parts, key=lambda index: bytes(parts[index].data[:1]))
    size = icc.length(parts[order[0]].data[2:]) if order else None
    left = {}
    for index in order:
        part = len(parts[index].data) - 2
        left[index] = 2 + min(part, size) if size is not None and part >= 0 else 0
        size = size and size - min(part, size)
    for index, block in enumerate(blocks):
        if index in parts:
            yield from _split_fields(block, APP2, block.data, left[index])
        else:
            yield block


def _is_profile(data: bytes, block: Block) -> bool:
    at = block.offset + block.length - len(block.data) - len(_PROFILE)
    return data.startswith(_PROFILE, at)


def _classify(data: bytes, part: Segment) -> tuple[Kind, bytes]:
    """Return the purpose of a segment, and the identifier that it begins with."""
    if part.marker == GARBAGE:
        return Kind.VENDOR, b""
    if part.marker == COM:
        return Kind.COMMENT, b""
    if not APP0 <= part.marker <= APP15:
        return Kind.CODED, b""
    for identifier, kind in _APPLICATIONS.get(part.marker, ()):
        if data.startswith(identifier, part.content, part.end):
            return _classify_box(data, part) if kind is Kind.C2PA else (kind, identifier)
    return Kind.VENDOR, b""


def _classify_box(data: bytes, part: Segment) -> tuple[Kind, bytes]:
    """Classify an APP11 segment by the type of the box that it carries."""
    box = data[part.content : part.end][_BOX_TYPE]
    if box == _JUMBF:
        return Kind.C2PA, b"JP"
    return (Kind.COLOUR if box in _XT_BOXES else Kind.VENDOR), b""


def _split_jfif(block: Block) -> Iterator[Block]:
    """Split a JFIF segment into its density and its optional thumbnail."""
    thumbnail = block.data[_DENSITY + 2 :]
    if thumbnail == _MULTI_PICTURE_FLAG:
        thumbnail = thumbnail[:0]
    size = len(thumbnail)
    cut = block.length - size
    yield block._replace(length=cut, data=block.data[:_DENSITY])
    if size:
        path = f"{block.path}/thumbnail"
        yield Block(Kind.THUMBNAIL, "thumbnail", path, block.offset + cut, size, thumbnail)


def _with_tail(data: bytes, blocks: list[Block]) -> Iterator[Block]:
    """Append the data after the image: auxiliary images and trailers.

    An MP index without images becomes a vendor block.
    """
    found = pictures(data, blocks)
    structure, indexed = Kind.STRUCTURE, not found
    for block in blocks:
        if block.kind is not structure:
            yield block
        elif indexed:
            yield block._replace(kind=Kind.VENDOR)
        else:
            yield block
            indexed = True
    at = blocks[-1].offset + blocks[-1].length
    trailers = 0
    end = len(data)
    for number, picture in enumerate((*found, Picture(end, end))):
        if at < picture.start:
            yield _tail_block(data, Kind.TRAILER, "trailer", trailers, at, picture.start)
            trailers += 1
        if picture.start < picture.end:
            kind = Kind.THUMBNAIL if picture.is_thumbnail else Kind.PICTURE
            block = _tail_block(data, kind, "picture", number, picture.start, picture.end)
            yield block._replace(role=picture.role if kind is Kind.PICTURE else None)
        at = picture.end


def _tail_block(data: bytes, kind: Kind, name: str, number: int, start: int, end: int) -> Block:
    content = memoryview(data)[start:end]
    return Block(kind, name, f"{name}[{number}]", start, end - start, content)
