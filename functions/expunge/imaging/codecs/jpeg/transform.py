"""Convert coefficients to samples and back, in floats (ITU-T T.81, annex A.3.3 and A.3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from expunge.imaging.codecs.jpeg.blocks import Blocks

Tiles = NDArray[np.float32]
"""(n, 8, 8) samples, 0 to 255 before any rounding."""


def _zigzag() -> NDArray[np.intp]:
    """Row-major position of each coefficient in zigzag order (figure A.6)."""
    row, column = np.divmod(np.arange(64), 8)
    diagonal = row + column
    return np.lexsort((np.where(diagonal % 2, row, column), diagonal))


def _cosines() -> NDArray[np.float32]:
    """The orthonormal DCT matrix for eight samples, (frequency, sample)."""
    frequency, sample = np.meshgrid(np.arange(8), np.arange(8), indexing="ij")
    basis: NDArray[np.float64] = np.cos((2 * sample + 1) * frequency * np.pi / 16) / 2
    basis[0] /= np.sqrt(2)
    return np.asarray(basis, np.float32)


_BASIS = np.kron(_cosines(), _cosines())[_zigzag()]
"""(64, 64): the samples of each coefficient in zigzag order."""
_LEVEL = 128
_SMALLEST, _LARGEST = -1024, 1023
"""Range of a coefficient of 8-bit samples with the finest quantiser; beyond ±1023 there is no AC
code (table F.2)."""


def samples_of(blocks: Blocks, quantiser: NDArray[np.float32]) -> Tiles:
    """Convert coefficients to samples, neither rounded nor clipped."""
    samples = _times(blocks * quantiser, _BASIS)
    samples += _LEVEL
    return samples.reshape(-1, 8, 8)


def blocks_of(tiles: Tiles, quantiser: NDArray[np.float32]) -> Blocks:
    """Convert samples to the nearest coefficients."""
    steps = _times(tiles.reshape(-1, 64) - np.float32(_LEVEL), _BASIS.T)
    steps /= quantiser
    blocks = np.clip(np.rint(steps, out=steps), _SMALLEST, _LARGEST, out=steps)
    blocks[:, 1:] = np.maximum(blocks[:, 1:], -_LARGEST)
    return blocks.astype(np.int16)


def _times(rows: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply (n, 64) by a matrix, 64 rows at a time: for more, BLAS starts threads that wait."""
    padded = np.zeros((-(-len(rows) // 64), 64, 64), np.float32)
    padded.reshape(-1, 64)[: len(rows)] = rows
    product: NDArray[np.float32] = padded @ matrix
    return product.reshape(-1, 64)[: len(rows)]
