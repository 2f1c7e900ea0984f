"""Predict how well a hole can be filled: fill the same hole beside it, where the truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.box import Window
from expunge.imaging.marks.restoration import RADIUS, inpaint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.marks.arrays import Flags, Seen

LEAST = 28.0
"""Peak signal-to-noise ratio in dB of such a filling, below which the surroundings are rough."""


def rough(pixels: Seen, window: Window, hole: Flags) -> bool:
    """Whether a filling of the same hole, moved beside the window, differs from what is there.

    Parameters
    ----------
    pixels
        The image, ``(h, w, 3)``, uint8.
    window
        The window of the hole, inside the image.
    hole
        The pixels to fill, ``(h, w)`` of the window.
    """
    return min(fillings(pixels, window, hole), default=0.0) < LEAST


def fillings(pixels: Seen, window: Window, hole: Flags) -> Iterator[float]:
    """Yield, for each place beside the window, the decibels of a filling of the same hole."""
    height, width = pixels.shape[:2]
    for place in _beside(window):
        if place == place.within(width, height):
            around = place.grown(RADIUS + 1).within(width, height)
            inner = place.within_window(around)
            seen = pixels[around.slices].astype(np.float32)
            moved = np.zeros(seen.shape[:2], bool)
            moved[inner.slices] = hole
            error = np.square(inpaint(seen, moved) - seen)[inner.slices].mean()
            yield float(10 * np.log10(255**2 / (error + 1e-3)))


def _beside(window: Window) -> Iterator[Window]:
    for across, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        x, y = across * window.width, down * window.height
        yield Window(window.left + x, window.top + y, window.right + x, window.bottom + y)
