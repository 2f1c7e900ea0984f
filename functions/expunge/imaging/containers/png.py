"""PNG and APNG (W3C, third edition) as a sequence of chunks.

Checksums of kept chunks are neither checked nor changed, so viewers treat a damaged chunk as
before.
"""

from __future__ import annotations

import struct
import zlib
from itertools import islice
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging import exif, gainmap, xmp
from expunge.imaging.containers.block import Block, Kind, Layout, is_surplus, surplus
from expunge.imaging.containers.png_fields import FIXED, Header, needed, profile
from expunge.imaging.containers.raw_profile import inflated, raw_profile
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MEDIA_TYPE = "image/png"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">I4s")
_FRAME = 12
"""Bytes of a chunk without its content: length, type, checksum."""
_LONGEST = 0x7FFFFFFF

_CODED = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"CgBI")
)
_COLOUR = frozenset(
    (b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"cICP", b"mDCV", b"mDCv", b"cLLI", b"cLLi",
     b"pHYs", b"bKGD", b"sTER", b"gmAP")
)  # fmt: skip
"""Other optional chunks are dropped. No viewer uses sPLT, and its name is free text. hIST only
suggests palette reductions. oFFs, pCAL and sCAL describe a page or an instrument. iDOT holds
offsets within the file that a rewrite would break."""
_KINDS = {
    **dict.fromkeys(_CODED, Kind.CODED),
    **dict.fromkeys(_COLOUR, Kind.COLOUR),
    **dict.fromkeys((b"tEXt", b"zTXt", b"iTXt"), Kind.TEXT),
    b"eXIf": Kind.EXIF,
    b"caBX": Kind.C2PA,
    b"gdAT": Kind.PICTURE,
}
_IMAGE_DATA = (b"IDAT", b"fdAT")
_XMP_KEYWORD = b"XML:com.adobe.xmp\0"
_EXIF_PREFIX = b"Exif\0\0"
"""Identifier of JPEG APP1. Some writers also put it before a chunk's TIFF header."""
_CHECKED: dict[bytes, Callable[[memoryview], bytes | None]] = {
    b"iCCP": profile,
    b"gmAP": gainmap.metadata,
}
"""Chunks that state their own length, and the functions that return the used part."""
_RAW_PROFILE = b"Raw profile type "
_MAX_ASKED = 4


def parse(data: bytes, *, like: Layout | None = None) -> Layout:  # noqa: ARG001 (lengths say it all)
    """See `expunge.imaging.containers.block.Container.parse`.

    Consecutive IDAT chunks are one block, and so are the fdAT chunks of an animation frame. Extra
    bytes after a chunk's fields are a block of their own.
    """
    width, height = _size(data)
    LIMITS.check_picture(width, height)
    faults: list[str] = []
    blocks = tuple(_mark_unused_actl(list(_blocks(data, faults))))
    if not any(block.name == "IDAT" for block in blocks):
        faults.append("the file ends before any IDAT chunk")
    frames = sum(block.name == "fcTL" and block.kind is Kind.CODED for block in blocks) or 1
    LIMITS.check_picture(width, height, frames)
    turned, broken = _orientation(blocks), next(iter(faults), "")
    return Layout(MEDIA_TYPE, width, height, frames, turned, blocks, broken=broken)


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """See `expunge.imaging.containers.block.Container.rewrite`."""
    view = memoryview(data)
    blocks = layout.blocks
    pieces: list[bytes | memoryview] = []
    for index, block in enumerate(blocks):
        whole = blocks[index - 1]
        if is_surplus(block) and (index in edits or index - 1 in edits):
            if whole.kind is Kind.CODED:
                pieces[-1] = whole.data
            elif (content := edits.get(index - 1, whole.data.tobytes())) is not None:
                pieces[-1] = _named(view, whole, content, edits.get(index, block.data.tobytes()))
        elif index not in edits:
            pieces.append(view[block.offset : block.offset + block.length])
        elif (content := edits[index]) is not None:
            pieces.append(_named(view, block, content))
    return b"".join(pieces)


def _named(
    view: memoryview, block: Block, content: bytes, translated: bytes | None = None
) -> bytes:
    """A chunk with new content after its identifier. XMP also keeps its translated keyword. What
    follows the last chunk has no identifier."""
    if block.kind is Kind.TRAILER:
        return content
    start = block.offset + 8
    identifier = b""
    if block.kind is Kind.XMP:
        identifier = bytes(view[start : start + len(_XMP_KEYWORD) + 2]) + (translated or b"\0\0")
    elif block.kind is Kind.EXIF and view[start : start + len(_EXIF_PREFIX)] == _EXIF_PREFIX:
        identifier = _EXIF_PREFIX
    return _chunk(block.name.encode("latin-1"), identifier + content)


def _size(data: bytes) -> tuple[int, int]:
    at = len(_SIGNATURE)
    if data[at + 4 : at + 8] == b"CgBI":
        at += _FRAME + 4
    if len(data) < at + _FRAME + 13 or data[at : at + 8] != b"\0\0\0\rIHDR":
        raise MalformedImage(f"no IHDR chunk at byte {at}")
    width, height = struct.unpack_from(">II", data, at + 8)
    if max(width, height) > _LONGEST:
        raise MalformedImage(f"IHDR says {width:,} × {height:,} pixels; at most 2,147,483,647 fit")
    return width, height


def _blocks(data: bytes, faults: list[str]) -> Iterator[Block]:
    view = memoryview(data)
    seen: dict[str, int] = {}
    at = len(_SIGNATURE)
    yield Block(Kind.CODED, "signature", "signature", 0, at, view[:at])
    header = _header(data)
    name, count = "", 0
    while name != "IEND" and at < len(data):
        offset = at
        try:
            chunk, at = _run(data, at, coded="IDAT" in seen)
        except MalformedImage as error:
            faults.append(error.detail)
            yield _cut_off(data, offset)
            return
        if not chunk:
            break
        name = chunk.decode("latin-1")
        path = f"{name}[{seen.setdefault(name, 0)}]"
        count += 1
        LIMITS.check_blocks(count)
        kind, start = _classify(data, chunk, offset + 8, at - 4)
        content = view[offset:at] if kind is Kind.CODED else view[start : at - 4]
        block = Block(kind, name, path, offset, at - offset, content)
        if chunk in FIXED or chunk in _CHECKED:
            yield from _split_fields(
                block, chunk, view[start : at - 4], header, repeated=seen[name]
            )
        elif kind is Kind.XMP:
            yield from _split_packet(block, view[offset + 8 + len(_XMP_KEYWORD) + 2 : start])
        else:
            yield block
        seen[name] += 1
    else:
        offset = at
    if offset < len(data):
        yield Block(Kind.TRAILER, "trailer", "trailer", offset, len(data) - offset, view[offset:])


def _cut_off(data: bytes, at: int) -> Block:
    """The incomplete chunk at the end of a truncated file, or other bytes there."""
    chunk = data[at + 4 : at + 8]
    kind, start = Kind.TRAILER, at
    if chunk in _KINDS:
        kind, start = _classify(data, chunk, at + 8, len(data))
    name = chunk.decode("latin-1") if chunk in _KINDS else "trailer"
    content = memoryview(data)[start:]
    return Block(kind, name, f"{name}[cut off]", at, len(data) - at, content)


def _mark_unused_actl(blocks: list[Block]) -> Iterator[Block]:
    """Mark an acTL chunk without frames as unused, and pass all other blocks through."""
    animated = any(block.name == "fcTL" for block in blocks)
    for block in blocks:
        unused = block.name == "acTL" and block.kind is Kind.CODED and not animated
        yield block._replace(kind=Kind.VENDOR) if unused else block


def _split_packet(block: Block, translated: memoryview) -> Iterator[Block]:
    """Split an XMP packet from the language and translated keyword, which are free text."""
    if len(translated) <= len(b"\0\0"):
        yield block
    else:
        yield block._replace(length=8)
        yield surplus(block, block.offset + 8, block.length - 8, translated)


def _header(data: bytes) -> Header:
    at = data.index(b"IHDR", len(_SIGNATURE)) + 12
    return Header(data[at], data[at + 1])


def _split_fields(
    block: Block, chunk: bytes, content: memoryview, header: Header, *, repeated: int
) -> Iterator[Block]:
    """Split a chunk into its known fields and the extra bytes.

    The whole chunk becomes a vendor block if its fields are invalid, or if it repeats a chunk of
    which decoders use only the first.
    """
    counts = not repeated or chunk == b"fcTL"
    if not counts or (chunk == b"CgBI" and block.offset != len(_SIGNATURE)):
        yield block._replace(kind=Kind.VENDOR, data=content)
        return
    check = _CHECKED.get(chunk)
    fields = check(content) if check else needed(chunk, content, header)
    if fields is None:
        yield block._replace(kind=Kind.VENDOR, data=content)
    elif fields == content.tobytes():
        yield block
    else:
        data = memoryview(_chunk(chunk, fields) if block.kind is Kind.CODED else fields)
        yield block._replace(length=8, data=data)
        rest = content[len(fields) :] if content[: len(fields)] == fields else content
        yield surplus(block, block.offset + 8, block.length - 8, rest)


def _run(data: bytes, at: int, *, coded: bool) -> tuple[bytes, int]:
    """Return name and end of the chunk at ``at``, or of the run of image data that begins there.

    Truncated image data is included. After image data (``coded``), bytes that form no whole chunk
    get an empty name, because they do not belong to the image.
    """
    name, count = b"", 0
    while at + 8 <= len(data):
        length, chunk = _HEAD.unpack_from(data, at)
        if name and chunk != name:
            break
        end = at + _FRAME + length
        if end > len(data) and (chunk in _IMAGE_DATA):
            end = len(data)
        elif end > len(data) or length > _LONGEST or not chunk.isalpha():
            if name or coded:
                break
            raise MalformedImage(f"the chunk at byte {at:,} is malformed or exceeds the file")
        at, name = end, chunk
        count += 1
        LIMITS.check_blocks(count)
        if chunk not in _IMAGE_DATA:
            break
    if not name and not coded:
        raise MalformedImage(f"the file ends within a chunk at byte {at:,}")
    return name, at


def _classify(data: bytes, chunk: bytes, start: int, end: int) -> tuple[Kind, int]:
    """Return the purpose of a chunk, and the offset of its content after any identifier."""
    if chunk == b"iTXt" and data.startswith(_XMP_KEYWORD, start, end):
        # Keyword, compression flag and method, then language and translated keyword.
        at = start + len(_XMP_KEYWORD) + 2
        for _ in range(2):
            at = data.find(b"\0", at, end) + 1 or end
        return Kind.XMP, at
    if chunk == b"eXIf" and data.startswith(_EXIF_PREFIX, start, end):
        return Kind.EXIF, start + len(_EXIF_PREFIX)
    return _KINDS.get(chunk, Kind.VENDOR), start


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(name))
    return _HEAD.pack(len(content), name) + content + checksum.to_bytes(4, "big")


def _orientation(blocks: tuple[Block, ...]) -> int:
    """The orientation from eXIf, else from EXIF in ImageMagick's text form, else from XMP.

    Only the first few blocks of each kind are read, because inflating costs time.
    """
    for kind, head, read in (
        (Kind.EXIF, b"", _exif_orientation),
        (Kind.TEXT, _RAW_PROFILE, _raw_profile_orientation),
        (Kind.XMP, b"", _xmp_orientation),
    ):
        candidates = (b for b in blocks if b.kind is kind and b.data[: len(head)] == head)
        for block in islice(candidates, _MAX_ASKED):
            if value := read(block):
                return value
    return 1


def _exif_orientation(block: Block) -> int | None:
    return exif.orientation(block.data)


def _raw_profile_orientation(block: Block) -> int | None:
    found = raw_profile(block)
    return exif.orientation(found.content) if found and not found.is_xmp else None


def _xmp_orientation(block: Block) -> int | None:
    return xmp.orientation(block.data) or xmp.orientation(inflated(block.data))
