"""Keep the label of this service's own results on whatever a mode makes of them."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter, time
from typing import TYPE_CHECKING

import expunge
from expunge.imaging.data import FileData
from expunge.imaging.provenance.own_label import STAYS, OwnLabel, carried, labelled, labelled_file
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.operations import Mode
    from expunge.operations.outcome import Outcome

_MADE = "This service made a face in it, and says so in its metadata."
_AGAIN = "This service made a face in the picture, and knows it. The result has its label again."
_CARRIES = "This service made a face in the picture, which has its label."


def with_label(mode: Mode, source: Source, outcome: Outcome) -> Outcome:
    """The outcome with the label on its file, and in its report why.

    The result of a mode that is ``synthetic`` gets a new label, and that of a labelled or known
    picture keeps the old one. Nothing changes for any other picture.

    Raises
    ------
    expunge.errors.RewriteUnproven
        The result takes no label, so that there is none.
    """
    before = carried(source)
    label = before or source.label
    if mode.synthetic and outcome.length is not None:
        label = OwnLabel.of(mode.name, expunge.__version__, time())
    if label is None:
        return outcome
    if outcome.length is None:
        outcome.report["own_label"] = label.report(_CARRIES)
        return outcome
    started = perf_counter()
    made = _written(source, outcome, label)
    detail = _MADE if mode.synthetic else STAYS if before else _AGAIN
    made.report["own_label"] = label.report(detail, added=before is None or mode.synthetic)
    if made is not outcome:
        made.report["changed"] = True
    return replace(made, timings_ms=_timed(outcome, (perf_counter() - started) * 1e3))


def _timed(outcome: Outcome, spent: float) -> dict[str, float]:
    timings = {name: ms for name, ms in outcome.timings_ms.items() if name != "total"}
    timings["label"] = spent
    return timings | {"total": sum(timings.values())}


def _written(source: Source, outcome: Outcome, label: OwnLabel) -> Outcome:
    """The outcome with the label in its file; itself if the file has it."""
    if outcome.file is None:
        result = Source.of(outcome.image or b"", limits=None)
        if carried(result) == label:
            return outcome
        return replace(outcome, image=labelled(result, label))
    scratch = source.file.scratch if source.file is not None else None
    data = FileData(outcome.file, scratch) if scratch else FileData(outcome.file)
    result = Source.over(data, limits=None)
    if carried(result) == label:
        return outcome
    try:
        return replace(outcome, file=labelled_file(result, label))
    finally:
        outcome.file.close()
