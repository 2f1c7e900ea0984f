"""Filters whose cost does not depend on their radius."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.purify.planes import Plane

if TYPE_CHECKING:
    from expunge.imaging.purify.tiles import Area


def box(plane: Plane, radius: int) -> Plane:
    """The mean over squares of ``2 * radius + 1`` pixels, mirrored at the edges."""
    side = 2 * radius + 1
    blurred = cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32)


def halved(plane: Plane) -> Plane:
    """The means over squares of two pixels; the sides must be even."""
    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def doubled(plane: Plane) -> Plane:
    """The inverse of `halved` for a smooth plane: bilinear interpolation."""
    size = (plane.shape[1] * 2, plane.shape[0] * 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.float32)


@dataclass(frozen=True, slots=True)
class Guide:
    """A guided filter: predicts planes from a guide plane.

    Source: He, Sun, Tang, «Guided image filtering» (2010). Within each square, the prediction
    is a linear function of the guide. Detail that does not follow the guide's edges and
    texture is smoothed away. Statistics are exact. The smooth coefficients are kept at half size
    (He and Sun, «Fast guided filter», 2015).
    """

    plane: Plane
    radius: int
    """In pixels of the halved plane. A result depends on pixels up to ``4 * radius + 3`` away."""
    noise: float
    """Variance up to which the guide counts as flat."""
    mean: Plane
    """Of half size, like ``variance``."""
    variance: Plane

    @classmethod
    def of(cls, plane: Plane, radius: int, noise: float) -> Guide:
        mean = box(halved(plane), radius)
        variance = box(halved(plane * plane), radius)
        variance -= mean * mean
        return cls(plane, radius, noise, mean, np.maximum(variance, 0, out=variance))

    def cut(self, area: Area, half: Area) -> Guide:
        """The same guide for a part of the plane; ``half`` is that part at half size."""
        return replace(
            self, plane=self.plane[area], mean=self.mean[half], variance=self.variance[half]
        )

    def residual(self, other: Plane) -> Plane:
        """What is left of another plane without its prediction from this one."""
        mean = box(halved(other), self.radius)
        left = self.plane * other
        slope = box(halved(left), self.radius)
        slope -= self.mean * mean
        slope /= self.variance + np.float32(self.noise)
        offset = mean - slope * self.mean
        np.multiply(doubled(box(slope, self.radius)), self.plane, out=left)
        left += doubled(box(offset, self.radius))
        np.subtract(other, left, out=left)
        return left


def smoothing(plane: Plane, radius: int, noise: float) -> Plane:
    """What to add to a plane to smooth its flat areas: Lee's filter (1980), edges kept."""
    mean = box(plane, radius)
    share = box(plane * plane, radius)
    share -= mean * mean
    np.maximum(share, 0, out=share)
    share += np.float32(noise)
    np.divide(np.float32(noise), share, out=share)
    mean -= plane
    mean *= share
    return mean
