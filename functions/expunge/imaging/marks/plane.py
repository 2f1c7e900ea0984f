"""The plane in which a white overlay adds instead of blends.

Where a mark of opacity α lies over O, the pixel is I = αL + (1 − α)O. With a white logo
(L = 255) that is 255 − I = (1 − α)(255 − O), so in the logarithm of the distance to white
the mark adds ln(1 − α) wherever it lies, whatever is under it: one step of known size
along the whole outline, on dark and on bright ground alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Floats, Pixels

EPSILON = 6.0
"""Grey levels added to the distance to white, where noise would otherwise be all there is."""
_LEVELS = -np.log(255.0 + EPSILON - np.arange(256, dtype=np.float32))


def log_plane(pixels: Pixels) -> Floats:
    """−ln of the distance to white.

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
    """The same from luma, ``(h, w)``, uint8."""
    plane: Floats = cv2.LUT(luma, _LEVELS)
    return plane
