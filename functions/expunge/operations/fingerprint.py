"""Hash an image, to compare it with results of swaps; nobody can ask for it as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.safety import fingerprint
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.operations.options.fingerprint import FingerprintOptions


def run(source: Source, options: FingerprintOptions) -> Outcome:
    """Report the hash of the picture, and those of its parts, as hexadecimal digits."""
    watch = Stopwatch()
    image = fingerprint.seen(source)
    watch.lap("decode")
    parts = [f"{fingerprint.region_hash(image, box):064x}" for box in options.boxes]
    report = {"whole": f"{fingerprint.whole_hash(image):016x}", "parts": parts}
    watch.lap("work")
    return Outcome(None, source.media_type, report, watch.milliseconds())
