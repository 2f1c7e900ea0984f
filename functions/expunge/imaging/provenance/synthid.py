"""Whether provenance makes a SynthID watermark likely, and who can check for it.

The watermark itself cannot be read here: its vendors keep the decoder to their own services.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance.fact import Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.provenance.findings import Finding

GOOGLE, OPENAI = "Google", "OpenAI"
DETECTORS = {
    GOOGLE: "https://synthid.com/",
    OPENAI: "https://openai.com/verify/",
}
"""Public detectors by vendor. Google's is open to everybody since October 2026 and asks for an
account; OpenAI's, since May 2026, does not. Each is made for its vendor's own images, so another
vendor's image may come out as unmarked."""
_WATERMARKED = "The C2PA manifest says that an invisible watermark was added (c2pa.watermarked)."


def report(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the section as JSON. ``verify_url`` is the detector of the vendor that provenance
    names, or Google's, who made SynthID."""
    vendor = _vendor(findings)
    hint = None
    if vendor:
        hint = f"Provenance names {vendor}, whose generators mark their images with SynthID."
    elif any(finding.rule == "c2pa-watermarked" for finding in findings):
        hint = _WATERMARKED
    return {
        "status": "unsupported_locally",
        "verify_url": DETECTORS[vendor or GOOGLE],
        "vendor": vendor,
        "hint": hint,
    }


def _vendor(findings: Sequence[Finding]) -> str | None:
    """The vendor of the most reliable finding; among equals the first in the file."""
    has_source = any(f.rule.startswith("source-") and f.category is Category.AI for f in findings)
    named = [
        (finding.confidence, vendor)
        for finding in findings
        if (vendor := _TOOLS.get(finding.tool))
        and (finding.category is Category.AI or (finding.tool == GOOGLE and has_source))
    ]
    return max(named, key=lambda pair: pair[0])[1] if named else None


_TOOLS = {"Google AI": GOOGLE, GOOGLE: GOOGLE, OPENAI: OPENAI}
"""Vendors by the tool names of the rule table. Google's cameras sign too, without AI."""
