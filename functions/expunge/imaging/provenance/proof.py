"""Proof that a rewritten file holds the same picture as the one it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import RewriteUnproven
from expunge.imaging import exif
from expunge.imaging.containers.block import Block, Kind, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.source import Source


def prove(before: Source, after: Source, edits: Mapping[int, bytes | None]) -> None:
    """Hold the result of a rewrite, read anew, against its input.

    Coded blocks are the same bytes in the same order; blocks that no edit
    named have the same content; an edited block has the content it was given;
    size, frames and orientation are what they were.

    Raises
    ------
    expunge.errors.RewriteUnproven
        Where one of these does not hold.
    """
    if _facts(before.layout) != _facts(after.layout):
        raise RewriteUnproven("the rewritten file differs in size, frames or orientation")
    if not _same_coded_bytes(before, after):
        raise RewriteUnproven("the rewritten file differs in its coded pixels")
    if _contents(before.layout, edits) != _contents(after.layout, {}):
        raise RewriteUnproven("the rewritten file differs in a block that should have stayed")


def says_orientation_only(block: Block, layout: Layout) -> bool:
    """Whether a block is the EXIF that a rewrite writes for the orientation."""
    return (
        block.kind is Kind.EXIF
        and layout.orientation > 1
        and block.data.tobytes() == exif.minimal(layout.orientation)
    )


def _facts(layout: Layout) -> tuple[object, ...]:
    return (layout.media_type, layout.width, layout.height, layout.frames, layout.orientation)


def _contents(
    layout: Layout, edits: Mapping[int, bytes | None]
) -> list[tuple[Kind, str, bytes | None]]:
    """What is neither coded nor structure, in order, without the EXIF that a rewrite adds."""
    return [
        (block.kind, block.name, edits.get(index, block.data.tobytes()))
        for index, block in enumerate(layout.blocks)
        if block.kind not in (Kind.CODED, Kind.STRUCTURE)
        and edits.get(index, b"") is not None
        and not says_orientation_only(block, layout)
    ]


def _same_coded_bytes(before: Source, after: Source) -> bool:
    """Whether the coded blocks, strung together, are the same bytes.

    Neighbours count as one span, and spans may be cut differently on the two
    sides: a chunk that stood between two others may be gone.
    """
    view = memoryview(before.data)
    left, right = _coded_spans(before.layout), _coded_spans(after.layout)
    while left and right:
        (a, a_end), (b, b_end) = left.pop(), right.pop()
        step = min(a_end - a, b_end - b)
        if not after.data.startswith(view[a : a + step], b):  # compares in place, unlike ==
            return False
        left += [(a + step, a_end)] if a + step < a_end else []
        right += [(b + step, b_end)] if b + step < b_end else []
    return not left and not right


def _coded_spans(layout: Layout) -> list[tuple[int, int]]:
    """Where coded bytes stand, last span first."""
    spans: list[tuple[int, int]] = []
    for block in layout.blocks:
        if block.kind is Kind.CODED:
            start = block.offset
            if spans and spans[-1][1] == start:
                start, _ = spans.pop()
            spans.append((start, block.offset + block.length))
    return spans[::-1]
