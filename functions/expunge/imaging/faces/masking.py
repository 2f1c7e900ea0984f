"""Paint over faces and whatever else is to be hidden, one region after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.codecs.picture import Edits, Picture
from expunge.imaging.faces import fills
from expunge.imaging.faces.choices import DEFAULT_STRENGTH, Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.regions import Covering

_RING = 0.2
"""Distance beyond a region in which `Method.RINGFILL` reads colours, in face heights."""


@dataclass(frozen=True, slots=True)
class MaskStyle:
    """How to hide a face."""

    method: Method
    strength: int = DEFAULT_STRENGTH
    """Scales blurs and blocks: 199 gives the sizes in `fills`, 1 half of them, 597 double."""
    colour: tuple[int, int, int] = (0, 0, 0)
    """Colour for `Method.SOLID`, in 8 bits."""
    cover: Picture | None = None
    """Image for `Method.COVER`."""

    @property
    def factor(self) -> float:
        return (DEFAULT_STRENGTH + self.strength) / (2 * DEFAULT_STRENGTH)


def hide(
    picture: Picture, regions: Sequence[Covering], style: MaskStyle | Sequence[MaskStyle]
) -> Edits:
    """Paint over each region in turn, and return the new pixels with all that is hidden.

    The picture's own pixels are overwritten where they can be (`Picture.writable`): regions may
    be many and large, so no region's pixels are kept twice.

    Parameters
    ----------
    style
        How to hide all regions, or each of them.
    """
    pixels = picture.writable()
    hidden = _hidden(pixels.shape[:2], regions)
    styles = [style] * len(regions) if isinstance(style, MaskStyle) else style
    for region, own in zip(regions, styles, strict=True):
        before = pixels[region.y : region.y + region.height, region.x : region.x + region.width]
        if own.method is Method.RINGFILL:
            painted = _ringfilled(pixels, region, hidden, picture.depth)
        else:
            painted = _painted(before, region.face_height, picture.depth, own)
        before[...] = _blended(before, painted, region.alpha)
    return Edits(pixels, (), hidden, hiding=bool(regions))


def _painted(before: Samples, face_height: float, depth: int, style: MaskStyle) -> Samples:
    if style.method is Method.SOLID:
        return fills.solid(before, style.colour, depth)
    if style.method is Method.PIXELATE:
        return fills.pixelate(before, face_height, style.factor)
    blurred = fills.gaussian(before, face_height, style.factor)
    if style.cover is None:
        return blurred
    return fills.cover(blurred, style.cover.rgb8(), _opacity(style.cover), depth)


def _opacity(cover: Picture) -> Samples | None:
    """Return the image's alpha in 8 bits."""
    return None if cover.alpha is None else (cover.alpha >> (cover.depth - 8)).astype(np.uint8)


def _ringfilled(
    pixels: Samples, region: Covering, hidden: NDArray[np.bool_], depth: int
) -> Samples:
    """Fill a region from surrounding pixels that belong to no region."""
    ring = max(4, round(_RING * region.face_height))
    x, y = max(0, region.x - ring), max(0, region.y - ring)
    right, bottom = region.x + region.width + ring, region.y + region.height + ring
    outside = ~hidden[y:bottom, x:right]
    filled = fills.from_around(pixels[y:bottom, x:right], outside, depth)
    top, left = region.y - y, region.x - x
    return filled[top : top + region.height, left : left + region.width]


def _hidden(shape: tuple[int, ...], regions: Sequence[Covering]) -> NDArray[np.bool_]:
    """(H, W): the pixels that any region covers."""
    hidden = np.zeros(shape, bool)
    for one in regions:
        place = hidden[one.y : one.y + one.height, one.x : one.x + one.width]
        np.logical_or(place, one.alpha > 0, out=place)
    return hidden


def _blended(before: Samples, painted: Samples, alpha: Floats) -> Samples:
    """Blend by alpha: exactly ``painted`` where it is 1, exactly ``before`` where it is 0."""
    if before.dtype == np.uint8:
        shape = before.shape
        return np.asarray(cv2.blendLinear(before, painted, 1 - alpha, alpha)).reshape(shape)
    share = alpha[..., None]
    return np.rint(before * (1 - share) + painted * share).astype(before.dtype)
