"""A label in the picture itself: white words on a dark plate, readable on any background.

The size follows the rule for labels of GB 45438-2025: letters of at least 5 % of the shorter side.
The letters are those of the font that Pillow holds, so no font file is needed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from expunge.imaging.codecs.picture import Patch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Samples

WORDS = "AI face swap"
SHORT = "AI"
"""What fits into a picture that is too narrow for the words."""
HEIGHT = 0.05
"""Height of the letters, as a fraction of the shorter side."""
LEAST = 8
"""Pixels of the smallest letters that can be read."""
MOST_WIDE, MOST_HIGH = 0.9, 0.25
"""Of the picture, for a plate with larger letters than the smallest."""
SHADE = 0.35
"""What is left of the background's brightness: 7:1 contrast to white letters on white."""


def label_patch(pixels: Samples, *, depth: int = 8, alpha: Samples | None = None) -> Patch | None:
    """Draw the label in a corner of a picture; in the lower left one, if that is opaque.

    Parameters
    ----------
    pixels
        (H, W, C) with 1 or 3 channels, from 0 to ``2 ** depth - 1``. They are not changed.
    alpha
        (H, W) in the same range.

    Returns
    -------
    Patch or None
        ``None`` for a picture that is smaller than a plate with letters of `LEAST` pixels.
    """
    height, width = pixels.shape[:2]
    drawn = _fitting(width, height)
    if drawn is None:
        return None
    plate, letters = drawn
    x, y = _place((width, height), plate.shape[::-1], alpha)
    area = pixels[y : y + plate.shape[0], x : x + plate.shape[1]].astype(np.float32)
    shaded = area * (1 - (1 - SHADE) * plate[..., None])
    made = shaded + ((1 << depth) - 1 - shaded) * letters[..., None]
    return Patch(x, y, np.rint(made).astype(pixels.dtype))


def stamped(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a copy of one frame of a moving picture, (H, W, 3), with the label."""
    made = frame.copy()
    patch = label_patch(frame)
    if patch is not None:
        made[patch.area] = patch.pixels
    return made


@lru_cache(maxsize=8)
def _fitting(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """The plate and its letters, as coverage from 0 to 1, in the largest form that fits."""
    wanted = max(LEAST, round(HEIGHT * min(width, height)))
    for words in (WORDS, SHORT):
        for size in range(wanted, LEAST - 1, -1):
            plate, letters = _drawn(words, size)
            high, wide = plate.shape
            is_small = wide <= MOST_WIDE * width and high <= MOST_HIGH * height
            if is_small or (size == LEAST and wide <= width and high <= height):
                return plate, letters
    return None


def _drawn(words: str, size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``size`` is the height of a capital letter in pixels."""
    font = ImageFont.load_default(size * 1.4)  # the font's capitals have 0.72 of its size
    left, top, right, bottom = font.getbbox(words)
    pad = max(2, round(size * 0.5))
    sides = round(right - left) + 2 * pad, round(bottom - top) + 2 * pad
    plate, letters = Image.new("L", sides), Image.new("L", sides)
    ImageDraw.Draw(plate).rounded_rectangle((0, 0, sides[0] - 1, sides[1] - 1), pad, fill=255)
    ImageDraw.Draw(letters).text((pad - left, pad - top), words, 255, font)
    return _coverage(plate), _coverage(letters)


def _coverage(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image, np.float32) / np.float32(255)


def _margin(high: int) -> int:
    return max(1, high // 3)


def _place(size: tuple[int, int], plate: tuple[int, ...], alpha: Samples | None) -> tuple[int, int]:
    """The left upper pixel of the plate: the most opaque corner, the lower left one of equals."""
    (width, height), (wide, high) = size, plate
    margin = min(_margin(high), width - wide, height - high)
    lefts, tops = (margin, width - wide - margin), (height - high - margin, margin)
    corners = [(x, y) for y in tops for x in lefts]
    if alpha is None:
        return corners[0]
    return max(
        corners, key=lambda at: float(alpha[at[1] : at[1] + high, at[0] : at[0] + wide].mean())
    )
