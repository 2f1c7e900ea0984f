"""Give the new face the light and the skin colour of the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.swap.fields import mean_around, smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

CELLS = 96
"""Cells of the longer side on which light is compared; it has no finer detail."""
REACH = 0.10
"""Standard deviation of the mean that counts as light, by the face's side."""
FLOOR = 8.0
"""Added to both means, of 255: in the dark a ratio says little."""
MOST = 3.0
"""Largest gain, and one by the smallest."""


def gains(
    made: NDArray[np.uint8],
    there: NDArray[np.uint8],
    skin: Floats,
    plain: Floats,
    side: float,
) -> Floats:
    """Return (rows, columns, 3): what to multiply the new face by.

    The ratio of two means of skin is that of the lights on it, and of the skins' colours.

    Parameters
    ----------
    made, there
        (rows, columns, 3) RGB: the new face and the old one, in the same place.
    skin
        (rows, columns): 1 where both are skin that nothing covers.
    plain
        (rows, columns): 1 where only the light may change, not the colour: eyes and teeth.
    side
        The face's side in cells.
    """
    rows, columns = skin.shape
    scale = min(1.0, CELLS / max(rows, columns))
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    new, old, weights = (
        cv2.resize(part.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        for part in (made, there, skin)
    )
    sigma = REACH * side * scale
    floor = np.float32(FLOOR)
    ratio = (mean_around(old, weights, sigma) + floor) / (mean_around(new, weights, sigma) + floor)
    ratio = np.clip(ratio, 1 / MOST, MOST)
    whole = cv2.resize(ratio, (columns, rows), interpolation=cv2.INTER_LINEAR)
    grey = whole.mean(axis=-1, keepdims=True)
    share = smooth(plain, 0.01 * side)[..., None]
    return np.asarray(whole + share * (grey - whole), np.float32)
