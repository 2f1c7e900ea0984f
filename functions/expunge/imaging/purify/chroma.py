"""Colour made anew from luma.

Open watermark schemes write into colour, where the eye is dull. RivaGAN's waves
of 6 to 25 pixels lie along one axis of it, between green and magenta, nine
tenths of their energy (`MAGENTA`; measured on 15 photographs, the same on each,
and evenly spread over the picture). The DWT schemes write into the height and
the extremes of 8 × 8 pixels of U. The picture's own colours differ most along
the other axis, between blue and orange.

So colour is turned to these two axes, and each is explained by luma (`Guide`).
What is left is the residual: the mark, and the picture's own differences of
colour. Of blue to orange, more of the residual stays the stronger it is. Green
to magenta is explained by that residual as well, and loses the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.purify.filters import Guide, box

if TYPE_CHECKING:
    from expunge.imaging.purify.planes import Plane
    from expunge.imaging.purify.strength import Treatment

MAGENTA = (0.6157, 0.7880)
"""Cosine and sine from Cb to the axis that RivaGAN writes along; the other is at right angles."""
GUIDE_NOISE = 50.0
"""Variance of a guide that says nothing about colour yet."""
LEAK_OF_WAVES = 6.2
"""What a wave leaks through two explanations, times the square of their radius; taken off again."""
WEAK = 20.0
"""Mean square of a residual, in levels, below which it counts as no weaker."""
ENOUGH = 5.0
"""Root mean square, in levels, of what is taken out of a strong residual."""
STRENGTH_RADIUS = 3
BALANCE_RADIUS = 128
"""Of the squares over which what is kept of a residual cancels."""
FINE_RADIUS = 2
"""Of the means that are turned to their negative: finer detail is taken out, and no more."""
CHANGED = 10.0
"""Mean square of a change, in levels, from which drift adds little to it."""
CHANGED_RADIUS = 8
DARK = 32.0
"""Luma below which drift fades: there its share of a sample, and what it clips, would grow."""


def reach(treatment: Treatment) -> int:
    """How far away a pixel may be that a result depends on."""
    guided = 2 * treatment.chroma_radius
    return guided + max(guided, STRENGTH_RADIUS + BALANCE_RADIUS) + CHANGED_RADIUS


def remade(
    luma: Plane, chroma: list[Plane], drifts: list[Plane], treatment: Treatment
) -> list[Plane]:
    """Cb and Cr without what nothing explains, moved by ``drifts`` where little else changed."""
    magenta, blue = _turned(*chroma)
    guide = Guide.of(luma, treatment.chroma_radius, GUIDE_NOISE)
    magenta -= guide.explained(magenta)
    blue -= guide.explained(blue)
    magenta -= Guide.of(blue, treatment.chroma_radius, GUIDE_NOISE).explained(magenta)
    magenta *= np.float32(1 + LEAK_OF_WAVES / treatment.chroma_radius**2)
    blue -= _kept(blue, guide, treatment)
    change = box(magenta * magenta + blue * blue, CHANGED_RADIUS)
    room = treatment.chroma_drift / np.sqrt(1 + change / np.float32(CHANGED))
    room *= np.clip(luma / np.float32(DARK), 0, 1)
    amounts = (room, room / 2)
    return [
        plane - removed + amount * drift
        for plane, removed, amount, drift in zip(
            chroma, _turned(magenta, blue), amounts, drifts, strict=True
        )
    ]


def _turned(first: Plane, second: Plane) -> tuple[Plane, Plane]:
    """Cb and Cr to the two axes, and back: the mirroring is its own inverse."""
    cb, cr = MAGENTA
    return cb * first + cr * second, cr * first - cb * second


def _kept(residual: Plane, guide: Guide, treatment: Treatment) -> Plane:
    """What stays of a residual: more of it the stronger it is, its negative where it is weak.

    Shares of 1 - c / energy, with c such that they have the mean asked for over
    a neighbourhood, change the picture least (Lagrange), and what goes through
    of a mark cancels for whoever sums it up. The mean is below 0 by what leaks
    through the explanation, more of it where luma has texture to fit. Nowhere
    is more taken out than it takes to make a block's height anyone's guess.
    """
    energy = box(residual * residual, STRENGTH_RADIUS)
    textured = guide.variance / (guide.variance + guide.noise)
    weakness = np.reciprocal(energy + np.float32(WEAK))
    share = 1 - (1 + treatment.leak * (1 + textured)) * weakness / box(weakness, BALANCE_RADIUS)
    share = np.maximum(share, 1 - ENOUGH / np.sqrt(energy + 1))
    kept: Plane = np.maximum(share, 0) * residual
    kept += np.minimum(share, 0) * box(residual, FINE_RADIUS)
    return kept
