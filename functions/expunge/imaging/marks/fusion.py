"""Restore the pixels under an opaque label: fuse the inverted blend with its surroundings.

At an opacity of 0.8 an inversion multiplies rounding by five, and along the rim it multiplies any
error of the label's place. So each inverted pixel gets a variance. A normalised convolution
(Knutsson and Westin, 1993), weighted by the variances, gives the smooth part; where all of a stroke
is uncertain, the pixels around it decide. Wiener's rule adds the detail of the inversion back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Flags, Floats
    from expunge.imaging.marks.drawing import Layers

REACH = 2.5
"""Sigma in pixels of the smooth part."""
ROUNDING = 0.35
"""Standard deviation in grey levels of the pixels of a file."""
OPACITY = 0.01
"""Standard deviation of a label's opacity."""
OUTSIDE, INSIDE = 0.15, 0.5
"""Opacity below which a pixel shows the image's own texture, and above which the inverted one."""
SHADOW = 0.004
"""Least opacity of the marked pixels."""
MEDIAN = 0.6745
"""Median of the absolute value of a standard normal variable."""


def fused(seen: Floats, over: Layers, rim: float) -> Floats:
    """Estimate the pixels without the label.

    Parameters
    ----------
    seen
        ``(h, w, c)``, float32, 0 to 255, with some unmarked pixels around the label.
    over
        The label in the same pixels; its opacity is below 1.
    rim
        Standard deviation of the label's outline, in pixels.

    Returns
    -------
    ndarray
        ``(h, w, c)``, float32.
    """
    planes = [_plane(seen[..., at], over, rim) for at in range(seen.shape[2])]
    return np.dstack(planes)


def _plane(seen: Floats, over: Layers, rim: float) -> Floats:
    inverted = np.clip((seen - over.ink) / (1 - over.alpha), -20, 275)
    texture = _variance(inverted, over.alpha < OUTSIDE)
    noise = _noise(inverted, over, rim)
    excess = _variance(inverted, over.alpha > INSIDE) - texture
    noise = np.where(over.alpha > SHADOW, np.maximum(noise, excess * over.alpha), noise)
    weight = 1 / (noise + texture / 2)
    smooth = cv2.GaussianBlur(weight * inverted, (0, 0), REACH)
    smooth /= cv2.GaussianBlur(weight, (0, 0), REACH)
    under: Floats = smooth + texture / (texture + noise) * (inverted - smooth)
    return under


def _variance(plane: Floats, of: Flags) -> float:
    """Return the robust variance of the detail in some pixels, in squared grey levels."""
    if not of.any():
        return 1.0
    detail = np.abs(plane - cv2.GaussianBlur(plane, (0, 0), REACH))[of]
    return max(float(np.median(detail)) / MEDIAN, 0.3) ** 2


def _noise(inverted: Floats, over: Layers, rim: float) -> Floats:
    """Return the variance of every inverted pixel by rounding, place and opacity."""
    clear = 1 - over.alpha
    under = np.clip(inverted, 0, 255)
    slopes = [
        cv2.Sobel(over.ink, cv2.CV_32F, *d, ksize=3, scale=0.125)
        - under * cv2.Sobel(over.alpha, cv2.CV_32F, *d, ksize=3, scale=0.125)
        for d in ((1, 0), (0, 1))
    ]
    moved = rim * cv2.magnitude(*slopes)
    stronger = OPACITY * np.abs(over.ink - over.alpha * under)
    rounding = ROUNDING * (over.alpha > SHADOW)
    noise: Floats = (rounding**2 + moved**2 + stronger**2) / clear**2
    return noise
