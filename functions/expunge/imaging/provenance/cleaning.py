"""Remove the metadata that a caller chose, and report on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.imaging.auxiliary.packet import embedded_in, tail
from expunge.imaging.containers.block import Block, Kind
from expunge.imaging.provenance.choices import Keep, Scope
from expunge.imaging.provenance.fact import Kept
from expunge.imaging.provenance.notices import notices
from expunge.imaging.provenance.strip import Stripped, StripPolicy
from expunge.imaging.provenance.unexamined import unexamined

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from expunge.imaging.source import Source

MAX_LISTED = 500
"""Most blocks in one list of a report; ``removed_count`` counts all."""
_KINDS = {
    Keep.ICC: Kind.COLOUR,
    Keep.EXIF: Kind.EXIF,
    Keep.XMP: Kind.XMP,
    Keep.IPTC: Kind.IPTC,
    Keep.COMMENTS: Kind.COMMENT,
    Keep.TEXT: Kind.TEXT,
    Keep.THUMBNAILS: Kind.THUMBNAIL,
}
_PICTURES = (Kind.CODED, Kind.PICTURE, Kind.VENDOR)
_CREDIT = Kept.CREDIT | Kept.OPT_OUT
_PROVENANCE = Kept.LABEL | Kept.MANIFEST | _CREDIT
_REASONS = {
    Keep.CREDIT: _CREDIT,
    Keep.COPYRIGHT: _CREDIT,
    Keep.PROVENANCE: _PROVENANCE,
    Keep.CAPTIONS: Kept.CAPTION,
    Keep.PANORAMA: Kept.PANORAMA,
    Keep.GPS: Kept.POSITION,
}
"""The fields that each word keeps."""


def policy(keep: Collection[Keep], scope: Scope) -> StripPolicy:
    """The policy for a caller's choices."""
    reasons = Kept.NONE
    for word in keep:
        reasons |= _REASONS.get(word, Kept.NONE)
    kinds = frozenset(_KINDS[word] for word in keep if word in _KINDS)
    if scope is Scope.PRIVATE:
        reasons |= _PROVENANCE | Kept.SETTING
    if scope is not Scope.AI:
        return StripPolicy(kinds, reasons)
    from expunge.imaging.provenance.scope import ai_edits  # noqa: PLC0415 - the rule table

    return StripPolicy(kinds, reasons, only=ai_edits)


def report(
    source: Source,
    stripped: Stripped,
    reasons: Kept = Kept.NONE,
    settled: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What was removed from one file, what stays, and what was not examined.

    Parameters
    ----------
    reasons
        Those of the policy that stripped it.
    settled
        The section ``c2pa``, if the manifest was signed again or dropped after the strip.
    """
    return {
        "format": source.media_type,
        "changed": stripped.changed,
        "removed": _listed(stripped.removed),
        "removed_count": len(stripped.removed),
        "removed_bytes": len(source.content) - stripped.length,
        "kept": _listed(stripped.kept),
        "survivors": _listed(stripped.survivors),
        "pictures": _pictures(source, stripped),
        **notices(source, stripped, reasons, settled),
        "orientation": source.layout.orientation,
        "unexamined": unexamined(source.layout),
    }


def _pictures(source: Source, stripped: Stripped) -> list[dict[str, str | bool]]:
    """The images beside the main one: the role of each, and whether it is kept.

    XMP may hold some as text, across its parts.
    """
    xmp = Kind.XMP
    gone = {block.path for block in stripped.removed}
    found = []
    before = b""
    for block in source.layout.blocks:
        if block.kind is xmp:
            found += [(role, block.path) for role in embedded_in(block.data, before)]
            before = tail(block.data)
        else:
            before = b""
            if block.role and block.kind in _PICTURES:
                found.append((block.role, block.path))
    return [{"role": role.value, "path": path, "kept": path not in gone} for role, path in found]


def _listed(blocks: tuple[Block, ...]) -> list[dict[str, str | int]]:
    return [
        {
            "kind": block.kind.value,
            "name": block.name,
            "path": block.path,
            "offset": block.offset,
            "length": block.length,
        }
        for block in blocks[:MAX_LISTED]
    ]
