"""Re-synthesis of colour from luma.

Open-source watermarks write into colour, to which the eye is less sensitive. RivaGAN writes
waves of 6 to 25 pixels, spread evenly over the image. The DWT schemes change the mean and the
extremes of 8 × 8 blocks of U.

So each of the two colour axes (`planes`) is predicted from luma. The residual contains the
watermark and the image's own colour detail. On the blue-orange axis, a stronger residual is kept
to a larger share. The green-magenta axis is also predicted from the blue-orange residual, and
then loses its residual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.purify.filters import Guide, box, doubled, halved
from expunge.imaging.purify.planes import turned

if TYPE_CHECKING:
    from expunge.imaging.purify.planes import Plane
    from expunge.imaging.purify.strength import Treatment
    from expunge.imaging.purify.tiles import Area

GUIDE_NOISE = 50.0
"""Variance, in levels², up to which a guide is too flat to predict colour."""
LEAK_OF_WAVES = 5.0
"""Share of a wave that passes both predictions, times their radius squared; removed again."""
WEAK = 20.0
"""Added to the mean square of a residual, in levels²: weaker residuals count as equally weak."""
ENOUGH = 5.0
"""Root mean square, in levels, up to which a strong residual is removed."""
STRENGTH_RADIUS = 1
"""Pixels of half size around each over which the residual's mean square is taken."""
BALANCE_RADIUS = 64
"""Radius, in pixels of half size, of the squares over which a residual's kept part cancels out."""
FINE_RADIUS = 1
"""Radius, in pixels of half size, of the means that are inverted; finer detail is only removed."""
COARSE = 1.0
"""Standard deviation, in pixels, of the blur that divides a change from its fine noise."""
CHANGED = 10.0
"""Mean square of a change, in levels², above which little drift is added."""
CHANGED_RADIUS = 4
"""Pixels of half size around each over which that mean square is taken."""
DARK = 32.0
"""Luma, in levels, below which drift fades out, since dark samples would change and clip more."""
_EDGE = 8
"""Pixels that halving, doubling and the blur add to what a result depends on."""


def near(treatment: Treatment) -> int:
    """Radius, in pixels, of the area whose residuals one result pixel depends on; even."""
    return 8 * treatment.chroma_radius + 2 * CHANGED_RADIUS + _EDGE


def reach(treatment: Treatment) -> int:
    """Radius, in pixels, of the whole area that one result pixel depends on; even."""
    balance = 4 * treatment.chroma_radius + 2 * (STRENGTH_RADIUS + BALANCE_RADIUS)
    return max(near(treatment), balance + 2 * CHANGED_RADIUS + _EDGE)


def changes(
    planes: list[Plane], drifts: list[Plane], treatment: Treatment, area: Area, half: Area
) -> tuple[Plane, Plane]:
    """What to add to the two colours: less of their residuals, and drift where little changes.

    Parameters
    ----------
    planes
        Luma and the two colours of a tile with the margin `reach`.
    drifts
        Random fields of the part for Cb and Cr, at half size.
    area, half
        The part of the planes that is wanted, with the margin `near`, and the same at half size.
    """
    luma, magenta, blue = planes
    guide = Guide.of(luma, treatment.chroma_radius, GUIDE_NOISE)
    blue = guide.residual(blue)
    share = _share(halved(blue * blue), guide, treatment)[half]
    guide, blue, magenta = guide.cut(area, half), blue[area], magenta[area]
    magenta = guide.residual(magenta)
    magenta = Guide.of(blue, treatment.chroma_radius, GUIDE_NOISE).residual(magenta)
    magenta *= np.float32(-1 - LEAK_OF_WAVES / (2 * treatment.chroma_radius + 0.5) ** 2)
    blue = _kept(blue, share) - blue
    if treatment.fine < 1:
        magenta, blue = (_coarser(plane, treatment.fine) for plane in (magenta, blue))
    energy = magenta * magenta
    energy += blue * blue
    amount = np.sqrt(1 + box(halved(energy), CHANGED_RADIUS) / np.float32(CHANGED))
    np.divide(np.float32(treatment.chroma_drift), amount, out=amount)
    amount *= np.clip(halved(guide.plane) / np.float32(DARK), 0, 1)
    along, across = turned(amount * drifts[0], amount / 2 * drifts[1])
    magenta += doubled(along)
    blue += doubled(across)
    return magenta, blue


def _share(square: Plane, guide: Guide, treatment: Treatment) -> Plane:
    """The share of a residual to keep, at half size: larger where strong, negative where weak.

    The share is 1 - c / energy, with c chosen for a given mean over a neighbourhood. This
    form changes the image least (Lagrange). The kept parts of a watermark then cancel in any
    decoder that sums over an area. The mean is below 0, to offset the leak through the
    prediction; the leak is larger where luma has texture. `ENOUGH` limits the removal to
    what makes the mean of a block unpredictable.
    """
    energy = box(square, STRENGTH_RADIUS)
    textured = guide.variance / (guide.variance + np.float32(guide.noise))
    weakness = np.reciprocal(energy + np.float32(WEAK))
    balance = box(weakness, BALANCE_RADIUS)
    weakness *= 1 + treatment.leak * (1 + textured)
    share: Plane = 1 - weakness / balance
    np.maximum(share, 1 - ENOUGH / np.sqrt(energy + 1), out=share)
    return share


def _coarser(change: Plane, share: float) -> Plane:
    """A change with a share of its fine detail."""
    coarse = cv2.GaussianBlur(change, (0, 0), COARSE)
    return np.asarray(cv2.addWeighted(change, share, coarse, 1 - share, 0), np.float32)


def _kept(residual: Plane, share: Plane) -> Plane:
    """The part of a residual to keep; where the share is negative, coarse detail is inverted."""
    kept = doubled(np.maximum(share, 0))
    kept *= residual
    kept += doubled(np.minimum(share, 0) * box(halved(residual), FINE_RADIUS))
    return kept
