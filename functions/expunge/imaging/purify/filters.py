"""Filters whose cost does not grow with their radius."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from expunge.imaging.purify.planes import Plane


def box(plane: Plane, radius: int) -> Plane:
    """The mean over a square of ``2 * radius + 1``, mirrored at the edges."""
    side = 2 * radius + 1
    blurred = cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32)


@dataclass(frozen=True, slots=True)
class Guide:
    """A plane that others are explained by: He, Sun, Tang, «Guided image filtering» (2010).

    Within each square a plane is taken to be a straight line of the guide; what
    does not follow the guide's edges and texture is smoothed away. A pixel
    depends on others up to ``2 * radius`` away.
    """

    plane: Plane
    radius: int
    noise: float
    """Variance up to which the guide itself counts as flat."""
    mean: Plane
    variance: Plane

    @classmethod
    def of(cls, plane: Plane, radius: int, noise: float) -> Guide:
        mean = box(plane, radius)
        variance = np.maximum(box(plane * plane, radius) - mean * mean, 0)
        return cls(plane, radius, noise, mean, variance)

    def explained(self, other: Plane) -> Plane:
        """What of another plane follows from this one."""
        mean = box(other, self.radius)
        covariance = box(self.plane * other, self.radius) - self.mean * mean
        slope = covariance / (self.variance + self.noise)
        offset = mean - slope * self.mean
        explained: Plane = box(slope, self.radius) * self.plane + box(offset, self.radius)
        return explained

    def smoothed(self) -> Plane:
        """The guide explained by itself: flat places smoothed, edges kept."""
        return self.explained(self.plane)
