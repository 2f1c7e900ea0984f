"""The report's section on metadata: what kinds there are, and the fields most asked for."""

from __future__ import annotations

import zlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.provenance import c2pa, credentials
from expunge.imaging.provenance.fact import UNREADABLE, Category, decoded, shown
from expunge.imaging.provenance.text import XMP_KEYWORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.provenance.c2pa import ManifestStore
    from expunge.imaging.provenance.findings import Finding

MAX_TAGS, TAG_SHOWN = 100, 200
"""Fields told by name, and characters of each; the findings have 500."""
_ICC_BLOCKS = {"APP2", "iCCP", "ICCP", "colr", "ICCRGBG1"}


def summarise(
    layout: Layout, findings: Sequence[Finding], store: ManifestStore | None, remote: str | None
) -> dict[str, Any]:
    """The section as JSON; second pictures count only towards the tags that tell of AI.

    ``remote`` is the address of a C2PA manifest that the file only announces.
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
        reason = "APP11 segments that make up no C2PA manifest store"
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
    """Whether a field could be read, and whether there is a block in which none could."""
    present = _has(findings, reader)
    blocks = any(block.kind is kind for block in layout.blocks)
    return {"present": present, "unreadable": blocks and not present}


def _has(findings: Sequence[Finding], reader: str) -> bool:
    return any(f.reader == reader and f.key != UNREADABLE for f in findings)


def _icc(layout: Layout) -> dict[str, Any]:
    """Whether a colour profile is there, and where.

    A JPEG XL codestream always describes its colours, and decoders hand that
    out as an ICC profile, stored or made; which of the two is not told here.
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
    """Whether a compression method and a zlib stream give at least an ICC header, 128 bytes."""
    try:
        return (
            profile[:1] == b"\0" and len(zlib.decompressobj().decompress(profile[1:], 128)) == 128
        )
    except zlib.error:
        return False


def _value(findings: Sequence[Finding], reader: str, key: str) -> str | None:
    return next((f.value for f in findings if f.reader == reader and f.key == key), None)


def _ai_tags(findings: Sequence[Finding]) -> dict[str, str] | None:
    """EXIF fields that tell of AI, by name."""
    telling = (f for f in findings if f.reader == "exif" and f.category is Category.AI)
    found = {f.key: f.value[:TAG_SHOWN] for f in islice(telling, MAX_TAGS)}
    return found or None


def _texts(layout: Layout, findings: Sequence[Finding]) -> dict[str, str | None] | None:
    """PNG's text chunks by keyword, the first of several; ``None`` where one cannot be read."""
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
