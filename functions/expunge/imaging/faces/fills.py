"""Replacements for a face's pixels. Their sizes are fractions of the face's height."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.faces.faces import Floats

SIGMA = 0.3
"""Standard deviation of `gaussian`, in face heights."""
BLOCK = 1 / 6
"""Side of a block of `pixelate`, in face heights."""
_WORKING = 12
"""Face height in pixels at which a blur is computed. The standard deviation is then 1.8 pixels or
more, so that the loss by resizing down and up is not visible."""
_RING = 24
"""Pixels of the longer side at which `from_around` interpolates."""


def gaussian(pixels: Samples, face_height: float, strength: float = 1.0) -> Samples:
    """Apply a Gaussian blur of `SIGMA` × ``strength`` face heights."""
    height, width = pixels.shape[:2]
    factor = min(1.0, _WORKING / face_height)
    small = _resized(pixels, width * factor, height * factor, cv2.INTER_AREA)
    sigma = SIGMA * strength * face_height * factor
    blurred = cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return _resized(blurred, width, height, cv2.INTER_LINEAR).reshape(pixels.shape)


def pixelate(pixels: Samples, face_height: float, strength: float = 1.0) -> Samples:
    """Fill blocks of `BLOCK` × ``strength`` face heights with their mean colour."""
    height, width = pixels.shape[:2]
    block = BLOCK * strength * face_height
    small = _resized(pixels, width / block, height / block, cv2.INTER_AREA)
    return _resized(small, width, height, cv2.INTER_NEAREST).reshape(pixels.shape)


def solid(pixels: Samples, colour: tuple[int, int, int], depth: int) -> Samples:
    """Fill with one colour, given in 8 bits."""
    value = np.array(_colour(colour, pixels.shape[2])) * ((1 << depth) - 1) // 255
    row = np.tile(value.astype(pixels.dtype), pixels.shape[1])
    return np.tile(row, pixels.shape[0]).reshape(pixels.shape)


def from_around(pixels: Samples, outside: NDArray[np.bool_], depth: int) -> Samples:
    """Interpolate colours from the pixels around a face; the face's pixels are never read.

    Parameters
    ----------
    outside
        (H, W): whether a pixel may be read. If none may, the result is grey.
    """
    height, width = pixels.shape[:2]
    factor = min(1.0, _RING / max(height, width))
    known = outside.astype(np.float32)
    weights = _resized(known, width * factor, height * factor, cv2.INTER_AREA)
    if not weights.any():
        return np.full_like(pixels, 1 << (depth - 1))
    tall, wide = weights.shape
    # Channel by channel, since each of these images has four bytes a sample.
    channels = [
        _resized(channel * known, wide, tall, cv2.INTER_AREA)
        for channel in np.moveaxis(pixels, 2, 0)
    ]
    del known
    filled = _interpolated(np.stack(channels, axis=-1), weights)
    result = np.empty_like(pixels)
    for number in range(pixels.shape[2]):
        smooth = _resized(filled[..., number], width, height, cv2.INTER_LINEAR)
        np.clip(smooth, 0, (1 << depth) - 1, out=smooth)
        result[..., number] = np.rint(smooth, out=smooth)
    return result


def cover(pixels: Samples, picture: Samples, alpha: Samples | None, depth: int) -> Samples:
    """Composite an 8-bit RGB image over ``pixels``: centred, and scaled to cover all of them."""
    height, width = pixels.shape[:2]
    factor = max(height / picture.shape[0], width / picture.shape[1])
    size = (math.ceil(picture.shape[1] * factor), math.ceil(picture.shape[0] * factor))
    laid = _cut(_resized(picture, *size, cv2.INTER_AREA), width, height)
    if pixels.shape[2] == 1:
        laid = cv2.cvtColor(laid, cv2.COLOR_RGB2GRAY)
    laid = laid.reshape(pixels.shape).astype(np.float32) * (((1 << depth) - 1) / 255)
    if alpha is not None:
        opacity = _cut(_resized(alpha, *size, cv2.INTER_AREA), width, height)
        share = opacity.astype(np.float32)[..., None] / 255
        laid = laid * share + pixels * (1 - share)
    return np.rint(laid).astype(pixels.dtype)


def _interpolated(colours: Floats, weights: Floats) -> Floats:
    """Fill pixels of no weight with weighted means of ever wider surroundings, nearest first."""
    filled = np.zeros_like(colours)
    missing = np.ones_like(weights)
    sigma = 1.0
    while missing.any() and sigma < 4 * max(weights.shape):
        near = cv2.GaussianBlur(weights, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
        sums = cv2.GaussianBlur(colours, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
        # Below a thousandth, the weight is rounding noise; the next, wider mean blends in.
        share = np.clip(near * 8, 0, 1) * missing * (near > 1e-3)
        filled += sums.reshape(colours.shape) * (share / np.maximum(near, 1e-6))[..., None]
        missing = np.where(missing - share < 1e-4, 0, missing - share)
        sigma *= 2
    total = np.maximum(1 - missing, 1e-6)
    return np.asarray(filled / total[..., None], np.float32)


def _resized(samples: Samples, width: float, height: float, method: int) -> Samples:
    size = (max(1, round(width)), max(1, round(height)))
    return np.asarray(cv2.resize(samples, size, interpolation=method))


def _cut(samples: Samples, width: int, height: int) -> Samples:
    y, x = (samples.shape[0] - height) // 2, (samples.shape[1] - width) // 2
    part: Samples = samples[y : y + height, x : x + width]
    return part


def _colour(rgb: tuple[int, int, int], channels: int) -> tuple[int, ...]:
    """Return the colour, or its luma (ITU-R BT.601) for a grey image."""
    if channels == 3:
        return rgb
    return (round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]),)
