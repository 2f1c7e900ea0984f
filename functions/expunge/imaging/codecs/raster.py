"""The decoded samples of a file, and conversions between them and Pillow images."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from expunge.imaging.codecs.picture import Samples
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

Image.MAX_IMAGE_PIXELS = LIMITS.pixels
"""Pillow's own ceiling would warn at 89 megapixels."""
STRIP = 256
"""Rows."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Samples as the file stores them, before orientation."""

    pixels: Samples
    """(H, W, C), C 1 or 3."""
    alpha: Samples | None = None
    depth: int = 8
    icc: bytes | None = None


def opened(data: bytes, pillow_format: str) -> Image.Image:
    """Open a file with one Pillow decoder; no other may read it."""
    return Image.open(io.BytesIO(data), formats=[pillow_format])


def from_image(image: Image.Image) -> Raster:
    """Convert a Pillow image of any mode that its decoders return."""
    icc = image.info.get("icc_profile") or None
    if image.mode.startswith("I;16"):
        return from_array(np.asarray(image).astype(np.uint16), depth=16, icc=icc)
    mode = _eight_bit_mode(image)
    found = np.empty((image.height, image.width, len(mode)), np.uint8)
    for number, strip in enumerate(_strips(image, mode)):
        found[number * STRIP : (number + 1) * STRIP] = strip
    return from_array(found, icc=icc)


def colours(image: Image.Image) -> Iterator[Samples]:
    """Yield a Pillow image's grey or RGB in 8 bits, in strips of (up to `STRIP`, W, 1 or 3)."""
    if image.mode.startswith("I;16"):
        for rows in sliced(np.asarray(image)[..., None]):
            yield (rows >> 8).astype(np.uint8)
        return
    for strip in _strips(image, _eight_bit_mode(image)):
        yield strip[..., :-1] if strip.shape[2] in (2, 4) else strip


def sliced(samples: Samples) -> Iterator[Samples]:
    """Yield an array in strips."""
    for top in range(0, samples.shape[0], STRIP):
        yield samples[top : top + STRIP]


def _eight_bit_mode(image: Image.Image) -> str:
    """Return the 8-bit mode that keeps colours and transparency."""
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        return image.mode
    if image.mode in ("1", "I", "F"):
        return "L"
    transparent = "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
    return "RGBA" if transparent else "RGB"


def _strips(image: Image.Image, mode: str) -> Iterator[Samples]:
    """Convert strip by strip; Pillow would convert and then copy the whole image twice."""
    image.load()
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        if strip.mode != mode:
            strip = strip.convert(mode)
        yield np.asarray(strip).reshape(strip.height, strip.width, -1)


def from_array(array: Samples, depth: int = 8, icc: bytes | None = None) -> Raster:
    """Convert (H, W) or (H, W, C), C 1 to 4; for an even C the last channel is alpha."""
    if array.ndim == 2:
        array = array[..., None]
    if array.shape[2] in (2, 4):
        return Raster(array[..., :-1], array[..., -1], depth, icc)
    return Raster(array, None, depth, icc)


def joined(pixels: Samples, alpha: Samples | None) -> Samples:
    """Join (H, W, C) and (H, W) into one contiguous array; (H, W) for grey without alpha."""
    if alpha is not None:
        return np.dstack((pixels, alpha))
    return np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def joined_like(raster: Raster, samples: Samples) -> Samples:
    """Join a raster as the samples that were encoded: an encoder may leave out opaque alpha."""
    alpha = raster.alpha
    if alpha is None and samples.ndim == 3 and samples.shape[2] in (2, 4):
        alpha = np.full(raster.pixels.shape[:2], (1 << raster.depth) - 1, raster.pixels.dtype)
    return joined(raster.pixels, alpha)


def saved(picture: Samples | Image.Image, pillow_format: str, **options: Any) -> bytes:  # noqa: ANN401
    """Encode 8-bit samples, (H, W) or (H, W, C), with Pillow and its options."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    out = io.BytesIO()
    image.save(out, pillow_format, **options)
    return out.getvalue()
