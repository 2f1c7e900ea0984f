"""Drawings of people that the default detector takes for faces."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

SKIN, HAIR, LIPS, SHIRT = (224, 172, 140), (58, 38, 28), (176, 78, 76), (52, 76, 120)
_SCALE = 4
"""Shapes are drawn larger and reduced, for smooth edges."""


def portrait(size: tuple[int, int], *heads: tuple[float, float, float]) -> Image.Image:
    """Draw heads before a plain wall; each is the centre's x and y, and its height, in pixels."""
    wall = Image.linear_gradient("L").resize(size).convert("RGB").point(lambda v: 120 + v // 4)
    large = wall.resize((size[0] * _SCALE, size[1] * _SCALE))
    draw = ImageDraw.Draw(large)
    for x, y, height in heads:
        _head(draw, x * _SCALE, y * _SCALE, height * _SCALE)
    return large.filter(ImageFilter.GaussianBlur(_SCALE)).resize(size, Image.Resampling.BOX)


def file(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _head(draw: ImageDraw.ImageDraw, x: float, y: float, height: float) -> None:
    def oval(dx: float, dy: float, wide: float, tall: float, colour: tuple[int, int, int]) -> None:
        """An ellipse at an offset from the centre; all sizes in head heights."""
        left, top = x + (dx - wide / 2) * height, y + (dy - tall / 2) * height
        draw.ellipse((left, top, left + wide * height, top + tall * height), fill=colour)

    shade = tuple(int(v * 0.82) for v in SKIN)
    oval(0, 1.05, 1.5, 1.0, SHIRT)
    oval(0, 0.5, 0.34, 0.5, shade)
    oval(0, -0.1, 0.86, 1.06, HAIR)
    oval(0, 0.02, 0.72, 0.98, SKIN)
    oval(0, -0.42, 0.66, 0.26, HAIR)
    for side in (-0.17, 0.17):
        oval(side, -0.12, 0.19, 0.035, HAIR)
        oval(side, -0.03, 0.15, 0.075, (245, 245, 245))
        oval(side, -0.03, 0.07, 0.075, (50, 35, 30))
    oval(0, 0.1, 0.07, 0.2, shade)
    oval(0, 0.17, 0.13, 0.06, shade)
    oval(0, 0.3, 0.27, 0.085, LIPS)
    oval(0, 0.3, 0.2, 0.015, (110, 40, 40))
