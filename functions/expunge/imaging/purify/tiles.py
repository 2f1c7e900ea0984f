"""Overlapping tiles of an image, so that memory depends on the tile's size only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from expunge.imaging.networks.threads import cpus

if TYPE_CHECKING:
    from collections.abc import Iterator

Area: TypeAlias = tuple[slice, slice]
"""Rows and columns."""
TILE = 1024
"""Side of a tile, in pixels; even, since colour is treated at half size."""
MARGIN = 174
"""Most pixels of margin around a tile."""
TILE_MB, TILE_LEFT_MB = 76, 34
"""MB that one tile needs with its margins and planes, and how much of it stays allocated."""
MOST_AT_ONCE = 4
"""Most tiles at once, since each takes `TILE_MB`."""


def threads(width: int, side: int = TILE) -> int:
    """How many tiles of a row are processed at once: one for each CPU, up to `MOST_AT_ONCE`."""
    return min(cpus(), most_at_once(width, side))


def most_at_once(width: int, side: int = TILE) -> int:
    """The result of `threads` on a machine of many CPUs."""
    return min(-(-width // side), MOST_AT_ONCE)


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
    def area(self) -> Area:
        """Rows and columns of the image that the tile reads."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    @property
    def inner(self) -> Area:
        """Rows and columns of the image that the tile writes."""
        return (
            slice(self.inner_y, self.inner_y + self.inner_height),
            slice(self.inner_x, self.inner_x + self.inner_width),
        )

    def within(self, margin: int = 0) -> Area:
        """The written rectangle and a margin around it, relative to the read one."""
        top, left = self.inner_y - self.y, self.inner_x - self.x
        below, right = top + self.inner_height + margin, left + self.inner_width + margin
        return (
            slice(max(top - margin, 0), min(below, self.height)),
            slice(max(left - margin, 0), min(right, self.width)),
        )


def tiles(height: int, width: int, side: int, margin: int) -> Iterator[list[Tile]]:
    """Rows of tiles with sides of up to ``side`` pixels, each read with ``margin`` around it."""
    for inner_y in range(0, height, side):
        inner_height = min(side, height - inner_y)
        y, below = max(inner_y - margin, 0), min(inner_y + inner_height + margin, height)
        row = []
        for inner_x in range(0, width, side):
            inner_width = min(side, width - inner_x)
            x, right = max(inner_x - margin, 0), min(inner_x + inner_width + margin, width)
            row.append(
                Tile(y, x, below - y, right - x, inner_y, inner_x, inner_height, inner_width)
            )
        yield row
