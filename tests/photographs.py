"""Photographs with face boxes, where they are at hand beside the checkout, and how to score."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from expunge.imaging.faces.suppression import iou

FOLDER = Path(__file__).parents[1].parent / "shared" / "data" / "faces"
MIN_HEIGHT = 8
"""Pixels of a face that counts."""
MATCHING = 0.5
"""Intersection over union from which a face was found."""


@dataclass(frozen=True)
class Photograph:
    """One file, and the faces that people saw in it."""

    path: Path
    boxes: np.ndarray
    """(N, 4): left, top, right, bottom."""
    counts: np.ndarray
    """(N,): whether missing this one is a miss, and finding it a find; else it is neither."""


@dataclass
class Score:
    """Over several photographs."""

    hits: int = 0
    misses: int = 0
    false: int = 0

    @property
    def recall(self) -> float:
        return self.hits / max(self.hits + self.misses, 1)

    @property
    def precision(self) -> float:
        """A lower bound: some faces are not annotated."""
        return self.hits / max(self.hits + self.false, 1)

    def add(self, photograph: Photograph, found: Sequence[Sequence[float]]) -> None:
        """Match boxes, the surest first, each with the face it overlaps most."""
        left = np.ones(len(photograph.boxes), bool)
        boxes = np.array(found, np.float32).reshape(-1, 4)
        for overlaps in iou(boxes, photograph.boxes.astype(np.float32)):
            near = np.where(left & (overlaps >= MATCHING), overlaps + photograph.counts, 0)
            best = int(near.argmax()) if len(near) else 0
            if not len(near) or not near[best]:
                self.false += 1
                continue
            left[best] = False
            self.hits += bool(photograph.counts[best])
        self.misses += int((left & photograph.counts).sum())


@cache
def photographs() -> tuple[Photograph, ...]:
    """All of them; none where they are not at hand."""
    truth = FOLDER / "gt.json"
    if not truth.is_file():
        return ()
    return tuple(map(_photograph, json.loads(truth.read_text())["images"]))


def _photograph(entry: dict) -> Photograph:
    boxes = np.array([box["xywh"] for box in entry["boxes"]], float).reshape(-1, 4)
    ignored = np.array([box["ignore"] for box in entry["boxes"]], bool)
    counts = ~ignored & (boxes[:, 3] >= MIN_HEIGHT)
    boxes[:, 2:] += boxes[:, :2]
    return Photograph(FOLDER / entry["file"], boxes, counts)
