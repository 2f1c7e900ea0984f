"""WebP (RFC 9649) as a sequence of RIFF chunks, including those within animation frames."""

from __future__ import annotations

import struct
from collections import Counter
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging import icc
from expunge.imaging.containers.block import (
    Block,
    Kind,
    Layout,
    is_surplus,
    orientation_in,
    surplus,
)
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEDIA_TYPE = "image/webp"

_RIFF_HEAD = 12
"""Bytes of the file header: ``RIFF``, size, ``WEBP``."""
_HEAD = struct.Struct("<4sI")
_FRAME_HEAD = 16
"""Bytes at the start of ANMF: position, size, duration, blending."""
_EXIF_PREFIX = b"Exif\0\0"
"""Identifier of JPEG APP1. Some writers also put it before a chunk's TIFF header."""

_TRAILER = "trailer"
"""Path of the bytes after the end that RIFF states. A rewrite keeps them there."""
_LENGTHS = {b"ANIM": 6, b"VP8X": 10}
"""Length of a chunk's fields in bytes (section 2.7.1)."""
_IMAGE_DATA = (b"VP8 ", b"VP8L", b"ALPH", b"ANMF")
_PICTURES = (b"VP8 ", b"VP8L")
_ONCE = (b"VP8X", b"ANIM", b"ICCP", b"ALPH")
_FRAME_KINDS = dict.fromkeys((b"VP8 ", b"VP8L", b"ALPH"), Kind.CODED)
_KINDS = {
    **_FRAME_KINDS,
    b"ANIM": Kind.CODED,
    b"ANMF": Kind.STRUCTURE,
    b"VP8X": Kind.STRUCTURE,
    b"ICCP": Kind.COLOUR,
    b"EXIF": Kind.EXIF,
    b"XMP ": Kind.XMP,
    b"C2PA": Kind.C2PA,
}

_ANNOUNCED = {Kind.COLOUR: 0x20, Kind.EXIF: 0x08, Kind.XMP: 0x04}
"""Bits of the first byte of VP8X (section 2.7.1)."""


def parse(data: bytes, *, like: Layout | None = None) -> Layout:  # noqa: ARG001 (lengths say it all)
    """See `expunge.imaging.containers.block.Container.parse`.

    An animation frame is several blocks: its chunk header, its 16 bytes of position and timing,
    then its own chunks. Padding bytes are blocks too, and so are extra bytes after a chunk's
    fields or profile.
    """
    reader = _Reader(memoryview(data))
    blocks = tuple(_blocks(data, reader))
    frames = sum(block.name == "ANMF" for block in blocks) or 1
    size = _canvas(blocks, reader.broken)
    if not reader.broken or all(size):
        LIMITS.check_picture(*size, frames)
    turned = orientation_in(blocks)
    return Layout(MEDIA_TYPE, *size, frames, turned, blocks, broken=reader.broken)


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """See `expunge.imaging.containers.block.Container.rewrite`."""
    blocks = layout.blocks
    kinds = {b.kind for i, b in enumerate(blocks) if edits.get(i, b"") is not None}
    out = _Assembly()
    view = memoryview(data)
    trailer: bytes | memoryview = b""
    for index, block in enumerate(blocks):
        content = edits.get(index, b"")
        if block.name in ("RIFF", "padding") or content is None or is_surplus(block):
            continue
        if block.path == _TRAILER:
            trailer = content or block.data
            continue
        rest = _rest(blocks, index, edits)
        if block.name == "ANMF":
            out.open_frame()
        elif block.name == "VP8X":
            flags = _announced(block.data[0], {b.kind for b in blocks}, kinds)
            out.add(_chunk(b"VP8X", bytes((flags,)) + bytes(block.data[1:]) + (rest or b"")))
        elif index in edits:
            head = block.offset + block.length - len(block.data)
            identifier = bytes(view[block.offset + _HEAD.size : head])
            out.add(_chunk(block.name.encode("latin-1"), identifier + content), within=block.path)
        elif rest is not None:
            fields = bytes(block.data[_HEAD.size :] if block.kind is Kind.CODED else block.data)
            out.add(_chunk(block.name.encode("latin-1"), fields + rest))
        else:
            out.add(view[block.offset : block.offset + block.length], within=block.path)
    return b"".join((out.file(), trailer))


def _rest(blocks: tuple[Block, ...], index: int, edits: Mapping[int, bytes | None]) -> bytes | None:
    """The surplus that stays in a chunk; empty if it is dropped, ``None`` if there is none."""
    if index + 1 == len(blocks) or not is_surplus(blocks[index + 1]):
        return None
    return b"" if index + 1 in edits else bytes(blocks[index + 1].data)


class _Assembly:
    """Collects chunks into a file, and fills in sizes and padding."""

    def __init__(self) -> None:
        self._pieces: list[bytes | memoryview] = [b""]
        self._frame = 0

    def open_frame(self) -> None:
        self._close_frame()
        self._frame = len(self._pieces)
        self._pieces.append(b"")

    def add(self, chunk: bytes | memoryview, *, within: str = "") -> None:
        if "/" not in within:
            self._close_frame()
        self._pieces.append(chunk)
        if len(chunk) & 1:
            self._pieces.append(b"\0")

    def file(self) -> bytes:
        self._close_frame()
        size = 4 + sum(map(len, self._pieces))
        self._pieces[0] = _HEAD.pack(b"RIFF", size) + b"WEBP"
        return b"".join(self._pieces)

    def _close_frame(self) -> None:
        if self._frame:
            size = sum(map(len, self._pieces[self._frame + 1 :]))
            self._pieces[self._frame] = _HEAD.pack(b"ANMF", size)
            self._frame = 0


def _blocks(data: bytes, reader: _Reader) -> Iterator[Block]:
    view = memoryview(data)
    yield Block(Kind.STRUCTURE, "RIFF", "RIFF", 0, _RIFF_HEAD, view[4:8])
    at, end = _RIFF_HEAD, 8 + int.from_bytes(data[4:8], "little")
    while at < end and at + _HEAD.size <= len(data):
        name, size = _HEAD.unpack_from(data, at)
        if at + _HEAD.size + size > len(data):
            if reader.seen["VP8 "] + reader.seen["VP8L"] == 0 or name in _IMAGE_DATA:
                reader.broken = f"the chunk at byte {at:,} runs past the end of the file"
                yield reader.chunk(at, name, len(data) - at - _HEAD.size)
                return
            break
        if name == b"ANMF":
            yield from reader.frame(at, size)
        else:
            yield from reader.split_fields(reader.chunk(at, name, size), name)
        at += _HEAD.size + size
        if size & 1 and at < len(data):
            yield reader.padding(at)
            at += 1
    if end > len(data) and not reader.seen["VP8 "] + reader.seen["VP8L"]:
        reader.broken = "the file ends before its image does"
    if at < len(data):
        yield Block(Kind.TRAILER, "trailer", _TRAILER, at, len(data) - at, view[at:])


class _Reader:
    """Converts chunks into numbered blocks."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._count = 0
        self.broken = ""
        """Where the image is cut off; empty for a whole file."""
        self.seen: Counter[str] = Counter()

    def frame(self, at: int, size: int) -> Iterator[Block]:
        """Yield the parts of an ANMF chunk: its header, frame header, chunks and extra bytes."""
        path = self._path("ANMF")
        start, end = at + _HEAD.size, at + _HEAD.size + size
        if size < _FRAME_HEAD:
            raise MalformedImage(f"ANMF at byte {at:,} has {size} bytes; the minimum is 16")
        yield Block(Kind.STRUCTURE, "ANMF", path, at, _HEAD.size, self._view[at:at])
        at, start = start, start + _FRAME_HEAD
        content = self._view[at:start]
        yield Block(Kind.CODED, "frame header", f"{path}/header", at, _FRAME_HEAD, content)
        while start + _HEAD.size <= end:
            name, size = _HEAD.unpack_from(self._view, start)
            if start + _HEAD.size + size > end:
                if name in _FRAME_KINDS:
                    raise MalformedImage(f"the chunk at byte {start:,} exceeds its frame")
                break
            yield self.chunk(start, name, size, f"{path}/")
            start += _HEAD.size + size
            if size & 1 and start < end:
                yield self.padding(start)
                start += 1
        if start < end:
            rest = self._view[start:end]
            yield Block(Kind.TRAILER, "trailer", f"{path}/trailer", start, end - start, rest)

    def chunk(self, at: int, name: bytes, size: int, within: str = "") -> Block:
        start, length = at + _HEAD.size, _HEAD.size + size
        kind = (_FRAME_KINDS if within else _KINDS).get(name, Kind.VENDOR)
        if kind is Kind.EXIF and bytes(self._view[start : start + 6]) == _EXIF_PREFIX:
            start += len(_EXIF_PREFIX)
        content = self._view[start : at + length]
        if size < (least := 0 if within else _LENGTHS.get(name, 0)):
            message = f"{name.decode()} at byte {at:,} has {size} bytes; the minimum is {least}"
            raise MalformedImage(message)
        text = name.decode("latin-1")
        return Block(kind, text, self._path(text, within), at, length, content)

    def split_fields(self, block: Block, name: bytes) -> Iterator[Block]:
        """Split a chunk into its fields or profile and the extra bytes.

        An invalid profile becomes a vendor block. So does every repetition of a chunk that may
        appear only once.
        """
        size = icc.length(block.data) if name == b"ICCP" else _LENGTHS.get(name)
        pictures = self.seen["VP8 "] + self.seen["VP8L"] if name in _PICTURES else 1
        repeated = pictures > 1 or (name in _ONCE and self.seen[block.name] > 1)
        if repeated or (name == b"ICCP" and size is None):
            yield block._replace(kind=Kind.VENDOR)
            return
        extra = len(block.data) - size if size is not None else 0
        if size is None or extra <= 0:
            yield block
            return
        fields, cut = block.data[:size], block.length - extra
        data = memoryview(_chunk(name, bytes(fields))) if block.kind is Kind.CODED else fields
        yield block._replace(length=cut, data=data)
        yield surplus(block, block.offset + cut, extra, block.data[size:])

    def padding(self, at: int) -> Block:
        content = self._view[at : at + 1]
        return Block(Kind.STRUCTURE, "padding", self._path("padding"), at, 1, content)

    def _path(self, name: str, within: str = "") -> str:
        path = f"{within}{name}[{self.seen[within + name]}]"
        self.seen[within + name] += 1
        self._count += 1
        LIMITS.check_blocks(self._count)
        return path


def _canvas(blocks: tuple[Block, ...], broken: str) -> tuple[int, int]:
    """Width and height from VP8X or the image header; 0 if the file is cut off before them."""
    named = {block.name: block for block in reversed(blocks)}
    if "VP8 " not in named and "VP8L" not in named and not broken:
        raise MalformedImage("the file holds no VP8 or VP8L chunk")
    if "VP8X" in named:
        data = bytes(named["VP8X"].data[:10])
        width, height = (int.from_bytes(data[n : n + 3], "little") + 1 for n in (4, 7))
        return width, height
    if "VP8L" in named:
        # A signature byte, then 14 bits each of width and height minus one.
        head = bytes(named["VP8L"].data[:5])
        bits = int.from_bytes(head[1:], "little")
        if len(head) == 5 and head[0] == 0x2F:
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif "VP8 " in named:
        # A frame tag, a start code, then 14 bits each of width and height (RFC 6386, 9.1).
        head = bytes(named["VP8 "].data[:10])
        if len(head) == 10 and head[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", head, 6)
            return width & 0x3FFF, height & 0x3FFF
    if broken:
        return 0, 0
    raise MalformedImage("the header of the coded image is malformed")


def _announced(flags: int, before: set[Kind], after: set[Kind]) -> int:
    """The VP8X flags for the chunks that remain after a rewrite.

    Some viewers ignore all metadata if one flag is wrong. So a wrong flag stays wrong while EXIF
    or XMP remains, and those viewers still show the same image.
    """
    matters = Kind.EXIF in after or Kind.XMP in after
    for kind, flag in _ANNOUNCED.items():
        wrong = matters and bool(flags & flag) != (kind in before)
        flags = flags | flag if (kind in after) != wrong else flags & ~flag
    return flags


def _chunk(name: bytes, content: bytes) -> bytes:
    return _HEAD.pack(name, len(content)) + content
