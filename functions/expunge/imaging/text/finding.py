"""Search an image for lines of text, at one or two sizes.

The network runs tile by tile. The likelihoods of all tiles make one map of the image, so no line
is cut where tiles meet.

A thin, curved or bent mark fills little of the rectangle around it, so it is cut into pieces.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np

from expunge.imaging.faces.plans import Plan
from expunge.imaging.purify.tiles import tiles
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.spots import Corners, Spot, uncovered
from expunge.imaging.text.network import STRIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Likelihoods = NDArray[np.uint8]

OVERVIEW = 960
FINER = {Plan.FAST: 0, Plan.BALANCED: 1_920, Plan.THOROUGH: 1 << 31}
"""Pixels of the longer side in the finer look; `Plan.THOROUGH` looks at the native size."""
FINEST = {Plan.FAST: 2 * OVERVIEW, Plan.BALANCED: 3_840, Plan.THOROUGH: 1 << 31}
"""Pixels of the longer side beyond which a larger image does not help."""
TILE, MARGIN = 832, 64
"""Pixels of a tile, and what is read around it: with both margins 960."""
TEXT = 0.3
"""Likelihood from which a pixel belongs to text."""
GROWTH = 1.6
"""The network marks a line's core; area over perimeter times this is added around it."""
LEAST = 3.0
"""Least height of a core in pixels of the look."""
FILLED = 0.65
"""Share of its smallest rectangle that a core fills; one that fills less is cut in two."""
CUTS = 5
"""How often a core is cut at most: into 32 pieces."""
MOST = 2_000
"""Most lines of one look, the largest."""
SHOWN = 0.75
"""Share of a line of a coarser look that finer lines cover, from which they replace it."""

PART = 0.8
"""Share of a finer line from which it is a part of a coarser one."""


class Reader(Protocol):
    """What finds the pixels of text; `TextNetwork`, or another in tests."""

    def likely(self, pixels: NDArray[np.uint8]) -> Likelihoods: ...


def find(pixels: NDArray[np.uint8], reader: Reader, plan: Plan, *, confidence: float) -> list[Spot]:
    """Find the lines of text of an image, from top to bottom.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB.
    confidence
        Least mean likelihood of a line's core, 0 to 1.
    """
    height, width = pixels.shape[:2]
    found: list[Spot] = []
    for side in _sides(plan, max(height, width)):
        scale = side / max(height, width)
        likely = _likelihoods(pixels, reader, scale)
        coarser = uncovered(list(_lines(likely, confidence, (width, height))), found, SHOWN)
        found = uncovered(found, coarser, PART) + coarser
    return sorted(found, key=lambda spot: (spot.box[1], spot.box[0]))


def _sides(plan: Plan, longer: int) -> list[int]:
    """Return the sizes of the looks, in pixels of the longer side, finest first."""
    overview = min(OVERVIEW, max(longer, STRIDE))
    finer = min(FINER[plan], longer)
    return [finer, overview] if finer > overview else [overview]


def _likelihoods(pixels: NDArray[np.uint8], reader: Reader, scale: float) -> Likelihoods:
    """Return the map of a look, tile by tile."""
    height, width = pixels.shape[:2]
    tall, wide = (max(1, round(side * scale)) for side in (height, width))
    shown = _resized(pixels, wide, tall) if scale < 1 else pixels
    likely = np.zeros((tall, wide), np.uint8)
    whole = max(tall, wide) <= OVERVIEW
    rows = tiles(tall, wide, OVERVIEW if whole else TILE, 0 if whole else MARGIN)
    for tile in chain.from_iterable(rows):
        part = shown[tile.area]
        padded = cv2.copyMakeBorder(
            part, 0, -part.shape[0] % STRIDE, 0, -part.shape[1] % STRIDE, cv2.BORDER_REPLICATE
        )
        likely[tile.inner] = reader.likely(np.asarray(padded, np.uint8))[tile.within()]
    return likely


def _lines(likely: Likelihoods, confidence: float, size: tuple[int, int]) -> Iterator[Spot]:
    """Yield the lines of a map, in pixels of the image of ``size`` (width, height)."""
    cores = (likely > TEXT * 255).astype(np.uint8)
    contours, _ = cv2.findContours(cores, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    factor = np.array((size[0] / likely.shape[1], size[1] / likely.shape[0]), np.float32)
    for contour in sorted(contours, key=len, reverse=True)[:MOST]:
        whole = cv2.minAreaRect(contour)
        if min(whole[1]) < LEAST:
            continue
        sure = _mean_inside(likely, contour)
        if sure >= confidence:
            pieces = list(_pieces(_pixels(contour), CUTS))
            straight = len(pieces) == 1
            added = _growth(contour, whole[1] if straight else None)
            for centre, (wide, tall), angle in [whole] if straight else pieces:
                corners = cv2.boxPoints((centre, (wide + added, tall + added), angle))
                yield Spot(Target.TEXT, _inside(corners * factor, size), sure)


def _pixels(contour: NDArray[Any]) -> NDArray[np.float32]:
    """(n, 2): the pixels in a contour."""
    x, y, wide, tall = cv2.boundingRect(contour)
    inside = np.zeros((tall, wide), np.uint8)
    cv2.drawContours(inside, [contour], -1, 1, -1, offset=(-x, -y))
    return cv2.findNonZero(inside).reshape(-1, 2).astype(np.float32) + np.array((x, y), np.float32)


def _pieces(pixels: NDArray[np.float32], cuts: int) -> Iterator[cv2.typing.RotatedRect]:
    """Yield rectangles around the parts of a core: one if it is straight, more along a curve."""
    rectangle = centre, (wide, tall), angle = cv2.minAreaRect(pixels)
    if not cuts or len(pixels) >= FILLED * (wide + 1) * (tall + 1):
        yield rectangle
        return
    lean = np.deg2rad(angle if wide >= tall else angle + 90)
    direction = np.array((np.cos(lean), np.sin(lean)), np.float32)
    along = (pixels - np.array(centre, np.float32)) @ direction
    yield from _pieces(pixels[along < 0], cuts - 1)
    yield from _pieces(pixels[along >= 0], cuts - 1)


def _growth(contour: NDArray[Any], sides: Sequence[float] | None) -> float:
    """What is added to both sides of a rectangle, by the area and perimeter of the core."""
    if sides is not None:
        return GROWTH * sides[0] * sides[1] / (sides[0] + sides[1])
    around = cv2.arcLength(contour, closed=True)
    return 2 * GROWTH * (cv2.contourArea(contour) + around / 2) / around


def _mean_inside(likely: Likelihoods, contour: NDArray[Any]) -> float:
    x, y, wide, tall = cv2.boundingRect(contour)
    part = likely[y : y + tall, x : x + wide]
    inside = np.zeros(part.shape, np.uint8)
    cv2.drawContours(inside, [contour], -1, 1, -1, offset=(-x, -y))
    return float(cv2.mean(part, inside)[0]) / 255


def _inside(corners: NDArray[np.float32], size: tuple[int, int]) -> Corners:
    return np.clip(corners, 0, np.array(size, np.float32)).astype(np.float32)


def _resized(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    size = (width, height)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
