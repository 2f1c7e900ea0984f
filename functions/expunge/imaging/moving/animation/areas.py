"""The part of a frame that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Area = tuple[slice, slice]
"""Rows and columns."""


def whole(mask: NDArray[np.bool_]) -> Area:
    """Return all rows and columns."""
    return slice(0, mask.shape[0]), slice(0, mask.shape[1])


def bounds(mask: NDArray[np.bool_]) -> Area:
    """Return the smallest area that contains all of a mask, at least one pixel."""
    sides = []
    for axis in (1, 0):
        hit = np.flatnonzero(mask.any(axis=axis))
        sides.append(slice(int(hit[0]), int(hit[-1]) + 1) if hit.size else slice(0, 1))
    return sides[0], sides[1]
