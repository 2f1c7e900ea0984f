"""At which scales, and in which tiles, a picture is looked at.

A network finds faces of 12 to 768 pixels, as it sees them, and loses larger ones; so each plan
has a pass that fits the whole picture into 640 pixels, and others for what is small in that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Any

import cv2
import numpy as np

from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.suppression import suppressed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.stopwatch import Stopwatch

OVERVIEW = 640
DETAIL = 1280
"""Pixels of the longer side in a pass over the whole picture."""
TILE = 1024
OVERLAP = 128
"""Pixels of a tile's side, and of that shared with the next: the greatest face that no edge of a
tile can cut, while larger ones are found in the passes over the whole."""
MOST_ENLARGED = 2.0
"""A picture is not enlarged further than that for a pass."""
MOST_A_PASS = 1_500
"""Candidates that a pass hands on, the surest."""


class Plan(StrEnum):
    """How thoroughly to look."""

    FAST = "fast"
    BALANCED = "balanced"
    THOROUGH = "thorough"


DEFAULT_CONFIDENCE = {Plan.FAST: 0.3, Plan.BALANCED: 0.4, Plan.THOROUGH: 0.4}


class Detector(Protocol):
    """A network that finds faces in a picture of any size."""

    stride: int
    """Sides of what it looks at are multiples of this many pixels."""

    def blob(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """(H, W, 3) RGB, sides multiples of `stride`, as the network's input."""
        ...

    def infer(self, blob: NDArray[Any]) -> list[Floats]:
        """Run the network."""
        ...

    def decode(
        self, outputs: list[Floats], size: tuple[int, int], threshold: float, most: int
    ) -> Faces:
        """Faces in pixels of the input, whose width and height ``size`` gives.

        Not suppressed; the surest ``most`` at most.
        """
        ...


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at a picture or a part of it."""

    x: int
    y: int
    width: int
    height: int
    """Of the part, in the picture's pixels."""
    scale: float
    """Of the part as the network sees it: 2 is twice as large."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a plan found, the surest first."""

    faces: Faces
    candidates: int
    """Before suppression."""
    passes: tuple[Pass, ...]


def passes(plan: Plan, width: int, height: int) -> Iterator[Pass]:
    """What a plan looks at in a picture of this size."""
    longer = max(width, height)
    overview = min(OVERVIEW / longer, MOST_ENLARGED)
    yield Pass(0, 0, width, height, overview)
    if plan is Plan.FAST:
        return
    detail = min(DETAIL / longer, MOST_ENLARGED)
    if plan is Plan.BALANCED or detail >= 1:
        if detail > overview:
            yield Pass(0, 0, width, height, detail)
        return
    for y, tall in _tiles(height):
        for x, wide in _tiles(width):
            yield Pass(x, y, wide, tall, 1.0)


def _tiles(side: int) -> Iterator[tuple[int, int]]:
    """Starts and lengths of tiles of equal length that cover a side."""
    if side <= TILE:
        yield 0, side
        return
    count = math.ceil((side - OVERLAP) / (TILE - OVERLAP))
    length = math.ceil((side + (count - 1) * OVERLAP) / count)
    for number in range(count):
        yield round(number * (side - length) / (count - 1)), length


def find(
    pixels: NDArray[np.uint8],
    detector: Detector,
    plan: Plan,
    *,
    confidence: float,
    nms_threshold: float,
    watch: Stopwatch,
) -> Found:
    """Find the faces of a picture.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB.
    confidence, nms_threshold
        0 to 1.
    """
    height, width = pixels.shape[:2]
    looks = tuple(passes(plan, width, height))
    found = [_looked(pixels, detector, look, confidence, watch) for look in looks]
    candidates = Faces.joined(found).clipped(width, height)
    faces = suppressed(candidates, nms_threshold)
    watch.lap("nms")
    return Found(faces, len(candidates), looks)


def _looked(
    pixels: NDArray[np.uint8],
    detector: Detector,
    look: Pass,
    confidence: float,
    watch: Stopwatch,
) -> Faces:
    part = pixels[look.y : look.y + look.height, look.x : look.x + look.width]
    width, height = (
        max(1, round(side * look.scale / detector.stride)) * detector.stride
        for side in (look.width, look.height)
    )
    seen = _resized(part, width, height)
    watch.lap("preprocess")
    blob = detector.blob(seen)
    watch.lap("blob")
    outputs = detector.infer(blob)
    watch.lap("inference")
    faces = detector.decode(outputs, (width, height), confidence, MOST_A_PASS)
    back = (look.width / width, look.height / height)
    faces = faces.moved(back, (look.x, look.y))
    watch.lap("postprocess")
    return faces


def _resized(part: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    smaller = width < part.shape[1] or height < part.shape[0]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (width, height), interpolation=method), np.uint8)
