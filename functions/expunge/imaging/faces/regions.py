"""Compute the pixels that a mask covers: opaque inside a shape, fading outside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from expunge.imaging.faces.choices import Shape
from expunge.imaging.faces.faces import Floats

if TYPE_CHECKING:
    from collections.abc import Sequence


STRETCH = 1.09
"""Factor from the padded box to an ellipse. With the default padding of 0.15 the ellipse contains
the whole detected box: 1.3 × 1.09 = √2."""
FEATHER = 0.08
"""Width of the fading edge outside the shape, in face heights."""


class Covering(Protocol):
    """A rectangle of the image, and the mask's opacity at each of its pixels: a `Region`, or what
    makes its mask when it is asked for."""

    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def alpha(self) -> Floats: ...
    @property
    def face_height(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the image, and the mask's opacity at each of its pixels."""

    x: int
    y: int
    alpha: Floats
    """(h, w): 0 where the image is unchanged, 1 where it is completely hidden."""
    face_height: float
    """Height of the detected face in pixels; sizes of masks follow it."""

    @property
    def width(self) -> int:
        return int(self.alpha.shape[1])

    @property
    def height(self) -> int:
        return int(self.alpha.shape[0])


def regions(
    boxes: Floats, size: tuple[int, int], *, padding: float, shape: Shape, feather: bool = True
) -> list[Region]:
    """Return the regions of (N, 4) boxes in an image of ``size`` (width, height).

    Parameters
    ----------
    padding
        Added on every side, as a fraction of the box's side.
    """
    found = (_region(box, size, padding, shape, feather=feather) for box in boxes.tolist())
    return [region for region in found if region.alpha.size]


def _region(
    box: Sequence[float], size: tuple[int, int], padding: float, shape: Shape, *, feather: bool
) -> Region:
    left, top, right, bottom = box
    tall = max(bottom - top, 1.0)
    grown = (1 + 2 * padding) * (STRETCH if shape is Shape.ELLIPSE else 1.0) / 2
    fade = max(FEATHER * tall, 1.0) if feather else 0.0
    x, across = _profile((left + right) / 2, (right - left) * grown, fade, size[0])
    y, down = _profile((top + bottom) / 2, tall * grown, fade, size[1])
    alpha = (
        _ellipse(across, down, (right - left) * grown, tall * grown, fade)
        if shape is Shape.ELLIPSE
        else _box(across, down, (right - left) * grown, tall * grown, fade)
    )
    return Region(x, y, alpha, tall)


def _profile(centre: float, half: float, fade: float, side: int) -> tuple[int, Floats]:
    """Return a region's start on one axis, and its pixels' distances from the centre."""
    start = max(0, int(np.floor(centre - half - fade)))
    stop = min(side, int(np.ceil(centre + half + fade)))
    return start, np.abs(np.arange(start, max(stop, start), dtype=np.float32) + 0.5 - centre)


def _ellipse(across: Floats, down: Floats, wide: float, tall: float, fade: float) -> Floats:
    """Opacity of an ellipse: 1 inside half axes ``wide``, ``tall``; 0 from ``fade`` px outside."""
    wide, tall = max(wide, 0.5), max(tall, 0.5)
    if not fade:
        return _covered((across / wide)[None] ** 2 + (down / tall)[:, None] ** 2 <= 1)
    radius = np.sqrt((across / wide)[None] ** 2 + (down / tall)[:, None] ** 2)
    return np.clip(1 - (radius - 1) * (min(wide, tall) / fade), 0, 1)


def _box(across: Floats, down: Floats, wide: float, tall: float, fade: float) -> Floats:
    if not fade:
        return _covered((across <= wide + 0.5)[None] & (down <= tall + 0.5)[:, None])
    columns = np.clip(1 - (across - wide) / fade, 0, 1)
    rows = np.clip(1 - (down - tall) / fade, 0, 1)
    return np.asarray(rows[:, None] * columns[None], np.float32)


def _covered(inside: np.ndarray) -> Floats:
    return inside.astype(np.float32)
