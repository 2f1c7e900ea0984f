"""The metadata section of a report: the kinds present, and the most requested fields."""

from __future__ import annotations

import zlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.media_types import MOVIES
from expunge.imaging.provenance import c2pa, credentials
from expunge.imaging.provenance.fact import UNREADABLE, Category, decoded, shown
from expunge.imaging.provenance.text import XMP_KEYWORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.provenance.c2pa import ManifestStore
    from expunge.imaging.provenance.findings import Finding

MAX_TAGS, TAG_SHOWN = 100, 200
"""Fields listed by name, and characters of each. Findings show 500."""
_ICC_BLOCKS = {"APP2", "iCCP", "ICCP", "colr", "ICCRGBG1"}


def summarise(
    layout: Layout, findings: Sequence[Finding], store: ManifestStore | None, remote: str | None
) -> dict[str, Any]:
    """Return the section as JSON. Auxiliary images contribute only to the AI tags.

    ``remote`` is the URL of a C2PA manifest outside the file.
    """
    first = [finding for finding in findings if not finding.is_second]
    return {
        "c2pa": _c2pa(layout, store, remote),
        "exif": _exif(layout, first),
        "xmp": _xmp(layout, first),
        "iptc": {"present": _has(first, "iptc")},
        "photoshop": {"present": _has(first, "photoshop")},
        "icc": _icc(layout),
        "exif_ai_tags": _ai_tags(findings),
        "png_text_chunks": _texts(layout, findings),
        "movie": _movie(layout, first),
        "xmp_digital_source_type": _value(findings, "xmp", "Iptc4xmpExt:DigitalSourceType"),
        "orientation": layout.orientation,
        "second_pictures": sum(block.kind is Kind.PICTURE for block in layout.blocks),
    }


def _c2pa(layout: Layout, store: ManifestStore | None, remote: str | None) -> dict[str, Any]:
    if store is not None:
        return credentials.report(store)
    if remote is not None:
        validity = c2pa.Validity.REMOTE_ONLY.value
        return {"present": False, "validity": validity, "remote_url": shown(remote)}
    if any(block.kind is Kind.C2PA for block in layout.blocks):
        reason = "APP11 segments that do not form a C2PA manifest store"
        return {"present": False, "validity": None, "reason": reason}
    return {"present": False, "validity": None}


def _exif(layout: Layout, findings: Sequence[Finding]) -> dict[str, Any]:
    gps = any(f.reader == "exif" and "/GPS/" in f.where for f in findings if f.key != UNREADABLE)
    fields = {
        name: _value(findings, "exif", key)
        for name, key in (
            ("make", "Make"),
            ("model", "Model"),
            ("software", "Software"),
            ("user_comment", "UserComment"),
        )
    }
    return {**_presence(layout, findings, "exif", Kind.EXIF), "gps": gps, **fields}


def _xmp(layout: Layout, findings: Sequence[Finding]) -> dict[str, Any]:
    tool = _value(findings, "xmp", "xmp:CreatorTool")
    return {**_presence(layout, findings, "xmp", Kind.XMP), "creator_tool": tool}


def _presence(
    layout: Layout, findings: Sequence[Finding], reader: str, kind: Kind
) -> dict[str, bool]:
    """Whether a field was readable, and whether blocks exist without any readable field."""
    present = _has(findings, reader)
    blocks = any(block.kind is kind for block in layout.blocks)
    return {"present": present, "unreadable": blocks and not present}


def _has(findings: Sequence[Finding], reader: str) -> bool:
    return any(f.reader == reader and f.key != UNREADABLE for f in findings)


def _icc(layout: Layout) -> dict[str, Any]:
    """Whether the file has a colour profile, and where.

    A JPEG XL codestream always describes its colours. Decoders return that as an ICC profile,
    either stored or generated; the report does not distinguish the two.
    """
    if layout.media_type == "image/jxl":
        return {"present": True, "where": "codestream"}
    blocks = (b for b in layout.blocks if b.kind is Kind.COLOUR and _is_icc(b))
    where = next((block.path for block in blocks), None)
    return {"present": where is not None, "where": where}


def _is_icc(block: Block) -> bool:
    if block.name == "colr":
        return bytes(block.data[:4]) in (b"prof", b"rICC")
    if block.name == "iCCP":
        return _inflates(bytes(block.data).partition(b"\0")[2])
    return block.name in _ICC_BLOCKS


def _inflates(profile: bytes) -> bool:
    """Whether the compressed profile inflates to at least an ICC header of 128 bytes."""
    try:
        return (
            profile[:1] == b"\0" and len(zlib.decompressobj().decompress(profile[1:], 128)) == 128
        )
    except zlib.error:
        return False


def _movie(layout: Layout, findings: Sequence[Finding]) -> dict[str, Any] | None:
    """What a movie says of place, device and time; ``None`` for an image."""
    if layout.media_type not in MOVIES:
        return None
    told = [finding for finding in findings if finding.reader == "movie"]

    def first(rule: str, *keys: str) -> str | None:
        found = (f.value for f in told if f.rule == rule and (not keys or f.key.lower() in keys))
        return next(found, None)

    return {
        "position": first("movie-place"),
        "make": first("movie-device", *_MAKES),
        "model": first("movie-device", *_MODELS),
        "when": first("movie-when"),
        "data_tracks": [f.value[:TAG_SHOWN] for f in told if f.rule == "movie-data-track"],
    }


_MAKES = ("©mak", "make", "manu", "com.apple.quicktime.make", "com.android.manufacturer")
_MODELS = ("©mod", "model", "modl", "com.apple.quicktime.model", "com.android.model")


def _value(findings: Sequence[Finding], reader: str, key: str) -> str | None:
    return next((f.value for f in findings if f.reader == reader and f.key == key), None)


def _ai_tags(findings: Sequence[Finding]) -> dict[str, str] | None:
    """EXIF fields with AI provenance, by name."""
    ai_findings = (f for f in findings if f.reader == "exif" and f.category is Category.AI)
    found = {f.key: f.value[:TAG_SHOWN] for f in islice(ai_findings, MAX_TAGS)}
    return found or None


def _texts(layout: Layout, findings: Sequence[Finding]) -> dict[str, str | None] | None:
    """PNG text by keyword, from the first chunk of each; ``None`` for an unreadable chunk."""
    if layout.media_type != "image/png":
        return None
    found: dict[str, str | None] = {}
    for finding in findings:
        if len(found) == MAX_TAGS:
            break
        if finding.reader == "text" and finding.key != UNREADABLE:
            found.setdefault(shown(finding.key), finding.value[:TAG_SHOWN])
        elif finding.reader == "text":
            found.setdefault(finding.where.partition("/")[2], None)
    for block in layout.blocks:
        if block.kind is Kind.XMP and block.name == "iTXt":
            found.setdefault(XMP_KEYWORD, shown(decoded(block.data[:2000]))[:TAG_SHOWN])
    return found or None
