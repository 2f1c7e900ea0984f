"""Report the provenance and private data in a file's metadata.

Nothing is fetched, and pixels are decoded only on request. Unreadable data is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance import credentials, synthid
from expunge.imaging.provenance.assessment import assess
from expunge.imaging.provenance.findings import Finding, judge, listed
from expunge.imaging.provenance.summary import summarise
from expunge.imaging.provenance.survey import Located, survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expunge.imaging.containers.block import Layout
    from expunge.imaging.data import Data
    from expunge.imaging.provenance.credentials import ContentCredentials
    from expunge.imaging.source import Source


@dataclass(frozen=True, slots=True)
class Detected:
    """A report and its durations in milliseconds."""

    report: dict[str, Any]
    metadata_ms: float
    c2pa_ms: float


def detect(source: Source, *, deep: bool = False, verify: bool = True) -> Detected:
    """Search a file for everything in the rule table.

    Parameters
    ----------
    source
        The file.
    deep
        Also decode the pixels, to read text hidden in them.
    verify
        Check C2PA signatures and hashes.
    """
    started = perf_counter()
    layout = source.layout
    located = survey(layout, source.content, deep=deep)
    surveyed = perf_counter()
    found = credentials.credentials_in(layout, source.content, verify=verify)
    checked = perf_counter()
    findings = judge([*located, *_claims(found, source.content)])
    report = _report(layout, findings, found)
    done = perf_counter()
    return Detected(report, (surveyed - started + done - checked) * 1e3, (checked - surveyed) * 1e3)


def _claims(found: ContentCredentials | None, data: Data) -> Iterator[Located]:
    """The facts of the manifest store, each located at its box or at the block around it."""
    if found is None:
        return
    carrier = credentials.Carrier(found, data)
    for fact in credentials.facts_of_store(found.store):
        yield Located(fact, *carrier.place(fact.offset, fact.length))


def _report(
    layout: Layout, findings: Sequence[Finding], found: ContentCredentials | None
) -> dict[str, Any]:
    store = found.store if found else None
    remote = _remote_manifest(findings) if store is None else None
    nonblank = [finding for finding in findings if not finding.is_blank]
    shown = listed(nonblank)
    return {
        "visible": {"status": "not_examined", "detected": None},
        "metadata": summarise(layout, findings, store, remote),
        "findings": shown,
        "findings_omitted": len(nonblank) - len(shown),
        "invisible_external": {"synthid": synthid.report(findings)},
        "overall_assessment": assess(findings, store, remote),
    }


def _remote_manifest(findings: Sequence[Finding]) -> str | None:
    return next((f.value for f in findings if f.rule == "c2pa-remote"), None)
