"""Small fields over a grid: outlines of parts, and means that leave cells out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

_SHIFT = 4


def outlines(cells: Floats, rings: Iterable[NDArray[np.intp]], shape: tuple[int, int]) -> Floats:
    """Return (rows, columns) from 0 to 1: the inside of rings of a mesh's points."""
    drawn = np.zeros(shape, np.uint8)
    for ring in rings:
        ends = np.rint((cells[ring, :2] - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(drawn, [ends], 255, cv2.LINE_AA, _SHIFT)
    return np.asarray(drawn / np.float32(255), np.float32)


def grown(field: Floats, by: float) -> Floats:
    """Grow what is 1 by some cells, or shrink it by a negative number."""
    reach = max(1, round(abs(by)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    change = cv2.dilate if by > 0 else cv2.erode
    made = change(field, disc, borderType=cv2.BORDER_CONSTANT, borderValue=0.0)
    return np.asarray(made, np.float32)


def smooth(field: Floats, sigma: float) -> Floats:
    """Blur by a Gaussian of some cells."""
    border = cv2.BORDER_REPLICATE
    return np.asarray(
        cv2.GaussianBlur(field, (0, 0), max(sigma, 0.3), borderType=border), np.float32
    )


def mean_around(values: Floats, weights: Floats, sigma: float) -> Floats:
    """Return the weighted Gaussian mean around each cell, also where no cell has a weight.

    Parameters
    ----------
    values
        (rows, columns, C).
    weights
        (rows, columns), from 0.
    """
    total = smooth(values * weights[..., None], sigma).reshape(values.shape)
    weight = smooth(weights, sigma)
    everywhere = (values * weights[..., None]).sum((0, 1)) / max(float(weights.sum()), 1e-6)
    far = np.float32(1e-3)
    made = (total + far * everywhere) / (weight + far)[..., None]
    return np.asarray(made, np.float32)
