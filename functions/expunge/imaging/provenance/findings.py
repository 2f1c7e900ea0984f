"""Convert facts to findings with the rule table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance.fact import UNREADABLE, Category, readable, shown
from expunge.imaging.provenance.rules import rule_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from expunge.imaging.provenance.survey import Located

MAX_FINDINGS = 500
"""Findings in one report. Technical ones are dropped first."""
MAX_BYTES = 160_000
"""Bytes of all findings in one report as JSON. The record store allows items of 400 kB."""
_FRAME_BYTES = 300
"""Bytes of a finding as JSON, without its three long texts."""
MATCHED_CHARACTERS = 1 << 20
"""Characters of one file's values that rules examine in full. After that, 200 of each value."""

_ORDER = {category: rank for rank, category in enumerate(Category)}
_FORMATS = {
    "exif": "EXIF", "xmp": "XMP", "iptc": "IPTC", "photoshop": "Photoshop", "text": "Text",
    "comment": "Comment", "tc260": "TC260 label", "c2pa": "C2PA", "trailer": "Trailer",
    "vendor": "Vendor block", "stealth": "Hidden in pixels", "thumbnail": "Thumbnail",
    "movie": "Movie",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its location and its meaning."""

    what: str
    """Format and field: ``EXIF Software``."""
    where: str
    """Path in the container and in the block: ``APP1[0]/IFD0/Software``."""
    offset: int
    length: int
    value: str
    category: Category
    confidence: float
    tool: str
    """The product named by the evidence, or ``""``."""
    rule: str
    reader: str
    key: str
    is_second: bool
    is_blank: bool = False
    """Whether the value has only spaces and NULs. A report omits it."""

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "what": self.what,
            "where": self.where,
            "offset": self.offset,
            "length": self.length,
            "value": self.value,
            "category": self.category.value,
            "confidence": self.confidence,
            "rule": self.rule,
        }
        return found | ({"tool": self.tool} if self.tool else {})


def judge(located: Iterable[Located]) -> list[Finding]:
    """Return a finding for each fact: AI provenance first, then private data, authorship, rest."""
    characters = MATCHED_CHARACTERS
    findings = []
    for found in located:
        reach = 200 if characters <= 0 else None
        findings.append(_finding(found, reach))
        characters -= len(found.fact.value)
    findings.sort(key=lambda finding: _ORDER[finding.category])
    return findings


def listed(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the first findings as JSON, up to the limits of a report."""
    left = MAX_BYTES
    found = []
    for finding in findings[:MAX_FINDINGS]:
        words = finding.what + finding.where + finding.value
        left -= _FRAME_BYTES + len(words.encode())
        if left < 0:
            break
        found.append(finding.as_json())
    return found


def _finding(found: Located, reach: int | None) -> Finding:
    fact = found.fact
    rule = rule_for(fact, reach)
    what = "cannot be read" if fact.key == UNREADABLE else shown(fact.key)
    return Finding(
        what=f"{_FORMATS.get(fact.reader, fact.reader)} {what}",
        where=shown(f"{found.block.path}/{fact.path}"),
        offset=found.offset,
        length=found.length,
        value=shown(readable(fact.value)),
        category=rule.category,
        confidence=rule.confidence,
        tool=rule.tool,
        rule=rule.id,
        reader=fact.reader,
        key=fact.key,
        is_second=found.is_second,
        is_blank=not fact.value.strip(" \t\r\n\0"),
    )
