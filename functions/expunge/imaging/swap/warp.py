"""Where each cell of a grid comes from in the source: triangle by triangle."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.faces.faces import Floats
from expunge.imaging.swap.anatomy import AT_OVAL, KINDS, WHOLE

WIDELY = (3.0, 4.5)
"""By how much the area of a triangle may grow more than that of the others."""
_FLAT = 1e-3
"""Twice the area in square cells below which a triangle is an edge."""
_SHIFT = 4
"""Bits below a cell that corners are drawn with."""


@dataclass(frozen=True, slots=True)
class Warp:
    """A field over a grid of (rows, columns) cells."""

    places: Floats
    """(rows, columns, 2): x and y in the source, whose first pixel's centre is at 0.5."""
    kinds: NDArray[np.uint8]
    """(rows, columns): 0 outside of the face, else a kind of `anatomy`, plus 1."""
    stretched: Floats
    """(rows, columns) from 0 to 1: how far a triangle near the oval is stretched too widely."""


def warp(cells: Floats, source: Floats, shape: tuple[int, int]) -> Warp:
    """Return the field that shows the source's mesh in the shape of another.

    Parameters
    ----------
    cells
        (478, 3): the mesh to fill, in cells.
    source
        (478, 2+): the mesh of the source, in its pixels.
    """
    corners = cells[WHOLE]
    order = np.argsort(-corners[:, :, 2].mean(axis=1), kind="stable")  # far ones first
    first, second, third = (corners[:, corner, :2].astype(np.float64) for corner in range(3))
    a, b = second - first, third - first
    area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    drawn = np.zeros(shape, np.int32)
    ends = np.rint((corners[:, :, :2] - 0.5) * (1 << _SHIFT)).astype(np.int32)
    for index in order[np.abs(area[order]) > _FLAT].tolist():
        cv2.fillConvexPoly(drawn, ends[index], index + 1, cv2.LINE_8, _SHIFT)
    at = source[WHOLE][:, :, :2].astype(np.float64)
    u, v = at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]
    safe = np.where(np.abs(area) > _FLAT, area, 1)[:, None]
    right = (u * b[:, 1:] - v * a[:, 1:]) / safe
    down = (v * a[:, :1] - u * b[:, :1]) / safe
    start = at[:, 0] - right * first[:, :1] - down * first[:, 1:]
    table = np.concatenate((right, down, start), axis=1).astype(np.float32)
    table, kinds = np.vstack((table[:1] * 0, table)), np.r_[np.uint8(0), KINDS + np.uint8(1)]
    found = table[drawn]
    rows, columns = shape
    x = np.arange(columns, dtype=np.float32)[None, :, None] + np.float32(0.5)
    y = np.arange(rows, dtype=np.float32)[:, None, None] + np.float32(0.5)
    places = found[..., :2] * x + found[..., 2:4] * y + found[..., 4:6]
    return Warp(places, kinds[drawn], _stretched(right, down)[drawn])


def _stretched(right: NDArray[np.float64], down: NDArray[np.float64]) -> Floats:
    """(N + 1,): of each triangle; the first stands for none.

    ``right`` and ``down`` are (N, 2): how far the source goes on in a cell.
    """
    density = np.abs(right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0])
    usual = max(float(np.median(density)), 1e-6)
    low, high = WIDELY
    wide = np.clip((usual / np.maximum(density, 1e-6) - low) / (high - low), 0, 1) * AT_OVAL
    return np.asarray(np.append(0, wide), np.float32)


def shown(
    source: NDArray[np.uint8], places: Floats, *, beyond: int | None = None
) -> NDArray[np.uint8]:
    """Sample (H, W, C) pixels at (h, w, 2) places between them.

    Beyond the source is its edge, or the value ``beyond``.
    """
    border = cv2.BORDER_REPLICATE if beyond is None else cv2.BORDER_CONSTANT
    x, y = cv2.split(places - np.float32(0.5))
    made = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderMode=border, borderValue=beyond or 0)
    return np.asarray(made, np.uint8)
