"""Where the blocks of a crop begin: the heights of the right grid are the most regular."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.watermarks.votes import BLOCK, STEP, Scheme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.watermarks.planes import Plane

SAMPLE = 512
"""Side in pixels of the middle of the image that is looked at."""


def likely(
    plane: Plane, scheme: Scheme, shift: float, most: int, least: float
) -> list[tuple[int, int]]:
    """The ``most`` likely first rows and columns of blocks, each from 0 to 7, best first.

    Only those that are more regular than the mean by ``least`` standard deviations.
    """
    height, width = plane.shape
    top = max(height - SAMPLE, 0) // 2 // BLOCK * BLOCK
    left = max(width - SAMPLE, 0) // 2 // BLOCK * BLOCK
    part = np.asarray(plane[top : top + SAMPLE, left : left + SAMPLE], np.float32)
    angle = (_at_each_pixel(part, scheme) + shift) * np.float32(4 * np.pi / STEP)
    wave = np.cos(angle)
    rows, columns = (side // BLOCK for side in wave.shape)
    cut = wave[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    means = cut.mean(axis=(0, 2)).ravel()
    limit = means.mean() - least * means.std()
    order = [int(place) for place in np.argsort(means)[:most] if means[place] <= limit]
    return [divmod(place, BLOCK) for place in order]


def _at_each_pixel(plane: NDArray[np.float32], scheme: Scheme) -> NDArray[np.float32]:
    """The height of the block that begins at each pixel; for DWT-DCT-SVD by its mean."""
    height, width = (side - BLOCK + 1 for side in plane.shape)
    if scheme is Scheme.DWT_DCT_SVD:
        sums = cv2.boxFilter(plane, -1, (BLOCK, BLOCK), anchor=(0, 0), normalize=False)
        return np.abs(np.asarray(sums, np.float32)[:height, :width] / 8)
    averages = np.abs(cv2.boxFilter(plane, -1, (2, 2), anchor=(0, 0), normalize=False) / 2)
    rest = [(y, x) for y in range(0, BLOCK, 2) for x in range(0, BLOCK, 2) if y or x]
    most = averages[2 : 2 + height, :width].copy()
    for y, x in rest:
        np.maximum(most, averages[y : y + height, x : x + width], out=most)
    return np.asarray(most, np.float32)
