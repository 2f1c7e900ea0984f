"""Look at faces that lean: the network misses one in four at 45°, and next to none upright.

An image whose faces lean to one side is searched again in a copy turned by 45°. The copy has the
nearest pixels, by whole numbers, so that the browser makes the same one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.faces import Faces

if TYPE_CHECKING:
    from numpy.typing import NDArray

CERTAIN = 0.3
"""Confidence from which a face counts when it is asked whether faces lean."""
LEANING = (0.45, 2.5)
"""Least and largest slope of a leaning face, sideways over down from eyes to mouth: 24° to 68°. Of
163 faces in five upright photographs none leans so far."""
ASKING_SHARE = 4
"""One in this many faces must lean to one side for another look."""
COSINE = 46_341
"""Cosine of 45°, in 65,536ths."""
TURNED_SIDE = 1280
"""Pixels of the turned copy's sides, at most."""
GREY = 110
"""Level around the turned image."""


def side_of(faces: Faces) -> int:
    """Return the side to which faces lean: 1 if the mouths are to the right, -1 left, 0 neither."""
    faces = faces.at(faces.scores >= CERTAIN)
    eyes, mouth = faces.landmarks[:, :2].mean(axis=1), faces.landmarks[:, 3:].mean(axis=1)
    across, down = (mouth - eyes).T
    low, high = LEANING
    lean = (down > 0) & (np.abs(across) >= low * down) & (np.abs(across) <= high * down)
    right, left = int((lean & (across > 0)).sum()), int((lean & (across < 0)).sum())
    if max(right, left) * ASKING_SHARE < max(len(faces), 1):
        return 0
    return 1 if right >= left else -1


def scale(width: int, height: int) -> float:
    """Return the scale at which the turned copy of an image has sides of `TURNED_SIDE`."""
    return TURNED_SIDE * math.sqrt(2) / (width + height)


def turned(pixels: NDArray[np.uint8], side: int, stride: int) -> NDArray[np.uint8]:
    """Turn (H, W, 3) by 45°, so that faces that lean to ``side`` are upright.

    The result is square; its sides are a multiple of ``stride``.
    """
    height, width = pixels.shape[:2]
    long = -(-((width + height) * COSINE >> 16) // stride) * stride
    at = np.arange(long, dtype=np.int32) * 2 + 1 - long  # twice the distance from the centre
    x = (((at[None] + side * at[:, None]) * COSINE >> 16) + width) >> 1
    y = (((at[:, None] - side * at[None]) * COSINE >> 16) + height) >> 1
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    made = np.full((long, long, 3), GREY, np.uint8)
    made[inside] = pixels[y[inside], x[inside]]
    return made


def turned_back(faces: Faces, side: int, long: int, size: tuple[int, int]) -> Faces:
    """Map faces of the turned copy to the image of ``size`` (width, height) that it shows.

    A face's box there is the one around its ellipse, turned by 45°.
    """
    corners = faces.boxes.reshape(-1, 2, 2)
    points = np.concatenate((corners.mean(axis=1, keepdims=True), faces.landmarks), axis=1)
    away = points - np.float32(long / 2)
    x, y = away[..., 0], away[..., 1]
    back = np.stack((x + side * y, y - side * x), axis=-1) * np.float32(COSINE / 65_536)
    back += np.array(size, np.float32) / 2
    half = np.sqrt(np.square(faces.sizes).mean(axis=1, keepdims=True)) / 2
    boxes = np.concatenate((back[:, 0] - half, back[:, 0] + half), axis=1)
    return Faces(boxes.astype(np.float32), faces.scores, back[:, 1:].astype(np.float32))
