"""The Gemini sparkle's shape: a four-pointed star, in closed form, at any size and offset.

Each quarter of the outline is one circular arc, concave towards the centre, and each
point ends in a small round cap. Four numbers, in sides of the box, describe the shape. They
were fitted to a capture on flat grey, whose pixel coverages are sixteenths.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.outline import Outline

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Floats
    from expunge.imaging.marks.box import Box, Window

ARC_CENTRE = 0.643309
"""Distance of each arc's centre from the star's centre, along both axes."""
ARC_RADIUS = 0.641793
CAP_CENTRE = 0.474656
"""Distance of each cap's centre from the star's centre, along one axis."""
CAP_RADIUS = 0.025088
UNIT = 96
"""Side in pixels at which tools draw the star."""
_DRAWN = (
    "46:7f 45:2 45:5 45:a 45:e 44:4 44:a 44:e 43:5 43:b 42:2 42:a 41:2 41:8 40:2e 40:a 39:2 39:a "
    "38:5 38:e 37:8 36:3 35:2e 35:a 34:8 33:4 32:2f 31:2e 30:2e 29:1e 28:2d 27:2e 26:2e 25:4f 24:7 "
    "22:1b 21:4e 19:19 18:4e 16:2b 14:18f 12:18f 10:28f 8:4c 5:49f 1:16af 0:7 0:e"
)
"""The rim as the tool draws it at 96 px, in sixteenths: for each row of the top left quarter,
the column where the star begins and its coverages up to the first full one. The other
quarters are rotations of this one. It differs from the closed form by at most one sixteenth."""
SMALL = 36
"""Side in pixels at which the faint star seems to be drawn, before it is enlarged."""
SMALL_ARCS = 0.63373, 0.62602
"""Centre and radius of its arcs."""
EDGE = -1.0, 0.25, (0.0, -0.087, -0.193, 0.133, 0.364, 0.651, 0.884, 0.999, 0.982, 1.0)
"""The small star's opacity by depth: the first depth in pixels, the step, and the values."""
DOUBLING = (-0.0611, 0.306, 0.9019, -0.1468)
"""Weights for doubling its size: of the pixels at −2 to 1, for the left or upper of two."""
LOBES = 3
"""Lobes of the Lanczos kernel that enlarges it from 72 to 96 px, and reduces it in copies."""
POINTS = 60
"""Approximate number of points along each arc."""
BLUNT = 0.055
"""Fraction of the side; where the star is narrower than twice this, its outline is not used."""
SAMPLES = 12
"""Sub-samples per pixel and axis, for pixels that the outline crosses."""


def coverage(box: Box, window: Window) -> Floats:
    """Return the fraction of each pixel of a window that the star covers.

    Parameters
    ----------
    box
        The star's box, which is square.
    window
        The pixels to cover.

    Returns
    -------
    ndarray
        ``(window.height, window.width)``, float32, 0 to 1.
    """
    side = box.width
    cx, cy = box.centre
    x = (np.arange(window.left, window.right, dtype=np.float32) + 0.5 - cx) / side
    y = (np.arange(window.top, window.bottom, dtype=np.float32) + 0.5 - cy) / side
    depth = _depth(x[None, :], y[:, None]) * side
    covered = (depth > 0).astype(np.float32)
    rows, columns = np.nonzero(np.abs(depth) < 0.75)
    steps = ((np.arange(SAMPLES, dtype=np.float32) + 0.5) / SAMPLES - 0.5) / side
    fine = _depth(
        x[columns][:, None, None] + steps[None, None, :],
        y[rows][:, None, None] + steps[None, :, None],
    )
    covered[rows, columns] = (fine > 0).mean(axis=(1, 2))
    return covered


def _depth(x: Floats, y: Floats, centre: float = ARC_CENTRE, radius: float = ARC_RADIUS) -> Floats:
    """Signed distance into the star, in sides; positive inside."""
    ax, ay = np.abs(x), np.abs(y)
    arc = np.hypot(ax - centre, ay - centre) - radius
    along, across = np.maximum(ax, ay), np.minimum(ax, ay)
    cap = CAP_RADIUS - np.hypot(np.maximum(along - CAP_CENTRE, 0), across)
    return np.where(along > CAP_CENTRE, np.minimum(arc, cap), arc)


@cache
def drawn() -> Floats:
    """Return the star as drawn at 96 × 96: float32, multiples of a sixteenth."""
    quarter = np.zeros((48, 48), np.float32)
    for row, text in zip(quarter, _DRAWN.split(), strict=True):
        start, rim = text.split(":")
        first = int(start)
        row[first:] = 1
        row[first : first + len(rim)] = [int(digit, 16) / 16 for digit in rim]
    turned = [np.rot90(quarter, -turn) for turn in range(4)]
    return np.block([[turned[0], turned[1]], [turned[3], turned[2]]])


@cache
def enlarged(side: int) -> Floats:
    """Return the faint star at 96 px, or in a copy reduced from that size.

    The published map at 96 px is a Lanczos enlargement by 4/3 of a map at 72 px: only for this size
    is the residual below the map's noise. The published map at 36 px is its Lanczos reduction. The
    best explanation of the 72 px map is a 36 px map, doubled and sharpened. Its parameters were
    fitted to the 96 px map by least squares. They leave 0.0041 of opacity unexplained there (its
    noise is 0.0025), and 0.0034 at 36 px.

    Returns
    -------
    ndarray
        ``(side, side)``, float32: 1 on the plateau, up to 1.2 at its rim.
    """
    at = (np.arange(SMALL, dtype=np.float32) + 0.5) / SMALL - 0.5
    first, step, values = EDGE
    depths = first + step * np.arange(len(values))
    star = np.interp(_depth(at[None, :], at[:, None], *SMALL_ARCS) * SMALL, depths, values)
    for resampling in (_doubling(), _lanczos(2 * SMALL, UNIT), _lanczos(UNIT, side)):
        star = np.maximum(resampling @ star @ resampling.T, 0)
    whole: Floats = star.astype(np.float32)
    return whole


def _doubling() -> Floats:
    """Return the matrix that doubles the small star's size: ``(72, 36)``."""
    weights = np.zeros((2 * SMALL, SMALL))
    for pixel in range(SMALL):
        for offset, weight in zip(range(-2, 2), DOUBLING, strict=True):
            weights[2 * pixel, np.clip(pixel + offset, 0, SMALL - 1)] += weight
            weights[2 * pixel + 1, np.clip(pixel - offset, 0, SMALL - 1)] += weight
    return weights


def _lanczos(size: int, to: int) -> Floats:
    """Return the Lanczos resampling matrix, with a wider kernel for reduction: ``(to, size)``."""
    away = np.arange(size) + 0.5 - (np.arange(to)[:, None] + 0.5) * size / to
    away *= min(1, to / size)
    weights: Floats = np.sinc(away) * np.sinc(away / LOBES) * (np.abs(away) < LOBES)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def outline(each: int = POINTS) -> Outline:
    """Return evenly spaced points along the four arcs, except where the star is too narrow."""
    end = np.arcsin((ARC_CENTRE - CAP_CENTRE) / ARC_RADIUS)
    turn = np.linspace(end, np.pi / 2 - end, 2 * each)
    away = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    arc = ARC_CENTRE - ARC_RADIUS * away
    wide = arc.min(axis=1) > BLUNT
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    points = np.concatenate([arc[wide] * sign for sign in signs]).astype(np.float32)
    normals = np.concatenate([away[wide] * sign for sign in signs]).astype(np.float32)
    return Outline(points, normals, arcs=4, spread=0.007, deep=True)
