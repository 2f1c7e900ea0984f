"""What is known of a mark: how it looks, and where its tool puts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.drawing import WHITE, Drawing, Star

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.marks.box import Box


SPREAD = (0.93, 1.0, 1.07)
"""Factors on a star's nominal opacity, which copies and codecs change."""
OPACITIES = tuple(np.arange(0.04, 0.96, 0.03).tolist())
"""Opacities at which a place is compared; another opacity than a mark's own is another mark."""
STRAY = 0.12
"""Distance from a place of the table, in sides, from which a mark does not belong to it."""
COLOURS = (255.0, 235.0, 215.0)
"""Colours of a star: white, and the greys that were observed instead."""


@dataclass(frozen=True, slots=True)
class Place:
    """A tool's position for its mark: side, and distance to right and bottom edge, in pixels."""

    side: int
    margin: int
    """Distance to the right edge, and to the bottom edge unless ``below`` gives that."""
    below: int | None = None
    reduced_from: tuple[tuple[int, int], ...] = ()
    """For images that the tool returns reduced: the original's long side for each smallest short
    side of the copy. The margin shrinks with the image; the side is that of the copy."""

    def in_picture(self, width: int, height: int) -> tuple[int, int] | None:
        """Return the mark's left and top, or ``None`` if it does not fit."""
        margin = self.margin
        if self.reduced_from:
            short, long = sorted((width, height))
            original = next(size for least, size in self.reduced_from if short >= least)
            margin = int(self.margin * long / original + 0.5)
        below = margin if self.below is None else self.below
        left, top = width - margin - self.side, height - below - self.side
        return (left, top) if min(left, top) >= 0 else None


@dataclass(frozen=True, slots=True)
class Mark:
    """A registry entry: a mark's appearance and position."""

    name: str
    tool: str
    drawing: Drawing
    """The mark at its usual width."""
    usual: int
    """Width in pixels."""
    opacity: float
    """Opacity of the plateau, as drawn."""
    deviation: float
    """Standard deviation of the opacity between images, for a mark as drawn."""
    deviation_resampled: float
    """The same for a resampled image, or a mark drawn at another size."""
    least: float
    most: float
    """Range of first opacity estimates that count as this mark."""
    colour: float = WHITE
    """Colour of the plateau, 0 to 255."""
    places: tuple[Place, ...] = ()

    @property
    def models(self) -> list[tuple[float, float]]:
        """Return the opacities and colours to search for."""
        if isinstance(self.drawing, Star):
            return [(self.opacity * by, colour) for by in SPREAD for colour in COLOURS]
        return [(opacity, self.colour) for opacity in OPACITIES]

    def home(self, box: Box, width: int, height: int) -> float:
        """Return how well a box matches the mark's places in a copy of this size, 0 to 1.

        In a resized copy, both margins, measured in sides, are still those of the table.
        """
        right, bottom = width - box.x - box.width, height - box.y - box.height
        off = min(
            (
                max(abs(right - margin), abs(bottom - below)) / side
                for margin, below, side in self._margins(box, width, height)
            ),
            default=1.0,
        )
        return max(0.0, 1 - off / STRAY)

    def _margins(self, box: Box, width: int, height: int) -> Iterator[tuple[float, float, float]]:
        for place in self.places:
            at = place.in_picture(width, height)
            if at and abs(box.width / place.side - 1) < 0.06:
                yield width - at[0] - place.side, height - at[1] - place.side, place.side
            if not place.reduced_from:
                scale = box.width / place.side
                below = place.margin if place.below is None else place.below
                yield place.margin * scale, below * scale, box.width

    def drawing_at(self, width: float) -> Drawing:
        """Return the drawing at this width."""
        drawing = self.drawing
        if isinstance(drawing, Star):
            return drawing.at(width)
        return drawing
