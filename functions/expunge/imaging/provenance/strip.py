"""Remove blocks from a file, and prove that nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO, cast

from expunge.errors import ImageError, MalformedImage, UnsupportedMediaType
from expunge.imaging.auxiliary import directory, maker_note, views
from expunge.imaging.auxiliary.packet import listed_in
from expunge.imaging.carriers import reduced_metadata
from expunge.imaging.containers.block import Block, Kind, Layout, Role, is_surplus
from expunge.imaging.data import Data, FileData
from expunge.imaging.provenance.auxiliary_images import AuxiliaryImages, keep_needed_xmp
from expunge.imaging.provenance.fact import Kept
from expunge.imaging.provenance.manifests import stays
from expunge.imaging.provenance.own_label import carried
from expunge.imaging.provenance.proof import prove
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.imaging.containers.block import StreamingContainer

STAYING = frozenset((Kind.CODED, Kind.STRUCTURE, Kind.COLOUR, Kind.PICTURE))
"""Kinds of blocks that define the displayed image."""

NOT_LISTED = frozenset((Kind.CODED, Kind.STRUCTURE))
"""Kinds of blocks that no report lists as kept."""

Edits = dict[int, bytes | None]
"""New content by block index, or ``None`` for a dropped block."""


@dataclass(frozen=True, slots=True)
class StripPolicy:
    """Selects the metadata to keep."""

    kinds: frozenset[Kind] = frozenset()
    """Kinds of blocks that stay whole."""
    reasons: Kept = Kept.NONE
    """The reasons to keep single fields of removed blocks."""
    only: Callable[[Layout, Data, Kept], Edits] | None = None
    """Selects the blocks to remove by ``reasons``, instead of all metadata. ``kinds`` still
    stay."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """A file after the strip, and the changes made to it."""

    data: bytes
    """The input itself if nothing changed; empty for a movie on disk."""
    changed: bool
    removed: tuple[Block, ...]
    """Blocks of the input that were removed in whole or in part."""
    kept: tuple[Block, ...]
    """Blocks of the result that are neither coded pixels nor structure."""
    survivors: tuple[Block, ...]
    """Blocks of the result that a second strip would remove. Any is a defect."""
    strip_ms: float
    verify_ms: float
    file: BinaryIO | None = None
    """A changed movie on disk. The caller closes it."""
    length: int = 0
    """Bytes of the result."""


def strip(source: Source, policy: StripPolicy, *, within: Role | None = None) -> Stripped:
    """Remove every block that is not part of the displayed image, except those the policy keeps.

    The label of a result of this service stays, whatever the policy.

    Parameters
    ----------
    within
        Purpose of the image, if it is an auxiliary image inside another file.

    Raises
    ------
    expunge.errors.RewriteUnproven
        The parsed result is not proven to hold the same image.
    """
    started = perf_counter()
    if within is None and carried(source):
        policy = replace(policy, reasons=policy.reasons | Kept.OWN)
    plan = _plan(source, policy, within)
    if plan.edits and source.file is not None:
        return _strip_file(source, source.file, plan, policy, started)
    data, layout = source.data, source.layout
    if plan.edits:
        data = source.container.rewrite(data, layout, plan.edits)
    rewritten = perf_counter()
    after = source
    if plan.edits:
        after = Source(data, source.container.parse(data, like=layout), source.container)
    return _proven(source, after, plan, policy, within, started, rewritten)


def _strip_file(
    source: Source, file: FileData, plan: _Plan, policy: StripPolicy, started: float
) -> Stripped:
    """Write the result of a movie on disk to another file, which is then read again."""
    container = cast("StreamingContainer", source.container)
    out = file.scratch()
    try:
        for piece in container.pieces(file, source.layout, plan.edits):
            out.write(piece)
        out.flush()
        rewritten = perf_counter()
        data = FileData(out)
        after = Source(b"", container.parse(data, like=source.layout), container, file=data)
        found = _proven(source, after, plan, policy, None, started, rewritten)
        return replace(found, file=out)
    except BaseException:
        out.close()
        raise


def _proven(
    source: Source,
    after: Source,
    plan: _Plan,
    policy: StripPolicy,
    within: Role | None,
    started: float,
    rewritten: float,
) -> Stripped:
    """Prove the result, and look for what a second strip would remove."""
    survivors: tuple[Block, ...] = ()
    if plan.edits:
        prove(source, after, plan.edits)
        survivors = _plan(after, policy, within).removed
    kept = (b for b in after.layout.blocks if b.kind not in NOT_LISTED)
    return Stripped(
        data=after.data,
        length=len(after.content),
        changed=bool(plan.edits),
        removed=plan.removed,
        kept=tuple(kept),
        survivors=survivors,
        strip_ms=(rewritten - started) * 1e3,
        verify_ms=(perf_counter() - rewritten) * 1e3,
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """The edits to make, and the blocks that they remove in whole or in part."""

    edits: Edits
    removed: tuple[Block, ...]


def _plan(source: Source, policy: StripPolicy, within: Role | None) -> _Plan:
    layout = source.layout
    pictures = {
        index: _picture(layout.blocks[index], policy)
        for index in (layout.of(Kind.PICTURE) if within is None else ())
    }
    auxiliary = AuxiliaryImages.of(layout, pictures, within, leave_all=policy.only is not None)
    if policy.only is not None:
        chosen = policy.only(layout, source.content, policy.reasons)
        removals = {
            index: _with_lengths(layout.blocks[index], new, auxiliary)
            for index, new in chosen.items()
            if layout.blocks[index].kind not in policy.kinds
        }
        gone = dict.fromkeys(index for index, new in removals.items() if new is None)
        removals |= reduced_metadata(layout, _kept_fields(layout, gone, policy))
    else:
        removals = _all_metadata(source, policy, auxiliary)
    removals = _changes(layout, _with_surplus(layout, removals))
    if removals:
        removals |= dict.fromkeys(layout.fragile)
    edits = removals | _changes(layout, _updated_lengths(layout, removals, auxiliary))
    removed = [layout.blocks[index] for index in removals]
    for index, picture in pictures.items():
        if picture.changed and index not in removals:
            edits[index] = picture.data
            removed += [_within(source, layout.blocks[index], part) for part in picture.removed]
    return _Plan(edits, tuple(removed))


def _all_metadata(source: Source, policy: StripPolicy, auxiliary: AuxiliaryImages) -> Edits:
    """Edits that remove all metadata that neither the displayed image nor the policy needs."""
    layout = source.layout
    staying = _staying(policy, auxiliary.within)
    removals: Edits = {
        index: None
        for index, block in enumerate(layout.blocks)
        if index in auxiliary.dropped or block.kind not in staying
    }
    if not removals:
        return removals
    if policy.reasons and stays(layout, source.content, policy.reasons):
        removals = {i: new for i, new in removals.items() if layout.blocks[i].kind is not Kind.C2PA}
    removals = _kept_fields(layout, removals, policy)
    keep_needed_xmp(layout, removals, auxiliary)
    left = reduced_metadata(layout, removals)
    _keep_headroom(layout, left, auxiliary)
    views.keep_numbers(layout, left, auxiliary.within)
    return left


def _kept_fields(layout: Layout, removals: Edits, policy: StripPolicy) -> Edits:
    """The removals, with the fields that the policy keeps as new content."""
    if not policy.reasons or not removals:
        return removals
    from expunge.imaging.provenance.keeping.blocks import kept  # noqa: PLC0415 - the rule table

    return kept(layout, removals, policy.reasons)


def _keep_headroom(layout: Layout, removals: Edits, auxiliary: AuxiliaryImages) -> None:
    """Keep the EXIF fields of the primary image that Apple's gain maps need."""
    if Role.GAIN_MAP not in auxiliary.roles:
        return
    first = next((i for i in layout.of(Kind.EXIF) if layout.blocks[i].role is None), -1)
    if first in removals:
        note = maker_note.hdr_note(layout.blocks[first].data)
        if note:
            removals[first] = maker_note.with_note(removals[first], note)


def _with_surplus(layout: Layout, removals: Edits) -> Edits:
    """Add the surplus of each dropped block."""
    blocks = layout.blocks
    surpluses = {
        index + 1: None
        for index, new in removals.items()
        if new is None and index + 1 < len(blocks) and is_surplus(blocks[index + 1])
    }
    return removals | surpluses


def _changes(layout: Layout, edits: Edits) -> Edits:
    """The edits that change a block, as the container will read them back."""
    read_back = {
        index: None if new is None else layout.canonical(index, new) for index, new in edits.items()
    }
    return {
        index: new
        for index, new in read_back.items()
        if new is None or new != layout.blocks[index].data.tobytes()
    }


def _staying(policy: StripPolicy, within: Role | None) -> frozenset[Kind]:
    """Kinds of blocks that stay. An auxiliary image keeps no auxiliary images of its own."""
    kinds = STAYING | policy.kinds
    return kinds if within is None else kinds - {Kind.PICTURE}


def _picture(block: Block, policy: StripPolicy) -> Stripped:
    """Strip an auxiliary image.

    Raises
    ------
    expunge.errors.MalformedImage
        It cannot be read. It may hold any data, and dropping it would change the display.
    """
    try:
        return strip(
            Source.of(block.data.tobytes(), limits=None), policy, within=block.role or Role.OTHER
        )
    except (ImageError, UnsupportedMediaType) as error:
        raise MalformedImage(f"in {block.path}: {error.detail}") from None


def _within(source: Source, outer: Block, inner: Block) -> Block:
    """Convert a block of an auxiliary image to one of the whole file."""
    start = max(source.data.find(outer.data[:4], outer.offset), outer.offset)
    return inner._replace(path=f"{outer.path}/{inner.path}", offset=start + inner.offset)


def _updated_lengths(layout: Layout, removals: Edits, auxiliary: AuxiliaryImages) -> Edits:
    """Edits that write the new lengths of auxiliary images into XMP that stays."""
    return {
        index: _with_lengths(layout.blocks[index], layout.blocks[index].data.tobytes(), auxiliary)
        for index in layout.of(Kind.XMP)
        if index not in removals
    }


def _with_lengths(block: Block, new: bytes | None, auxiliary: AuxiliaryImages) -> bytes | None:
    """Write the new lengths of auxiliary images into the new content of an XMP block."""
    if new is None or block.kind is not Kind.XMP or not auxiliary.sizes:
        return new
    listed = listed_in(memoryview(new))
    sizes = directory.lengths(listed, auxiliary.sizes)
    return directory.with_lengths(memoryview(new), listed, sizes)
