"""Keep the label of this service's own results on whatever a mode makes of them."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, BinaryIO

import expunge
from expunge.imaging.data import FileData
from expunge.imaging.provenance.own_label import STAYS, OwnLabel, carried, labelled, labelled_file
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.operations import Mode
    from expunge.operations.outcome import Outcome

_MADE = "This service made a face in it, and says so in its metadata."
_AGAIN = "This service made a face in the picture, and knows it. The result has its label again."
_UNMATCHED = (
    " The label was written after the C2PA manifest of the file, so that this no longer matches."
)
_CARRIES = "This service made a face in the picture, which has its label."


def with_label(mode: Mode, source: Source, outcome: Outcome) -> Outcome:
    """The outcome with the label on its file, and in its report why.

    The result of a mode that is ``synthetic`` gets a new label, signed where the operator has set a
    key. That of a labelled or known picture keeps the old one. Nothing changes for any other.

    Raises
    ------
    expunge.errors.RewriteUnproven
        The result takes no label, so that there is none.
    """
    is_new = mode.synthetic and outcome.length is not None and outcome.report.get("changed", True)
    before = None if is_new else carried(source)
    label = OwnLabel.of(mode.name, expunge.__version__, time()) if is_new else before
    label = label or source.label
    if label is None:
        return outcome
    if outcome.length is None:
        outcome.report["own_label"] = label.report(_CARRIES)
        return outcome
    started = perf_counter()
    made = _written(source, outcome, label)
    detail = _MADE if is_new else STAYS if before else _AGAIN
    report = label.report(detail, added=before is None)
    if is_new:
        made, report = _signed(made, report)
    elif made is not outcome and _has_manifest(made):
        report["detail"] += _UNMATCHED
    spent = {"label": (perf_counter() - started) * 1e3}
    timings = {name: ms for name, ms in outcome.timings_ms.items() if name != "total"} | spent
    timings["total"] = sum(timings.values())
    changed = {} if made is outcome else {"changed": True}
    return replace(
        made, report=outcome.report | changed | {"own_label": report}, timings_ms=timings
    )


def _written(source: Source, outcome: Outcome, label: OwnLabel) -> Outcome:
    """The outcome with the label in its file; itself if the file has it."""
    scratch = source.file.scratch if source.file is not None else None
    result = _result(outcome, scratch)
    if carried(result) == label:
        return outcome
    if outcome.file is None:
        return replace(outcome, image=labelled(result, label))
    try:
        return replace(outcome, file=labelled_file(result, label))
    finally:
        outcome.file.close()


def _has_manifest(outcome: Outcome) -> bool:
    from expunge.imaging.provenance.credentials import credentials_in  # noqa: PLC0415 - CBOR, COSE

    result = _result(outcome)
    return credentials_in(result.layout, result.content) is not None


def _signed(outcome: Outcome, report: dict[str, Any]) -> tuple[Outcome, dict[str, Any]]:
    """The outcome with a signed manifest, or the reason why it has none."""
    from expunge.imaging.provenance.signing.stating import stated  # noqa: PLC0415 - CBOR, COSE

    found = stated(_result(outcome), expunge.__version__)
    report |= {"signer": found.signer or None, "not_signed": found.reason or None}
    if found.file is None:
        return outcome, report
    if outcome.file is not None:
        outcome.file.close()
        return replace(outcome, file=found.file), report
    found.file.seek(0)
    return replace(outcome, image=found.file.read()), report


def _result(outcome: Outcome, scratch: Callable[[], BinaryIO] | None = None) -> Source:
    """The resulting file."""
    if outcome.file is None:
        return Source.of(outcome.image or b"", limits=None)
    data = FileData(outcome.file, scratch) if scratch else FileData(outcome.file)
    return Source.over(data, limits=None)
