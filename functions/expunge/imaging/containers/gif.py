"""GIF 87a and 89a (CompuServe, 1990) as a sequence of blocks. No LZW code is read.

By the standard, a plain text extension draws text over the image. No current viewer draws it, so
it counts as hidden text. A graphic control extension before it stays, because viewers apply it
to the next frame.

Stray bytes between blocks are skipped if the file still ends properly after them, as in
ImageMagick and Pillow. Otherwise the image ends before them, as in browsers. A truncated file is
read as far as browsers show it: they show an incomplete frame, and ignore any other incomplete
block.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging import icc
from expunge.imaging.containers.block import Block, Kind, Layout, is_surplus, surplus
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "image/gif"

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_PLAIN_TEXT, _GRAPHIC_CONTROL, _COMMENT, _APPLICATION = 0x01, 0xF9, 0xFE, 0xFF

_APPLICATIONS = {
    b"NETSCAPE2.0": Kind.CODED,
    b"ANIMEXTS1.0": Kind.CODED,
    b"ICCRGBG1012": Kind.COLOUR,
    b"XMP DataXMP": Kind.XMP,
    b"MGK8BIM0000": Kind.IPTC,
    b"MGKIPTC0000": Kind.IPTC,
}
"""Application extensions by identifier and authentication code: loop count, ICC 2 profile (ICC.1,
annex B), XMP (XMP specification, part 3, 1.1.2), ImageMagick's Photoshop resources and IPTC."""

_C2PA = b"C2PA_GIF"
"""Identifier from C2PA 2.1, A.3.4. The authentication code is a version."""

_MAGIC_TRAILER = bytes([1, *range(255, -1, -1), 0])
"""Bytes after an XMP packet, which is not split into sub-blocks. A reader that takes packet bytes
as sub-block lengths ends up here and is led to the end (XMP specification, part 3, 1.1.2)."""

_CONTROLS = 4
"""Bytes of a graphic control extension's only sub-block (GIF89a, section 23)."""
_INTRODUCER = re.compile(rb"[!,;]")
_ZEROS = re.compile(rb"\0+")

_MAX_JOINED = 1 << 18
"""Sub-blocks of all extensions: 66 MB if all are full."""
_SHORT_BLOCKS = re.compile(
    b"(?:" + b"|".join(bytes([n]) + b".{%d}" % n for n in range(1, 9)) + b")++", re.DOTALL
)
"""A run of sub-blocks of up to 8 bytes, of which a file may have millions."""


def parse(data: bytes, *, like: Layout | None = None) -> Layout:  # noqa: ARG001
    """See `expunge.imaging.containers.block.Container.parse`."""
    if data[:6] not in {b"GIF87a", b"GIF89a"} or len(data) < 13:
        raise MalformedImage("the file has no GIF header")
    blocks = _Walk(data).blocks()
    width, height, frames, canvas = _measure(data, blocks)
    holds = any(block.name == "image" for block in blocks)
    broken = "" if holds else "the file holds no picture"
    return Layout(MEDIA_TYPE, width, height, frames, 1, blocks, broken=broken, canvas=canvas)


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """See `expunge.imaging.containers.block.Container.rewrite`."""
    view = memoryview(data)
    pieces: list[bytes | memoryview] = []
    for index, block in enumerate(layout.blocks):
        content = edits.get(index, b"")
        if is_surplus(block) and index in edits:
            whole = layout.blocks[index - 1]
            pieces[-1:] = (
                [whole.data]
                if whole.kind is Kind.CODED
                else _replaced(view, whole, bytes(whole.data))
            )
        elif index not in edits:
            pieces.append(view[block.offset : block.offset + block.length])
        elif content is not None:
            pieces += _replaced(view, block, content)
    return b"".join(pieces)


def _measure(data: bytes, blocks: tuple[Block, ...]) -> tuple[int, int, int, tuple[int, int]]:
    """Return width, height, frame count and canvas size.

    The size is the logical screen, or the first frame for a screen of 0 × 0. The canvas is the
    smallest area that contains every frame; some decoders enlarge the screen to it.
    """
    width, height = _short(data, 6), _short(data, 8)
    images = [block.offset for block in blocks if block.name == "image"]
    if not images:
        return width, height, 1, (width, height)
    width, height = width or _short(data, images[0] + 5), height or _short(data, images[0] + 7)
    right = max(_short(data, at + 1) + _short(data, at + 5) for at in images)
    bottom = max(_short(data, at + 3) + _short(data, at + 7) for at in images)
    LIMITS.check_picture(width, height, len(images))
    return width, height, len(images), (max(width, right), max(height, bottom))


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


class _CutOffError(MalformedImage):
    """The file ends within a block."""


class _Walk:
    """Reads a file's blocks in order, by their lengths only."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._view = memoryview(data)
        self._blocks: list[Block] = []
        self._counts: dict[str, int] = {}
        self._may_join = _MAX_JOINED
        self._junk: tuple[int, int] | None = None
        """Number of blocks before the first stray bytes, and the offset of those bytes."""

    def blocks(self) -> tuple[Block, ...]:
        """Return all blocks in file order."""
        data = self._data
        at = 13 + self._colour_table(10)
        self._add(Kind.CODED, "header", 0, at)
        try:
            at = self._body(at)
        except MalformedImage:
            if self._junk is None:
                raise
            at = len(data)
        if at == len(data) and self._junk is not None:
            return self._cut_at_junk(*self._junk)
        if at < len(data):
            self._add(Kind.CODED, "end", at, at + 1)
        if at + 1 < len(data):
            self._add(Kind.TRAILER, "trailer", at + 1, len(data))
        return tuple(self._blocks)

    def _body(self, at: int) -> int:
        """Read all blocks up to the GIF trailer or the end of the file. Return its offset."""
        data = self._data
        while at < len(data) and data[at] != _TRAILER:
            if data[at] == 0:
                at = self._padding(at)
            elif data[at] in (_EXTENSION, _IMAGE) or "image" not in self._counts:
                try:
                    at = self._block(at)
                except _CutOffError:
                    if self._junk is not None:
                        raise
                    at = self._add_truncated(at)
            else:
                at = self._add_stray(at)
        return at

    def _add_truncated(self, start: int) -> int:
        """Add the incomplete block at the end of a truncated file."""
        end = len(self._data)
        coded = self._coded_at(start) if self._data[start] == _IMAGE else end
        if coded < end:
            self._add(Kind.CODED, "image", start, end)
        else:
            self._add(Kind.TRAILER, "trailer", start, end)
        return end

    def _coded_at(self, start: int) -> int:
        """Offset of an image's LZW data, after descriptor, colour table and code size."""
        if start + 9 >= len(self._data):
            return len(self._data)
        return start + 10 + self._colour_table(start + 9) + 1

    def _add_stray(self, start: int) -> int:
        """Add stray bytes, up to the next byte that can introduce a block."""
        self._junk = self._junk or (len(self._blocks), start)
        following = _INTRODUCER.search(self._data, start)
        end = following.start() if following else len(self._data)
        self._add(Kind.VENDOR, "junk", start, end)
        return end

    def _cut_at_junk(self, count: int, start: int) -> tuple[Block, ...]:
        """Return the blocks before the stray bytes; all later bytes are one trailer."""
        data = self._view[start:]
        trailer = Block(Kind.TRAILER, "trailer", "trailer[0]", start, len(data), data)
        return (*self._blocks[:count], trailer)

    def _add(
        self, kind: Kind, name: str, start: int, end: int, content: memoryview | None = None
    ) -> None:
        if end > len(self._data):
            raise MalformedImage(f"the {name} at byte {start} runs over the end of the file")
        LIMITS.check_blocks(len(self._blocks))
        count = self._counts[name] = self._counts.get(name, -1) + 1
        view = self._view[start:end] if content is None else content
        self._blocks.append(Block(kind, name, f"{name}[{count}]", start, end - start, view))

    def _colour_table(self, flags_at: int) -> int:
        """Length in bytes of the colour table that a packed field states."""
        flags = self._data[flags_at]
        return 3 << (flags & 7) + 1 if flags & 0x80 else 0

    def _padding(self, start: int) -> int:
        """Add zeros between blocks, which readers skip."""
        zeros = _ZEROS.match(self._data, start)
        end = zeros.end() if zeros else start
        self._add(Kind.VENDOR, "padding", start, end)
        return end

    def _block(self, start: int) -> int:
        introducer = self._data[start]
        if introducer == _IMAGE:
            end = self._sub_blocks(self._coded_at(start))
            self._add(Kind.CODED, "image", start, end)
            return end
        if introducer == _EXTENSION:
            end = self._sub_blocks(start + 2)
            self._extension(self._data[start + 1], start, end)
            return end
        raise MalformedImage(f"no block of a GIF begins at byte {start}")

    def _sub_blocks(self, at: int) -> int:
        """Return the offset after the sub-blocks at ``at``. Each has a length byte; 0 ends them."""
        data = self._data
        try:
            while size := data[at]:
                short = _SHORT_BLOCKS.match(data, at) if size <= 8 else None
                at = short.end() if short else at + size + 1
        except IndexError:
            raise _CutOffError("the file ends within a block's data") from None
        return at + 1

    def _extension(self, label: int, start: int, end: int) -> None:
        if label == _GRAPHIC_CONTROL:
            self._graphic_control(start, end)
        elif label == _COMMENT:
            self._add(Kind.COMMENT, "comment", start, end, self._joined(start + 2))
        elif label == _PLAIN_TEXT:
            self._add(Kind.TEXT, "plain text", start, end, self._joined(start + 2))
        elif label == _APPLICATION:
            self._application(start, end)
        else:
            self._add(Kind.VENDOR, "extension", start, end, self._joined(start + 2))

    def _graphic_control(self, start: int, end: int) -> None:
        """Add four bytes of disposal, delay and transparency. Decoders ignore all later bytes."""
        content = self._joined(start + 2)
        if len(content) < _CONTROLS:
            self._add(Kind.VENDOR, "graphic control", start, end, content)
            return
        block = bytes((_EXTENSION, _GRAPHIC_CONTROL, _CONTROLS))
        self._coded(start, end, start + 2, block + content[:_CONTROLS], content[_CONTROLS:])

    def _application(self, start: int, end: int) -> None:
        name = self._data[start + 3 : start + 3 + self._data[start + 2]]
        kind = Kind.C2PA if name.startswith(_C2PA) else _APPLICATIONS.get(name, Kind.VENDOR)
        first = start + 3 + len(name)
        if kind is Kind.XMP and self._data.endswith(_MAGIC_TRAILER, first, end):
            content = self._view[first : end - len(_MAGIC_TRAILER)]
        else:
            content = self._joined(first) if name else self._view[end:end]
        if kind is Kind.CODED:
            self._looping(start, first, end)
        elif kind is Kind.COLOUR:
            self._profile(start, first, end, content)
        else:
            self._add(kind, "application", start, end, content)

    def _looping(self, start: int, first: int, end: int) -> None:
        """Add the loop count: a sub-block of 1 and a 16-bit number. Others are vendor blocks."""
        at = first
        while (size := self._data[at]) and (size < 3 or self._data[at + 1] & 7 != 1):
            at += size + 1
        if not size:
            self._add(Kind.VENDOR, "application", start, end, self._joined(first))
            return
        loops = bytes((3, 1)) + self._data[at + 2 : at + 4]
        extra = self._joined(first)
        extra = extra[3:] if at == first else extra
        self._coded(start, end, first, self._data[start:first] + loops, extra, "application")

    def _profile(self, start: int, first: int, end: int, content: memoryview) -> None:
        """Add an ICC profile up to its stated length. Invalid data becomes a vendor block."""
        size = icc.length(content)
        if size is None or size >= len(content):
            kind = Kind.COLOUR if size else Kind.VENDOR
            self._add(kind, "application", start, end, content)
            return
        self._add(Kind.COLOUR, "application", start, first, content[:size])
        self._surplus(first, end, content[size:])

    def _coded(
        self,
        start: int,
        end: int,
        first: int,
        block: bytes,
        extra: memoryview,
        name: str = "graphic control",
    ) -> None:
        """Add an extension in its minimal form, and any extra bytes as a surplus."""
        whole = block + b"\0"
        if whole == self._data[start:end]:
            self._add(Kind.CODED, name, start, end)
        else:
            self._add(Kind.CODED, name, start, first, memoryview(whole))
            self._surplus(first, end, extra)

    def _surplus(self, start: int, end: int, content: memoryview) -> None:
        LIMITS.check_blocks(len(self._blocks))
        self._blocks.append(surplus(self._blocks[-1], start, end - start, content))

    def _joined(self, at: int) -> memoryview:
        """Join the content of the sub-blocks at ``at``."""
        size = self._data[at]
        if not size or not self._data[at + 1 + size]:
            return self._view[at + 1 : at + 1 + size]
        parts: list[memoryview] = []
        while size := self._data[at]:
            parts.append(self._view[at + 1 : at + 1 + size])
            at += size + 1
            if len(parts) > self._may_join:
                raise ImageTooLarge(f"the extensions have more than {_MAX_JOINED:,} sub-blocks")
        self._may_join -= len(parts)
        return memoryview(b"".join(parts))


def _replaced(view: memoryview, block: Block, content: bytes) -> list[bytes | memoryview]:
    """An extension with new content."""
    if block.name not in {"application", "comment"} or block.kind is Kind.CODED:
        return [content]
    start = block.offset
    first = start + 2 if block.name == "comment" else start + 3 + view[start + 2]
    if block.kind is Kind.XMP:
        return [view[start:first], content, _MAGIC_TRAILER]
    cut = (content[at : at + 255] for at in range(0, len(content), 255))
    return [view[start:first], b"".join(bytes([len(part)]) + part for part in cut) + b"\0"]
