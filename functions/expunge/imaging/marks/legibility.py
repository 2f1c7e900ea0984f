"""Tell whether a label can still be read after its removal, whatever the search says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Flags, Floats, Pixels

STROKE = 0.05
"""Sigma of the removed low frequencies, in heights of the letters' window; strokes are thinner."""
CORRELATED = 0.22
"""Least correlation with the letters, or with their outlines, of something that can be read."""
CONTRAST = 2.5
"""Least contrast of letters that can be seen, in grey levels."""
BRIGHT = 0.5
"""Contrast of the strokes that were there, relative to the label's median stroke."""
TRACED, SHARPER = 1.4, 2.0
"""Gradient along the strokes that were there, over that beside them: ratio, and grey levels."""
WIDEST = 0.36
"""Width in heights of the letters that no stroke reaches."""


def readable(before: Pixels, after: Pixels, letters: Floats) -> bool:
    """Whether letters still show in an image, bright or dark, filled or in outline.

    Two tests compare the result with the label's own letters. A third one traces the strokes that
    the image had, which may be those of another label.

    Parameters
    ----------
    before, after
        ``(h, w, 3)``, uint8: the label's window in the image and in the result.
    letters
        ``(h, w)``, float32, 0 to 1: the label's coverage of the same pixels.
    """
    luma = _luma(after)
    return max(_legibility(luma, letters)) > 1 or _traced(_luma(before), luma, letters)


def _luma(pixels: Pixels) -> Floats:
    luma: Floats = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    return luma.astype(np.float32)


def _legibility(luma: Floats, letters: Floats) -> tuple[float, float]:
    """Return how far letters and outlines exceed the limits: 1 or more can be read."""
    band = _grown(letters > 0.1, 7)
    sigma = 1.0 + STROKE * band.any(axis=1).sum()
    filled = _excess(luma - _blurred(luma, sigma), letters - _blurred(letters, sigma), band)
    edges = _slope(luma), _slope(letters)
    seen, drawn = (edge - _blurred(edge, sigma) for edge in edges)
    return filled, _excess(seen, drawn, band)


def _traced(before: Floats, after: Floats, letters: Floats) -> bool:
    """Whether the outlines of the strokes that were there are still edges."""
    rim, beside = _strokes(before, letters)
    if not (rim.any() and beside.any()):
        return False
    slope = _slope(after)
    along, around = float(slope[rim].mean()), float(slope[beside].mean())
    return along > TRACED * around and along > around + SHARPER


def _strokes(before: Floats, letters: Floats) -> tuple[Flags, Flags]:
    """Return the rims of bright strokes at the label, and the pixels around these rims."""
    own = letters > 0.5
    side = 2 * round(WIDEST * own.any(axis=1).sum() / 2) + 1
    height = cv2.morphologyEx(before, cv2.MORPH_TOPHAT, np.ones((side, side), np.uint8))
    least = BRIGHT * float(np.median(height[own])) if own.any() else np.inf
    strokes = (height > least) & _grown(letters > 0.1, 7)
    rim = _grown(strokes, 3) & _grown(~strokes, 3)
    return rim, _grown(strokes, 11) & ~_grown(rim, 3)


def _grown(flags: Flags, by: int) -> Flags:
    grown: Flags = cv2.dilate(flags.astype(np.uint8), np.ones((by, by), np.uint8)) > 0
    return grown


def _excess(seen: Floats, drawn: Floats, band: Flags) -> float:
    """Return the lesser of correlation and contrast, each over its limit."""
    x, y = seen[band] - seen[band].mean(), drawn[band] - drawn[band].mean()
    product, energy = float(x @ y), float(y @ y) + 1e-9
    correlation = abs(product) / np.sqrt((float(x @ x) + 1e-9) * energy)
    return float(min(correlation / CORRELATED, abs(product) / energy / CONTRAST))


def _blurred(plane: Floats, sigma: float) -> Floats:
    soft: Floats = cv2.GaussianBlur(plane, (0, 0), sigma)
    return soft


def _slope(plane: Floats) -> Floats:
    """Return the length of the gradient, per pixel."""
    sides = (cv2.Sobel(plane, cv2.CV_32F, *d, ksize=3, scale=0.125) for d in ((1, 0), (0, 1)))
    length: Floats = cv2.magnitude(*sides)
    return length
