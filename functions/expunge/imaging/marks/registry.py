"""The marks that are known, as data."""

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
"""Of a star's opacity, in its own: what copies and codecs do to it."""
OPACITIES = tuple(np.arange(0.04, 0.96, 0.03).tolist())
"""At which marks are weighed: one of another opacity than its own is another mark."""
STRAY = 0.12
"""Sides from a place of the table at which a mark is no longer there."""
COLOURS = (255.0, 235.0, 215.0)
"""Of a star: white, and the greys that were seen in its place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tool puts its mark: side and distance to the right and bottom edge, in pixels."""

    side: int
    margin: int
    reduced_from: tuple[tuple[int, int], ...] = ()
    """For images handed out reduced: the long side of the original by the least short side
    of the copy. The margin shrinks with the image; the side is that of the copy."""

    def in_picture(self, width: int, height: int) -> tuple[int, int] | None:
        """The mark's left and top, or ``None`` where it has no room."""
        margin = self.margin
        if self.reduced_from:
            short, long = sorted((width, height))
            original = next(size for least, size in self.reduced_from if short >= least)
            margin = int(self.margin * long / original + 0.5)
        left, top = width - margin - self.side, height - margin - self.side
        return (left, top) if min(left, top) >= 0 else None


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry: what a mark looks like, and where it lives."""

    name: MarkName
    tool: str
    drawing: Drawing
    """At its usual width."""
    usual: int
    """Width in pixels."""
    opacity: float
    """Of the plateau, as drawn."""
    deviation: float
    """Of the opacity, from image to image, where the mark is as drawn."""
    deviation_resampled: float
    """The same where the image was resampled, or the mark drawn at a size of its own."""
    least: float
    most: float
    """Opacities, as first seen, that count as this mark."""
    colour: float = WHITE
    """Of the plateau, 0 to 255."""
    places: tuple[Place, ...] = ()

    @property
    def models(self) -> list[tuple[float, float]]:
        """Opacities and colours that are looked for."""
        if isinstance(self.drawing, Star):
            return [(self.opacity * by, colour) for by in SPREAD for colour in COLOURS]
        return [(opacity, self.colour) for opacity in OPACITIES]

    def home(self, box: Box, width: int, height: int) -> float:
        """How well a box suits the places of the mark in a copy of some size, 0 to 1.

        In a copy of another size both margins, in sides, are still those of the table.
        """
        right, bottom = width - box.x - box.width, height - box.y - box.height
        off = min(
            (
                max(abs(right - margin), abs(bottom - margin)) / side
                for margin, side in self._margins(box, width, height)
            ),
            default=1.0,
        )
        return max(0.0, 1 - off / STRAY)

    def _margins(self, box: Box, width: int, height: int) -> Iterator[tuple[float, float]]:
        for place in self.places:
            at = place.in_picture(width, height)
            if at and abs(box.width / place.side - 1) < 0.06:
                yield width - at[0] - place.side, place.side
            if not place.reduced_from:
                yield place.margin * box.width / place.side, box.width

    def drawing_at(self, width: float) -> Drawing:
        """The drawing as it is at some width."""
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
        places=(Place(48, 32), Place(96, 64), Place(48, 89), Place(46, 32)),
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
            Place(36, 192, ((566, 2752), (550, 2816), (0, 2848))),
            Place(48, 96),
            Place(48, 94),
        ),
    ),
)


@dataclass(frozen=True, eq=False, slots=True)
class Label:
    """A text or logo mark, known by its mask, that grows with the image."""

    mark: Mark
    share: float
    """Its usual width in widths of the image, or of its short side."""
    corner: Corner
    of_short_side: bool = True
    also: tuple[Mask, ...] = ()
    """Other typefaces that the same words are set in."""
    compared_at: int = 40
    """Width in pixels at which scales are compared; its strokes are wider than one there."""
    least: float = 0.72
    most: float = 1.3
    """Of the usual width."""
    ratio: float = 1.09
    """From one width tried to the next."""

    @property
    def renditions(self) -> tuple[Mark, ...]:
        """The mark in each of its typefaces."""
        return (self.mark, *(replace(self.mark, drawing=mask) for mask in self.also))

    @property
    def scales(self) -> Floats:
        """Widths to try, in usual ones."""
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
    ),
)

MARKS = {mark.name: mark for mark in (*SPARKLES, *(label.mark for label in LABELS))}
"""Every mark by name."""
