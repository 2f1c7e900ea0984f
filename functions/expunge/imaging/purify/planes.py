"""Conversion between samples of any depth and floating-point planes of luma and two colours.

Open-source watermarks write into chroma. RivaGAN's waves lie along one axis, green to magenta
(measured on 15 photographs, the same on each: 90 % of their energy). An image's own colours vary
most along the other axis, blue to orange. So chroma is rotated to these two axes.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
"""(H, W), in 8-bit levels at every depth: luma 0 to 255, colours ±128."""

MAGENTA = (0.6157, 0.7880)
"""Cosine and sine of the angle from Cb to RivaGAN's axis; the other axis is perpendicular."""
_TO_YCC = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.168736, -0.331264, 0.5],
        [0.5, -0.418688, -0.081312],
    ]
)
"""R, G, B to Y, Cb, Cr as in JFIF (ITU-T T.871, clause 7)."""
_TURN = np.array([[1, 0, 0], [0, MAGENTA[0], MAGENTA[1]], [0, MAGENTA[1], -MAGENTA[0]]])
"""Cb and Cr to the two axes, and back: a reflection is its own inverse."""
_TO_AXES = _TURN @ _TO_YCC
_TO_RGB = np.linalg.inv(_TO_AXES)


def turned(cb: Plane, cr: Plane) -> tuple[Plane, Plane]:
    """Cb and Cr to the axes green-magenta and blue-orange."""
    first, second = _TURN[1:, 1:].astype(np.float32)
    return first[0] * cb + first[1] * cr, second[0] * cb + second[1] * cr


def split(samples: NDArray[Any], depth: int) -> list[Plane]:
    """The planes of (H, W, 1) or (H, W, 3) samples: luma, and for RGB also the two colours.

    An odd side gets one more row or column, a copy of its last, so that it can be halved.
    """
    height, width, channels = samples.shape
    if height % 2 or width % 2:
        samples = np.pad(samples, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
    parts = [np.asarray(part) for part in cv2.split(samples)]
    scale = 255 / (2**depth - 1)
    if channels == 1:
        return [_sum(parts, [scale])]
    return [_sum(parts, (row * scale).tolist()) for row in _TO_AXES]


def changed(samples: NDArray[Any], changes: list[Plane | None], depth: int) -> NDArray[Any]:
    """Samples with changes of their planes, rounded and clipped to the depth's range.

    Parameters
    ----------
    samples
        (H, W, 1) or (H, W, 3), uint8 or uint16.
    changes
        What to add to each of the planes of `split`; ``None`` for nothing. They may be larger
        by a row or a column.
    """
    height, width, channels = samples.shape
    some = [(at, part[:height, :width]) for at, part in enumerate(changes) if part is not None]
    if not some:
        return samples
    scale = (2**depth - 1) / 255
    weights = np.ones((1, 1)) if channels == 1 else _TO_RGB
    form = cv2.CV_8U if depth == 8 else cv2.CV_16U
    made = [
        cv2.add(part, _sum([p for _, p in some], [row[at] * scale for at, _ in some]), dtype=form)
        for part, row in zip(cv2.split(samples), weights, strict=True)
    ]
    merged = np.asarray(cv2.merge(made)).reshape(samples.shape)
    if depth not in (8, 16):
        np.minimum(merged, 2**depth - 1, out=merged)
    return merged


def _sum(parts: list[NDArray[Any]], weights: list[float]) -> Plane:
    """Weighted sum of planes of one type, as float32."""
    total = cv2.addWeighted(
        parts[0], weights[0], parts[min(1, len(parts) - 1)],
        weights[1] if len(parts) > 1 else 0.0, 0, dtype=cv2.CV_32F,
    )  # fmt: skip
    if len(parts) > 2:
        total = cv2.scaleAdd(np.asarray(parts[2], np.float32), weights[2], total)
    return np.asarray(total, np.float32)
