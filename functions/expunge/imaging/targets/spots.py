"""A thing that was found, as a polygon with a confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.targets.choices import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    def height(self) -> float:
        """The shorter side of the smallest rectangle around it, in pixels: of a line, its height."""
        return float(min(cv2.minAreaRect(self.corners)[1]))


def grown(corners: Corners, by: float) -> Corners:
    """Return the smallest rectangle around a polygon, grown by a length on every side."""
    centre, (width, height), angle = cv2.minAreaRect(corners)
    bigger = (width + 2 * by, height + 2 * by)
    return np.asarray(cv2.boxPoints((centre, bigger, angle)), np.float32)


def overlap(one: Corners, other: Corners) -> float:
    """Return the area that two convex polygons share."""
    if (one.max(axis=0) < other.min(axis=0)).any() or (other.max(axis=0) < one.min(axis=0)).any():
        return 0.0
    return float(cv2.intersectConvexConvex(one, other)[0])


def area(corners: Corners) -> float:
    return float(cv2.contourArea(corners))


def distinct(spots: Iterable[Spot], *, share: float) -> list[Spot]:
    """Keep the most confident of spots that overlap by more than a share of the smaller one."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda one: -one.confidence):
        if not covered(spot, kept, share):
            kept.append(spot)
    return kept


def covered(spot: Spot, others: Sequence[Spot], share: float) -> bool:
    """Whether another spot overlaps this one by more than a share of the smaller of the two."""
    size = area(spot.corners)
    return any(
        overlap(spot.corners, other.corners) > share * min(size, area(other.corners))
        for other in others
    )
