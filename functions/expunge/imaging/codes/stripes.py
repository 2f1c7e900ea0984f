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

SAME_ROW = 0.6
"""Correlation with the code's rows from which another row belongs to the code."""


def confidence(grey: NDArray[np.uint8], corners: Corners) -> float:
    """Return the confidence that a quadrilateral is a bar code, from 0 to 1; 0 if it is not."""
    return max(_regularity(_level(grey, turned)) for turned in _sides(corners))


def whole(grey: NDArray[np.uint8], corners: Corners) -> Corners:
    """Return the quadrilateral of a bar code, extended to the ends of its bars.

    Detectors return the part of a code that they are sure of; a strip of bars that is left over
    would still decode.
    """
    along = max(_sides(corners), key=lambda turned: _regularity(_level(grey, turned)))
    rows = _level(grey, _stretched(along, 1.0, 1.0), 3 * SHORT)
    rows = rows - rows.mean(axis=1, keepdims=True)
    inner = rows[SHORT : 2 * SHORT].mean(axis=0)
    length = np.linalg.norm(rows, axis=1) * np.linalg.norm(inner) + 1e-6
    alike = (rows @ inner) / length >= SAME_ROW
    above = int(np.argmin(alike[:SHORT][::-1])) if not alike[:SHORT].all() else SHORT
    below = int(np.argmin(alike[2 * SHORT :])) if not alike[2 * SHORT :].all() else SHORT
    return _stretched(along, above / SHORT, below / SHORT)


def _sides(corners: Corners) -> tuple[Corners, Corners]:
    """The same quadrilateral, with bars that cross its first side or its second one."""
    return corners, np.roll(corners, 1, axis=0)


def _stretched(corners: Corners, above: float, below: float) -> Corners:
    """Move the first side out by a share of the height, and the opposite one."""
    first, second, third, fourth = corners
    left, right = fourth - first, third - second
    moved = (
        first - above * left,
        second - above * right,
        third + below * right,
        fourth + below * left,
    )
    return np.array(moved, np.float32)


def _level(grey: NDArray[np.uint8], corners: Corners, rows: int = SHORT) -> NDArray[np.float32]:
    """Return a quadrilateral as a picture of `LONG` columns, its first side above."""
    target = np.array([(0, 0), (LONG, 0), (LONG, rows), (0, rows)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(cv2.warpPerspective(grey, matrix, (LONG, rows)), np.float32)


def _regularity(patch: NDArray[np.float32]) -> float:
    """Return how much of the variance upright stripes explain; 0 if they are not a code's."""
    inner = patch[SHORT // 6 : -SHORT // 6]
    columns = inner.mean(axis=0)
    if columns.std() < CONTRAST:
        return 0.0
    regular = float(columns.var()) / float(inner.var())
    smooth = columns - cv2.blur(columns[None], (41, 1))[0]
    changes = int((np.diff(np.sign(smooth)) != 0).sum())
    return regular if changes >= CHANGES and regular >= REGULAR else 0.0
