"""Measure how the content of a frame moves to the next one, and where one shot ends."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.faces.faces import Floats
from expunge.imaging.moving.optical_flow import followed

SIDE = 480
"""Pixels of the longer side at which motion is measured."""
_THUMBNAIL = (64, 36)
_GRID = (10, 6)
"""Points across and down the frame whose common motion is the camera's."""
_OWN = 5
"""Points across and down a face."""
_LEAST = 6
"""Points that must agree for a motion to count."""
_STEEPEST = 1.15
"""Largest change of size from one frame to the next."""
ALIKE = 0.5
"""Correlation, after the best shift, above which two frames belong to one shot: in sequences with
known cuts, it was 0.87 or more within shots, and up to 0.14 over cuts."""
_FARTHEST = 3
"""A shift is at most the frame's side divided by this."""
HELD = 0.35
"""Share of points that are found again, above which two frames belong to one shot."""
LOST, LESS_ALIKE = 0.05, 0.65
"""If no more points are found again than the first share, the correlation that says one shot: two
shots of one person, who stands in the middle of both, had 0.51; frames of one shot 0.76 or more."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A change of size and a shift, in pixels of the frame: ``p × scale + (x, y)``."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def applied(self, points: Floats) -> Floats:
        """Move (N, 2) points."""
        return np.asarray(points * self.scale + (self.x, self.y), np.float32)

    def then(self, other: Motion) -> Motion:
        """This motion, followed by another."""
        return Motion(
            self.scale * other.scale,
            self.x * other.scale + other.x,
            self.y * other.scale + other.y,
        )

    def inverse(self) -> Motion:
        return Motion(1 / self.scale, -self.x / self.scale, -self.y / self.scale)


STILL = Motion()


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What is kept of a frame to compare it with others: at most 300 kB."""

    grey: NDArray[np.uint8]
    """(h, w); its longer side has at most `SIDE` pixels."""
    factor: float
    """Pixels of the frame in one of ``grey``."""
    thumbnail: Floats

    @classmethod
    def of(cls, pixels: NDArray[np.uint8]) -> Glimpse:
        """Look at (H, W, 3) RGB."""
        height, width = pixels.shape[:2]
        factor = max(1.0, max(height, width) / SIDE)
        size = (max(1, round(width / factor)), max(1, round(height / factor)))
        grey = cv2.cvtColor(
            cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
        )
        small = cv2.resize(grey, _THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.float32)
        return cls(np.asarray(grey, np.uint8), factor, np.asarray(small, np.float32))


@dataclass(frozen=True, slots=True)
class Step:
    """What moved from one frame to the next."""

    camera: Motion
    """What most of the frame did."""
    own: list[Motion | None]
    """What each box did; ``None`` where too little was found again."""
    cut: bool
    """Whether another shot begins."""


def step(before: Glimpse, after: Glimpse, boxes: Floats) -> Step:
    """Measure the motion of the frame and of (N, 4) boxes in it."""
    height, width = before.grey.shape
    grid = _spread(np.array([[0, 0, width, height]], np.float32), _GRID)
    points = np.concatenate((grid, _spread(boxes / before.factor, (_OWN, _OWN))))
    found, good = followed(before.grey, after.grey, points)
    count = len(grid)
    camera = _common(grid, found[:count], good[:count], before.factor)
    own = [
        _common(points[part], found[part], good[part], before.factor)
        for start in range(count, len(points), _OWN * _OWN)
        for part in [slice(start, start + _OWN * _OWN)]
    ]
    held = float(good[:count].mean())
    alike = LESS_ALIKE if held < LOST else ALIKE
    cut = held < HELD and _likeness(before, after) < alike
    return Step(camera or STILL, own, cut)


def _spread(boxes: Floats, counts: tuple[int, int]) -> Floats:
    """Points evenly inside each box, (N × across × down, 2)."""
    across, down = ((np.arange(count, dtype=np.float32) + 0.5) / count for count in counts)
    inside = np.stack(np.meshgrid(across, down), axis=-1).reshape(1, -1, 2)
    corner, size = boxes[:, None, :2], boxes[:, None, 2:] - boxes[:, None, :2]
    return np.asarray((corner + inside * size).reshape(-1, 2), np.float32)


def _common(points: Floats, found: Floats, good: NDArray[np.bool_], factor: float) -> Motion | None:
    """The median change of size and shift of the points that were found again."""
    if good.sum() < _LEAST:
        return None
    old, new = points[good], found[good]
    half = len(old) // 2
    apart = np.linalg.norm(old - np.roll(old, half, axis=0), axis=1)
    wider = np.linalg.norm(new - np.roll(new, half, axis=0), axis=1)
    scale = float(np.median(wider[apart > 1] / apart[apart > 1])) if (apart > 1).any() else 1.0
    if not 1 / _STEEPEST < scale < _STEEPEST:
        return None
    x, y = np.median(new - old * scale, axis=0) * factor
    return Motion(scale, float(x), float(y))


def _likeness(before: Glimpse, after: Glimpse) -> float:
    """Correlation of two thumbnails, −1 to 1, as they are or after the shift that fits best."""
    one, other = before.thumbnail, after.thumbnail
    window = cv2.createHanningWindow(_THUMBNAIL, cv2.CV_32F)
    (x, y), _ = cv2.phaseCorrelate(one.copy(), other.copy(), window)  # it overwrites them
    x, y = round(x), round(y)
    height, width = one.shape
    best = _correlation(one, other)
    if abs(x) <= width // _FARTHEST and abs(y) <= height // _FARTHEST:
        left, top = max(0, -x), max(0, -y)
        wide, tall = width - abs(x), height - abs(y)
        shifted = other[max(0, y) :, max(0, x) :][:tall, :wide]
        best = max(best, _correlation(one[top : top + tall, left : left + wide], shifted))
    return best


def _correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / size if size > 1e-3 else 1.0
