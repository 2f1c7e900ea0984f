"""Re-synthesis of chroma from luma.

Open-source watermarks write into chroma, to which the eye is less sensitive. RivaGAN writes
waves of 6 to 25 pixels, spread evenly over the image. 90 % of their energy is on one axis, green
to magenta (`MAGENTA`; measured on 15 photographs, the same on each). The DWT
schemes change the mean and the extremes of 8 × 8 blocks of U. The image's own colours vary
most along the other axis, blue to orange.

So chroma is rotated to these two axes, and each is predicted from luma (`Guide`). The
residual contains the watermark and the image's own colour detail. On the blue-orange axis, a
stronger residual is kept to a larger share. The green-magenta axis is also predicted from the
blue-orange residual, and then loses its residual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.purify.filters import Guide, box

if TYPE_CHECKING:
    from expunge.imaging.purify.planes import Plane
    from expunge.imaging.purify.strength import Treatment

MAGENTA = (0.6157, 0.7880)
"""Cosine and sine of the angle from Cb to RivaGAN's axis; the other axis is perpendicular."""
GUIDE_NOISE = 50.0
"""Variance, in levels², up to which a guide is too flat to predict colour."""
LEAK_OF_WAVES = 6.2
"""Share of a wave that passes both predictions, times their radius squared; removed again."""
WEAK = 20.0
"""Added to the mean square of a residual, in levels²: weaker residuals count as equally weak."""
ENOUGH = 5.0
"""Root mean square, in levels, up to which a strong residual is removed."""
STRENGTH_RADIUS = 3
"""Pixels around each over which the residual's mean square is taken."""
BALANCE_RADIUS = 128
"""Radius, in pixels, of the squares over which the kept part of a residual cancels out."""
FINE_RADIUS = 2
"""Radius, in pixels, of the means that are inverted; finer detail is only removed."""
CHANGED = 10.0
"""Mean square of a change, in levels², above which little drift is added."""
CHANGED_RADIUS = 8
"""Pixels around each over which that mean square is taken."""
DARK = 32.0
"""Luma, in levels, below which drift fades out, since dark samples would change and clip more."""


def reach(treatment: Treatment) -> int:
    """Radius, in pixels, of the area that one result pixel depends on."""
    guided = 2 * treatment.chroma_radius
    return guided + max(guided, STRENGTH_RADIUS + BALANCE_RADIUS) + CHANGED_RADIUS


def resynthesised(
    luma: Plane, chroma: list[Plane], drifts: list[Plane], treatment: Treatment
) -> list[Plane]:
    """Cb and Cr without most of their residuals, plus ``drifts`` where little else changed."""
    magenta, blue = _turned(*chroma)
    guide = Guide.of(luma, treatment.chroma_radius, GUIDE_NOISE)
    magenta -= guide.predicted(magenta)
    blue -= guide.predicted(blue)
    magenta -= Guide.of(blue, treatment.chroma_radius, GUIDE_NOISE).predicted(magenta)
    magenta *= np.float32(1 + LEAK_OF_WAVES / treatment.chroma_radius**2)
    blue -= _kept(blue, guide, treatment)
    change = box(magenta * magenta + blue * blue, CHANGED_RADIUS)
    amount = treatment.chroma_drift / np.sqrt(1 + change / np.float32(CHANGED))
    amount *= np.clip(luma / np.float32(DARK), 0, 1)
    amounts = (amount, amount / 2)
    return [
        plane - removed + amount * drift
        for plane, removed, amount, drift in zip(
            chroma, _turned(magenta, blue), amounts, drifts, strict=True
        )
    ]


def _turned(first: Plane, second: Plane) -> tuple[Plane, Plane]:
    """Cb and Cr to the two axes, or back: the transform is a reflection, its own inverse."""
    cb, cr = MAGENTA
    return cb * first + cr * second, cr * first - cb * second


def _kept(residual: Plane, guide: Guide, treatment: Treatment) -> Plane:
    """The part of a residual to keep: a larger share where it is strong, negative where weak.

    The share is 1 - c / energy, with c chosen for a given mean over a neighbourhood. This
    form changes the image least (Lagrange). The kept parts of a watermark then cancel in any
    decoder that sums over an area. The mean is below 0, to offset the leak through the
    prediction; the leak is larger where luma has texture. `ENOUGH` limits the removal to
    what makes the mean of a block unpredictable.
    """
    energy = box(residual * residual, STRENGTH_RADIUS)
    textured = guide.variance / (guide.variance + guide.noise)
    weakness = np.reciprocal(energy + np.float32(WEAK))
    share = 1 - (1 + treatment.leak * (1 + textured)) * weakness / box(weakness, BALANCE_RADIUS)
    share = np.maximum(share, 1 - ENOUGH / np.sqrt(energy + 1))
    kept: Plane = np.maximum(share, 0) * residual
    kept += np.minimum(share, 0) * box(residual, FINE_RADIUS)
    return kept
