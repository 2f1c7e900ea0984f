"""Paint over faces: one patch per region, each on top of the patches before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.codecs.picture import Patch, Picture
from expunge.imaging.faces import fills
from expunge.imaging.faces.choices import DEFAULT_STRENGTH, Method
from expunge.imaging.faces.regions import Region, overlapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.faces.faces import Floats

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


def patches(
    picture: Picture, regions: Sequence[Region], style: MaskStyle | Sequence[MaskStyle]
) -> list[Patch]:
    """Return new pixels for each region; apply the patches in this order.

    Parameters
    ----------
    style
        How to hide all regions, or each of them.
    """
    made: list[Patch] = []
    styles = [style] * len(regions) if isinstance(style, MaskStyle) else style
    fills_in = any(own.method is Method.RINGFILL for own in styles)
    hidden = _hidden(picture, regions) if fills_in else np.zeros((0, 0), bool)
    each = zip(regions, overlapping(regions), styles, strict=True)
    for number, (region, neighbours, own) in enumerate(each):
        earlier = [(made[i], regions[i]) for i in neighbours if i < number]
        before = _as_it_stands(picture, region, earlier)
        if own.method is Method.RINGFILL:
            painted = _ringfilled(picture, region, hidden)
        else:
            painted = _painted(before, region.face_height, picture.depth, own)
        made.append(Patch(region.x, region.y, _blended(before, painted, region.alpha)))
    return made


def _as_it_stands(
    picture: Picture, region: Region, earlier: Sequence[tuple[Patch, Region]]
) -> Samples:
    """Return the region's pixels with earlier patches applied, so that no hidden pixel returns."""
    x, y, right, bottom = region.x, region.y, region.x + region.width, region.y + region.height
    pixels = picture.pixels[y:bottom, x:right]
    if earlier:
        pixels = pixels.copy()
    for patch, other in earlier:
        part = patch.pixels[max(y - other.y, 0) :, max(x - other.x, 0) :]
        place = pixels[max(other.y - y, 0) :, max(other.x - x, 0) :]
        tall, wide = (min(a, b) for a, b in zip(part.shape[:2], place.shape[:2], strict=True))
        place[:tall, :wide] = part[:tall, :wide]
    return pixels


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


def _ringfilled(picture: Picture, region: Region, hidden: NDArray[np.bool_]) -> Samples:
    """Fill a region from surrounding pixels that belong to no region."""
    ring = max(4, round(_RING * region.face_height))
    x, y = max(0, region.x - ring), max(0, region.y - ring)
    right, bottom = region.x + region.width + ring, region.y + region.height + ring
    outside = ~hidden[y:bottom, x:right]
    filled = fills.from_around(picture.pixels[y:bottom, x:right], outside, picture.depth)
    top, left = region.y - y, region.x - x
    return filled[top : top + region.height, left : left + region.width]


def _hidden(picture: Picture, regions: Sequence[Region]) -> NDArray[np.bool_]:
    """(H, W): the pixels that any region covers."""
    hidden = np.zeros(picture.pixels.shape[:2], bool)
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
