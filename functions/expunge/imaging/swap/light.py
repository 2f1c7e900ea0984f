"""Give the new face the light and the skin colour of the old one.

Brightness is multiplied, as another light would do, so that what is black stays black. Colour is
shifted: multiplied, it would show the noise of a dark picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.faces.faces import Floats
from expunge.imaging.swap.fields import mean_around, smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

CELLS = 48
"""Cells of the longer side on which light is compared; it has no finer detail."""
REACH, COLOUR_REACH = 0.13, 0.08
"""Standard deviations of the means that count as light and as its colour, by the face's side."""
FLOOR = 8.0
"""Added to both means, of 255: in the dark a ratio says little."""
MOST = 3.0
"""Largest factor of brightness, and one by the smallest."""
CONTRAST = (0.45, 1.15)
"""Range of the factor of skin's contrast, by that of brightness."""
LEAST_COLOUR = 3.0
"""Mean distance from grey, of 255, at which a face is not grey for sure."""
_GREY = np.array((0.299, 0.587, 0.114), np.float32)


@dataclass(frozen=True, slots=True)
class Light:
    """What makes pixels of the new face: ``grey × on_grey + rgb × on_rgb + offset``."""

    on_grey: Floats
    """(rows, columns)."""
    on_rgb: float
    offset: Floats
    """(rows, columns, 3)."""

    @classmethod
    def of(cls, made: Pixels, there: Pixels, skin: Floats, plain: Floats, side: float) -> Light:
        """Compare two faces in the same place.

        Parameters
        ----------
        made, there
            (rows, columns, 3) RGB: the new face and the old one.
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
        new, old, weights, bare = (_resized(part, size) for part in (made, there, skin, plain))
        sigma = side * scale
        new_grey, old_grey = new @ _GREY, old @ _GREY
        new_mean, old_mean = (
            mean_around(grey[..., None], weights, REACH * sigma)[..., 0]
            for grey in (new_grey, old_grey)
        )
        gain = np.clip((old_mean + FLOOR) / (new_mean + FLOOR), 1 / MOST, MOST)
        contrast = _contrast(new_grey - new_mean, old_grey - old_mean, weights) / gain
        share = smooth(bare, 0.01 * sigma)
        detail = gain * (share + (1 - share) * np.clip(contrast, *CONTRAST))
        new_rest, old_rest = new - new_grey[..., None], old - old_grey[..., None]
        on_rgb = _colourfulness(old_rest, weights) / _colourfulness(new_rest, weights)
        on_rgb = float(np.clip(on_rgb, 0, 1))
        new_tint, old_tint = (
            mean_around(rest, weights, COLOUR_REACH * sigma) for rest in (new_rest, old_rest)
        )
        offset = (old_mean - detail * new_mean)[..., None] + (1 - share)[..., None] * (
            old_tint - on_rgb * new_tint
        )
        whole = (columns, rows)
        return cls(
            cv2.resize(detail - on_rgb, whole).astype(np.float32),
            on_rgb,
            cv2.resize(offset, whole).astype(np.float32),
        )

    def on(self, pixels: Pixels, on_grey: Floats, offset: Floats) -> Pixels:
        """Return pixels in the other light, with these parts of the fields."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        base = cv2.multiply(grey, on_grey, dtype=cv2.CV_32F)
        made = cv2.scaleAdd(pixels.astype(np.float32), self.on_rgb, offset)
        return np.asarray(cv2.add(made, cv2.merge((base, base, base)), dtype=cv2.CV_8U), np.uint8)


def _resized(part: Pixels | Floats, size: tuple[int, int]) -> Floats:
    made = cv2.resize(part.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(made, np.float32)


def _colourfulness(rest: Floats, weights: Floats) -> float:
    """The mean distance from grey, from where noise cannot make it."""
    mean = float((np.abs(rest).mean(axis=-1) * weights).sum() / max(float(weights.sum()), 1e-6))
    return max(mean - LEAST_COLOUR, 0) + 1e-3


def _contrast(new: Floats, old: Floats, weights: Floats) -> float:
    """The old skin's deviation by that of the new one."""
    total = max(float(weights.sum()), 1e-6)
    fresh, former = (float((part * part * weights).sum()) / total for part in (new, old))
    return float(np.sqrt((former + 1) / (fresh + 1)))
