"""Filters whose cost does not depend on their radius."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from expunge.imaging.purify.planes import Plane


def box(plane: Plane, radius: int) -> Plane:
    """The mean over squares of ``2 * radius + 1`` pixels, mirrored at the edges."""
    side = 2 * radius + 1
    blurred = cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32)


@dataclass(frozen=True, slots=True)
class Guide:
    """A guided filter: predicts planes from a guide plane.

    Source: He, Sun, Tang, «Guided image filtering» (2010). Within each square, the prediction
    is a linear function of the guide. Detail that does not follow the guide's edges and
    texture is smoothed away. A result depends on pixels up to ``2 * radius`` away.
    """

    plane: Plane
    radius: int
    noise: float
    """Variance up to which the guide counts as flat."""
    mean: Plane
    variance: Plane

    @classmethod
    def of(cls, plane: Plane, radius: int, noise: float) -> Guide:
        mean = box(plane, radius)
        variance = np.maximum(box(plane * plane, radius) - mean * mean, 0)
        return cls(plane, radius, noise, mean, variance)

    def predicted(self, other: Plane) -> Plane:
        """The prediction of another plane from this one."""
        mean = box(other, self.radius)
        covariance = box(self.plane * other, self.radius) - self.mean * mean
        slope = covariance / (self.variance + self.noise)
        offset = mean - slope * self.mean
        predicted: Plane = box(slope, self.radius) * self.plane + box(offset, self.radius)
        return predicted

    def smoothed(self) -> Plane:
        """The guide predicted from itself: flat areas are smoothed, edges kept."""
        return self.predicted(self.plane)
