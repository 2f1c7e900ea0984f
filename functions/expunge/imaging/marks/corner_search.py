"""Search one corner for many labels at once, on shared planes.

Every label is compared at one width, so each size of it in the image is a factor by which the
corner is reduced. All labels use factors of one grid: what a factor needs is computed once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from math import ceil, floor, log, log2
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from expunge.imaging.marks.arrays import Floats
from expunge.imaging.marks.label import Label
from expunge.imaging.marks.plane import of_luma
from expunge.imaging.marks.template_search import PAD, Template, correlation, gradients, peaks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.marks.arrays import Seen

GRID = 1.045
"""Ratio of one factor of the grid to the next."""
RESEMBLANCE, CLOSER = 0.25, 0.3
"""Correlation below which a place is dropped: of a mark whose blend is inverted, and of others,
which have many lookalikes."""
PROBED = 0.6
"""Part of it that one of three sizes must reach before the two beside it are compared."""
SEARCHED = 30
"""Height in pixels of a label in the search; labels twice as high are searched at half size."""

_Hit = tuple[float, float, float, float]
"""Centre x and y, width, and correlation."""


class _Near(NamedTuple):
    """A corner at one factor, as far as labels need it."""

    both: Floats
    """Clipped gradients, ``(h, w, 2)``, with a margin of ``PAD`` on every side."""
    squares: Floats
    size: tuple[int, int]
    """Columns and rows without the margin."""
    left: float
    """Columns of the reduced corner before it."""
    top: float
    factors: tuple[float, float]
    """Pixels of the corner's plane per column and per row."""


@dataclass(eq=False, slots=True)
class CornerPlanes:
    """A corner of an image in the log plane, and reduced copies of it."""

    plane: Floats
    left: int
    """Column of the image at which the corner begins."""
    top: int
    shrink: float
    """Size of the plane, relative to the image."""
    steps: dict[Label, range]
    """Steps of the grid for each label: its sizes."""
    _levels: list[Floats] = field(default_factory=list)
    _reduced: dict[int, _Near] = field(default_factory=dict)

    @classmethod
    def of(cls, pixels: Seen, labels: Sequence[Label]) -> CornerPlanes:
        """Cut the corner in which all these labels can be; it is the same one for all."""
        height, width = pixels.shape[:2]
        most = [label.usual(width, height) * label.most for label in labels]
        lines = [
            label.usual(width, height) * label.mark.drawing.aspect / label.lines for label in labels
        ]
        across = round(max(w * one.corner.across for w, one in zip(most, labels, strict=True)))
        down = round(max(w * one.corner.up for w, one in zip(most, labels, strict=True)))
        wide, high = min(across + 4, width), min(down + 4, height)
        x, y = labels[0].corner.start(width - wide, height - high)
        crop = pixels[y : y + high, x : x + wide]
        luma = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY)
        shrink = 1 / max(1, int(min(lines) / SEARCHED))
        if shrink < 1:  # by a whole-number factor, which OpenCV does fast
            size = max(1, round(wide * shrink)), max(1, round(high * shrink))
            luma = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
        sizes = {label: _steps(label, label.usual(width, height) * shrink) for label in labels}
        return cls(of_luma(luma), x, y, shrink, sizes)

    def resembling(self, label: Label) -> tuple[Floats, Floats]:
        """Find places in the plane that resemble a label.

        Returns
        -------
        tuple of ndarray
            Places, ``(n, 3)``: centre x and y, and width, in pixels of the plane; and the
            correlation at each, −1 to 1.
        """
        least = PROBED * (RESEMBLANCE if label.inverted else CLOSER)
        hits: list[_Hit] = []
        for first in range(0, len(self.steps[label]), 3):
            near = list(self.steps[label][first : first + 3])
            probed = self._at(near.pop(len(near) // 2), label)
            if not probed or max(hit[3] for hit in probed) >= least:
                probed += [hit for step in near for hit in self._at(step, label)]
            hits += probed
        found = np.array(hits, np.float32).reshape(-1, 4)
        return found[:, :3], found[:, 3]

    def _at(self, step: int, label: Label) -> list[_Hit]:
        shape, near = _template(label), self._near(step)
        wide, high = (min(a, b) for a, b in zip(_extent(label), near.size, strict=True))
        if wide < shape.width + 2 or high < shape.height + 2:
            return []
        x, y = label.corner.start(near.size[0] - wide, near.size[1] - high)
        cut = slice(y, y + high + 2 * PAD), slice(x, x + wide + 2 * PAD)
        scores = correlation(near.both[cut], near.squares[cut], shape)
        if scores is None:
            return []
        left, top = x + near.left + shape.width / 2, y + near.top + shape.height / 2
        (fx, fy), width = near.factors, shape.width * near.factors[0]
        return [
            ((left + px) * fx, (top + py) * fy, width, score) for px, py, score in peaks(scores)
        ]

    def _near(self, step: int) -> _Near:
        """Return the corner at a step of the grid, as far as a label needs it there."""
        near = self._reduced.get(step)
        if near is None:
            needed = [_extent(one) for one, steps in self.steps.items() if step in steps]
            wide, high = (max(sides) for sides in zip(*needed, strict=True))
            near = self._reduced[step] = self._reduce(GRID**-step, wide, high)
        return near

    def _reduce(self, factor: float, wide: int, high: int) -> _Near:
        level = self._level(max(int(-log2(factor)), 0))
        rows, columns = level.shape
        by = factor * self.plane.shape[1] / columns
        cut = min(columns, round(wide / by)), min(rows, round(high / by))
        x, y = next(iter(self.steps)).corner.start(columns - cut[0], rows - cut[1])
        size = max(1, round(cut[0] * by)), max(1, round(cut[1] * by))
        near = level[y : y + cut[1], x : x + cut[0]]
        small = cv2.resize(near, size, interpolation=cv2.INTER_LINEAR)
        small = cv2.copyMakeBorder(small, PAD, PAD, PAD, PAD, cv2.BORDER_REPLICATE)
        fx = cut[0] / size[0] * self.plane.shape[1] / columns
        fy = cut[1] / size[1] * self.plane.shape[0] / rows
        left, top = x * size[0] / cut[0], y * size[1] / cut[1]
        return _Near(*gradients(small), size, left, top, (fx, fy))

    def _level(self, number: int) -> Floats:
        """Return the plane, halved this often."""
        levels = self._levels or [self.plane]
        while len(levels) <= number and min(levels[-1].shape) > 1:
            half = cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            levels.append(half)
        self._levels = levels
        return levels[min(number, len(levels) - 1)]


@cache
def _template(label: Label) -> Template:
    return Template.of(label.mark.drawing, label.compared_at)


@cache
def _extent(label: Label) -> tuple[int, int]:
    """Return columns and rows in which a label is searched, where it has the compared width."""
    across, up = label.corner.across, label.corner.up
    return round(label.compared_at * across) + 2, round(label.compared_at * up) + 2


def _steps(label: Label, usual: float) -> range:
    """Return the steps of the grid for a label's sizes; ``usual`` is its usual width here."""
    every = 1 if label.fine else 2
    factor = label.compared_at / usual
    first, last = (log(size / factor, GRID) for size in (label.least, label.most))
    return range(every * ceil(first / every - 0.2), floor(last + 0.2 * every) + 1, every)
