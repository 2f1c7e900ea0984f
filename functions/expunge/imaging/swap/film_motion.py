"""Measure how the picture of a face moves from frame to frame.

The network's points err by half a pixel, differently in each frame. Points of the picture itself
are followed to a tenth of one, so meshes of other frames can be laid on that of this one even while
a camera shakes.

A motion is a similarity in the complex plane, ``turn × z + shift``, with x + iy for a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.moving.optical_flow import followed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

    Pixels = NDArray[np.uint8]

SIDE = 192
"""Pixels of the longer side at which a larger face is compared."""
MARGIN = 0.1
"""What is seen around the mesh, by its longer side."""
EACH = 6
"""One of so many points of the mesh is followed."""
LEAST = 12
"""Points that must agree."""
AGREED = 1.0
"""Pixels by which a point may miss the common motion."""
STEEPEST = 1.3
"""Largest change of size from one frame to the next."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """``turn × z + shift``."""

    turn: complex = 1
    shift: complex = 0

    def then(self, other: Similarity) -> Similarity:
        """This motion, followed by another."""
        return Similarity(self.turn * other.turn, self.shift * other.turn + other.shift)

    def inverse(self) -> Similarity:
        return Similarity(1 / self.turn, -self.shift / self.turn)


def motion(before: Pixels, after: Pixels, points: Floats, later: Floats) -> Similarity | None:
    """Return how a face moves between two frames, or ``None`` if too few points are found again.

    Parameters
    ----------
    before, after
        (H, W, 3) RGB.
    points, later
        The (478, 2+) meshes in both; they only say where to look.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    margin = MARGIN * float((high - low).max())
    corner, end = np.floor(low - margin).astype(int), np.ceil(high + margin).astype(int)
    jump = np.rint((later[:, :2] - points[:, :2]).mean(axis=0)).astype(int)
    size = np.array(before.shape[1::-1])
    corner = np.maximum(corner, np.maximum(0, -jump))
    end = np.minimum(end, np.minimum(size, size - jump))
    if (end - corner < 2 * EACH).any():
        return None
    pictures = [_grey(before, corner, end), _grey(after, corner + jump, end + jump)]
    factor = max(1.0, float((end - corner).max()) / SIDE)
    if factor > 1:
        wide, tall = np.rint((end - corner) / factor).astype(int).tolist()
        pictures = [_smaller(one, (wide, tall)) for one in pictures]
    start = ((points[::EACH, :2] - corner) / factor).astype(np.float32)
    there, good = followed(pictures[0], pictures[1], start)
    found = _common(_plane(start[good]), _plane(there[good]))
    if found is None:
        return None
    middle, moved = _plane(corner[None])[0], _plane((corner + jump)[None])[0]
    return Similarity(found.turn, found.shift * factor + moved - found.turn * middle)


def to_one(steps: Sequence[Similarity | None], at: int) -> dict[int, Similarity]:
    """Return how the picture moves from each of some frames in a row to one of them.

    ``steps`` has the motion to each frame from the one before, where it is known. Frames beyond one
    that is not known are missing.
    """
    found = {at: Similarity()}
    for number in range(at - 1, -1, -1):
        step = steps[number + 1]
        if step is None:
            break
        found[number] = step.then(found[number + 1])
    for number in range(at + 1, len(steps)):
        step = steps[number]
        if step is None:
            break
        found[number] = step.inverse().then(found[number - 1])
    return dict(sorted(found.items()))


def _grey(pixels: Pixels, corner: NDArray[np.int_], end: NDArray[np.int_]) -> Pixels:
    (left, top), (right, bottom) = corner, end
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8)


def _smaller(grey: Pixels, size: tuple[int, int]) -> Pixels:
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _plane(points: NDArray[np.floating] | NDArray[np.int_]) -> NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]


def _common(old: NDArray[np.complex128], new: NDArray[np.complex128]) -> Similarity | None:
    """The least squares of the points that agree, which are found in three rounds."""
    agreed, made = np.ones(len(old), bool), Similarity()
    for _ in range(3):
        if agreed.sum() < LEAST:
            return None
        middle, there = old[agreed].mean(), new[agreed].mean()
        from_middle = old[agreed] - middle
        spread = float((np.abs(from_middle) ** 2).sum())
        if spread < 1:
            return None
        turn = complex((from_middle.conj() * (new[agreed] - there)).sum() / spread)
        made = Similarity(turn, complex(there - turn * middle))
        missed = np.abs(new - made.turn * old - made.shift)
        agreed = missed < max(AGREED, 1.5 * float(np.median(missed)))
    agreed &= missed < AGREED
    sound = 1 / STEEPEST < abs(made.turn) < STEEPEST
    return made if sound and agreed.sum() >= max(LEAST, len(old) / 2) else None
