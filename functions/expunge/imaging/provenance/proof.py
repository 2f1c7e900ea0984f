"""Prove that a rewritten file holds the same image as the original."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import RewriteUnproven
from expunge.imaging.containers.block import Kind, Layout, is_surplus
from expunge.imaging.data import pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.data import Data
    from expunge.imaging.source import Source


_OTHERWISE_COMPARED = frozenset((Kind.CODED, Kind.STRUCTURE))
"""Coded bytes are compared as one, and a rewrite updates the structure."""


def prove(before: Source, after: Source, edits: Mapping[int, bytes | None]) -> None:
    """Compare the parsed result of a rewrite with its input.

    Coded blocks without their surplus have the same bytes in the same order. Blocks without an
    edit have the same content, and edited blocks have their new content. Size, frames and
    orientation are unchanged, and so is the layout's fingerprint.

    Raises
    ------
    expunge.errors.RewriteUnproven
        One of these conditions is not met.
    """
    if _facts(before.layout) != _facts(after.layout):
        raise RewriteUnproven("the rewritten file differs in size, frames or orientation")
    if not _same_coded_bytes(before, after):
        raise RewriteUnproven("the rewritten file differs in its coded pixels")
    if _contents(before.layout, edits) != _contents(after.layout, {}):
        raise RewriteUnproven("the rewritten file differs in a block that should have stayed")


def _facts(layout: Layout) -> tuple[object, ...]:
    size = layout.width, layout.height, layout.frames
    return (layout.media_type, *size, layout.orientation, layout.fingerprint)


def _contents(
    layout: Layout, edits: Mapping[int, bytes | None]
) -> list[tuple[Kind, str, bytes | None]]:
    """The blocks that are neither coded nor structure, in order."""
    found: list[tuple[Kind, str, bytes | None]] = []
    for index, block in enumerate(layout.blocks):
        if block.kind in _OTHERWISE_COMPARED:
            continue
        content = edits[index] if index in edits else block.data.tobytes()
        if content is not None:
            found.append((block.kind, block.name, content))
    return found


def _same_coded_bytes(before: Source, after: Source) -> bool:
    """Whether the concatenated coded blocks have the same bytes.

    Adjacent blocks form one span. The two files may have different spans, because a chunk between
    two others may be removed.
    """
    left, right = _coded_spans(before), _coded_spans(after)
    while left and right:
        (ours, a, a_end), (theirs, b, b_end) = left.pop(), right.pop()
        step = min(a_end - a, b_end - b)
        if not _equal(ours, a, theirs, b, step):
            return False
        left += [(ours, a + step, a_end)] if a + step < a_end else []
        right += [(theirs, b + step, b_end)] if b + step < b_end else []
    return not left and not right


def _equal(ours: Data, a: int, theirs: Data, b: int, length: int) -> bool:
    if isinstance(ours, bytes) and isinstance(theirs, bytes):
        return theirs.startswith(memoryview(ours)[a : a + length], b)  # in place, unlike ==
    pairs = zip(pieces(ours, a, a + length), pieces(theirs, b, b + length), strict=True)
    return all(one == other for one, other in pairs)


def _coded_spans(source: Source) -> list[tuple[Data, int, int]]:
    """Spans of coded bytes, last first, in the file or in a block without its surplus."""
    if source.layout.coded_spans is not None:
        return [(source.content, start, end) for start, end in reversed(source.layout.coded_spans)]
    blocks, data = source.layout.blocks, source.data
    spans: list[tuple[Data, int, int]] = []
    cut = {index - 1 for index in source.layout.of(Kind.VENDOR) if is_surplus(blocks[index])}
    for index in source.layout.of(Kind.CODED):
        block = blocks[index]
        start = block.offset
        end = start + block.length
        if start == end or index in cut:
            spans.append((block.data.tobytes(), 0, len(block.data)))
        elif spans and spans[-1][2] == start and spans[-1][0] is data:
            spans[-1] = (data, spans[-1][1], end)
        else:
            spans.append((data, start, end))
    return spans[::-1]
