"""Taking blocks out of a file, and proof that nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from expunge.errors import RewriteUnproven
from expunge.imaging import exif
from expunge.imaging.containers.block import Block, Kind, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.source import Source

STAYING = frozenset((Kind.CODED, Kind.STRUCTURE, Kind.COLOUR, Kind.PICTURE))
"""Kinds that make the picture what it is; every other goes unless it is asked to stay."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """A file after the strip, and what was done to it."""

    data: bytes
    """The input itself where nothing had to go."""
    removed: tuple[Block, ...]
    """Blocks of the input that are gone, or of which only a part is left."""
    kept: tuple[Block, ...]
    """Blocks of the result that are neither coded pixels nor structure."""
    survivors: tuple[Block, ...]
    """Blocks of the result that should be gone; none, unless this module has a defect."""
    strip_ms: float
    verify_ms: float

    @property
    def changed(self) -> bool:
        return bool(self.removed)


def strip(source: Source, keep: frozenset[Kind] = frozenset()) -> Stripped:
    """Remove every block whose kind is neither in `STAYING` nor in ``keep``.

    Raises
    ------
    expunge.errors.RewriteUnproven
        Where the result, read anew, is not shown to hold the same picture.
    """
    started = perf_counter()
    edits = _edits(source, keep)
    data = source.data
    if edits:
        layout = source.layout
        data = source.container.rewrite(data, layout, edits, layout.orientation)
    rewritten = perf_counter()
    after = source.layout
    if edits:
        after = source.container.parse(data)
        _prove(source, after, data, edits)
    return Stripped(
        data=data,
        removed=tuple(source.layout.blocks[index] for index in edits),
        kept=tuple(b for b in after.blocks if b.kind not in (Kind.CODED, Kind.STRUCTURE)),
        survivors=tuple(b for b in after.blocks if not _may_stay(b, after, keep)),
        strip_ms=(rewritten - started) * 1e3,
        verify_ms=(perf_counter() - rewritten) * 1e3,
    )


def _edits(source: Source, keep: frozenset[Kind]) -> dict[int, bytes | None]:
    """What becomes of each block that does not stay as it is."""
    layout = source.layout
    return {
        index: None
        for index, block in enumerate(layout.blocks)
        if not _may_stay(block, layout, keep)
    }


def _may_stay(block: Block, layout: Layout, keep: frozenset[Kind]) -> bool:
    return block.kind in STAYING or block.kind in keep or _says_orientation_only(block, layout)


def _says_orientation_only(block: Block, layout: Layout) -> bool:
    return (
        block.kind is Kind.EXIF
        and layout.orientation > 1
        and bytes(block.data) == exif.minimal(layout.orientation)
    )


def _prove(source: Source, after: Layout, data: bytes, edits: Mapping[int, bytes | None]) -> None:
    """Hold the result against the input."""
    before = source.layout
    if _facts(before) != _facts(after):
        raise RewriteUnproven("the rewritten file differs in size, frames or orientation")
    if not _same_coded_bytes(source.data, before, data, after):
        raise RewriteUnproven("the rewritten file differs in its coded pixels")
    if _kept(before, edits) != _kept(after, {}):
        raise RewriteUnproven("the rewritten file differs in a block that should have stayed")


def _facts(layout: Layout) -> tuple[object, ...]:
    return (layout.media_type, layout.width, layout.height, layout.frames, layout.orientation)


def _kept(
    layout: Layout, edits: Mapping[int, bytes | None]
) -> list[tuple[Kind, str, bytes | None]]:
    """Contents that must be the same before and after, in order."""
    return [
        (block.kind, block.name, edits.get(index, block.data.tobytes()))
        for index, block in enumerate(layout.blocks)
        if block.kind not in (Kind.CODED, Kind.STRUCTURE)
        and edits.get(index, b"") is not None
        and not _says_orientation_only(block, layout)
    ]


def _same_coded_bytes(one: bytes, before: Layout, other: bytes, after: Layout) -> bool:
    """Whether the coded blocks, strung together, are the same bytes.

    Neighbours count as one span, and spans may be cut differently on the two
    sides: a chunk that stood between two others may be gone.
    """
    view = memoryview(one)
    left, right = _coded_spans(before), _coded_spans(after)
    while left and right:
        (a, a_end), (b, b_end) = left.pop(), right.pop()
        step = min(a_end - a, b_end - b)
        if not other.startswith(view[a : a + step], b):
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
