"""At which scales, and in which tiles, an image is looked at.

A network finds faces of some 12 to 768 pixels, as it sees them, and loses larger ones; so each
plan looks at the whole image made small, for close-ups, and then at what is small in that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GLANCE = 320
OVERVIEW = 640
GLANCE_ALONE = 384
ENLARGED = 1024
DETAIL = 1280
MICROSCOPE = 2048
"""Pixels of the longer side as the network sees the whole image. A glance finds faces that fill
an image; one at 384 stands in for those at 320 and 640, where detail is looked at too. A small
image is enlarged to 1024, which is as good as 1280 and costs two thirds. The last is the least
that `Plan.THOROUGH` looks at."""
TILE = 1024
OVERLAP = 128
"""Pixels, as the network sees them, of a tile's side and of that shared with the next: no tile's
edge cuts a face of that size in all tiles; larger ones are found in the passes over the whole."""
MAX_ENLARGED = 2.0
"""An image is not enlarged further than that."""


class Plan(StrEnum):
    """How thoroughly to look."""

    FAST = "fast"
    BALANCED = "balanced"
    THOROUGH = "thorough"


INPUT_SIDE = {Plan.FAST: OVERVIEW, Plan.BALANCED: DETAIL, Plan.THOROUGH: MICROSCOPE}
"""Pixels of the longer side of an image at the finest look; `Plan.THOROUGH` looks at a larger
one at its native size."""
FINEST = {Plan.FAST: 2 * OVERVIEW, Plan.BALANCED: 2 * DETAIL, Plan.THOROUGH: 1 << 31}
"""Pixels of the longer side from which more of an image adds nothing: twice what the finest look
makes of it, so that it is made by averaging; all there are where that looks at the native size."""
DEFAULT_CONFIDENCE = {Plan.FAST: 0.4, Plan.BALANCED: 0.3, Plan.THOROUGH: 0.3}
"""The lowest threshold, in steps of 0.05, that finds no face in face-free images and reaches a
precision of 0.88 on the half of the photographs used for tuning (docs/explanation/faces.md)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of an image, in its pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at a whole image, in one piece or in tiles."""

    scale: float
    """Of the image as the network sees it: 2 is twice as large."""
    parts: tuple[Part, ...]

    @property
    def tiled(self) -> bool:
        return len(self.parts) > 1


def passes(plan: Plan, width: int, height: int) -> list[Pass]:
    """What a plan looks at in an image of this size, coarsest first."""
    whole = (Part(0, 0, width, height),)
    longer = max(width, height)
    detail = min(max(longer, ENLARGED), DETAIL)
    sides = {
        Plan.FAST: (GLANCE, OVERVIEW),
        Plan.BALANCED: (GLANCE_ALONE, detail),
        Plan.THOROUGH: (GLANCE, OVERVIEW, detail),
    }
    scales = {min(side / longer, MAX_ENLARGED) for side in sides[plan]}
    looks = [Pass(scale, whole) for scale in sorted(scales)]
    if plan is Plan.THOROUGH:
        scale = min(max(MICROSCOPE / longer, 1.0), MAX_ENLARGED)
        if scale > looks[-1].scale:
            looks.append(Pass(scale, tuple(_tiles(width, height, scale))))
    return looks


def _tiles(width: int, height: int, scale: float) -> Iterator[Part]:
    for y, tall in _spans(height, scale):
        for x, wide in _spans(width, scale):
            yield Part(x, y, wide, tall)


def _spans(side: int, scale: float) -> Iterator[tuple[int, int]]:
    """Starts and lengths of the tiles that cover a side, all of one length."""
    tile, overlap = TILE / scale, OVERLAP / scale
    count = max(1, math.ceil((side - overlap) / (tile - overlap)))
    length = math.ceil((side + (count - 1) * overlap) / count)
    for number in range(count):
        start = round(number * (side - length) / (count - 1)) if number else 0
        yield start, length
