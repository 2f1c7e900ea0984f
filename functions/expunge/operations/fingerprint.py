"""Hash an image, to compare it with results of swaps; nobody can ask for it as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.imaging.safety import fingerprint
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from expunge.imaging.source import Source
    from expunge.operations.options.fingerprint import FingerprintOptions


def _hashed(shot: NDArray[np.uint8], boxes: Sequence[fingerprint.Box]) -> dict[str, Any]:
    ways = shot, fingerprint.mirrored(shot)
    parts = [[f"{fingerprint.region_hash(way, box):064x}" for way in ways] for box in boxes]
    return {"whole": f"{fingerprint.whole_hash(shot):016x}", "parts": parts}


def run(source: Source, options: FingerprintOptions) -> Outcome:
    """Report the hashes of each shot, as hexadecimal digits: ``whole``, and ``parts`` by the box.

    Of each part there are two, since the file may be a mirror image.
    """
    watch = Stopwatch()
    shots = list(fingerprint.shots(source))
    watch.lap("decode")
    report = {"shots": [_hashed(shot, options.boxes) for shot in shots]}
    watch.lap("work")
    return Outcome(None, source.media_type, report, watch.milliseconds())
