"""JPEG XL files: a bare codestream, or boxes around one (ISO/IEC 18181-2).

A bare codestream says nowhere where it ends, so nothing can be told from
picture there; it passes through. Orientation stands in the codestream and is
applied from there, so none is ever written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.errors import ImageError, MalformedImage
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.containers.isobmff.areas import blank
from expunge.imaging.containers.isobmff.boxes import Box, box_at, make_box
from expunge.imaging.containers.isobmff.kinds import (
    EXIF_HEADER,
    kind_of_uuid,
    payload_start,
    tiff_in,
)
from expunge.imaging.containers.isobmff.tree import numbered, printable
from expunge.imaging.containers.jxl import jbrd
from expunge.imaging.containers.jxl.codestream import HEADER_BYTES, SIGNATURE, read_header
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
"""By box type. ``jhgm`` is a gain map with its own colour description; ``jbrd`` is how to write
the JPEG again that the picture was made from."""


def parse(data: bytes, *, like: Layout | None = None) -> Layout:  # noqa: ARG001
    """See `expunge.imaging.containers.block.Container.parse`.

    ``frames`` is 1 for animations too: their number is not in any header.
    """
    LIMITS.check_bytes(len(data))
    view = memoryview(data)
    if data[:2] == SIGNATURE:
        start = data[:HEADER_BYTES]
        blocks: tuple[Block, ...] = (
            Block(Kind.CODED, "codestream", "codestream", 0, len(data), view),
        )
    elif data[:12] == SIGNATURE_BOX:
        blocks = tuple(_blocks(view))
        start = _codestream_start(blocks)
    else:
        raise MalformedImage("the file has no JPEG XL signature")
    header = read_header(start)
    LIMITS.check_picture(header.width, header.height)
    return Layout(MEDIA_TYPE, header.width, header.height, 1, header.orientation, blocks)


def rewrite(
    data: bytes,
    layout: Layout,
    edits: Mapping[int, bytes | None],
    orientation: int,  # noqa: ARG001
) -> bytes:
    """See `expunge.imaging.containers.block.Container.rewrite`.

    ``jbrd`` counts on the Exif and XMP boxes to be there: what it says of them goes with them,
    so that it still gives a whole JPEG.
    """
    view = memoryview(data)
    pieces: Pieces = []
    for index, block in enumerate(layout.blocks):
        content = edits.get(index, b"")
        if block.path.startswith("jbrd/") or content is None:
            continue
        if block.path == "jbrd":
            pieces += _jbrd(block, layout, edits)
        elif index in edits:
            pieces += _replaced(block, content)
        else:
            pieces.append(view[block.offset : block.offset + block.length])
    return b"".join(pieces)


def _blocks(view: memoryview) -> Iterator[Block]:
    """All boxes, and what a ``jbrd`` hides."""
    at, found = 0, []
    while (box := box_at(view, at, len(view))) is not None:
        found.append(box)
        LIMITS.check_blocks(len(found))
        at = box.end
    for box, path in numbered(found, ""):
        yield from _box(view, box, path)
    if at < len(view):
        yield Block(Kind.TRAILER, "trailer", "trailer", at, len(view) - at, view[at:])


def _box(view: memoryview, box: Box, path: str) -> Iterator[Block]:
    content = view[payload_start(view, box) : box.end]
    name, kind = box.type, _KINDS.get(box.type, Kind.VENDOR)
    if name == "brob":
        # ISO/IEC 18181-2, 9.7: the type of the box that is compressed, then a Brotli stream.
        name = str(content[:4], "latin-1")
        kind = _KINDS.get(name, Kind.VENDOR)
        path, content = f"{path}[{printable(name).strip()}]", content[4:]
    elif name == "Exif":
        content = tiff_in(content)
    elif name == "uuid":
        kind = kind_of_uuid(box.usertype)[0]
    elif name in {"free", "skip"} and blank(content):
        kind = Kind.STRUCTURE
    block = Block(kind, printable(name).strip(), path, box.start, box.end - box.start, content)
    if name == "jbrd":
        yield from _reconstruction(block)
    else:
        yield block


def _reconstruction(block: Block) -> Iterator[Block]:
    """A ``jbrd`` box and each piece of the JPEG in it; one that cannot be read goes whole."""
    try:
        recipe = jbrd.read(bytes(block.data))
    except ImageError:
        yield replace(block, kind=Kind.VENDOR)
        return
    yield block
    for number, part in enumerate(recipe.parts):
        if part.content is not None:
            yield replace(
                block,
                kind=part.kind,
                name=part.name,
                path=_part_path(block, number, part),
                length=len(part.content),
                data=memoryview(part.content),
            )


def _jbrd(block: Block, layout: Layout, edits: Mapping[int, bytes | None]) -> Pieces:
    """The box without what is dropped, in it or with the boxes that it refers to."""
    kept = [one for index, one in enumerate(layout.blocks) if index not in edits]
    paths = {one.path for one in kept}
    kinds = {one.kind for one in kept if one.name in {"Exif", "xml"}} | {Kind.COLOUR}
    recipe = jbrd.read(bytes(block.data))
    parts = [
        part
        for number, part in enumerate(recipe.parts)
        if (
            part.kind in kinds if part.content is None else _part_path(block, number, part) in paths
        )
    ]
    return make_box("jbrd", [recipe.written(parts)])


def _part_path(block: Block, number: int, part: jbrd.Part) -> str:
    return f"{block.path}/{part.name}[{number}]"


def _replaced(block: Block, content: bytes) -> Pieces:
    """A metadata box around new content; what was compressed no longer is."""
    return make_box(block.name.ljust(4), [EXIF_HEADER if block.kind is Kind.EXIF else b"", content])


def _codestream_start(blocks: tuple[Block, ...]) -> bytes:
    """The first bytes of the codestream, from its one box or from the parts in order."""
    found = b""
    for block in blocks:
        if block.name == "jxlc":
            return bytes(block.data[:HEADER_BYTES])
        if block.name == "jxlp":
            found += bytes(block.data[4 : 4 + HEADER_BYTES])
            if len(found) >= HEADER_BYTES:
                break
    return found[:HEADER_BYTES]
