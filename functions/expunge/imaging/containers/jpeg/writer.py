"""Write a JPEG again after blocks were changed or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.auxiliary import views
from expunge.imaging.containers.block import Block, Kind, Layout, is_surplus
from expunge.imaging.containers.jpeg.pictures import first_attributes, mp_header
from expunge.imaging.containers.jpeg.reader import pictures
from expunge.imaging.containers.jpeg.segments import APP0, APP2, MARKERS, segment

if TYPE_CHECKING:
    from collections.abc import Mapping

Pieces = dict[int, "bytes | memoryview"]
"""Output bytes by block index."""


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """See `expunge.imaging.containers.block.Container.rewrite`."""
    blocks = layout.blocks
    pieces: Pieces = {
        index: _piece(data, block, edits.get(index))
        for index, block in enumerate(blocks)
        if edits.get(index, b"") is not None
    }
    for index in edits:
        if blocks[index].name == "thumbnail" and index - 1 in pieces:
            density = bytes(blocks[index - 1].data)
            pieces[index - 1] = segment(APP0, b"JFIF\0" + density + b"\0\0")
        elif is_surplus(blocks[index]) and index - 1 in pieces:
            pieces[index - 1] = _without_surplus(data, blocks[index - 1])
    _index_pictures(data, blocks, pieces)
    return b"".join(pieces.values())


def _piece(data: bytes, block: Block, content: bytes | None) -> bytes | memoryview:
    whole = (
        memoryview(data)[block.offset : block.offset + block.length] if block.length else block.data
    )
    if content is None:
        return whole
    if block.name == "picture" or block.kind is Kind.TRAILER:
        return content
    head = bytes(whole[: len(whole) - len(block.data)]).lstrip(b"\xff")
    return segment(MARKERS[block.name], head[3:] + content)


def _without_surplus(data: bytes, block: Block) -> bytes | memoryview:
    """A segment reduced to its fields."""
    return block.data if block.kind is Kind.CODED else _piece(data, block, bytes(block.data))


def _index_pictures(data: bytes, blocks: tuple[Block, ...], pieces: Pieces) -> None:
    """Update the MP index for the remaining images, or drop it if none remains."""
    at = next((i for i in pieces if blocks[i].kind is Kind.STRUCTURE), None)
    if at is None:
        return
    left = [index for index in pieces if blocks[index].name == "picture"]
    if not left:
        del pieces[at]
        return
    attributes = {picture.start: picture.attributes for picture in pictures(data, blocks)}
    listed = [first_attributes(blocks[at].data)]
    listed += [attributes[blocks[index].offset] for index in left]
    placed = any(blocks[index].role in views.PLACED for index in left)
    numbers = views.numbers_in(blocks[at].data) if placed else {}
    header = mp_header(listed, [(0, 0)] * len(listed), numbers)
    pieces[at] = segment(APP2, b"MPF\0" + header)
    starts, end = {}, 0
    for index, piece in pieces.items():
        starts[index] = end
        end += len(piece)
    base = starts[at] + len(pieces[at]) - len(header)
    spans = [(0, next(starts[i] + len(pieces[i]) for i in pieces if blocks[i].name == "EOI"))]
    spans += [(starts[index] - base, len(pieces[index])) for index in left]
    pieces[at] = segment(APP2, b"MPF\0" + mp_header(listed, spans, numbers))
