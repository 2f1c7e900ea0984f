"""Draw a mark: its opacity and brightness at each pixel, for any position and size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

import cv2
import numpy as np

from expunge.imaging.marks import sparkle
from expunge.imaging.marks.box import Window
from expunge.imaging.marks.resampling import Kernel, resampled

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Floats
    from expunge.imaging.marks.box import Box
    from expunge.imaging.marks.outline import Outline


WHITE = 255.0
REDUCED = (sparkle.UNIT, 48, 36)
"""Sides in pixels of an enlarged star in the tools' output: the original, and reduced copies."""
_PAD = 8


class Layers(NamedTuple):
    """An overlay: over an image O it gives ``ink + (1 − alpha) O``. Both are ``(h, w)``."""

    alpha: Floats
    """0 to 1."""
    ink: Floats
    """Opacity times colour, 0 to 255."""


class Drawing(Protocol):
    """A mark's shape, and how the tool rendered it."""

    @property
    def aspect(self) -> float:
        """Height over width."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels at which the drawing is known exactly."""

    @property
    def blur(self) -> float:
        """Sigma in pixels of the blur from resampling; 0 for none."""

    @property
    def reach(self) -> float:
        """How far the drawing extends past its box on every side, in widths of the box."""

    def layers(self, box: Box, window: Window) -> Layers:
        """Return the overlay in a window, scaled so that the plateau's opacity is 1."""

    def outline(self) -> Outline: ...

    def blurred(self, blur: float) -> Self:
        """Return the drawing with another blur."""


@dataclass(frozen=True, slots=True)
class Star:
    """The Gemini star in white.

    The tool's resampling blurs, then sharpens: it adds ``amount`` times the difference to a second
    Gaussian of sigma ``halo``. This model holds at any size. An ``enlarged`` star is known exactly
    at the tool's own sizes and positions.
    """

    blur: float = 0.0
    halo: float = 0.0
    amount: float = 0.0
    enlarged: bool = False
    copied: tuple[int, Kernel] | None = None
    """For a resized copy: the original's side in pixels, and the kernel that resized it."""

    @property
    def aspect(self) -> float:
        return 1.0

    @property
    def size(self) -> tuple[int, int]:
        return sparkle.UNIT, sparkle.UNIT

    @property
    def reach(self) -> float:
        return 0.0

    def at(self, side: float) -> Star:
        """Scale the parameters, which are for 96 px, to another size."""
        scale = side / sparkle.UNIT
        return replace(self, blur=self.blur * scale, halo=self.halo * scale)

    def blurred(self, blur: float) -> Star:
        return replace(self, blur=blur, enlarged=False)

    def resized(self, side: int, kernel: Kernel) -> Star:
        """Return the star as in a copy of an image whose star has this side."""
        return replace(self, copied=(side, kernel))

    def outline(self) -> Outline:
        return _star_outline()

    def layers(self, box: Box, window: Window) -> Layers:
        cover = self._cover(box, window)
        return Layers(cover, cover * np.float32(WHITE))

    def _cover(self, box: Box, window: Window) -> Floats:
        if self.copied:
            side, kernel = self.copied
            star = sparkle.enlarged(side) if self.enlarged else _drawn(side)
            return np.maximum(resampled(star, box, window, kernel), 0)
        if self.enlarged and _whole(box) and box.width in REDUCED:
            return _placed(sparkle.enlarged(int(box.width)), box, window)
        if not self.blur:
            return _sharp(box, window)
        star = _sharp(box, window.grown(_PAD))
        soft: Floats = cv2.GaussianBlur(star, (0, 0), self.blur)
        if self.amount:
            soft += self.amount * (soft - cv2.GaussianBlur(star, (0, 0), self.halo))
        return np.maximum(soft[_PAD:-_PAD, _PAD:-_PAD], 0)


@cache
def _star_outline() -> Outline:
    return sparkle.outline()


def _sharp(box: Box, window: Window) -> Floats:
    """Draw as the tool does at its own sizes and whole-pixel positions, else in closed form."""
    if not _whole(box) or box.width not in (sparkle.UNIT, sparkle.UNIT / 2):
        return sparkle.coverage(box, window)
    return _placed(_drawn(int(box.width)), box, window)


@cache
def _drawn(side: int) -> Floats:
    """Return the sharp star at 96 px, or halved to 48 px."""
    star, half = sparkle.drawn(), sparkle.UNIT // 2
    return star if side == sparkle.UNIT else star.reshape(half, 2, half, 2).mean((1, 3))


def _whole(box: Box) -> bool:
    """Whether a box is on whole pixels."""
    return box.x == int(box.x) and box.y == int(box.y)


def _placed(star: Floats, box: Box, window: Window) -> Floats:
    """Copy a star of the box's size into a window."""
    side = int(box.width)
    cover = np.zeros((window.height, window.width), np.float32)
    x, y = int(box.x) - window.left, int(box.y) - window.top
    seen = Window(x, y, x + side, y + side).within(window.width, window.height)
    cover[seen.slices] = star[seen.top - y : seen.bottom - y, seen.left - x : seen.right - x]
    return cover
