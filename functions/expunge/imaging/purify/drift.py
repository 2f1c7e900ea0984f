"""A smooth random field, which shifts values that a watermark coded in flat areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from expunge.imaging.purify.planes import Plane

_AROUND = 2
"""Extra nodes that bicubic interpolation needs on each side of a rectangle."""
_LEVELLED = 0.857
"""Standard deviation of unit normal deviates after OpenCV's bicubic kernel (a = -0.75)."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Normal deviates on a lattice over a whole image, interpolated for one rectangle at a time.

    The values at a pixel do not depend on the rectangle, so tiles fit together.
    """

    nodes: NDArray[np.float32]
    spacing: int

    @classmethod
    def over(cls, shape: tuple[int, int], spacing: int, random: np.random.Generator) -> Drift:
        """A field for an image of (H, W) pixels, with a node every ``spacing`` pixels."""
        rows, columns = (-(-side // spacing) + 2 * _AROUND for side in shape)
        nodes = random.standard_normal((rows, columns), np.float32) / np.float32(_LEVELLED)
        return cls(nodes, spacing)

    def cut(self, y: int, x: int, height: int, width: int) -> Plane:
        """The field over a rectangle: float32 (height, width), mean 0, standard deviation 1."""
        top, left = y // self.spacing, x // self.spacing
        rows = -(-(y + height) // self.spacing) - top + 2 * _AROUND
        columns = -(-(x + width) // self.spacing) - left + 2 * _AROUND
        part = self.nodes[top : top + rows, left : left + columns]
        size = (part.shape[1] * self.spacing, part.shape[0] * self.spacing)
        fine = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.float32)
        y += (_AROUND - top) * self.spacing
        x += (_AROUND - left) * self.spacing
        return fine[y : y + height, x : x + width]
