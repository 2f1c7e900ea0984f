"""How opaque a mark is at each pixel: its shape, drawn at some place, and softened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks import sparkle
from expunge.imaging.marks.box import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.marks.box import Box

_UNIT = 96
_PAD = 8


@dataclass(frozen=True, slots=True)
class Look:
    """How a star was drawn: sharp, or softened by resampling on its way into the picture.

    ``blur`` is a Gaussian's sigma in pixels; a tool's own resampling also sharpens, by
    ``amount`` of what a second Gaussian of sigma ``halo`` would take away.
    """

    blur: float = 0.0
    halo: float = 0.0
    amount: float = 0.0

    def at(self, side: float) -> Look:
        """The same look, given for 96 px, for a star of another size."""
        scale = side / _UNIT
        return replace(self, blur=self.blur * scale, halo=self.halo * scale)

    def cover(self, box: Box, window: Window) -> NDArray[np.float32]:
        """Opacity of each pixel relative to the plateau: ``(h, w)``, float32, from 0 to about 1."""
        if not self.blur:
            return _sharp(box, window)
        wide = Window(
            window.left - _PAD, window.top - _PAD, window.right + _PAD, window.bottom + _PAD
        )
        star = _sharp(box, wide)
        soft = cv2.GaussianBlur(star, (0, 0), self.blur)
        if self.amount:
            soft += self.amount * (soft - cv2.GaussianBlur(star, (0, 0), self.halo))
        return np.maximum(soft[_PAD:-_PAD, _PAD:-_PAD], 0)


def _sharp(box: Box, window: Window) -> NDArray[np.float32]:
    """As the tool draws it where size and place are the tool's own, in closed form elsewhere."""
    whole = box.x == int(box.x) and box.y == int(box.y)
    if not whole or box.width not in (_UNIT, _UNIT / 2):
        return sparkle.coverage(box, window)
    star = sparkle.drawn()
    if box.width != _UNIT:
        star = star.reshape(_UNIT // 2, 2, _UNIT // 2, 2).mean((1, 3))
    side = int(box.width)
    cover = np.zeros((window.height, window.width), np.float32)
    x, y = int(box.x) - window.left, int(box.y) - window.top
    seen = Window(x, y, x + side, y + side).within(window.width, window.height)
    cover[seen.slices] = star[seen.top - y : seen.bottom - y, seen.left - x : seen.right - x]
    return cover
