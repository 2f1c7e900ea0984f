"""An encoder of DWT-DCT and DWT-DCT-SVD of our own, after what the public package does."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.watermarks.planes import Order, Writer
from expunge.imaging.watermarks.votes import STEP, Scheme

Samples = NDArray[np.uint8]


def written(
    samples: Samples, scheme: Scheme, payload: NDArray[np.bool_], writer: Writer
) -> Samples:
    """Mark (H, W, 3) RGB whose sides are multiples of 8."""
    given = samples[..., ::-1] if writer.order is Order.BGR else samples
    given = np.ascontiguousarray(given, np.float32 if writer.real else np.uint8)
    planes = cv2.cvtColor(given, cv2.COLOR_BGR2YUV)
    u = planes[..., 1].astype(np.float64)
    cells = u.reshape(u.shape[0] // 2, 2, u.shape[1] // 2, 2)
    averages = cells.sum(axis=(1, 3)) / 2
    added = _rounded(averages, scheme, payload) - averages
    marked = (cells + added[:, None, :, None] / 2).reshape(u.shape)
    planes[..., 1] = marked if writer.real else np.trunc(np.clip(marked, 0, 255))
    bgr = np.clip(cv2.cvtColor(planes, cv2.COLOR_YUV2BGR), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(bgr[..., ::-1] if writer.order is Order.BGR else bgr)


def _rounded(
    averages: NDArray[np.float64], scheme: Scheme, payload: NDArray[np.bool_]
) -> NDArray[np.float64]:
    rows, columns = (side // 4 for side in averages.shape)
    blocks = averages.reshape(rows, 4, columns, 4).swapaxes(1, 2).reshape(-1, 4, 4).copy()
    bits = payload[np.arange(len(blocks)) % len(payload)]
    if scheme is Scheme.DWT_DCT_SVD:
        left, values, right = np.linalg.svd(blocks)
        values[:, 0] = (values[:, 0] // STEP + 0.25 + 0.5 * bits) * STEP
        blocks = (left * values[:, None, :]) @ right
    else:
        flat = blocks.reshape(-1, 16)
        place = np.abs(flat[:, 1:]).argmax(axis=1) + 1
        each = np.arange(len(flat))
        value = flat[each, place]
        height = (np.abs(value) // STEP + 0.25 + 0.5 * bits) * STEP
        flat[each, place] = np.where(value < 0, -height, height)
    return blocks.reshape(rows, columns, 4, 4).swapaxes(1, 2).reshape(averages.shape)
