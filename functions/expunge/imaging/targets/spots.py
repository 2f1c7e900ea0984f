"""A thing that was found, as a polygon with a confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.targets.choices import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Corners = NDArray[np.float32]
"""(n, 2): x and y of a convex polygon's corners, in order."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something that identifies."""

    target: Target
    corners: Corners
    confidence: float
    """0 to 1."""
    symbology: str | None = None
    """Kind of a code: ``qr``, ``ean_13`` and so on, or ``linear`` if it was not decoded."""
    content: str | None = None
    """What a code says, if it was decoded."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        left, top = self.corners.min(axis=0).tolist()
        right, bottom = self.corners.max(axis=0).tolist()
        return left, top, right, bottom

    @property
    def area(self) -> float:
        return float(cv2.contourArea(self.corners))

    @property
    def height(self) -> float:
        """The shorter side of the smallest rectangle around it: of a line, its height."""
        return float(min(cv2.minAreaRect(self.corners)[1]))


def grown(corners: Corners, by: float) -> Corners:
    """Return the smallest rectangle around a polygon, grown by a length on every side."""
    centre, (width, height), angle = cv2.minAreaRect(corners)
    bigger = (width + 2 * by, height + 2 * by)
    return np.asarray(cv2.boxPoints((centre, bigger, angle)), np.float32)


def overlaps(spots: Sequence[Spot], others: Sequence[Spot]) -> Iterator[tuple[int, int, float]]:
    """Yield the indices of each two spots that overlap, and the area that they share."""
    first, second = (
        np.array([spot.box for spot in some], np.float32).reshape(-1, 4) for some in (spots, others)
    )
    for row, box in enumerate(first):
        near = (box[:2] < second[:, 2:]).all(axis=1) & (second[:, :2] < box[2:]).all(axis=1)
        for column in np.flatnonzero(near).tolist():
            shared, _ = cv2.intersectConvexConvex(spots[row].corners, others[column].corners)
            if shared > 0:
                yield row, column, float(shared)


def uncovered(spots: Sequence[Spot], others: Sequence[Spot], share: float) -> list[Spot]:
    """Return the spots of which all others together cover at most a share."""
    shared = np.zeros(len(spots))
    for row, _, size in overlaps(spots, others):
        shared[row] += size
    return [spot for spot, size in zip(spots, shared, strict=True) if size <= share * spot.area]


def distinct(spots: Sequence[Spot], share: float) -> list[Spot]:
    """Keep the most confident of spots that overlap by more than a share of the smaller one."""
    ranked = sorted(spots, key=lambda one: -one.confidence)
    worse: dict[int, list[int]] = {}
    for row, column, size in overlaps(ranked, ranked):
        if row < column and size > share * min(ranked[row].area, ranked[column].area):
            worse.setdefault(row, []).append(column)
    gone: set[int] = set()
    for row in range(len(ranked)):
        if row not in gone:
            gone.update(worse.get(row, ()))
    return [spot for row, spot in enumerate(ranked) if row not in gone]
