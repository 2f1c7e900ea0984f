"""A smooth random field: it moves whatever is coded in the height of smooth places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from expunge.imaging.purify.planes import Plane

_AROUND = 2
"""Nodes that bicubic interpolation needs beside a rectangle."""
_LEVELLED = 0.857
"""Standard deviation that OpenCV's bicubic kernel (a = -0.75) leaves of unit normal deviates."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Normal deviates on a lattice over a whole picture, interpolated where they are asked for.

    A square of the lattice is the same wherever it is cut out, so tiles fit together.
    """

    nodes: NDArray[np.float32]
    spacing: int

    @classmethod
    def over(cls, shape: tuple[int, int], spacing: int, random: np.random.Generator) -> Drift:
        """For a picture of (H, W) pixels, with a node each ``spacing`` pixels."""
        rows, columns = (-(-side // spacing) + 2 * _AROUND for side in shape)
        nodes = random.standard_normal((rows, columns), np.float32) / np.float32(_LEVELLED)
        return cls(nodes, spacing)

    def cut(self, y: int, x: int, height: int, width: int) -> Plane:
        """The field over a rectangle, about 0 with a standard deviation of 1."""
        top, left = y // self.spacing, x // self.spacing
        rows = -(-(y + height) // self.spacing) - top + 2 * _AROUND
        columns = -(-(x + width) // self.spacing) - left + 2 * _AROUND
        part = self.nodes[top : top + rows, left : left + columns]
        size = (part.shape[1] * self.spacing, part.shape[0] * self.spacing)
        fine = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.float32)
        y += (_AROUND - top) * self.spacing
        x += (_AROUND - left) * self.spacing
        return fine[y : y + height, x : x + width]
