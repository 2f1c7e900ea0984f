"""A detector without a network, and images with coloured squares that it reports as faces."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from PIL import Image

from expunge.imaging.codecs import Picture
from expunge.imaging.faces.faces import Faces
from expunge.imaging.source import Source

FACE = (230, 20, 220)
"""A colour that nothing else in these images has."""
LANDMARKS = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.3, 0.8), (0.7, 0.8)], np.float32)


class Squares:
    """Reports every patch of `FACE`'s colour as a face, with the given score."""

    judges = False
    stride = 32

    def __init__(self, score: float = 0.9, least: int = 1) -> None:
        self.score = score
        self.least = least
        self.shapes: list[tuple[int, ...]] = []

    def blob(self, pixels: np.ndarray) -> np.ndarray:
        self.shapes.append(pixels.shape)
        return pixels

    def infer(self, blob: np.ndarray, *, release: bool = False) -> list[np.ndarray]:
        return [(np.abs(blob.astype(int) - FACE).max(axis=2) < 70).astype(np.uint8)]

    def person(self, outputs: list[np.ndarray]) -> float:
        return 0.0

    def decode(
        self, outputs: list[np.ndarray], size: tuple[int, int], threshold: float, most: int
    ) -> Faces:
        _, _, stats, _ = cv2.connectedComponentsWithStats(outputs[0])
        found = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] >= self.least][:most].astype(np.float32)
        corners, sides = found[:, :2], found[:, 2:4]
        points = corners[:, None] + LANDMARKS[None] * sides[:, None]
        scores = np.full(len(found), self.score, np.float32)
        return Faces(np.concatenate((corners, corners + sides), axis=1), scores, points)


def scene(size: tuple[int, int], *faces: tuple[int, int, int, int], seed: int = 1) -> np.ndarray:
    """Draw a smooth (H, W, 3) image of ``size`` (width, height), faces at x1, y1, x2, y2."""
    width, height = size
    coarse = np.random.default_rng(seed).integers(0, 160, (8, 8, 3), np.uint8)
    pixels = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    pixels[..., 1] |= 64
    for x1, y1, x2, y2 in faces:
        pixels[y1:y2, x1:x2] = FACE
    return pixels


def file(pixels: np.ndarray, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


def picture(pixels: np.ndarray, depth: int = 8) -> Picture:
    """Return pixels as `decode` does; the source file is arbitrary."""
    shown = pixels if pixels.ndim == 3 else pixels[..., None]
    return Picture(Source.of(file(np.zeros((2, 2, 3), np.uint8))), shown, None, depth)


def faces(boxes: Sequence[Sequence[float]], scores: Sequence[float] | None = None) -> Faces:
    """Return faces at boxes, each with a slightly lower score than the one before."""
    sure = np.linspace(0.9, 0.5, len(boxes)) if scores is None else scores
    corners = np.array(boxes, np.float32).reshape(-1, 4)
    points = np.repeat(corners[:, None, :2], 5, axis=1)
    return Faces(corners, np.array(sure, np.float32), points)
