"""Select what stays of each removed block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging import carriers
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.provenance import survey
from expunge.imaging.provenance.keeping import exif, matroska, photoshop, text, trailer, xmp
from expunge.imaging.provenance.keeping.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.imaging.provenance.fact import Kept

_SAMSUNG_BOX = "sefd"
"""The box in which HEIF files and movies hold what is a trailer in other formats."""
_CHUNKS = ("tEXt", "zTXt", "iTXt")
_MAX_SEGMENT = 65_000
"""Bytes that fit in one JPEG segment beside its identifier and display facts."""
_WRAPPING = 1_000
"""Bytes of a packet around its descriptions, and more."""


def kept(layout: Layout, removed: Iterable[int], reasons: Kept) -> dict[int, bytes | None]:
    """Return the new content of each removed block, or ``None`` if nothing of it stays.

    Parameters
    ----------
    removed
        Indices into ``layout.blocks``.
    reasons
        The reasons to keep a field.

    Returns
    -------
    dict
        For the blocks that `carriers.reduced_metadata` reads, the EXIF or XMP without the form
        that a text chunk gives it. For other blocks, their content.
    """
    wanted = Wanted(reasons)
    removals = dict.fromkeys(removed)
    beside = survey.tool_beside(layout)
    whole = set(carriers.candidates(layout))
    for index, block in _joined(layout, removals):
        carrier = carriers.carrier_of(block) if index in whole else None
        if carrier is not None:
            writer = xmp.excerpt if carrier.is_xmp else exif.excerpt
            removals[index] = writer(carrier.content, wanted)
        else:
            removals[index] = _kept(block, wanted, beside)
    _add_extended(layout, removals, wanted)
    return {i: new if _fits(layout.blocks[i], new) else None for i, new in removals.items()}


def _fits(block: Block, new: bytes | None) -> bool:
    """Whether new content fits in one JPEG segment, if the block is one."""
    is_segment = block.name in ("APP1", "APP13")
    return new is None or not is_segment or len(new) <= max(_MAX_SEGMENT, len(block.data))


def _joined(layout: Layout, removals: dict[int, None]) -> Iterator[tuple[int, Block]]:
    """The removed blocks, with segments that continue one another joined, without extended XMP."""
    taken = -1
    for index in sorted(removals):
        block = layout.blocks[index]
        if index <= taken or survey.is_extended(block):
            continue
        if survey.is_joined(block):
            taken, block = survey.continued(layout.blocks, index)
        yield index, block


def _kept(block: Block, wanted: Wanted, beside: str) -> bytes | None:
    """What stays of a block that `carriers.reduced_metadata` does not read."""
    if block.kind in _WRITERS:
        return _WRITERS[block.kind](block.data, wanted)
    if block.kind is Kind.TEXT and block.name in _CHUNKS:
        return text.excerpt(block, wanted, beside)
    if block.kind is Kind.TEXT and block.name == "Tags":
        return matroska.excerpt(block.data, wanted)
    facts = list(survey.facts_of(block))
    if wanted.any(facts) and all(map(wanted, facts)):
        return block.data.tobytes()
    is_trailer = block.kind is Kind.TRAILER or block.name == _SAMSUNG_BOX
    return trailer.excerpt(block.data, wanted) if is_trailer else None


_WRITERS = {
    Kind.EXIF: exif.excerpt,
    Kind.XMP: xmp.excerpt,
    Kind.IPTC: photoshop.excerpt,
}


def _add_extended(layout: Layout, removals: dict[int, bytes | None], wanted: Wanted) -> None:
    """Move the wanted properties of extended XMP to the first packet, which then stands alone."""
    first = next((i for i in removals if _is_packet(layout.blocks[i])), None)
    if first is None:
        return
    content = xmp.descriptions(layout.blocks[first].data, wanted)
    whole = content
    for packet in survey.extended(layout):
        whole += xmp.descriptions(memoryview(packet), wanted, beside=whole)
    if len(content) < len(whole) < _MAX_SEGMENT - _WRAPPING:
        removals[first] = xmp.packet(whole, wrapped=True)


def _is_packet(block: Block) -> bool:
    return block.kind is Kind.XMP and block.name == "APP1" and not survey.is_extended(block)
