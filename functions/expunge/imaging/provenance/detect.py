"""What a file's metadata says of its making and its maker, as one report.

Nothing is fetched and, unless asked for, nothing decoded. What cannot be read is a finding.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.provenance import credentials
from expunge.imaging.provenance.assessment import assess
from expunge.imaging.provenance.fact import UNREADABLE, Category, decoded, shown
from expunge.imaging.provenance.findings import MOST_FINDINGS, Finding, judge
from expunge.imaging.provenance.survey import Located, survey
from expunge.imaging.provenance.text import XMP_KEYWORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expunge.imaging.provenance.credentials import Credentials
    from expunge.imaging.source import Source

SYNTHID_VERIFY = "https://support.google.com/gemini/answer/16722517"
"""Google's page on having Gemini look for SynthID."""
_ICC_BLOCKS = {"APP2", "iCCP", "ICCP", "colr", "ICCRGBG1"}


@dataclass(frozen=True, slots=True)
class Detected:
    """A report and what it took, in milliseconds."""

    report: dict[str, Any]
    metadata_ms: float
    c2pa_ms: float


def detect(source: Source, *, deep: bool = False, verify: bool = True) -> Detected:
    """Look for everything the rule table knows.

    Parameters
    ----------
    source
        The file.
    deep
        Decode the pixels too, to read text hidden in them.
    verify
        Check C2PA signatures and hashes.
    """
    started = perf_counter()
    layout = source.layout
    located = survey(layout, source.data, deep=deep)
    surveyed = perf_counter()
    found = credentials.credentials_in(layout, source.data, verify=verify)
    checked = perf_counter()
    findings = judge([*located, *_claims(found)])
    report = _report(layout, findings, found)
    done = perf_counter()
    return Detected(report, (surveyed - started + done - checked) * 1e3, (checked - surveyed) * 1e3)


def _claims(found: Credentials | None) -> Iterator[Located]:
    """The facts of the manifest store, placed at the blocks that carry it."""
    if found is None:
        return
    offset, length = found.span
    for fact in credentials.facts_of_store(found.store):
        yield Located(fact, found.blocks[0], offset, length)


def _report(
    layout: Layout, findings: Sequence[Finding], found: Credentials | None
) -> dict[str, Any]:
    store = found.store if found else None
    remote = _remote_manifest(findings) if store is None else None
    first = [finding for finding in findings if not finding.is_second]
    return {
        "visible": {"status": "not_examined", "detected": None},
        "metadata": {
            "c2pa": _c2pa(layout, found, remote),
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
        },
        "findings": [finding.as_json() for finding in findings[:MOST_FINDINGS]],
        "findings_omitted": max(0, len(findings) - MOST_FINDINGS),
        "invisible_external": {"synthid": _synthid(findings)},
        "overall_assessment": assess(findings, store, remote),
    }


def _c2pa(layout: Layout, found: Credentials | None, remote: str | None) -> dict[str, Any]:
    if found is not None:
        return credentials.report(found.store)
    if remote is not None:
        return {"present": False, "validity": "remote_only", "remote_url": shown(remote)}
    if any(block.kind is Kind.C2PA for block in layout.blocks):
        reason = "APP11 segments that make up no C2PA manifest store"
        return {"present": False, "validity": None, "reason": reason}
    return {"present": False, "validity": None}


def _remote_manifest(findings: Sequence[Finding]) -> str | None:
    return next((f.value for f in findings if f.rule == "c2pa-remote"), None)


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
    found = {f.key: f.value for f in findings if f.reader == "exif" and f.category is Category.AI}
    return found or None


def _texts(layout: Layout, findings: Sequence[Finding]) -> dict[str, str | None] | None:
    """PNG's text chunks by keyword, the first of several; ``None`` where one cannot be read."""
    if layout.media_type != "image/png":
        return None
    found: dict[str, str | None] = {}
    for finding in findings[:MOST_FINDINGS]:
        if finding.reader == "text" and finding.key != UNREADABLE:
            found.setdefault(shown(finding.key), finding.value)
        elif finding.reader == "text":
            found.setdefault(finding.where.partition("/")[2], None)
    for block in layout.blocks:
        if block.kind is Kind.XMP and block.name == "iTXt":
            found.setdefault(XMP_KEYWORD, shown(decoded(block.data[:2000])))
    return found or None


def _synthid(findings: Sequence[Finding]) -> dict[str, Any]:
    """SynthID cannot be looked for here; provenance may say that a watermark is likely."""
    watermarked = any(f.rule == "c2pa-watermarked" for f in findings)
    google = any(f.tool in ("Google AI", "Google") for f in findings if f.reader != "exif")
    hint = None
    if google:
        hint = "Provenance names Google, whose generators mark their pictures with SynthID."
    elif watermarked:
        hint = "The C2PA manifest says that an invisible watermark was added (c2pa.watermarked)."
    return {"status": "unsupported_locally", "verify_url": SYNTHID_VERIFY, "hint": hint}
