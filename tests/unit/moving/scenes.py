"""Small moving pictures with a patch that stands for a face, and what finds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from expunge.imaging.faces.faces import Faces

WIDTH, HEIGHT = 160, 96
FACE = 24
"""Sides of the patch in pixels."""
RATE = 25
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Shown:
    """A frame."""

    index: int
    time: float
    pixels: np.ndarray


@dataclass(frozen=True)
class Scene:
    """Frames, and the box of the patch in each; ``None`` where it is not shown."""

    frames: tuple[Shown, ...]
    boxes: tuple[Box | None, ...]

    def detector(
        self, seen: Callable[[int], float] = lambda _: 0.9
    ) -> Callable[[np.ndarray], Faces]:
        """Finds the patch with the confidence of each frame; not at all for 0."""
        numbers = {id(frame.pixels): frame.index for frame in self.frames}

        def detect(pixels: np.ndarray) -> Faces:
            index = numbers[id(pixels)]
            box, score = self.boxes[index], seen(index)
            return faces_at([box] if box and score else [], score)

        return detect


def faces_at(boxes: Sequence[Box], score: float = 0.9) -> Faces:
    rows = np.array(boxes, np.float32).reshape(-1, 4)
    x = rows[:, [0]] + (rows[:, [2]] - rows[:, [0]]) * [0.3, 0.7, 0.5, 0.3, 0.7]
    y = rows[:, [1]] + (rows[:, [3]] - rows[:, [1]]) * [0.4, 0.4, 0.6, 0.8, 0.8]
    points = np.stack((x, y), axis=-1).astype(np.float32)
    return Faces(rows, np.full(len(rows), score, np.float32), points)


def textured(seed: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX)


_PATCH = textured(7, FACE, FACE)
_GROUNDS = [textured(seed) for seed in (1, 2, 3)]


def scene(
    places: Sequence[tuple[float, float] | None],
    *,
    ground: Callable[[int], int] = lambda _: 0,
    covered: Callable[[int], Box | None] = lambda _: None,
) -> Scene:
    """The patch with its upper left corner at each place; ``ground`` tells backgrounds apart."""
    frames, boxes = [], []
    for index, place in enumerate(places):
        pixels = _GROUNDS[ground(index)].copy()
        if place is not None:
            _paste(pixels, _PATCH, *place)
        if box := covered(index):
            left, top, right, bottom = (round(side) for side in box)
            pixels[top:bottom, max(left, 0) : max(right, 0)] = 90
        frames.append(Shown(index, index / RATE, pixels))
        boxes.append(place and (place[0], place[1], place[0] + FACE, place[1] + FACE))
    return Scene(tuple(frames), tuple(boxes))


def _paste(pixels: np.ndarray, patch: np.ndarray, x: float, y: float) -> None:
    shift = np.array([[1, 0, x], [0, 1, y]], np.float32)
    size = (pixels.shape[1], pixels.shape[0])
    moved = cv2.warpAffine(patch, shift, size)
    there = cv2.warpAffine(np.full(patch.shape[:2], 255, np.uint8), shift, size) > 127
    pixels[there] = moved[there]


def overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Intersection over union."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    shared = max(right - left, 0) * max(bottom - top, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared)
