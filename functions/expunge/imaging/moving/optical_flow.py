"""Follow points from one grey picture to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

_ASTRAY = 0.7
"""Pixels by which a point may miss itself when followed there and back."""


def followed(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return where (N, 2) points went, and which of them come back when followed the other way."""
    there, found = _flow(before, after, points)
    back, again = _flow(after, before, there)
    near = np.linalg.norm(back - points, axis=1) < _ASTRAY
    height, width = before.shape
    inside = ((points >= 0) & (points < (width, height))).all(axis=1)
    return there, found & again & near & inside


def _flow(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    moved, status, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points[:, None], points[:, None].copy(), winSize=(13, 13), maxLevel=3
    )
    return np.asarray(moved, np.float32).reshape(-1, 2), status.ravel().astype(bool)
