"""The known marks, as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.drawing import WHITE, Drawing, Star
from expunge.imaging.marks.mask import Mask
from expunge.imaging.marks.names import MarkName
from expunge.imaging.marks.template_search import Corner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.marks.arrays import Floats
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

    name: MarkName
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


SPARKLES = (
    Mark(
        name=MarkName.GEMINI_SPARKLE,
        tool="Google Gemini",
        opacity=0.501,
        deviation=0.006,
        deviation_resampled=0.02,
        least=0.42,
        most=0.60,
        drawing=Star(),
        usual=48,
        places=(Place(48, 32), Place(96, 64), Place(48, 89), Place(46, 32), Place(48, 96, 98)),
    ),
    Mark(
        name=MarkName.GEMINI_SPARKLE_FAINT,
        tool="Google Gemini",
        opacity=0.302,
        deviation=0.004,
        deviation_resampled=0.02,
        least=0.20,
        most=0.42,
        drawing=Star(blur=1.11, halo=2.79, amount=0.342, enlarged=True),
        usual=48,
        places=(
            Place(96, 192),
            Place(36, 192, reduced_from=((566, 2752), (550, 2816), (0, 2848))),
            Place(48, 96),
            Place(48, 94),
            Place(48, 96, 98),
        ),
    ),
)


@dataclass(frozen=True, eq=False, slots=True)
class Label:
    """A text or logo mark with a known mask, whose size follows the image's."""

    mark: Mark
    share: float
    """Usual width, as a fraction of the image's width or of its short side."""
    corner: Corner
    of_short_side: bool = True
    also: tuple[Mask, ...] = ()
    """The same words in other typefaces."""
    compared_at: int = 40
    """Width in pixels at which scales are compared; its strokes are then wider than one pixel."""
    least: float = 0.72
    most: float = 1.3
    """Smallest and largest width to try, relative to the usual width."""
    framed: bool = False
    """Whether a frame closes it, so that writing beside it is something else."""
    ratio: float = 1.09
    """Ratio of one tried width to the next."""
    captured: bool = True
    """Whether its mask was solved from a tool's own output, and not set in a free typeface."""

    @property
    def renditions(self) -> tuple[Mark, ...]:
        """Return the mark in each of its typefaces."""
        return (self.mark, *(replace(self.mark, drawing=mask) for mask in self.also))

    @property
    def scales(self) -> Floats:
        """Return the widths to try, relative to the usual width."""
        steps = int(np.log(self.most / self.least) / np.log(self.ratio)) + 1
        return self.least * self.ratio ** np.arange(steps)


LABELS = (
    Label(
        Mark(
            name=MarkName.DOUBAO_LABEL,
            tool="Doubao",
            drawing=Mask("doubao"),
            usual=330,
            opacity=0.602,
            deviation=0.004,
            deviation_resampled=0.004,
            least=0.42,
            most=0.9,
        ),
        share=0.15,
        corner=Corner(across=1.5, up=0.75),
    ),
    Label(
        Mark(
            name=MarkName.DOUBAO_SOLID_LABEL,
            tool="Doubao",
            drawing=Mask("doubao-solid", bleed=64),
            usual=261,
            opacity=0.796,
            deviation=0.0005,
            deviation_resampled=0.0005,
            least=0.55,
            most=0.97,
        ),
        share=0.12,
        corner=Corner(across=1.5, up=0.6),
        of_short_side=False,
        least=0.82,
        most=1.3,
    ),
    Label(
        Mark(
            name=MarkName.DOUBAO_PILL,
            tool="Doubao",
            drawing=Mask("doubao-pill", bleed=36),
            usual=248,
            opacity=0.592,
            deviation=0.0005,
            deviation_resampled=0.0005,
            least=0.4,
            most=0.8,
        ),
        share=0.115,
        corner=Corner(across=1.35, up=0.75, left=True, top=True),
        of_short_side=False,
        compared_at=44,
        framed=True,
        least=0.82,
        most=1.3,
    ),
    Label(
        Mark(
            name=MarkName.JIMENG_LABEL,
            tool="Jimeng",
            drawing=Mask("jimeng"),
            usual=408,
            opacity=0.799,
            deviation=0.004,
            deviation_resampled=0.004,
            least=0.6,
            most=0.9,
        ),
        share=0.2,
        corner=Corner(across=1.5, up=0.75),
    ),
    Label(
        Mark(
            name=MarkName.SAMSUNG_LABEL,
            tool="Samsung Galaxy AI",
            drawing=Mask("samsung"),
            usual=342,
            opacity=0.623,
            deviation=0.004,
            deviation_resampled=0.004,
            least=0.4,
            most=0.8,
            colour=200.0,
        ),
        share=0.315,
        corner=Corner(across=1.25, up=0.4, left=True),
        of_short_side=False,
        compared_at=80,
        least=0.85,
        most=1.2,
        ratio=1.05,
    ),
    Label(
        Mark(
            name=MarkName.AI_GENERATED_LABEL,
            tool="an AI tool",
            drawing=Mask("ai-generated-sans"),
            usual=210,
            opacity=0.7,
            deviation=0.1,
            deviation_resampled=0.1,
            least=0.3,
            most=0.97,
        ),
        share=0.095,
        corner=Corner(across=1.8, up=1.2),
        also=(Mask("ai-generated-serif"), Mask("ai-generated-round")),
        least=0.7,
        most=1.5,
        captured=False,
    ),
)

MARKS = {mark.name: mark for mark in (*SPARKLES, *(label.mark for label in LABELS))}
"""Every mark by name."""
