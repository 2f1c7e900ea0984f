"""JPEG XL files: a bare codestream, or boxes around one (ISO/IEC 18181-2).

A bare codestream does not state its end, so nothing in such a file can be separated from the
image, and the file passes through unchanged. The orientation is in the codestream, and decoders
apply it from there. So a rewrite never writes one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.errors import ImageError, MalformedImage
from expunge.imaging.containers.block import Block, Kind, Layout, is_surplus, surplus
from expunge.imaging.containers.isobmff.areas import blank
from expunge.imaging.containers.isobmff.boxes import Box, box_at, make_box
from expunge.imaging.containers.isobmff.kinds import (
    EXIF_HEADER,
    payload_start,
    tiff_in,
)
from expunge.imaging.containers.isobmff.tree import numbered, printable
from expunge.imaging.containers.isobmff.uuids import kind_of_uuid
from expunge.imaging.containers.jxl import brotli, jbrd
from expunge.imaging.containers.jxl.codestream import HEADER_BYTES, SIGNATURE, read_header
from expunge.imaging.containers.jxl.small_boxes import CHECKED, needed
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from expunge.imaging.containers.isobmff.boxes import Pieces

MEDIA_TYPE = "image/jxl"

SIGNATURE_BOX = b"\0\0\0\x0cJXL \r\n\x87\n"

_KINDS = {
    "JXL ": Kind.STRUCTURE,
    "ftyp": Kind.STRUCTURE,
    "jxll": Kind.CODED,
    "jxli": Kind.CODED,
    "jxlc": Kind.CODED,
    "jxlp": Kind.CODED,
    "jhgm": Kind.CODED,
    "jbrd": Kind.STRUCTURE,
    "Exif": Kind.EXIF,
    "xml ": Kind.XMP,
    "jumb": Kind.C2PA,
}
"""By box type. ``jhgm`` is a gain map with its own colour description. ``jbrd`` reconstructs the
original JPEG of a transcoded image."""

_USERTYPE = 16
"""Bytes of a ``uuid`` box's extended type, before its content."""

_COMPRESSIBLE = frozenset({"Exif", "xml ", "jumb", "jhgm"})

MAX_INFLATED = 1 << 16
"""Bytes of compressed metadata that are inflated per file."""


@dataclass(frozen=True, slots=True)
class JxlLayout(Layout):
    """A layout that keeps the parsed ``jbrd`` box, for a rewrite."""

    recipe: jbrd.Recipe | None = field(repr=False, compare=False)


def parse(data: bytes, *, like: Layout | None = None) -> Layout:  # noqa: ARG001
    """See `expunge.imaging.containers.block.Container.parse`.

    ``frames`` is 1 for animations too, because no header states their number.
    """
    view = memoryview(data)
    if data[:2] == SIGNATURE:
        start = data[:HEADER_BYTES]
        recipe, blocks = None, [Block(Kind.CODED, "codestream", "codestream", 0, len(data), view)]
    elif data[:12] == SIGNATURE_BOX:
        recipe, blocks = _boxes(view)
        start = _codestream_start(blocks)
    else:
        raise MalformedImage("the file has no JPEG XL signature")
    try:
        header = read_header(start)
    except MalformedImage as error:
        return JxlLayout(MEDIA_TYPE, 0, 0, 1, 1, tuple(blocks), recipe, broken=error.detail)
    LIMITS.check_picture(header.width, header.height)
    size = (header.width, header.height)
    return JxlLayout(MEDIA_TYPE, *size, 1, header.orientation, tuple(blocks), recipe)


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """See `expunge.imaging.containers.block.Container.rewrite`.

    ``jbrd`` refers to the Exif and XMP boxes. If such a box is dropped, so is the reference, and
    ``jbrd`` still reconstructs a whole JPEG.
    """
    view = memoryview(data)
    pieces: Pieces = []
    for index, block in enumerate(layout.blocks):
        content = edits.get(index, b"")
        if is_surplus(block) and index in edits:
            pieces[-1] = layout.blocks[index - 1].data
        if block.path.startswith("jbrd/") or content is None:
            continue
        if block.path == "jbrd" and isinstance(layout, JxlLayout) and layout.recipe:
            pieces += make_box("jbrd", [_rewritten_jbrd(layout.recipe, layout, edits)])
        elif index in edits:
            pieces += _replaced(view, block, content)
        else:
            pieces.append(view[block.offset : block.offset + block.length])
    return b"".join(pieces)


def _boxes(view: memoryview) -> tuple[jbrd.Recipe | None, list[Block]]:
    """Return the parsed ``jbrd`` box, if any, and all blocks. Its parts follow its block."""
    at, found = 0, []
    while (box := box_at(view, at, len(view)) or _cut_off(view, at)) is not None:
        found.append(box)
        LIMITS.check_blocks(len(found))
        at = box.end
    recipe, blocks = None, []
    inflate = _Inflate()
    for box, path in numbered(found, ""):
        block = _block(view, box, path, inflate)
        if path == "jbrd":
            recipe, parts = _reconstruction(block)
            blocks += parts
        elif block.name in CHECKED and block.kind is not Kind.VENDOR:
            blocks += _split_fields(block)
        else:
            blocks.append(block)
    if at < len(view):
        blocks.append(Block(Kind.TRAILER, "trailer", "trailer", at, len(view) - at, view[at:]))
    return recipe, blocks


def _cut_off(view: memoryview, at: int) -> Box | None:
    """The incomplete box at the end of a truncated file, if its type is known."""
    name = str(view[at + 4 : at + 8], "latin-1")
    known = name in _KINDS or name == "brob"
    return Box(name, at, at + 8, len(view)) if known else None


class _Inflate:
    """Inflates the metadata of a file, up to `MAX_INFLATED` bytes in total."""

    def __init__(self) -> None:
        self._left = MAX_INFLATED

    def __call__(self, stream: memoryview) -> memoryview:
        """Return the content, or the stream itself if it is too long or broken."""
        if len(stream) > self._left:
            return stream
        try:
            content = brotli.inflate(stream.tobytes(), self._left)
        except MalformedImage:
            self._left = 0
            return stream
        self._left -= len(content)
        return memoryview(content)


def _block(view: memoryview, box: Box, path: str, inflate: _Inflate) -> Block:
    content = view[payload_start(view, box) : box.end]
    name, kind = box.type, _KINDS.get(box.type, Kind.VENDOR)
    if name == "brob":
        # ISO/IEC 18181-2, 9.7: the type of the compressed box, then a Brotli stream.
        name = str(content[:4], "latin-1")
        path = f"{path}[{printable(name).strip()}]"
        name, kind = (name, _KINDS[name]) if name in _COMPRESSIBLE else ("brob", Kind.VENDOR)
        content = inflate(content[4:])
        if name == "jumb":
            content = memoryview(b"".join(make_box(name, [content])))
    elif name == "uuid":
        kind = kind_of_uuid(box.usertype)[0]
    elif name in {"free", "skip"} and blank(content):
        kind = Kind.STRUCTURE
    if name == "jbrd" and path != "jbrd":
        kind = Kind.VENDOR
    data = tiff_in(content) if name == "Exif" else content
    return Block(kind, printable(name).strip(), path, box.start, box.end - box.start, data)


def _split_fields(block: Block) -> Iterator[Block]:
    """Split a box into its fields and the extra bytes. An invalid box becomes a vendor block."""
    fields = needed(block.name, block.data)
    if fields is None:
        yield block._replace(kind=Kind.VENDOR)
    elif fields == block.data:
        yield block
    else:
        head = block.length - len(block.data)
        data = memoryview(b"".join(make_box(block.name, [fields])))
        rest = block.data[len(fields) :] if block.data[: len(fields)] == fields else block.data
        yield block._replace(length=head, data=data)
        yield surplus(block, block.offset + head, block.length - head, rest)


def _reconstruction(block: Block) -> tuple[jbrd.Recipe | None, list[Block]]:
    """Parse a ``jbrd`` box, with a block for each part. A broken one becomes a vendor block."""
    try:
        recipe = jbrd.read(block.data.tobytes())
    except ImageError:
        return None, [block._replace(kind=Kind.VENDOR)]
    parts = [
        block._replace(
            kind=part.kind,
            name=part.name,
            path=_part_path(number, part),
            data=memoryview(part.content)[part.head :],
        )
        for number, part in enumerate(recipe.parts)
        if part.content is not None
    ]
    return recipe, [block, *parts]


def _part_path(number: int, part: jbrd.Part) -> str:
    return f"jbrd/{part.name}[{number}]"


def _rewritten_jbrd(
    recipe: jbrd.Recipe, layout: Layout, edits: Mapping[int, bytes | None]
) -> bytes:
    """Serialise a ``jbrd`` without dropped parts and without references to dropped boxes.

    It states the new lengths of edited segments and boxes.
    """
    parts = []
    for number, part in enumerate(recipe.parts):
        index = _holder(layout, number, part)
        if index is None and part.kind in _BOXES:
            continue
        content = edits.get(index, b"") if index is not None else b""
        if content is not None:
            parts.append(part.holding(content) if index in edits else part)
    return recipe.written(parts)


_BOXES = {Kind.EXIF: "Exif", Kind.XMP: "xml"}
"""Boxes that hold the segments to which a ``jbrd`` only refers."""


def _holder(layout: Layout, number: int, part: jbrd.Part) -> int | None:
    """Index of the block with a part of the JPEG; ``None`` for a profile or a missing box."""
    if part.content is not None:
        path = _part_path(number, part)
        found = (i for i, block in enumerate(layout.blocks) if block.path == path)
    else:
        name = _BOXES.get(part.kind)
        found = (i for i, block in enumerate(layout.blocks) if block.name == name)
    return next(found, None)


def _replaced(view: memoryview, block: Block, content: bytes) -> Pieces:
    """A metadata box with new content, never compressed."""
    head: bytes | memoryview = b""
    if block.name == "uuid":
        start = block.offset + block.length - len(block.data)
        head = view[start - _USERTYPE : start]
    elif block.kind is Kind.EXIF:
        head = EXIF_HEADER
    return make_box(block.name.ljust(4), [head, content])


def _codestream_start(blocks: list[Block]) -> bytes:
    """The first bytes of the codestream, from its single box or its parts in order."""
    found = b""
    for block in blocks:
        if block.name == "jxlc":
            return bytes(block.data[:HEADER_BYTES])
        if block.name == "jxlp":
            found += bytes(block.data[4 : 4 + HEADER_BYTES])
            if len(found) >= HEADER_BYTES:
                break
    return found[:HEADER_BYTES]
