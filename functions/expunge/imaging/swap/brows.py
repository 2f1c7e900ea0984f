"""Take a target's own brows off where they would show above the new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.faces.faces import Floats
from expunge.imaging.faces.mesh.topology import BROWS
from expunge.imaging.swap.fields import grown, mean_around, outlines, smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.swap.grid import Grid

    Pixels = NDArray[np.uint8]

GROWN, SOFT, REACH = 0.012, 0.008, 0.04
"""By the face's side: how much wider than its outline a brow is, over what it fades, and from how
far the skin is that replaces it."""


@dataclass(frozen=True, slots=True)
class Brows:
    """The skin that replaces the brows; without it nothing changes."""

    opacity: Floats | None = None
    """(rows, columns)."""
    skin: Floats | None = None
    """(rows, columns, 3) RGB."""

    @classmethod
    def of(cls, old: Pixels, cells: Floats, skin: Floats, hidden: Floats) -> Brows:
        """Find the brows of a target.

        Parameters
        ----------
        old
            (rows, columns, 3) RGB.
        cells
            (478, 3): its mesh.
        skin
            (rows, columns): 1 where its skin is.
        hidden
            (rows, columns) from 0 to 1: where hair is in front of them.
        """
        shape = skin.shape[0], skin.shape[1]
        side = 1.25 * float(np.ptp(cells[:, :2], axis=0).max())
        brows = grown(outlines(cells, BROWS, shape), GROWN * side)
        bare = mean_around(old.astype(np.float32), skin * (brows < 0.5), REACH * side)
        return cls(smooth(brows, SOFT * side) * hidden, bare)

    def off(self, pixels: Pixels, grid: Grid, cells: slice) -> Pixels:
        """Return rows of pixels without the brows."""
        if self.opacity is None or self.skin is None:
            return pixels
        opacity = np.ascontiguousarray(grid.fine(self.opacity, cells))
        bare = np.rint(grid.fine(self.skin, cells)).astype(np.uint8)
        return np.asarray(cv2.blendLinear(pixels, bare, 1 - opacity, opacity), np.uint8)
