"""Select the edits for ``scope: ai``: remove AI provenance and no other field."""

from __future__ import annotations

import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

from expunge.errors import RewriteUnproven
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.provenance import exif, photoshop, tc260, text, xmp
from expunge.imaging.provenance.credentials import credentials_in, facts_of_store
from expunge.imaging.provenance.fact import REST, Budget, Fact, Kept
from expunge.imaging.provenance.keeping.wanted import Wanted
from expunge.imaging.provenance.manifests import stays
from expunge.imaging.provenance.pruning import without
from expunge.imaging.provenance.rules import is_ai
from expunge.imaging.provenance.survey import facts_of, is_extended, survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.data import Data
    from expunge.imaging.provenance.pruning import Reader

_PRUNABLE: dict[Kind, Reader] = {
    Kind.EXIF: exif.read,
    Kind.XMP: xmp.read,
    Kind.IPTC: photoshop.read,
}
"""Kinds from which single fields can be removed. Other blocks go whole."""
_JPEG_PARTS = "jbrd/"
"""Segments of the JPEG inside a transcoded JPEG XL file. They go whole or stay."""
_C2PA_POINTER = "dcterms:provenance"


def ai_edits(layout: Layout, data: Data, reasons: Kept = Kept.NONE) -> dict[int, bytes | None]:
    """Return an edit for each block with AI provenance, as ``Container.rewrite`` expects it.

    Parameters
    ----------
    layout, data
        The file and its blocks. Auxiliary images (``Kind.PICTURE``) are separate files and are
        not examined.
    reasons
        The reasons to keep a field although it is AI provenance.

    Returns
    -------
    dict
        By block index: new content, or ``None`` if the whole block goes. All other blocks stay.
        A C2PA store goes whole if any of its manifests states AI, together with the reference to
        it in XMP. A store without AI, or an unreadable one, stays. Parameters hidden in pixels
        are not metadata and stay.

    Raises
    ------
    expunge.errors.RewriteUnproven
        The file has more fields than the limit.
    """
    wanted = Wanted(reasons)
    pointer = _ai_credentials(layout, data) and not stays(layout, data, reasons)
    ai_paths = _ai_paths(layout, data, wanted)
    edits: dict[int, bytes | None] = {}
    for index, block in enumerate(layout.blocks):
        if block.kind is Kind.C2PA:
            edits |= {index: None} if pointer else {}
        elif block.path in ai_paths or (pointer and _has_pointer(block)):
            whole = block.path.startswith(_JPEG_PARTS)
            edits[index] = None if whole else without_ai(block, wanted, pointer=pointer)
    return edits


def without_ai(
    block: Block, wanted: Wanted | None = None, *, pointer: bool = False
) -> bytes | None:
    """Return a block's data without its AI fields, or ``None`` if the whole block must go.

    The whole block goes if it is a single field (text, comment), if it has only AI fields, or if
    the result cannot be proven to hold exactly the other fields. What is ``wanted`` stays. With
    ``pointer``, XMP's reference to a C2PA store goes too.
    """

    judged: dict[tuple[str, str], bool] = {}  # the proof asks for each value several times

    def unwanted(fact: Fact) -> bool:
        known = (fact.place, fact.value)
        if known not in judged:
            is_kept = wanted is not None and wanted.any((fact,))
            states_ai = is_ai(fact) or any(map(is_ai, tc260.read(fact)))
            judged[known] = states_ai and not is_kept
        return judged[known] or (pointer and fact.key == _C2PA_POINTER)

    reader = _PRUNABLE.get(block.kind)
    if reader is None:
        return None
    if block.name == "iTXt" and bytes(block.data[:1]) == b"\x78":
        return _recompressed(block, unwanted)
    return without(block.data, reader, unwanted)


def _recompressed(block: Block, unwanted: Callable[[Fact], bool]) -> bytes | None:
    try:
        packet = text.inflate(block.data, Budget())
    except text.Inflated:
        return None
    left = without(memoryview(packet), xmp.read, unwanted)
    return zlib.compress(left) if left else None


def _ai_paths(layout: Layout, data: Data, wanted: Wanted) -> set[str]:
    """Paths of the blocks with AI provenance to remove, except coded pixels."""
    found = survey(layout, data)
    if any(f.fact.path.endswith(REST) for f in found):
        raise RewriteUnproven("the file has too many metadata fields to tell AI provenance apart")
    ai_paths = {f.block.path for f in found if is_ai(f.fact) and not wanted.any((f.fact,))}
    digests = {
        bytes(block.data[:32])
        for block in layout.blocks
        if block.path in ai_paths and is_extended(block)
    }
    for before, block in pairwise((layout.blocks[0], *layout.blocks)):
        if is_extended(block) and bytes(block.data[:32]) in digests:
            ai_paths.add(block.path)
        elif before.kind is block.kind is Kind.EXIF and not exif.is_tiff(block.data):
            ai_paths |= {block.path} if before.path in ai_paths else set()
    return ai_paths - {block.path for block in layout.blocks if block.kind is Kind.CODED}


def _has_pointer(block: Block) -> bool:
    return block.kind is Kind.XMP and any(f.key == _C2PA_POINTER for f in facts_of(block))


def _ai_credentials(layout: Layout, data: Data) -> bool:
    """Whether a manifest of the file's C2PA store states AI."""
    found = credentials_in(layout, data, verify=False)
    return found is not None and any(map(is_ai, facts_of_store(found.store)))
