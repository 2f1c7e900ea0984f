"""Labels drawn from their masks by Pillow, and laid over images."""

from __future__ import annotations

import numpy as np
from PIL import Image

from expunge.imaging.marks import mask

BLEED = {"doubao-solid": 64, "doubao-pill": 36}
"""Pixels of a mask outside the letters' box."""


def planes(name: str, width: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Opacity, ink and bleed of a label whose letters are ``width`` pixels wide."""
    alpha, ink = mask.load(name)
    bleed = BLEED.get(name, 0)
    factor = width / (alpha.shape[1] - 2 * bleed)
    size = round(alpha.shape[1] * factor), round(alpha.shape[0] * factor)
    kind = Image.Resampling.LANCZOS
    alpha, ink = (np.asarray(Image.fromarray(p).resize(size, kind)) for p in (alpha, ink))
    return np.clip(alpha, 0, 1), np.clip(ink, 0, 255), round(bleed * factor)


def laid(
    picture: np.ndarray, alpha: np.ndarray, ink: np.ndarray, x: int, y: int
) -> tuple[np.ndarray, tuple[slice, slice]]:
    """Lay an overlay at x and y, cut at the image's edges; also return its place."""
    height, width = picture.shape[:2]
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + alpha.shape[1], width), min(y + alpha.shape[0], height)
    cut = slice(top - y, bottom - y), slice(left - x, right - x)
    place = slice(top, bottom), slice(left, right)
    marked = picture.astype(float)
    marked[place] = ink[cut][..., None] + (1 - alpha[cut][..., None]) * marked[place]
    return np.clip(np.rint(marked), 0, 255).astype(np.uint8), place


def doubao(
    picture: np.ndarray, name: str, width: int, margin: int
) -> tuple[np.ndarray, tuple[slice, slice]]:
    """Lay a Doubao label in its corner: the solid one lower right, the pill upper left."""
    alpha, ink, bleed = planes(name, width)
    x = y = margin - bleed
    if name == "doubao-solid":
        y = picture.shape[0] - margin + bleed - alpha.shape[0]
        x = picture.shape[1] - margin + bleed - alpha.shape[1]
    return laid(picture, alpha, ink, x, y)
