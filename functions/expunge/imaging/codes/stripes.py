"""Whether a rectangle of an image has the parallel stripes of a bar code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.targets.spots import Corners

LONG, SHORT = 256, 48
"""Size in pixels to which a candidate is brought."""
CHANGES = 20
"""Least changes between dark and light across a code: an EAN-8 has 44, a short Code 39 about 40,
and a blurred one loses half of them."""
REGULAR = 0.55
"""Least share of the variance that columns explain: 1 for perfect stripes."""
CONTRAST = 12.0
"""Least standard deviation of the columns' mean brightness, of 255."""


def confidence(grey: NDArray[np.uint8], corners: Corners) -> float:
    """Return the confidence that a quadrilateral is a bar code, from 0 to 1; 0 if it is not."""
    return max(_along(grey, corners), _along(grey, np.roll(corners, 1, axis=0)))


def _along(grey: NDArray[np.uint8], corners: Corners) -> float:
    """The same for stripes that cross the side from the first corner to the second."""
    target = np.array([(0, 0), (LONG, 0), (LONG, SHORT), (0, SHORT)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    patch = cv2.warpPerspective(grey, matrix, (LONG, SHORT)).astype(np.float32)
    columns = patch[SHORT // 6 : -SHORT // 6].mean(axis=0)
    total = float(patch[SHORT // 6 : -SHORT // 6].var())
    if columns.std() < CONTRAST:
        return 0.0
    regular = float(columns.var()) / total
    smooth = columns - cv2.blur(columns[None], (41, 1))[0]
    changes = int((np.diff(np.sign(smooth)) != 0).sum())
    return regular if changes >= CHANGES and regular >= REGULAR else 0.0
