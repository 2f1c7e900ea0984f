"""Score an input of a face swap for sexual content; nobody can ask for it as a job.

Of a moving picture, the first frame and one for each further second are scored; the highest counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge import models
from expunge.imaging import moving
from expunge.imaging.codecs import reduced
from expunge.imaging.safety import nsfw
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations.options.scan import ANALYSER, ScanOptions, flagged
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from expunge.imaging.source import Source

THRESHOLD = 0.5
"""Score from which the command line and the library refuse an input; a service has a setting."""
EVERY_SECONDS = 1.0
CERTAIN = 0.95
"""The highest threshold there is, so that nothing after such a score is looked at."""


def run(source: Source, options: ScanOptions) -> Outcome:  # noqa: ARG001
    """Report the highest score, 0 to 1, and the number of pictures that were looked at.

    Raises
    ------
    expunge.errors.ModelMissing
        If the weights of the analyser are not installed.
    """
    watch = Stopwatch()
    analyser = nsfw.loaded(models.installed(ANALYSER))
    watch.lap("load")
    score, frames = 0.0, 0
    for pixels in _pictures(source):
        score, frames = max(score, analyser.score(pixels)), frames + 1
        if score >= CERTAIN:
            break
    watch.lap("work")
    report = {"score": round(score, 4), "frames": frames}
    return Outcome(None, source.media_type, report, watch.milliseconds())


def _pictures(source: Source) -> Iterator[NDArray[np.uint8]]:
    if not moving.is_moving(source):
        yield reduced(source, nsfw.SIDE).pixels
        return
    due = 0.0
    for frame in moving.frames(source):
        if frame.time >= due:
            due = int(frame.time) + EVERY_SECONDS
            yield frame.pixels


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
