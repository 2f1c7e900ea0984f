"""Colour made anew from luma.

Open watermark schemes write into colour, where the eye is dull: into the
height and the extremes of 8 × 8 pixels of U (DWT and DCT), or as waves of 6 to
25 pixels (RivaGAN, measured: those waves in colour alone decode without an
error, luma and the finer waves not at all). Luma knows most edges of a picture, so colour is
explained by luma (`Guide`), and what luma does not explain is the residual: the
mark, and the picture's own differences of colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.purify.filters import Guide, box

if TYPE_CHECKING:
    from expunge.imaging.purify.planes import Plane
    from expunge.imaging.purify.strength import Treatment

GUIDE_NOISE = 50.0
"""Variance of luma that says nothing about colour yet."""
STRONG = 300.0
"""Mean square of a residual, in levels, at which half of ``kept_colour`` stays."""
STRONG_RADIUS = 4
BALANCE_RADIUS = 64
"""Of the squares over which what is kept of a residual cancels."""


def reach(treatment: Treatment) -> int:
    """How far away a pixel may be that a result depends on."""
    return 2 * treatment.chroma_radius + STRONG_RADIUS + BALANCE_RADIUS


def explained(luma: Plane, chroma: list[Plane], treatment: Treatment) -> list[Plane]:
    """Both colour planes without what luma does not explain, but for a balanced part.

    Where the picture's own colours are strong, some of the residual stays;
    around them as much of it is turned to its negative, so that the parts of a
    mark that went through cancel for whoever sums over a neighbourhood.
    """
    guide = Guide.of(luma, treatment.chroma_radius, GUIDE_NOISE)
    smooth = [guide.explained(plane) for plane in chroma]
    residual = [plane - part for plane, part in zip(chroma, smooth, strict=True)]
    energy = box(residual[0] ** 2 + residual[1] ** 2, STRONG_RADIUS)
    kept = treatment.kept_colour * energy / (energy + STRONG)
    kept -= box(kept, BALANCE_RADIUS) + treatment.overshoot
    return [part + kept * rest for part, rest in zip(smooth, residual, strict=True)]
