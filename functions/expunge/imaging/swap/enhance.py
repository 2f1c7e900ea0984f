"""Sharpen the new face as far as the old one was sharp: it makes no detail that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MOST = 1.5
"""Most of the detail that is added to itself."""
RADII = (0.8, 3.0)
"""Range of the Gaussian's deviation in pixels; an enlarged source needs a larger one."""


def radius(scale: float) -> float:
    """Return the deviation in pixels for a source that is enlarged by ``scale``."""
    return float(np.clip(0.6 * scale, *RADII))


def energy(pixels: Pixels, sigma: float) -> float:
    """Return the mean square of the detail finer than a Gaussian."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return float(cv2.norm(grey, cv2.GaussianBlur(grey, (0, 0), sigma)) ** 2 / max(grey.size, 1))


def amount(made: float, there: float) -> float:
    """Return how much of its detail to add to a face of the first energy, for the second."""
    return float(np.clip(np.sqrt((there + 0.5) / (made + 0.5)) - 1, 0, MOST))


def sharpened(pixels: Pixels, sigma: float, by: float) -> Pixels:
    """Add ``by`` times its detail to (H, W, 3)."""
    soft = cv2.GaussianBlur(pixels, (0, 0), sigma)
    return np.asarray(cv2.addWeighted(pixels, 1 + by, soft, -by, 0), np.uint8)
