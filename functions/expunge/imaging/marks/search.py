"""Where in a corner something like the mark may lie, at any scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.arrays import Floats
from expunge.imaging.marks.box import Box, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.marks.drawing import Drawing

PAD = 4
CLIP = 0.15
"""Of one pixel's gradient in the log plane: a mark's rim reaches it, a strong edge gets no more."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that resembles the mark."""

    box: Box
    score: float
    """Normalised correlation of clipped gradients, −1 to 1."""


def gradients(plane: Floats) -> Floats:
    """Horizontal and vertical derivative, clipped in length: ``(h, w, 2)``."""
    dx = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    dy = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    length = cv2.magnitude(dx, dy)
    np.maximum(length, CLIP, out=length)
    both: Floats = np.dstack([dx / length, dy / length])
    return both


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """A shape's gradients at the one size at which scales are compared."""

    gradients: Floats
    """With a margin of ``PAD`` on every side."""
    width: int
    height: int

    @classmethod
    def of(cls, drawing: Drawing, width: int) -> Template:
        height = max(1, round(width * drawing.aspect))
        window = Window(0, 0, width + 2 * PAD, height + 2 * PAD)
        over = drawing.layers(Box(PAD, PAD, width, height), window)
        return cls(gradients(over.alpha * np.float32(0.5)), width, height)


@dataclass(frozen=True, slots=True)
class Corner:
    """Where to look: how far from the lower right or left corner, in widths of the mark."""

    across: float
    up: float
    left: bool = False

    def crop(self, plane: Floats, width: float) -> tuple[Floats, int, int]:
        """The part of a plane to look at for a mark of some width, and where it starts."""
        rows, columns = plane.shape[:2]
        wide = min(round(width * self.across) + 4, columns)
        high = min(round(width * self.up) + 4, rows)
        x = 0 if self.left else columns - wide
        return plane[rows - high :, x : x + wide], x, rows - high


def scan(plane: Floats, shape: Template, widths: Floats, corner: Corner) -> list[Candidate]:
    """Places that resemble a shape near one of a plane's lower corners, the best first.

    Parameters
    ----------
    plane
        A log plane with that corner of the picture in its own corner.
    widths
        Of the mark, in pixels of the plane.
    """
    levels = [plane]
    while min(levels[-1].shape) > 2 * shape.width:
        levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    found = [hit for width in widths for hit in _at_scale(levels, shape, width, corner)]
    found.sort(key=lambda hit: -hit.score)
    apart: list[Candidate] = []
    for hit in found:
        if not any(_same(hit.box, other.box) for other in apart):
            apart.append(hit)
    return apart


def _at_scale(
    levels: list[Floats], shape: Template, width: float, corner: Corner
) -> Iterator[Candidate]:
    """The two best places at one scale; each level of the pyramid is half of the one before."""
    level = min(max(int(np.log2(width / shape.width)), 0), len(levels) - 1)
    whole, plane = levels[0].shape, levels[level]
    crop, left, top = corner.crop(plane, width / 2**level)
    factor = shape.width / width * 2**level
    columns, rows = round(crop.shape[1] * factor), round(crop.shape[0] * factor)
    if columns < shape.width + 2 or rows < shape.height + 2:
        return
    small = cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_LINEAR)
    small = cv2.copyMakeBorder(small, PAD, PAD, PAD, PAD, cv2.BORDER_REPLICATE)
    scores = cv2.matchTemplate(gradients(small), shape.gradients, cv2.TM_CCORR_NORMED)
    fx, fy = crop.shape[1] / columns, crop.shape[0] / rows
    sx, sy = whole[1] / plane.shape[1], whole[0] / plane.shape[0]
    for _ in range(2):
        _, best, _, (px, py) = cv2.minMaxLoc(scores)
        x, y = (left + px * fx) * sx, (top + py * fy) * sy
        yield Candidate(Box(x, y, shape.width * fx * sx, shape.height * fy * sy), float(best))
        scores[max(0, py - 3) : py + 4, max(0, px - 3) : px + 4] = -1


def _same(one: Box, other: Box) -> bool:
    """Whether two boxes would be refined to the same one."""
    (x, y), (u, v) = one.centre, other.centre
    near = 0.12 * max(one.height, other.height)
    return abs(x - u) < near and abs(y - v) < near and 0.8 < one.width / other.width < 1.25
