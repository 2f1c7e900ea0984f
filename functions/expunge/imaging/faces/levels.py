"""Stretch the levels of a dark or flat image: the network misses faces of low contrast.

At 6 % brightness a group photograph had 6 of 19 faces found, and 19 after stretching.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


NARROW = 64
"""Range of brightness, of 255, below which levels are stretched."""
SAMPLED = 128
"""Rows and columns of pixels, at least, by which the range is judged; fewer if there are fewer."""
TAIL = 100
"""One in this many pixels at each end of the range does not count."""
STEEPEST = 32
"""Largest factor by which levels are stretched. More would show the noise of a black image."""
LUMA = (77, 150, 29)
"""Weights of red, green and blue (ITU-R BT.601), in 256ths."""


def table(pixels: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return (256,): the new value of each level; ``None`` if the image is neither dark nor flat.

    All arithmetic is on whole numbers, so that the browser computes the same table.
    """
    low, high = _range(pixels)
    if high - low >= NARROW:
        return None
    span = max(high - low, 255 // STEEPEST)
    levels = (np.arange(256) - low) * 510 + span
    return np.clip(levels // (2 * span), 0, 255).astype(np.uint8)


def applied(levels: NDArray[np.uint8] | None, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Map pixels by a table; without one they stay."""
    return pixels if levels is None else np.asarray(cv2.LUT(pixels, levels), np.uint8)


def _range(pixels: NDArray[np.uint8]) -> tuple[int, int]:
    """The brightness that one in `TAIL` sampled pixels lies below, and that one lies above."""
    step = max(1, math.floor(min(pixels.shape[:2]) / SAMPLED))
    brightness = pixels[::step, ::step].astype(np.int32) @ np.array(LUMA, np.int32) >> 8
    sums = np.cumsum(np.bincount(brightness.ravel(), minlength=256)) * TAIL
    total = int(sums[-1]) // TAIL
    return int((sums <= total).sum()), int((sums < total * (TAIL - 1)).sum())
