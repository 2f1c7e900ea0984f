"""Marks drawn by other means than the service's own model, and laid over pictures."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image


def superellipse(side: int, opacity: float, *, dx: float = 0.0, dy: float = 0.0) -> np.ndarray:
    """A star |x|^q + |y|^q ≤ r^q, eight samples a pixel and axis: ``(side, side)``, 0 to 1.

    Its exponent was fitted to public captures by others; nothing of the service is in it.
    """
    fine, exponent = 8, 0.575
    at = (np.arange(side * fine) + 0.5) / fine - side / 2
    x, y = np.abs(at - dx)[None] / (0.63 * side), np.abs(at - dy)[:, None] / (0.63 * side)
    inside = (x**exponent + y**exponent <= 1).astype(float)
    return opacity * inside.reshape(side, fine, side, fine).mean(axis=(1, 3))


def laid_over(
    picture: np.ndarray, alpha: np.ndarray, x: int, y: int, *, colour: float = 255.0
) -> np.ndarray:
    """I = αL + (1 − α)O, rounded."""
    height, width = alpha.shape
    marked = picture.astype(float)
    place = marked[y : y + height, x : x + width]
    opacity = alpha[..., None]
    place[...] = opacity * colour + (1 - opacity) * place
    return np.rint(marked).astype(np.uint8)


def in_corner(picture: np.ndarray, alpha: np.ndarray, margin: int) -> tuple[np.ndarray, int, int]:
    """The mark ``margin`` pixels from the right and bottom edge, and where that is."""
    height, width = picture.shape[:2]
    x, y = width - margin - alpha.shape[1], height - margin - alpha.shape[0]
    return laid_over(picture, alpha, x, y), x, y


def scaled(picture: np.ndarray, factor: float) -> np.ndarray:
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=kind)


def file_of(picture: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def pixels_of(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB; 99 for equal pictures."""
    error = np.mean((one.astype(float) - other.astype(float)) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))
