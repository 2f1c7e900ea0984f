"""Put a prepared face on a face of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.codecs.picture import Patch
from expunge.imaging.faces.mesh.topology import BROWS, EYES, INNER_LIPS, OVAL
from expunge.imaging.swap.fields import grown, mean_around, outlines, smooth
from expunge.imaging.swap.grid import Grid
from expunge.imaging.swap.light import Light
from expunge.imaging.swap.pose import Expression, between, fitted, yaw
from expunge.imaging.swap.skin import CELLS, Parts, cover, lab
from expunge.imaging.swap.source import SourceFace
from expunge.imaging.swap.warp import shown, warp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.mesh.mesh import Mesh

    Pixels = NDArray[np.uint8]
EDGE, FADE = 0.02, 0.02
"""By the face's side: how far inside of its oval the new face ends, and over what it fades."""
GROWN, SOFT = 0.025, 0.015
"""By the face's side: how much more than what covers a face stays, and over what it fades."""
COVERED_FOREHEAD = 0.05
"""Part of a forehead under hair from which the target keeps all above its brows."""
TEETH = (0.06, 0.12)
"""Openness of the target's mouth over which it keeps its own teeth, if the source shows none."""
SHUT = (0.06, 0.10)
"""Openness of the source's mouth over which it shows teeth."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """One replaced face."""

    patch: Patch
    warnings: tuple[str, ...]

    @property
    def region(self) -> tuple[int, int, int, int]:
        """x, y, width and height of the rectangle in which pixels may differ."""
        height, width = self.patch.pixels.shape[:2]
        return self.patch.x, self.patch.y, width, height


def swapped(
    frame: Pixels, target: Mesh, source: SourceFace, *, enhance: bool = False
) -> Swapped:
    """Return the new pixels of one face; the frame stays as it is.

    Parameters
    ----------
    frame
        (H, W, 3) RGB.
    """
    points = target.points
    posed, scale = fitted(source.level.points, points)
    does = Expression.of(points)
    shape = between(posed, points, source.expression, does)
    side = 1.25 * float(np.ptp(points[:, :2], axis=0).max())
    both = np.concatenate((points, shape))
    grid = Grid.around(both, (frame.shape[1], frame.shape[0]), 0.02 * side)
    assert grid is not None
    before = frame[grid.area]
    level = source.at(scale)
    field = warp(grid.cells(shape), level.points, grid.shape)
    old, new = grid.coarse(before), shown(level.pixels, field.places)
    hidden = shown(level.hidden, field.places)
    mask, skin, under = _fields(grid, old, new, hidden, points, shape, field.kinds, does, source)
    plain = (field.kinds >= 2).astype(np.float32)
    light = Light.of(new, old, skin, plain, side / grid.step)
    made = before.copy()
    for rows, cells in grid.bands():
        part = shown(level.pixels, _up(grid, field.places, cells))
        painted = light.on(part, grid.fine(light.on_grey, cells), grid.fine(light.offset, cells))
        base = before[rows]
        weight = np.ascontiguousarray(grid.fine(mask, cells))
        made[rows] = cv2.blendLinear(np.ascontiguousarray(base), painted, 1 - weight, weight)
    return Swapped(Patch(grid.x, grid.y, made), ())


def _up(grid: Grid, places: Floats, cells: slice) -> Floats:
    return grid.fine(places, cells)


def _fields(grid, old, new, hidden, points, shape, kinds, does, source):
    cells_new, cells_old = grid.cells(shape), grid.cells(points)
    parts = Parts.of(cells_new, grid.shape)
    there = cover(lab(old), parts)
    covered = np.maximum(there.field, (hidden > 127).astype(np.float32))
    n = parts.side
    soft = smooth(grown(covered, GROWN * n), SOFT * n)
    forehead = max(there.forehead, source.covered.forehead)
    if forehead > COVERED_FOREHEAD:
        soft = np.maximum(soft, 1 / (1 + np.exp(-(parts.height - 0.025 * n) / (0.012 * n))))
    skin = (parts.skin & (soft < 0.3) & (kinds > 0)).astype(np.float32)
    inside = outlines(cells_new, (OVAL,), grid.shape)
    band = smooth(grown(inside, -EDGE * n), FADE * n)
    mask = np.minimum(inside, band) * (1 - soft)
    keep = np.clip((does.mouth - TEETH[0]) / (TEETH[1] - TEETH[0]), 0, 1) * np.clip((SHUT[1] - source.expression.mouth) / (SHUT[1] - SHUT[0]), 0, 1)
    if keep > 0:
        mask = mask * (1 - keep * smooth((kinds == 3).astype(np.float32), 0.005 * n))
    mask[kinds == 0] = 0
    mask[mask < 1 / 255] = 0
    return mask.astype(np.float32), skin, None
