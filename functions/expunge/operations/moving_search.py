"""What looks for faces, text, plates and codes in one frame of a moving picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.codecs import Reduced
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.finding import find
from expunge.imaging.faces.selection import large_enough
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.targets.choices import Target
from expunge.operations import faces, targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.looking import Detector
    from expunge.imaging.targets.spots import Spot
    from expunge.operations.options.mask import MaskOptions

Search = Callable[["NDArray[np.uint8]"], Faces]
KEPT = 0.5
"""Share of the confidence that begins a track from which a detection continues it: a face that is
turned or blurred looks less like one, where one was seen before."""
LEAST = 0.1


def searches(options: MaskOptions) -> dict[str, tuple[Search, float]]:
    """By kind: the search for it, and the confidence from which something begins a track.

    Raises
    ------
    expunge.errors.ModelMissing
        If a network is not installed.
    """
    targets.ready(options)
    made: dict[str, tuple[Search, float]] = {}
    if Target.FACES in options.sought:
        detector = faces.detector(options)
        made[Target.FACES.value] = (_for_faces(detector, options), options.moving_threshold)
    others = options.sought - {Target.FACES}
    spots = _Spots(options)
    for target in sorted(others):
        made[target.value] = (spots.of(target), 0.0)
    return made


def sure(found: Mapping[str, tuple[Search, float]]) -> dict[str, float]:
    """By kind: the confidence from which something begins a track."""
    return {kind: least for kind, (_, least) in found.items()}


def _for_faces(detector: Detector, options: MaskOptions) -> Search:
    floor = max(LEAST, KEPT * options.moving_threshold)

    def search(pixels: NDArray[np.uint8]) -> Faces:
        found = find(
            pixels,
            detector,
            options.plan,
            confidence=min(floor, options.moving_threshold),
            nms_threshold=options.nms_threshold,
            watch=Stopwatch(),
            doubting=False,
        ).faces
        found = found.at(large_enough(found, options.min_size, 0))
        return found.at(targets.within(found.boxes.tolist(), options))

    return search


class _Spots:
    """Looks once at each frame for all that is no face."""

    def __init__(self, options: MaskOptions) -> None:
        self._options = options
        self._pixels: NDArray[np.uint8] | None = None
        self._found: Sequence[Spot] = ()

    def of(self, target: Target) -> Search:
        def search(pixels: NDArray[np.uint8]) -> Faces:
            if pixels is not self._pixels:
                height, width = pixels.shape[:2]
                seen = Reduced(pixels, 1, width, height, 3)
                self._found = targets.look(seen, self._options, Stopwatch())
                self._pixels = pixels
            return _as_faces([spot for spot in self._found if spot.target is target])

        return search


def _as_faces(spots: Sequence[Spot]) -> Faces:
    """Spots in the form that a tracker follows: their corners are the first four landmarks."""
    boxes = np.array([spot.box for spot in spots], np.float32).reshape(-1, 4)
    scores = np.array([spot.confidence for spot in spots], np.float32)
    corners = [cv2.boxPoints(cv2.minAreaRect(spot.corners)) for spot in spots]
    points = np.array(corners, np.float32).reshape(-1, 4, 2)
    return Faces(boxes, scores, np.concatenate((points, points[:, :1]), axis=1))
