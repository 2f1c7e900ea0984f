"""What a codec reads a file into, and the way between it and Pillow's images."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from expunge.imaging.codecs.picture import Samples
from expunge.imaging.limits import LIMITS

Image.MAX_IMAGE_PIXELS = LIMITS.pixels
"""Pillow's own ceiling would warn at 89 megapixels."""
_STRIP = 256
"""Rows."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Samples as they are coded, before orientation."""

    pixels: Samples
    """(H, W, C), C 1 or 3."""
    alpha: Samples | None = None
    depth: int = 8
    icc: bytes | None = None


def opened(data: bytes, pillow_format: str) -> Image.Image:
    """A file in Pillow's hands, read by one decoder alone."""
    return Image.open(io.BytesIO(data), formats=[pillow_format])


def from_image(image: Image.Image) -> Raster:
    """A Pillow image of any mode that its decoders give."""
    icc = image.info.get("icc_profile") or None
    if image.mode.startswith("I;16"):
        return from_array(np.asarray(image).astype(np.uint16), depth=16, icc=icc)
    if image.mode not in ("L", "LA", "RGB", "RGBA"):
        transparent = "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
        grey = image.mode in ("1", "I", "F")
        image = image.convert("L" if grey else "RGBA" if transparent else "RGB")
    return from_array(_array(image), icc=icc)


def _array(image: Image.Image) -> Samples:
    """An 8-bit image's samples, a strip at a time: Pillow would copy the whole of it twice."""
    found = np.empty((image.height, image.width, len(image.getbands())), np.uint8)
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height)))
        found[top : top + _STRIP] = np.asarray(strip).reshape(strip.height, strip.width, -1)
    return found


def from_array(array: Samples, depth: int = 8, icc: bytes | None = None) -> Raster:
    """(H, W) or (H, W, C) with C 1 to 4; an even C ends with alpha."""
    if array.ndim == 2:
        array = array[..., None]
    if array.shape[2] in (2, 4):
        return Raster(array[..., :-1], array[..., -1], depth, icc)
    return Raster(array, None, depth, icc)


def joined(pixels: Samples, alpha: Samples | None) -> Samples:
    """(H, W, C) and (H, W) as one contiguous array; (H, W) for grey without alpha."""
    if alpha is not None:
        return np.dstack((pixels, alpha))
    return np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def saved(picture: Samples | Image.Image, pillow_format: str, **options: Any) -> bytes:  # noqa: ANN401
    """8-bit samples, (H, W) or (H, W, C), written by Pillow with its options."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    out = io.BytesIO()
    image.save(out, pillow_format, **options)
    return out.getvalue()
