"""PNG and APNG (W3C, third edition) as a row of chunks.

Checksums of chunks that stay are neither checked nor changed: what a viewer
makes of a damaged one stays as it was.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging import exif, xmp
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEDIA_TYPE = "image/png"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">I4s")
_FRAME = 12
"""Bytes of a chunk beside its content: length, type, checksum."""
_LONGEST = 0x7FFFFFFF

_CODED = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"CgBI")
)
_COLOUR = frozenset(
    (b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"cICP", b"mDCV", b"mDCv", b"cLLI", b"cLLi",
     b"pHYs", b"bKGD", b"hIST", b"sTER", b"gmAP")
)  # fmt: skip
"""Of the optional ones, sPLT goes (its name is free text and no viewer uses it), and so do
oFFs, pCAL and sCAL, which describe a page or an instrument, and iDOT, which holds distances
within the file that a rewrite would make wrong."""
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
"""Of APP1 in JPEG; some writers leave it in front of a chunk's TIFF header too."""
_RAW_PROFILE = b"Raw profile type "
_MOST_INFLATED = 1 << 20
_MOST_ASKED = 4


def parse(data: bytes, *, like: Layout | None = None) -> Layout:  # noqa: ARG001 (lengths say it all)
    """See `expunge.imaging.containers.block.Container.parse`.

    Consecutive IDAT chunks are one block, and so is an animation frame's run of fdAT.
    """
    width, height = _size(data)
    LIMITS.check_picture(width, height)
    blocks = tuple(_blocks(data))
    if not any(block.name == "IDAT" for block in blocks):
        raise MalformedImage("the file ends before any IDAT chunk")
    frames = sum(block.name == "fcTL" for block in blocks) or 1
    LIMITS.check_picture(width, height, frames)
    return Layout(MEDIA_TYPE, width, height, frames, _orientation(blocks), blocks)


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
        if orientation > 1 and not stated and block.name == "IDAT":
            pieces.append(_chunk(b"eXIf", exif.minimal(orientation)))
            stated = True
        if index not in edits:
            pieces.append(view[block.offset : block.offset + block.length])
        elif (content := edits[index]) is not None:
            head = block.offset + block.length - len(block.data) - 4
            identifier = bytes(view[block.offset + 8 : head])
            pieces.append(_chunk(block.name.encode("latin-1"), identifier + content))
    return b"".join(pieces)


def _size(data: bytes) -> tuple[int, int]:
    at = len(_SIGNATURE)
    if data[at + 4 : at + 8] == b"CgBI":
        at += _FRAME + 4
    if len(data) < at + _FRAME + 13 or data[at : at + 8] != b"\0\0\0\rIHDR":
        raise MalformedImage(f"no IHDR chunk at byte {at}")
    width, height = struct.unpack_from(">II", data, at + 8)
    if max(width, height) > _LONGEST:
        raise MalformedImage(f"IHDR says {width:,} × {height:,} pixels; 2,147,483,647 is the most")
    return width, height


def _blocks(data: bytes) -> Iterator[Block]:
    view = memoryview(data)
    seen: Counter[str] = Counter()
    at = len(_SIGNATURE)
    yield Block(Kind.CODED, "signature", "signature", 0, at, view[:at])
    name, count = "", 0
    while name != "IEND" and at < len(data):
        offset, (chunk, at) = at, _run(data, at, coded="IDAT" in seen)
        if not chunk:
            break
        name = chunk.decode("latin-1")
        path = f"{name}[{seen[name]}]"
        seen[name] += 1
        count += 1
        LIMITS.check_blocks(count)
        kind, start = _classify(data, chunk, offset + 8, at - 4)
        content = view[offset:at] if kind is Kind.CODED else view[start : at - 4]
        yield Block(kind, name, path, offset, at - offset, content)
    else:
        offset = at
    if offset < len(data):
        yield Block(Kind.TRAILER, "trailer", "trailer", offset, len(data) - offset, view[offset:])


def _run(data: bytes, at: int, *, coded: bool) -> tuple[bytes, int]:
    """Name and end of the chunk at ``at``, or of the run of image data that begins there.

    Image data that the end of the file cuts off still counts. Behind it,
    whatever is no whole chunk has the empty name: it is no part of the picture.
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
            raise MalformedImage(f"the chunk at byte {at:,} is malformed or runs past the end")
        at, name = end, chunk
        count += 1
        LIMITS.check_blocks(count)
        if chunk not in _IMAGE_DATA:
            break
    if not name and not coded:
        raise MalformedImage(f"the file ends within a chunk at byte {at:,}")
    return name, at


def _classify(data: bytes, chunk: bytes, start: int, end: int) -> tuple[Kind, int]:
    """What a chunk is for, and where its content begins behind identifiers."""
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
    """What eXIf says, or else an EXIF block that ImageMagick kept as text, or else XMP.

    Of each kind the first few are asked: inflating costs time.
    """
    for kind, head, read in (
        (Kind.EXIF, b"", exif.orientation),
        (Kind.TEXT, _RAW_PROFILE, _raw_profile_orientation),
        (Kind.XMP, b"", _xmp_orientation),
    ):
        asked = (b for b in blocks if b.kind is kind and b.data[: len(head)] == head)
        for block in islice(asked, _MOST_ASKED):
            if value := read(block.data):
                return value
    return 1


def _raw_profile_orientation(content: memoryview) -> int | None:
    """Of ``Raw profile type exif\\0\\0<zlib>``: empty line, name, length, hexadecimal."""
    keyword, _, _ = content[:32].tobytes().partition(b"\0")
    text = _inflated(content[len(keyword) + 2 :])
    lines = text.split(b"\n", 3)
    try:
        profile = bytes.fromhex(lines[-1].decode("ascii")) if len(lines) == 4 else b""
    except ValueError:
        return None
    return exif.orientation(memoryview(profile.removeprefix(_EXIF_PREFIX)))


def _xmp_orientation(content: memoryview) -> int | None:
    return xmp.orientation(content) or xmp.orientation(_inflated(content))


def _inflated(content: memoryview) -> bytes:
    """Up to 1 MiB of a zlib stream; nothing of what is none."""
    try:
        return zlib.decompressobj().decompress(content, _MOST_INFLATED)
    except zlib.error:
        return b""
