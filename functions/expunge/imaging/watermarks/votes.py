"""The bit that each block of 8 × 8 pixels votes for, in DWT-DCT and in DWT-DCT-SVD.

Both schemes of the package ``invisible-watermark`` round a number of each block to a height in a
lattice: 9 above a multiple of 36 for a zero, 27 above it for a one. The number is the largest of
the block's Haar averages but the first (dwtDct), or their largest singular value (dwtDctSvd).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.watermarks.planes import Plane

STEP = 36
"""Twice the distance between a zero and a one: the package's ``scales``."""
BLOCK = 8
"""Side of a block in pixels: four Haar averages."""
AROUND = 9
"""Side in blocks of the neighbourhood whose mean a vote is compared with."""
ROUNDING = 1e-4
"""Votes up to this are rounding errors, as in an even area."""
_HAAR = 0.7071067811865476
"""Both taps of the low-pass filter, as PyWavelets rounds them."""


class Scheme(StrEnum):
    """The schemes of the package whose bits are votes of blocks."""

    DWT_DCT = "dwtDct"
    DWT_DCT_SVD = "dwtDctSvd"

    @property
    def truncated(self) -> float:
        """By how much a height falls where the package cuts U off to whole numbers.

        Half a level of U: one in a Haar average, four in the singular value.
        """
        return 1.0 if self is Scheme.DWT_DCT else 4.0


def heights(plane: Plane, scheme: Scheme) -> NDArray[np.floating]:
    """The number of each block, in the arithmetic of the package.

    Parameters
    ----------
    plane
        (H, W) of uint8 or float32; rows and columns beyond the last whole block are left out.

    Returns
    -------
    (H // 8, W // 8).
    """
    rows, columns = plane.shape[0] // BLOCK, plane.shape[1] // BLOCK
    averages = _averages(plane[: rows * BLOCK, : columns * BLOCK])
    blocks = averages.reshape(rows, 4, columns, 4).swapaxes(1, 2)
    if scheme is Scheme.DWT_DCT_SVD:
        values: NDArray[np.floating] = np.linalg.svd(blocks, compute_uv=False)[..., 0]
        return values
    sizes = np.abs(blocks.reshape(rows, columns, 16)[..., 1:])
    return np.asarray(sizes.max(axis=-1))


def _averages(plane: Plane) -> NDArray[np.floating]:
    """The low-pass band of a Haar transform: twice the mean of each 2 × 2 pixels."""
    real = plane.astype(np.float64) if plane.dtype == np.uint8 else plane
    tap = real.dtype.type(_HAAR)
    down = tap * real[0::2] + tap * real[1::2]
    averages: NDArray[np.floating] = tap * down[:, 0::2] + tap * down[:, 1::2]
    return averages


def package_bits(values: NDArray[np.floating], count: int) -> NDArray[np.bool_]:
    """The bits that the package's decoder reads from these heights: a majority of blocks."""
    ones = (values % STEP > STEP / 2).ravel()
    place = np.arange(ones.size) % count
    share = np.bincount(place, ones, count) / np.maximum(np.bincount(place, minlength=count), 1)
    return np.asarray(share * 255 > 127)


def votes(values: NDArray[np.floating], shift: float) -> NDArray[np.float32]:
    """A vote of each block from −1 (a zero) to 1 (a one), less the mean of those around it.

    A height between the two counts little. Without the mean, what neighbours have in common, such
    as their colour, says nothing.
    """
    angle = np.asarray(values + shift, np.float32) * np.float32(2 * np.pi / STEP)
    cast: NDArray[np.float32] = -np.sin(angle)
    around = np.asarray(cv2.blur(cast, (AROUND, AROUND)), np.float32)
    own = np.asarray(cast - around)
    return np.where(np.abs(own) > ROUNDING, own, np.float32(0))
