"""Conversion between samples of any depth and floating-point planes of luma and chroma."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
"""(H, W), in 8-bit levels at every depth: luma 0 to 255, chroma ±128."""

_TO_YCC = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.168736, -0.331264, 0.5],
        [0.5, -0.418688, -0.081312],
    ],
    np.float32,
)
"""R, G, B to Y, Cb, Cr as in JFIF (ITU-T T.871, clause 7)."""
_TO_RGB = np.linalg.inv(_TO_YCC.astype(np.float64)).astype(np.float32)


def split(samples: NDArray[np.generic], depth: int) -> list[Plane]:
    """The planes of (H, W, 1) or (H, W, 3) samples: luma, and for RGB also Cb and Cr."""
    scaled = samples.astype(np.float32)
    if depth != 8:
        scaled *= 255 / (2**depth - 1)
    if scaled.shape[2] == 1:
        return [scaled[..., 0]]
    return [np.asarray(plane, np.float32) for plane in cv2.split(cv2.transform(scaled, _TO_YCC))]


def joined(planes: list[Plane], depth: int) -> NDArray[np.generic]:
    """The inverse of `split`: rounded and clipped to the depth's range; uint8 or uint16."""
    if len(planes) == 1:
        samples = planes[0][..., None]
    else:
        samples = np.asarray(cv2.transform(cv2.merge(planes), _TO_RGB), np.float32)
    top = 2**depth - 1
    if depth != 8:
        samples = samples * np.float32(top / 255)
    return np.clip(np.rint(samples), 0, top).astype(np.uint8 if depth == 8 else np.uint16)
