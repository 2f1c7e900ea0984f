"""Images to edit, and assertions on what an edit may change."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from expunge.imaging.codecs import Encoded, Patch, Picture, decode
from expunge.imaging.source import Source
from tests import samples

Box = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom are exclusive."""


def drawn(width: int, height: int, channels: int = 3, seed: int = 1) -> NDArray[np.uint8]:
    """Draw smooth colours with grain."""
    rng = np.random.default_rng(seed)
    soft = Image.fromarray(rng.integers(40, 215, (5, 7, 3), np.uint8)).resize((width, height))
    grain = rng.normal(0, 5, (height, width, 3))
    pixels = np.clip(np.asarray(soft) + grain, 0, 255).astype(np.uint8)
    return pixels[..., :channels] if channels < 4 else np.dstack((pixels, pixels[..., 0]))


def file_of(pixels: NDArray[Any] | Image.Image, form: str, **options: Any) -> bytes:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def oriented(orientation: int) -> dict[str, bytes]:
    """Return arguments of Pillow's ``save`` that set an orientation."""
    return {"exif": b"Exif\0\0" + samples.exif(orientation)}


def decoded(file: bytes) -> Picture:
    return decode(Source.of(file))


def patch_on(picture: Picture, box: Box, value: int = 60) -> Patch:
    """Return a patch of one flat colour for a box."""
    left, top, right, bottom = box
    shape = (bottom - top, right - left, picture.pixels.shape[2])
    return Patch(left, top, np.full(shape, value, picture.pixels.dtype))


def after(encoded: Encoded) -> Picture:
    return decoded(encoded.data)


def assert_only_within(before: Picture, now: Picture, box: Box) -> None:
    """Assert that nothing outside a box differs, and alpha nowhere."""
    left, top, right, bottom = box
    outside = np.ones(before.pixels.shape[:2], bool)
    outside[max(top, 0) : bottom, max(left, 0) : right] = False
    assert before.pixels.shape == now.pixels.shape
    assert before.depth == now.depth
    np.testing.assert_array_equal(before.pixels[outside], now.pixels[outside])
    if before.alpha is None:
        assert now.alpha is None
    else:
        np.testing.assert_array_equal(before.alpha, now.alpha)
