"""Solve a new mark's mask from two captures: over a dark and over a light flat background.

Each pixel gives two equations, D = ink + (1 − α) d and B = ink + (1 − α) b. The backgrounds d and
b are measured around the mark and extrapolated over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from expunge.errors import MalformedImage
from expunge.imaging.marks.arrays import Floats

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.imaging.marks.arrays import Pixels
    from expunge.imaging.marks.box import Window

RING = 24
"""Width in pixels of the ring around the mark in which the backgrounds are measured."""
FAINTEST = 0.012
"""Opacity below which a solution is noise."""
CONTRAST = 60
"""Least difference of the backgrounds in grey levels: noise is divided by it."""


@dataclass(frozen=True, eq=False, slots=True)
class Solution:
    """A mark's blend, cropped to the mark."""

    alpha: Floats
    """``(h, w)``, 0 to 1."""
    ink: Floats
    """``(h, w)``, opacity times colour, 0 to 255."""
    left: int
    top: int

    @property
    def opacity(self) -> float:
        """Opacity of the plateau, 0 to 1."""
        return float(np.median(self.alpha[self._plateau]))

    @property
    def colour(self) -> float:
        """Colour of the plateau, 0 to 255."""
        return float(np.median(self.ink[self._plateau] / self.alpha[self._plateau]))

    @property
    def _plateau(self) -> Floats:
        body: Floats = self.alpha > 0.8 * np.percentile(self.alpha[self.alpha > FAINTEST], 95)
        return body

    def save(self, path: Path) -> None:
        """Write the mask: grey is ink, alpha is opacity."""
        both = np.dstack([np.rint(self.ink), np.rint(self.alpha * 255)]).astype(np.uint8)
        Image.fromarray(both, "LA").save(path, optimize=True)


def solve(dark: Pixels, light: Pixels, window: Window) -> Solution:
    """Solve the blend in a window of two captures of equal size.

    Raises
    ------
    expunge.errors.MalformedImage
        If the captures do not match, or there is no mark in the window.
    """
    if dark.shape != light.shape:
        raise MalformedImage("the two captures differ in size")
    low, high = _ground(dark, window), _ground(light, window)
    contrast = (high - low).mean(axis=2)
    if contrast.min() < CONTRAST:
        raise MalformedImage(f"the captures' backgrounds differ by less than {CONTRAST} levels")
    seen = [capture[window.slices].astype(float) for capture in (dark, light)]
    clear = ((seen[1] - seen[0]) / (high - low)).mean(axis=2)
    alpha = np.clip(1 - clear, 0, 1)
    alpha[alpha < FAINTEST] = 0
    if not (alpha > 0.1).any():
        raise MalformedImage("there is no mark in that window")
    ink = np.clip((seen[0] - (1 - alpha[..., None]) * low).mean(axis=2), 0, 255 * alpha)
    rows, columns = np.nonzero(alpha > 0.1)
    top, left = max(0, rows.min() - 4), max(0, columns.min() - 4)
    cut = slice(top, rows.max() + 5), slice(left, columns.max() + 5)
    return Solution(alpha[cut], ink[cut], window.left + int(left), window.top + int(top))


def _ground(capture: Pixels, window: Window) -> Floats:
    """Fit a quadratic surface to the ring around a window; return it inside: ``(h, w, 3)``."""
    ring = window.grown(RING).within(capture.shape[1], capture.shape[0])
    inner = window.within_window(ring)
    y, x = np.mgrid[-0.5 : 0.5 : ring.height * 1j, -0.5 : 0.5 : ring.width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    outside = np.ones(x.shape, bool)
    outside[inner.slices] = False
    values = capture[ring.slices][outside].astype(float)
    weights, *_ = np.linalg.lstsq(terms[outside], values, rcond=None)
    surface: Floats = terms[inner.slices] @ weights
    return surface
