"""The marks that are known, as data."""

from __future__ import annotations

from dataclasses import dataclass

from expunge.imaging.marks.look import Look


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tool puts its mark: side and distance to the right and bottom edge, in pixels."""

    side: int
    margin: int
    reduced_from: tuple[tuple[int, int], ...] = ()
    """For pictures handed out reduced: the long side of the original by the least short side
    of the copy. The margin shrinks with the picture; the side is that of the copy."""

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
class Sparkle:
    """One variant of the Gemini star."""

    name: str
    tool: str
    opacity: float
    """Of the plateau, as drawn."""
    deviation: float
    """Of the opacity from picture to picture."""
    least: float
    most: float
    """Opacities that count as this variant."""
    look: Look
    """At 96 px."""
    places: tuple[Place, ...]


SPARKLES = (
    Sparkle(
        name="gemini-sparkle",
        tool="Google Gemini",
        opacity=0.501,
        deviation=0.006,
        least=0.42,
        most=0.60,
        look=Look(),
        places=(Place(48, 32), Place(96, 64), Place(48, 89), Place(46, 32)),
    ),
    Sparkle(
        name="gemini-sparkle-faint",
        tool="Google Gemini",
        opacity=0.302,
        deviation=0.004,
        least=0.20,
        most=0.42,
        look=Look(blur=1.11, halo=2.79, amount=0.342),
        places=(
            Place(96, 192),
            Place(36, 192, ((566, 2752), (550, 2816), (0, 2848))),
            Place(48, 96),
            Place(48, 94),
        ),
    ),
)

MARKS = {mark.name: mark for mark in SPARKLES}
"""Every mark by name."""
