"""Score an image for sexual content, before a face swap; nobody can ask for it as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge import models
from expunge.imaging.codecs import reduced
from expunge.imaging.safety import nsfw
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations.options.scan import ANALYSER, ScanOptions, flagged
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.source import Source

THRESHOLD = 0.5
"""Score from which the command line and the library refuse an input; a service has a setting."""


def run(source: Source, options: ScanOptions) -> Outcome:  # noqa: ARG001
    """Report the score, 0 to 1, and the number of frames that were looked at.

    Raises
    ------
    expunge.errors.ModelMissing
        If the weights of the analyser are not installed.
    """
    watch = Stopwatch()
    analyser = nsfw.loaded(models.installed(ANALYSER))
    watch.lap("load")
    report = {"score": round(analyser.score(reduced(source, nsfw.SIDE).pixels), 4), "frames": 1}
    watch.lap("work")
    return Outcome(None, source.media_type, report, watch.milliseconds())


def refuse_unsafe(inputs: Mapping[str, Source], threshold: float = THRESHOLD) -> None:
    """Scan inputs in this process; their names are for the message, such as «the target».

    Raises
    ------
    expunge.errors.NsfwDetected
        For the first input whose score reaches the threshold.
    expunge.errors.ModelMissing
        If the weights of the analyser are not installed: without a scan there is no swap.
    """
    for name, source in inputs.items():
        if run(source, ScanOptions()).report["score"] >= threshold:
            raise flagged(name)
