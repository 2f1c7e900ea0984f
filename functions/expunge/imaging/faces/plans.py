"""Choose the scales and tiles at which a detector searches an image.

A network finds faces of about 12 to 768 pixels in its input, and misses larger ones. So each plan
searches a small copy of the whole image for close-ups, then larger copies for small faces.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GLANCE = 320
OVERVIEW = 640
GLANCE_ALONE = 384
LEAST_FAST = 768
ENLARGED = 1024
DETAIL = 1280
MICROSCOPE = 2048
"""Pixels of the network input's longer side, for passes over the whole image. A pass at the
smallest size finds faces that fill an image; with a detail pass, one at 384 replaces those at 320
and 640. A small image is enlarged to 1024, which is as good as 1280 at two thirds of the cost, or
by `Plan.FAST` to 768. The last is the smallest size of `Plan.THOROUGH`'s finest pass."""
TILE = 1024
OVERLAP = 128
"""Pixels of a tile's side, and of its overlap with the next, in the network's input. A face up to
the overlap's size is whole in at least one tile. Passes over the whole image find larger ones."""
MAX_ENLARGED = 2.0
"""Largest factor by which an image is enlarged."""
SMALL = 20.0
"""Height of a face, in pixels of the finest pass's input, below which that pass misses faces. Such
faces ask for a closer look around them."""
NATIVE = 0.6
"""Least scale at which a glance shows an image so well that it can settle the search."""
CLOSER = 1.25
"""Least factor by which a closer look is finer than the finest pass; less finds nothing new."""
CLOSEST = 1.5
"""Factor by which a closer look is finer than a finest pass of native size or more."""
MAX_TILES = 12
"""Most tiles of a closer look, those with the most small faces."""
AROUND = 8.0
"""Heights of a small face by which a closer look goes beyond it: small faces have small neighbours.
Of 357 faces in crowds it finds as many as whole tiles do, for half of the pixels."""
LEAST_SMALL = 8.0
"""Height of a small face, at least, when that is measured, in pixels of the finest pass's input."""


class Plan(StrEnum):
    """How thorough the search is."""

    FAST = "fast"
    BALANCED = "balanced"
    THOROUGH = "thorough"


INPUT_SIDE = {Plan.FAST: DETAIL, Plan.BALANCED: DETAIL, Plan.THOROUGH: MICROSCOPE}
"""Pixels of the longer side in the finest pass; `Plan.THOROUGH` searches a larger image at its
native size."""
FINEST = {Plan.FAST: 2 * DETAIL, Plan.BALANCED: 2 * DETAIL, Plan.THOROUGH: 1 << 31}
"""Pixels of the longer side beyond which a larger image does not help. It is twice the finest
pass's size, so that averaging gives that size; unlimited for passes at the native size."""
DEFAULT_CONFIDENCE = 0.3
"""The lowest threshold, in steps of 0.05, that finds no face in images of scikit-image without one
and reaches a precision of 0.83 on the tuning half of crowds (docs/measurements/faces.md)."""
HIDING_CONFIDENCE = {Plan.FAST: 0.15, Plan.BALANCED: 0.1, Plan.THOROUGH: 0.1}
"""Thresholds for hiding faces, where a missed face is worse than a stray mask. They paint
as many tuning pictures without people as 0.2 does, since `doubt` asks for more below that."""
MOVING_CONFIDENCE = {Plan.FAST: 0.3, Plan.BALANCED: 0.2, Plan.THOROUGH: 0.2}
"""The same for moving pictures, where a face has many frames to be found in."""


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of an image, in its pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pass:
    """One search of a whole image, in one piece or in tiles."""

    scale: float
    """Size of the network's input relative to the image: 2 is twice as large."""
    parts: tuple[Part, ...]
    tiled: bool = False
    """Whether the parts are tiles. A closer look has only what of them is near a small face."""


def passes(plan: Plan, width: int, height: int) -> list[Pass]:
    """Return a plan's passes for an image of this size, coarsest first."""
    whole = (Part(0, 0, width, height),)
    longer = max(width, height)
    detail = min(max(longer, ENLARGED), DETAIL)
    sides = {
        Plan.FAST: (GLANCE_ALONE, min(max(longer, LEAST_FAST), DETAIL)),
        Plan.BALANCED: (GLANCE_ALONE, detail),
        Plan.THOROUGH: (GLANCE, OVERVIEW, detail),
    }
    scales = {min(side / longer, MAX_ENLARGED) for side in sides[plan]}
    looks = [Pass(scale, whole) for scale in sorted(scales)]
    if plan is Plan.THOROUGH:
        scale = min(max(MICROSCOPE / longer, 1.0), MAX_ENLARGED)
        if scale > looks[-1].scale:
            looks.append(_tiled(width, height, scale))
    return looks


def closer(
    plan: Plan, width: int, height: int, finest: float, small: Sequence[Sequence[float]]
) -> Pass | None:
    """Return a finer pass over what is near small faces, in tiles; ``None`` if none is needed.

    Parameters
    ----------
    finest
        Scale of the finest pass so far.
    small
        Boxes of the small faces that it found, in pixels of the image.
    """
    scale = {
        Plan.FAST: 0.0,
        Plan.BALANCED: min(MICROSCOPE / max(width, height), max(MAX_ENLARGED, CLOSEST * finest)),
        Plan.THOROUGH: CLOSEST * finest,
    }[plan]
    if not small or scale < CLOSER * finest:
        return None
    tiles = _tiled(width, height, scale).parts
    inside = [[box for box in small if _is_inside(tile, box)] for tile in tiles]
    fullest = sorted(range(len(tiles)), key=lambda number: -len(inside[number]))[:MAX_TILES]
    least = LEAST_SMALL / finest
    chosen = [_around(tiles[at], inside[at], least) for at in sorted(fullest) if inside[at]]
    return Pass(scale, tuple(chosen), tiled=True)


def _around(tile: Part, small: Sequence[Sequence[float]], least: float) -> Part:
    """Return what of a tile is near its small faces."""
    grown = []
    for left, top, right, bottom in small:
        x, y, reach = (left + right) / 2, (top + bottom) / 2, AROUND * max(bottom - top, least)
        grown.append((x - reach, y - reach, x + reach, y + reach))
    lefts, tops, rights, bottoms = zip(*grown, strict=True)
    x, y = max(tile.x, math.floor(min(lefts))), max(tile.y, math.floor(min(tops)))
    right = min(tile.x + tile.width, math.ceil(max(rights)))
    bottom = min(tile.y + tile.height, math.ceil(max(bottoms)))
    return Part(x, y, right - x, bottom - y)


def _is_inside(part: Part, box: Sequence[float]) -> bool:
    """Whether the centre of a box is in a part."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return part.x <= x < part.x + part.width and part.y <= y < part.y + part.height


def _tiled(width: int, height: int, scale: float) -> Pass:
    parts = tuple(_tiles(width, height, scale))
    return Pass(scale, parts, tiled=len(parts) > 1)


def _tiles(width: int, height: int, scale: float) -> Iterator[Part]:
    for y, tall in _spans(height, scale):
        for x, wide in _spans(width, scale):
            yield Part(x, y, wide, tall)


def _spans(side: int, scale: float) -> Iterator[tuple[int, int]]:
    """Yield start and length of the tiles that cover a side; all have the same length."""
    tile, overlap = TILE / scale, OVERLAP / scale
    count = max(1, math.ceil((side - overlap) / (tile - overlap)))
    length = math.ceil((side + (count - 1) * overlap) / count)
    for number in range(count):
        start = round(number * (side - length) / (count - 1)) if number else 0
        yield start, length
