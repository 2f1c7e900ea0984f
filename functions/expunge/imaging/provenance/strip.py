"""Taking blocks out of a file, and proof that nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from expunge.errors import ImageError, MalformedImage, UnsupportedMediaType
from expunge.imaging import exif
from expunge.imaging.auxiliary import directory, maker_note
from expunge.imaging.auxiliary.packet import listed_in
from expunge.imaging.carriers import remainders
from expunge.imaging.containers.block import Block, Kind, Layout, Role, is_surplus
from expunge.imaging.provenance.proof import prove
from expunge.imaging.provenance.seconds import Seconds, keep_facts
from expunge.imaging.source import Source

STAYING = frozenset((Kind.CODED, Kind.STRUCTURE, Kind.COLOUR, Kind.PICTURE))
"""Kinds that make the picture what it is."""

Edits = dict[int, bytes | None]
"""New content of a block by its index, or ``None`` for a block that goes."""


@dataclass(frozen=True, slots=True)
class StripPolicy:
    """What stays beside the picture itself."""

    kinds: frozenset[Kind] = frozenset()
    """Blocks that stay whole."""
    fields: exif.Fields = exif.Fields.NONE
    """Of EXIF that goes otherwise."""
    only: Callable[[Layout, bytes], Edits] | None = None
    """Says what goes, in place of the rule that all metadata does; ``kinds`` stay even so."""


_COPYRIGHT_KEYWORDS = (b"Author\0", b"Copyright\0")
"""Of keyed text in PNG (third edition, 11.3.3.2)."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """A file after the strip, and what was done to it."""

    data: bytes
    """The input itself where nothing had to change."""
    changed: bool
    removed: tuple[Block, ...]
    """Blocks of the input that are gone, or of which only a part is left."""
    kept: tuple[Block, ...]
    """Blocks of the result that are neither coded pixels nor structure."""
    survivors: tuple[Block, ...]
    """Blocks of the result that a second strip would take; none, unless there is a defect."""
    strip_ms: float
    verify_ms: float


def strip(source: Source, policy: StripPolicy, *, within: Role | None = None) -> Stripped:
    """Take every block that neither makes the picture nor is to stay by the policy.

    Parameters
    ----------
    within
        What the picture is for, where it is a second one within another file.

    Raises
    ------
    expunge.errors.RewriteUnproven
        Where the result, read anew, is not shown to hold the same picture.
    """
    started = perf_counter()
    plan = _plan(source, policy, within)
    data, layout = source.data, source.layout
    if plan.edits:
        data = source.container.rewrite(data, layout, plan.edits)
    rewritten = perf_counter()
    after, survivors = source, tuple[Block, ...]()
    if plan.edits:
        after = Source(data, source.container.parse(data, like=layout), source.container)
        prove(source, after, plan.edits)
        survivors = _plan(after, policy, within).removed
    kept = (b for b in after.layout.blocks if b.kind not in (Kind.CODED, Kind.STRUCTURE))
    return Stripped(
        data=data,
        changed=bool(plan.edits),
        removed=plan.removed,
        kept=tuple(kept),
        survivors=survivors,
        strip_ms=(rewritten - started) * 1e3,
        verify_ms=(perf_counter() - rewritten) * 1e3,
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of each block that does not stay as it is, and what is lost by that."""

    edits: Edits
    removed: tuple[Block, ...]


def _plan(source: Source, policy: StripPolicy, within: Role | None) -> _Plan:
    layout = source.layout
    pictures = {
        index: _picture(block, policy)
        for index, block in enumerate(layout.blocks)
        if block.kind is Kind.PICTURE and within is None
    }
    seconds = Seconds.of(layout, pictures, within, leave_all=policy.only is not None)
    if policy.only is not None:
        chosen = policy.only(layout, source.data)
        leaving = {
            index: _with_lengths(layout.blocks[index], new, seconds)
            for index, new in chosen.items()
            if layout.blocks[index].kind not in policy.kinds
        }
        gone = dict.fromkeys(index for index, new in leaving.items() if new is None)
        leaving |= remainders(layout, gone, policy.fields)
    else:
        leaving = _all_metadata(layout, policy, seconds)
    leaving = _changes(layout, _with_surplus(layout, leaving))
    edits = leaving | _changes(layout, _mended(layout, leaving, seconds))
    removed = [layout.blocks[index] for index in leaving]
    for index, picture in pictures.items():
        if picture.changed and index not in leaving:
            edits[index] = picture.data
            removed += [_within(source, layout.blocks[index], part) for part in picture.removed]
    return _Plan(edits, tuple(removed))


def _all_metadata(layout: Layout, policy: StripPolicy, seconds: Seconds) -> Edits:
    """What goes where everything goes that the picture does not need and nobody keeps."""
    leaving: Edits = {
        index: None
        for index, block in enumerate(layout.blocks)
        if index in seconds.going or not _may_stay(block, policy, seconds.within)
    }
    keep_facts(layout, leaving, seconds)
    left = remainders(layout, leaving, policy.fields)
    _keep_headroom(layout, left, seconds)
    return left


def _keep_headroom(layout: Layout, leaving: Edits, seconds: Seconds) -> None:
    """Leave of the first picture's EXIF what Apple's gain maps are shown by."""
    blocks = enumerate(layout.blocks)
    first = next((i for i, b in blocks if b.kind is Kind.EXIF and b.role is None), -1)
    if first in leaving and Role.GAIN_MAP in seconds.roles:
        note = maker_note.hdr_note(layout.blocks[first].data)
        if note:
            leaving[first] = maker_note.with_note(leaving[first], note)


def _with_surplus(layout: Layout, leaving: Edits) -> Edits:
    """What goes, and with each block that goes whole the surplus that it has."""
    behind = {
        index + 1: None
        for index, new in leaving.items()
        if new is None and any(map(is_surplus, layout.blocks[index + 1 : index + 2]))
    }
    return leaving | behind


def _changes(layout: Layout, edits: Edits) -> Edits:
    """The edits that make a difference."""
    return {
        index: new
        for index, new in edits.items()
        if new is None or new != layout.blocks[index].data.tobytes()
    }


def _may_stay(block: Block, policy: StripPolicy, within: Role | None) -> bool:
    if block.kind is Kind.PICTURE:
        return within is None
    if block.kind in STAYING or block.kind in policy.kinds:
        return True
    if block.kind is Kind.TEXT and exif.Fields.COPYRIGHT in policy.fields:
        return block.data[:10].tobytes().startswith(_COPYRIGHT_KEYWORDS)
    return False


def _picture(block: Block, policy: StripPolicy) -> Stripped:
    """A second picture, stripped.

    Raises
    ------
    expunge.errors.MalformedImage
        Where it cannot be read: it could hold anything, and dropping it would change the file.
    """
    try:
        return strip(
            Source.of(block.data.tobytes(), limits=None), policy, within=block.role or Role.OTHER
        )
    except (ImageError, UnsupportedMediaType) as error:
        raise MalformedImage(f"in {block.path}: {error.detail}") from None


def _within(source: Source, outer: Block, inner: Block) -> Block:
    """A second picture's block as one of the whole file."""
    start = max(source.data.find(outer.data[:4], outer.offset), outer.offset)
    return replace(inner, path=f"{outer.path}/{inner.path}", offset=start + inner.offset)


def _mended(layout: Layout, leaving: Edits, seconds: Seconds) -> Edits:
    """XMP that stays, with the lengths that second pictures now have."""
    return {
        index: _with_lengths(block, block.data.tobytes(), seconds)
        for index, block in enumerate(layout.blocks)
        if block.kind is Kind.XMP and index not in leaving
    }


def _with_lengths(block: Block, new: bytes | None, seconds: Seconds) -> bytes | None:
    """An edited XMP states the lengths of second pictures as well as one that stays."""
    if new is None or block.kind is not Kind.XMP or not seconds.sizes:
        return new
    listed = listed_in(memoryview(new))
    sizes = directory.lengths(listed, seconds.sizes)
    return directory.with_lengths(memoryview(new), listed, sizes)
