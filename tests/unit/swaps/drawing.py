"""Drawn photographs, and drawn swaps in them: another texture in a soft ellipse."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

BOX = (0.4, 0.3, 0.6, 0.62)
SIZE = (480, 360)


def scene(seed: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """(H, W, 3): noise with the spectrum of a photograph, amplitudes falling with frequency."""
    rng = np.random.default_rng(seed)
    down, across = (np.fft.fftfreq(side)[:, None] * side for side in (size[1], size[0]))
    distance = np.hypot(down, across.T)
    distance[0, 0] = np.inf
    noise = np.fft.fft2(rng.standard_normal((size[1], size[0])))
    grey = np.fft.ifft2(noise / distance**1.2).real
    grey = 128 + 45 * (grey - grey.mean()) / grey.std()
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def swapped(image: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """The picture with another texture at `BOX`."""
    height, width = image.shape[:2]
    x1, y1, x2, y2 = (round(part * side) for part, side in zip(BOX, (width, height) * 2, strict=True))
    mask = np.zeros(image.shape[:2], np.float32)
    axes = int((x2 - x1) * 0.45), int((y2 - y1) * 0.45)
    cv2.ellipse(mask, ((x1 + x2) // 2, (y1 + y2) // 2), axes, 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 4)[..., None]
    patch = image.astype(np.float32)
    patch[y1:y2, x1:x2] = scene(seed, (x2 - x1, y2 - y1))
    return np.asarray(image * (1 - mask) + patch * mask, np.uint8)


def coded(image: NDArray[np.uint8], form: str = "JPEG", scale: float = 1.0, quality: int = 90):
    """The file of a picture, scaled."""
    shown = Image.fromarray(image)
    size = (round(shown.width * scale), round(shown.height * scale))
    file = io.BytesIO()
    shown.resize(size, Image.Resampling.LANCZOS).save(file, form, quality=quality, compress_level=1)
    return file.getvalue()
