"""Taking blocks out of a file, and proof that nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from expunge.errors import ImageError
from expunge.imaging import exif, gainmap
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.provenance.proof import prove, says_orientation_only
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

STAYING = frozenset((Kind.CODED, Kind.STRUCTURE, Kind.COLOUR, Kind.PICTURE))
"""Kinds that make the picture what it is."""

Edits = dict[int, bytes | None]
"""New content of a block by its index, or ``None`` for a block that goes."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What stays beside the picture itself."""

    kinds: frozenset[Kind] = frozenset()
    """Blocks that stay whole."""
    fields: exif.Fields = exif.Fields.NONE
    """Of EXIF that goes otherwise."""


_COPYRIGHT_KEYWORDS = (b"Author\0", b"Copyright\0")
"""Of keyed text in PNG (third edition, 11.3.3.2)."""


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
    """Blocks of the result that a second strip would take; none, unless there is a defect."""
    strip_ms: float
    verify_ms: float

    @property
    def changed(self) -> bool:
        return bool(self.removed)


def strip(source: Source, policy: Policy, *, second: bool = False) -> Stripped:
    """Take every block that neither makes the picture nor is to stay by the policy.

    Parameters
    ----------
    second
        Whether this is a picture within another file, whose gain map facts count.

    Raises
    ------
    expunge.errors.RewriteUnproven
        Where the result, read anew, is not shown to hold the same picture.
    """
    started = perf_counter()
    edits = _edits(source, policy, second=second)
    data = source.data
    if edits:
        data = source.container.rewrite(data, source.layout, edits, source.layout.orientation)
    rewritten = perf_counter()
    after, survivors = source, Edits()
    if edits:
        after = Source(data, source.container.parse(data, like=source.layout), source.container)
        prove(source, after, edits)
        survivors = _edits(after, policy, second=second)
    return Stripped(
        data=data,
        removed=tuple(source.layout.blocks[index] for index in edits),
        kept=tuple(b for b in after.layout.blocks if b.kind not in (Kind.CODED, Kind.STRUCTURE)),
        survivors=tuple(after.layout.blocks[index] for index in survivors),
        strip_ms=(rewritten - started) * 1e3,
        verify_ms=(perf_counter() - rewritten) * 1e3,
    )


def _edits(source: Source, policy: Policy, *, second: bool) -> Edits:
    """What becomes of each block that does not stay as it is."""
    layout = source.layout
    wanted: Edits = {}
    for index, block in enumerate(layout.blocks):
        if block.kind is Kind.PICTURE:
            wanted[index] = None if second else _picture(block, policy)
        elif not _may_stay(block, layout, policy):
            wanted[index] = None
    pictures = [
        len(content)
        for index, content in wanted.items()
        if content is not None and layout.blocks[index].kind is Kind.PICTURE
    ]
    _keep_gain_map_facts(layout, wanted, pictures, second=second)
    _keep_fields(layout, wanted, policy)
    return {
        index: new
        for index, new in wanted.items()
        if new is None or new != layout.blocks[index].data.tobytes()
    }


def _may_stay(block: Block, layout: Layout, policy: Policy) -> bool:
    if block.kind is Kind.TEXT and exif.Fields.COPYRIGHT in policy.fields:
        return block.data[:10].tobytes().startswith(_COPYRIGHT_KEYWORDS)
    if says_orientation_only(block, layout):
        return True
    return block.kind in STAYING or block.kind in policy.kinds


def _picture(block: Block, policy: Policy) -> bytes | None:
    """A second picture without its own metadata; what cannot be read cannot stay."""
    try:
        return strip(Source.of(block.data.tobytes()), policy, second=True).data
    except ImageError:
        return None


def _keep_gain_map_facts(
    layout: Layout, wanted: Edits, pictures: Sequence[int], *, second: bool
) -> None:
    """Leave of XMP what second pictures need to be shown as they were."""
    if not pictures and not second:
        return
    for index, new in wanted.items():
        block = layout.blocks[index]
        if block.kind is Kind.XMP and new is None:
            wanted[index] = gainmap.essentials(block.data, pictures)


def _keep_fields(layout: Layout, wanted: Edits, policy: Policy) -> None:
    """Leave of EXIF what was asked for; an EXIF block that stays states the orientation."""
    for index, block in enumerate(layout.blocks):
        if block.kind is Kind.EXIF and wanted.get(index, b"") is None:
            if policy.fields:
                wanted[index] = exif.excerpt(block.data, policy.fields, layout.orientation)
            return
        if block.kind is Kind.EXIF and not exif.orientation(block.data) and layout.orientation > 1:
            wanted[index] = exif.with_orientation(block.data, layout.orientation)
            return
