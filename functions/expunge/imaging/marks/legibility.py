"""Tell whether a label can still be read after its removal, whatever the search says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Flags, Floats, Pixels

STROKE = 0.05
"""Sigma of the removed low frequencies, in heights of the letters' window; strokes are thinner."""
CORRELATED = 0.3
"""Least correlation with the letters, or with their outlines, of something that can be read."""
CONTRAST = 2.5
"""Least contrast of letters that can be seen, in grey levels."""


def readable(pixels: Pixels, letters: Floats) -> bool:
    """Whether letters show in an image, bright or dark, filled or in outline.

    Parameters
    ----------
    pixels
        ``(h, w, 3)``, uint8: the restored image in the label's window.
    letters
        ``(h, w)``, float32, 0 to 1: the label's coverage of the same pixels.
    """
    return max(legibility(pixels, letters)) > 1


def legibility(pixels: Pixels, letters: Floats) -> tuple[float, float]:
    """Return how far letters and outlines exceed the limits: 1 or more can be read."""
    luma = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY).astype(np.float32)
    band = cv2.dilate((letters > 0.1).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    sigma = 1.0 + STROKE * band.any(axis=1).sum()
    filled = _excess(luma - _blurred(luma, sigma), letters - _blurred(letters, sigma), band)
    edges = _slope(luma), _slope(letters)
    seen, drawn = (edge - _blurred(edge, sigma) for edge in edges)
    outlined = _excess(seen, drawn, band)
    return filled, outlined


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
