"""The pixels that hide a polygon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.targets.spots import Corners, grown

if TYPE_CHECKING:
    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.targets.spots import Spot

EDGE = 128
"""Pixels drawn around a region. OpenCV clips an outline to its array in whole pixels, so that one
which leaves the array far off has another slope, and lies on the array's edge beyond it."""
MARGIN = 0.15
"""Added around text, plates and codes, as a share of their height: strokes stick out."""


@dataclass(frozen=True, slots=True)
class Outlined:
    """The region that a polygon encloses. Its mask is drawn each time that it is asked for: of
    many long slanting lines of text, the rectangles together are far larger than the image."""

    x: int
    y: int
    width: int
    height: int
    face_height: float
    """The shorter side of the smallest rectangle around it, in pixels."""
    corners: Corners

    @property
    def alpha(self) -> Floats:
        """(h, w): 1 inside and on the edge, 0 elsewhere."""
        drawn = np.zeros((self.height + 2 * EDGE, self.width + 2 * EDGE), np.uint8)
        # The upper left corner of the first pixel is the origin, and its centre is OpenCV's.
        place = np.rint(self.corners - (self.x, self.y) - 0.5).astype(np.int32) + EDGE
        cv2.fillPoly(drawn, [place], 1)
        alpha = drawn[EDGE:-EDGE, EDGE:-EDGE].copy()
        outlines, _ = cv2.findContours(alpha, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(alpha, outlines, -1, 1, cv2.FILLED)
        return alpha.astype(np.float32)


def region_of_spot(spot: Spot, size: tuple[int, int]) -> Outlined | None:
    """The region that hides a spot with a margin, in an image of ``size`` (width, height)."""
    return region_of(grown(spot.corners, MARGIN * spot.height + 1), size)


def region_of(corners: Corners, size: tuple[int, int]) -> Outlined | None:
    """The region that a polygon encloses, its edge included; ``None`` if it is outside the image.

    An outline that crosses itself encloses the parts between its loops, too.
    """
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0).tolist()
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int), size).tolist()
    if right <= left or bottom <= top:
        return None
    tall = float(min(cv2.minAreaRect(corners.astype(np.float32))[1]))
    return Outlined(left, top, right - left, bottom - top, max(tall, 1.0), corners)
