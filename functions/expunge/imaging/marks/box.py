"""Position of a mark: real-valued boxes and whole-pixel windows, in displayed coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Window:
    """Whole pixels: columns ``left`` to ``right``, rows ``top`` to ``bottom``, ends excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Return rows and columns, to index an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, width: int, height: int) -> Window:
        """Clip the window to an image of this size."""
        return Window(
            min(max(self.left, 0), width),
            min(max(self.top, 0), height),
            min(max(self.right, 0), width),
            min(max(self.bottom, 0), height),
        )

    def grown(self, by: int) -> Window:
        """Extend the window by ``by`` pixels on every side."""
        return Window(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlaps(self, other: Window) -> bool:
        """Whether the two windows share a pixel."""
        across = max(self.left, other.left) < min(self.right, other.right)
        return across and max(self.top, other.top) < min(self.bottom, other.bottom)

    def intersection(self, other: Window) -> Window:
        """Return the pixels that two overlapping windows share."""
        return Window(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def within_window(self, outer: Window) -> Window:
        """Return the same pixels, relative to another window's corner."""
        x, y = outer.left, outer.top
        return Window(self.left - x, self.top - y, self.right - x, self.bottom - y)


def enclosing(windows: list[Window]) -> Window:
    """Return the smallest window that contains all of these."""
    return Window(
        min(window.left for window in windows),
        min(window.top for window in windows),
        max(window.right for window in windows),
        max(window.bottom for window in windows),
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A mark's top left corner and size, in fractional pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def place(self) -> tuple[float, float, float]:
        """Centre and width."""
        return (*self.centre, self.width)

    def moved(self, x: float, y: float) -> Box:
        return Box(self.x + x, self.y + y, self.width, self.height)

    @classmethod
    def around(cls, centre: tuple[float, float], width: float, height: float) -> Box:
        return cls(centre[0] - width / 2, centre[1] - height / 2, width, height)

    def window(self, margin: float = 0.0) -> Window:
        """Return every pixel that the box, extended by ``margin`` on all sides, touches."""
        return Window(
            floor(self.x - margin),
            floor(self.y - margin),
            ceil(self.x + self.width + margin),
            ceil(self.y + self.height + margin),
        )
