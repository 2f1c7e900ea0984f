"""The log plane, in which a white overlay is additive.

A mark of opacity α and colour L over an image O gives the pixel I = αL + (1 − α)O. For a white
logo (L = 255) that is 255 − I = (1 − α)(255 − O). So in the logarithm of the distance to white,
the mark adds ln(1 − α), whatever is under it. Its whole outline is a step of one known size, on
dark and bright backgrounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Floats, Pixels

EPSILON = 6.0
"""Grey levels added to the distance to white, so that noise does not dominate near white."""
_LEVELS = -np.log(255.0 + EPSILON - np.arange(256, dtype=np.float32))


def log_plane(pixels: Pixels) -> Floats:
    """Return −ln of the distance to white.

    Parameters
    ----------
    pixels
        ``(h, w, 3)``, uint8.

    Returns
    -------
    ndarray
        ``(h, w)``, float32; a white overlay of opacity α adds −ln(1 − α).
    """
    return of_luma(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY))


def of_luma(luma: Floats) -> Floats:
    """Return `log_plane` for luma, ``(h, w)``, uint8."""
    plane: Floats = cv2.LUT(luma, _LEVELS)
    return plane
