"""Where in a corner something like the mark may lie, at any scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks import sparkle
from expunge.imaging.marks.box import Box, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TEMPLATE = 28
"""Side of the star, in pixels, at which scales are compared."""
PAD = 4
CLIP = 0.15
"""Of one pixel's gradient in the log plane: a mark's rim reaches it, a strong edge gets no more."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that resembles the mark."""

    box: Box
    score: float
    """Normalised correlation of clipped gradients, −1 to 1."""


def gradients(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Horizontal and vertical derivative, clipped in length: ``(h, w, 2)``."""
    dx = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    dy = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    length = cv2.magnitude(dx, dy)
    np.maximum(length, CLIP, out=length)
    return cv2.merge((dx / length, dy / length))


@cache
def template(side: int) -> NDArray[np.float32]:
    """The star's own clipped gradients, ``side`` pixels wide with a margin of ``PAD``."""
    whole = side + 2 * PAD
    star = sparkle.coverage(Box(PAD, PAD, side, side), Window(0, 0, whole, whole))
    return gradients(star * np.float32(0.5))


def scan(plane: NDArray[np.float32], sides: NDArray[np.float64], *, reach: float) -> list[Candidate]:
    """Places that resemble the star near the plane's bottom right corner, the best first.

    Parameters
    ----------
    plane
        A log plane that ends at the picture's bottom right corner.
    sides
        Sides of the star to try, in pixels of the plane.
    reach
        How far from the corner to look, in sides of the star.
    """
    levels = [plane]
    while min(levels[-1].shape) > 2 * TEMPLATE:
        levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    found = [hit for side in sides for hit in _at_scale(levels, side, reach)]
    found.sort(key=lambda hit: -hit.score)
    apart: list[Candidate] = []
    for hit in found:
        if not any(_same(hit.box, other.box) for other in apart):
            apart.append(hit)
    return apart


def _at_scale(levels: list[NDArray[np.float32]], side: float, reach: float) -> Iterator[Candidate]:
    """The two best places at one scale; each level of the pyramid is half of the one before."""
    level = min(max(int(np.log2(side / TEMPLATE)), 0), len(levels) - 1)
    height, width = levels[level].shape
    scale = levels[0].shape[1] / width, levels[0].shape[0] / height
    span = round(side * reach / 2**level) + 4
    crop = levels[level][max(0, height - span) :, max(0, width - span) :]
    factor = TEMPLATE / side * 2**level
    columns, rows = round(crop.shape[1] * factor), round(crop.shape[0] * factor)
    if min(columns, rows) < TEMPLATE + 2:
        return
    fx, fy = crop.shape[1] / columns, crop.shape[0] / rows
    small = cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_LINEAR)
    small = cv2.copyMakeBorder(small, PAD, PAD, PAD, PAD, cv2.BORDER_REPLICATE)
    scores = cv2.matchTemplate(gradients(small), template(TEMPLATE), cv2.TM_CCORR_NORMED)
    for _ in range(2):
        _, best, _, (px, py) = cv2.minMaxLoc(scores)
        x = (width - crop.shape[1] + px * fx) * scale[0]
        y = (height - crop.shape[0] + py * fy) * scale[1]
        yield Candidate(Box(x, y, TEMPLATE * fx * scale[0], TEMPLATE * fy * scale[1]), float(best))
        scores[max(0, py - 3) : py + 4, max(0, px - 3) : px + 4] = -1


def _same(one: Box, other: Box) -> bool:
    """Whether two boxes would be refined to the same one."""
    (x, y), (u, v) = one.centre, other.centre
    near = 0.12 * max(one.width, other.width)
    return abs(x - u) < near and abs(y - v) < near and 0.8 < one.width / other.width < 1.25
