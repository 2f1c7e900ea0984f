"""Fit and measure what tells a face whose mouth and nose are hidden (`imaging.swap.mouth_cover`).

The faces are those of the two manifests that the mesh network takes for faces, 50 pixels high and
more. The weights are of the tuning half; the other half only says how well they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageOps
from rich.console import Console

from expunge.imaging.faces.plans import Plan
from expunge.imaging.faces.suppression import iou
from expunge.imaging.swap.looking import Look
from expunge.imaging.swap.mouth_cover import BIAS, HIDDEN, WEIGHTS, signs
from expunge.imaging.swap.refusal import COVERED, SURE
from expunge.imaging.swap.skin import CELLS, Parts, lab
from tests.benchmarks.evaluation import CROWDS, HALVES, ORDINARY, Picture, pictures
from tests.benchmarks.swap_moving import Swapper

SMALLEST = 50
SAME = 0.4
MASKS = ("mask", "masked")
UNSURE = ("ignored", "hidden in part", "mask worn wrongly", "turned")
RIDGE = 1e-3


@dataclass(frozen=True)
class Example:
    half: str
    hidden: bool
    signs: np.ndarray
    refused: bool
    """Whether the face may be no source."""


def run(console: Console) -> None:
    found = list(examples())
    tuning = [one for one in found if one.half == "tuning"]
    if not tuning:
        console.print("No photographs: make bench ONLY=faces fetches them.")
        return
    weights, bias = fitted(tuning)
    console.print("fitted:", np.round(weights, 4).tolist(), round(bias, 3))
    console.print("shipped:", WEIGHTS.tolist(), BIAS)
    for half in HALVES:
        for hidden in (True, False):
            own = [one for one in found if (one.half, one.hidden) == (half, hidden)]
            told = sum(float(one.signs @ WEIGHTS) + BIAS > HIDDEN for one in own)
            refused = sum(one.refused for one in own)
            kind = "hidden" if hidden else "free"
            console.print(
                f"{half}, mouth {kind}: {len(own)}, told {told}, refused as a source {refused}"
            )


def examples() -> Iterator[Example]:
    swapper = Swapper()
    for manifest in (CROWDS, ORDINARY):
        for picture in pictures(manifest):
            if usable(picture).any():
                yield from _examples(picture, swapper)


def usable(picture: Picture) -> np.ndarray:
    tall = picture.boxes[:, 3] - picture.boxes[:, 1] >= SMALLEST
    return tall & ~np.any([picture.has(word) for word in UNSURE], axis=0)


def _examples(picture: Picture, swapper: Swapper) -> Iterator[Example]:
    with Image.open(picture.path) as opened:
        image = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    faces = swapper.detect(image, Plan.BALANCED, 0.15)
    masked = np.any([picture.has(word) for word in MASKS], axis=0)
    for box, hidden in zip(picture.boxes[usable(picture)], masked[usable(picture)], strict=True):
        shares = iou(box[None], faces.boxes).ravel()
        if shares.max(initial=0) < SAME:
            continue
        best = int(shares.argmax())
        seen = swapper.finder.find(image, faces.boxes[best], faces.landmarks[best])
        if seen.confidence >= SURE:
            made = _signs(image, seen.points)
            if made is not None:
                yield Example(picture.half, bool(hidden), *made)


def _signs(image: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, bool] | None:
    """What `Look.at` sees of the face, cut out as sources are."""
    side = np.ptp(points[:, :2], axis=0).max()
    low = np.floor(points[:, :2].min(axis=0) - 0.15 * side).astype(int).clip(0)
    high = np.ceil(points[:, :2].max(axis=0) + 0.15 * side).astype(int)
    cut = np.ascontiguousarray(image[low[1] : high[1], low[0] : high[0]])
    own = points - np.array((*low, 0), np.float32)
    scale = min(1.0, CELLS / max(cut.shape[:2]))
    size = max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale))
    small = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)
    cells = own * np.array((size[0] / cut.shape[1], size[1] / cut.shape[0], scale), np.float32)
    made = signs(lab(small), Parts.of(cells, small.shape[:2]), cells)
    look = Look.at(cut, own, bright=True)
    refused = look.mouth_cover > HIDDEN or look.covered.share > COVERED
    return None if made is None else (made, refused)


def fitted(some: list[Example]) -> tuple[np.ndarray, float]:
    """Logistic regression by Newton's method; each sign is scaled to a deviation of 1 first."""
    table = np.stack([one.signs for one in some]).astype(float)
    wanted = np.array([one.hidden for one in some], float)
    scales = table.std(axis=0)
    inputs = np.column_stack((table / scales, np.ones(len(table))))
    weights = np.zeros(inputs.shape[1])
    ridge = RIDGE * len(some) * np.diag([1.0] * (len(weights) - 1) + [0.0])
    for _ in range(50):
        odds = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (odds - wanted) + ridge @ weights
        bend = (inputs * (odds * (1 - odds))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights[:-1] / scales, float(weights[-1])
