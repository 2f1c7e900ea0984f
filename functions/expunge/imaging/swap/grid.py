"""A rectangle of an image, and a coarse grid over it: fields are made coarse, pixels are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

FINEST = 128
"""Cells along the longer side of the grid at most; a smaller face has a cell a pixel."""
BAND = 256
"""Rows of pixels that are made at a time, so that memory follows the face's width alone."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells of ``step`` × ``step`` pixels; the last row and column may stand out."""

    x: int
    y: int
    width: int
    """Pixels, inside the image."""
    height: int
    step: int

    @classmethod
    def around(cls, points: Floats, size: tuple[int, int], margin: float) -> Grid:
        """The grid over (N, 2+) points, grown by ``margin`` pixels and cut at the image's edge.

        Of points beside the image of (width, height) it has the pixel next to them.
        """
        low = np.floor(points[:, :2].min(axis=0) - margin).astype(int)
        high = np.ceil(points[:, :2].max(axis=0) + margin).astype(int)
        left, top = (min(max(int(side), 0), most - 1) for side, most in zip(low, size, strict=True))
        right = min(max(int(high[0]), left + 1), size[0])
        bottom = min(max(int(high[1]), top + 1), size[1])
        step = -(-max(right - left, bottom - top) // FINEST)
        return cls(left, top, right - left, bottom - top, step)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        return -(-self.height // self.step), -(-self.width // self.step)

    @property
    def area(self) -> tuple[slice, slice]:
        """Rows and columns of pixels in the image."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def cells(self, points: Floats) -> Floats:
        """Return points of the image in cells, whose corner is (0, 0); z in cells, too."""
        made = points - np.array((self.x, self.y, 0), np.float32)[: points.shape[1]]
        return made / np.float32(self.step)

    def coarse(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the rectangle's (H, W, 3) pixels by cell: their mean."""
        if self.step == 1:
            return pixels
        rows, columns = self.shape
        down, right = rows * self.step - self.height, columns * self.step - self.width
        whole = cv2.copyMakeBorder(pixels, 0, down, 0, right, cv2.BORDER_REPLICATE)
        made = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
        return np.asarray(made, np.uint8)

    def bands(self) -> Iterator[tuple[slice, slice]]:
        """The rows of pixels in parts, each with the rows of cells that it takes."""
        cells = max(1, BAND // self.step)
        for first in range(0, self.shape[0], cells):
            last = min(first + cells, self.shape[0])
            yield slice(first * self.step, min(last * self.step, self.height)), slice(first, last)

    def fine(self, field: Floats, cells: slice) -> Floats:
        """Return a field of cells by pixel, for some rows of cells.

        Parameters
        ----------
        field
            (rows, columns) or (rows, columns, C): all cells.
        """
        if self.step == 1:
            return field[cells]
        above, below = min(1, cells.start), min(1, len(field) - cells.stop)
        part = field[cells.start - above : cells.stop + below]
        wide, high = part.shape[1] * self.step, part.shape[0] * self.step
        made = cv2.resize(part, (wide, high), interpolation=cv2.INTER_LINEAR)
        start = above * self.step
        stop = min(high - below * self.step, start + self.height - cells.start * self.step)
        return np.asarray(made[start:stop, : self.width], np.float32)
