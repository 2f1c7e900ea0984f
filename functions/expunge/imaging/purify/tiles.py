"""Overlapping tiles of an image, so that memory depends on the tile's size only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of the result, and the larger rectangle that it is computed from."""

    y: int
    x: int
    height: int
    width: int
    """The larger rectangle, margins included, clipped to the image."""
    inner_y: int
    inner_x: int
    inner_height: int
    inner_width: int
    """The rectangle of the result; all inner rectangles together cover the image once."""

    @property
    def area(self) -> tuple[slice, slice]:
        """Rows and columns of the image that the tile reads."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    @property
    def inner(self) -> tuple[slice, slice]:
        """Rows and columns of the image that the tile writes."""
        return (
            slice(self.inner_y, self.inner_y + self.inner_height),
            slice(self.inner_x, self.inner_x + self.inner_width),
        )

    @property
    def within(self) -> tuple[slice, slice]:
        """Rows and columns of the written rectangle, relative to the read one."""
        top, left = self.inner_y - self.y, self.inner_x - self.x
        return slice(top, top + self.inner_height), slice(left, left + self.inner_width)


def tiles(height: int, width: int, side: int, margin: int) -> Iterator[Tile]:
    """Tiles with sides of up to ``side`` pixels, each read with ``margin`` pixels around it."""
    for inner_y in range(0, height, side):
        inner_height = min(side, height - inner_y)
        y, below = max(inner_y - margin, 0), min(inner_y + inner_height + margin, height)
        for inner_x in range(0, width, side):
            inner_width = min(side, width - inner_x)
            x, right = max(inner_x - margin, 0), min(inner_x + inner_width + margin, width)
            yield Tile(y, x, below - y, right - x, inner_y, inner_x, inner_height, inner_width)
