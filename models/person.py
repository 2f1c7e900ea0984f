"""Train the output `imaging.faces.person.PERSON` of the default detector.

    PYTHONPATH=. python models/person.py > functions/expunge/imaging/faces/person.json

It learns from the finds of low confidence in the tuning halves of the evaluation pictures
(`tests/benchmarks/evaluation.py`): those on faces that have a box, and those in pictures without
people. Each picture is also searched in several copies of lower quality, as a face of low
confidence is seldom one in good light. Standard error has the cross-validated rates.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from multiprocessing import Pool
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from tests.benchmarks import evaluation

from expunge.imaging.codecs import decode
from expunge.imaging.faces import doubt
from expunge.imaging.faces.centerface import HEADS, CenterFace, dynamic
from expunge.imaging.faces.finding import find
from expunge.imaging.faces.looking import Looks, Sizes
from expunge.imaging.faces.person import HEADS as READ
from expunge.imaging.faces.person import TRUNK, with_trunk
from expunge.imaging.faces.plans import Plan
from expunge.imaging.faces.suppression import iou
from expunge.imaging.networks.equalise import equalised
from expunge.imaging.networks.quantise import quantised
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.models import BUILT_IN, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.evaluation import Picture

LEAST = 0.12
"""Lowest confidence of a find to learn from."""
SURE_SHARE = 0.25
"""Share of the faces of high confidence to learn from."""
SAME = 0.4
"""Intersection over union from which a find is the face of a box."""
COPIES = {True: 5, False: 2}
"""Copies of lower quality of a picture with faces, and of one without people."""
HIDDEN, DROPPED, STEPS, RATE, DECAY, BATCH = 16, 0.3, 60, 2e-3, 0.3, 128
"""Hidden units; the share of them that is dropped in a step; passes over all finds, step size and
weight decay of Adam (Loshchilov and Hutter, arXiv 1711.05101); finds a step."""
FOLDS = 5
LOST = 0.005
"""Share of the true faces of low confidence that may be taken for something else."""


@dataclass(frozen=True, slots=True)
class Find:
    """What the detector called a face."""

    sha256: str
    face: bool
    confidence: float
    trunk: np.ndarray
    copy: bool


class Reading(CenterFace):
    """The detector with the output `TRUNK`, which it keeps."""

    def person(self, outputs: list[np.ndarray]) -> float:
        self.trunk = outputs[4].ravel()
        return math.inf


def reading() -> Reading:
    calibration = json.loads((BUILT_IN / "centerface-int8.json").read_text(encoding="utf-8"))
    graph = with_trunk(dynamic(installed("centerface").read_bytes()))
    assert graph.outputs[-1].name == TRUNK
    equal = equalised(graph, calibration["shifts"])
    return Reading(quantised(equal, calibration["ranges"], keep=HEADS | READ).serialised())


def finds(picture: Picture) -> list[Find]:
    """The finds in a picture and in its copies of lower quality."""
    cv2.setNumThreads(1)
    detector = reading_once()
    pixels = decode(Source.of(picture.path.read_bytes())).rgb8()
    name = picture.path.name
    rng = np.random.default_rng(int(name[:8], 16) if len(name) == 64 else len(name))
    boxes = picture.boxes[~picture.has("ignored")]
    found = list(_found(detector, pixels, picture, boxes, rng, copy=False))
    for _ in range(COPIES[bool(len(picture.boxes))]):
        worse, moved = worsened(pixels, boxes, rng)
        found += _found(detector, worse, picture, moved, rng, copy=True)
    return found


_DETECTORS: list[Reading] = []


def reading_once() -> Reading:
    if not _DETECTORS:
        _DETECTORS.append(reading())
    return _DETECTORS[0]


def _found(
    detector: Reading,
    pixels: np.ndarray,
    picture: Picture,
    boxes: np.ndarray,
    rng: np.random.Generator,
    *,
    copy: bool,
) -> Iterator[Find]:
    people = bool(len(picture.boxes))
    sizes = Sizes(pixels)
    looks = Looks(sizes, detector, LEAST, Stopwatch())
    faces = find(
        pixels, detector, Plan.BALANCED, confidence=LEAST, nms_threshold=0.3, watch=Stopwatch()
    ).faces
    same = iou(faces.boxes, boxes).max(axis=1, initial=0) >= SAME
    for box, score, face in zip(faces.boxes, faces.scores, same, strict=True):
        if people and not face:
            continue  # it may be a face without a box
        if score >= doubt.DOUBTFUL and (copy or not face or rng.random() > SURE_SHARE):
            continue
        part = doubt.around(box, sizes.width, sizes.height)
        looks.person(part, doubt.SIDE / (doubt.REACH * max(box[2] - box[0], box[3] - box[1])))
        yield Find(picture.path.name, people, float(score), detector.trunk.copy(), copy)


def worsened(
    pixels: np.ndarray, boxes: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A smaller, turned, blurred, dark, grey, covered, cut or coarse copy, and its boxes."""
    scale = min(1.0, 1000 / max(pixels.shape[:2])) * rng.choice((1, 1, 0.7, 0.5, 0.35, 0.25))
    width, height = (max(64, round(side * scale)) for side in pixels.shape[1::-1])
    boxes = boxes * np.tile([width / pixels.shape[1], height / pixels.shape[0]], 2)
    pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.4:
        pixels, boxes = turned(pixels, boxes, rng.uniform(-45, 45))
    if rng.random() < 0.4:
        pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.6, 2.5))
    if rng.random() < 0.3:
        pixels = (pixels * rng.uniform(0.12, 0.5)).astype(np.uint8)
    if rng.random() < 0.15:
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        pixels = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.25:
        pixels = covered(pixels, boxes, rng)
    if rng.random() < 0.2 and len(boxes):
        left, _, right, _ = boxes[rng.integers(len(boxes))]
        cut = (left + right) / 2 + rng.uniform(-0.2, 0.3) * (right - left)
        cut = int(np.clip(cut, 0, width - 64))
        pixels, boxes = np.ascontiguousarray(pixels[:, cut:]), boxes - np.array([cut, 0, cut, 0])
    if rng.random() < 0.4:
        coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 70))])
        pixels = cv2.imdecode(coded[1], cv2.IMREAD_COLOR)
    return pixels, boxes.astype(np.float32)


def turned(pixels: np.ndarray, boxes: np.ndarray, angle: float) -> tuple[np.ndarray, np.ndarray]:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    shown = cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2 @ matrix[:, :2].T + matrix[:, 2]
    half = (boxes[:, 2:] - boxes[:, :2]).mean(axis=1, keepdims=True) / 2
    return shown, np.concatenate((centres - half, centres + half), axis=1)


def covered(pixels: np.ndarray, boxes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lay another part of the picture over a part of each second face."""
    pixels = pixels.copy()
    height, width = pixels.shape[:2]
    for left, top, right, bottom in boxes[rng.random(len(boxes)) < 0.6]:
        middle = (left + right) / 2, top + 0.6 * (bottom - top)
        part = [
            (left, middle[1], right, bottom),
            (left, top, middle[0], bottom),
            (middle[0], top, right, bottom),
            (left, top, right, top + 0.35 * (bottom - top)),
        ][rng.integers(4)]
        x, y, end, low = np.clip(np.rint(part), 0, [width, height, width, height]).astype(int)
        u, v = rng.integers(width - (end - x) + 1), rng.integers(height - (low - y) + 1)
        pixels[y:low, x:end] = pixels[v : v + low - y, u : u + end - x].copy()
    return pixels


@dataclass(frozen=True, slots=True)
class Net:
    """One hidden layer; the log-odds of the confidence are added with a weight of their own."""

    hidden: np.ndarray
    hidden_bias: np.ndarray
    last: np.ndarray
    last_bias: float
    of_confidence: float

    def odds(self, trunk: np.ndarray, confidence: np.ndarray) -> np.ndarray:
        middle = np.maximum(trunk @ self.hidden.T + self.hidden_bias, 0)
        found: np.ndarray = middle @ self.last + self.last_bias
        return found + self.of_confidence * logit(confidence)


def logit(confidence: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(confidence / (1 - confidence)))


def trained(trunk: np.ndarray, confidence: np.ndarray, face: np.ndarray) -> Net:
    """Train with logistic loss in which faces and others weigh the same."""
    rng = np.random.default_rng(0)
    mean, deviation = trunk.mean(axis=0), trunk.std(axis=0) + 1e-2
    inputs, sure = ((trunk - mean) / deviation).clip(-8, 8), logit(confidence)
    weight = np.where(face, 1 / face.mean(), 1 / (1 - face.mean())) / 2
    bound = 1 / math.sqrt(inputs.shape[1])
    held = {
        "hidden": rng.uniform(-bound, bound, (HIDDEN, inputs.shape[1])),
        "hidden_bias": rng.uniform(-bound, bound, HIDDEN),
        "last": rng.uniform(-0.25, 0.25, HIDDEN),
        "last_bias": np.zeros(1),
        "of_confidence": np.ones(1),
    }
    first = {name: np.zeros_like(value) for name, value in held.items()}
    second = {name: np.zeros_like(value) for name, value in held.items()}
    step = 0
    for _ in range(STEPS):
        order = rng.permutation(len(inputs))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            step += 1
            seen = (inputs[some], sure[some], face[some], weight[some])
            for name, slope in slopes(held, *seen, rng):
                first[name] += 0.1 * (slope - first[name])
                second[name] += 0.001 * (slope**2 - second[name])
                ahead = first[name] / (1 - 0.9**step)
                held[name] *= 1 - RATE * DECAY
                held[name] -= RATE * ahead / (np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8)
    hidden = held["hidden"] / deviation
    return Net(
        hidden,
        held["hidden_bias"] - hidden @ mean,
        held["last"],
        float(held["last_bias"][0]),
        float(held["of_confidence"][0]),
    )


def slopes(
    held: dict[str, np.ndarray],
    inputs: np.ndarray,
    sure: np.ndarray,
    face: np.ndarray,
    weight: np.ndarray,
    rng: np.random.Generator,
) -> Iterator[tuple[str, np.ndarray]]:
    """The gradient of the loss, by name."""
    kept = (rng.random((len(inputs), HIDDEN)) >= DROPPED) / (1 - DROPPED)
    before = inputs @ held["hidden"].T + held["hidden_bias"]
    middle = np.maximum(before, 0) * kept
    odds = middle @ held["last"] + held["last_bias"] + held["of_confidence"] * sure
    error = weight * (1 / (1 + np.exp(-odds)) - face) / len(inputs)
    back = error[:, None] * held["last"] * kept * (before > 0)
    yield "hidden", back.T @ inputs
    yield "hidden_bias", back.sum(axis=0)
    yield "last", middle.T @ error
    yield "last_bias", error.sum(keepdims=True)
    yield "of_confidence", (error * sure).sum(keepdims=True)


def main() -> None:
    pictures = [
        picture
        for manifest in (evaluation.CROWDS, evaluation.ORDINARY, evaluation.ANIMALS)
        for picture in evaluation.pictures(manifest)
        if picture.half == "tuning"
    ]
    with Pool() as pool:
        rows = [row for some in pool.imap(finds, pictures, chunksize=4) for row in some]
    trunk = np.stack([row.trunk for row in rows]).astype(np.float64)
    confidence = np.array([row.confidence for row in rows])
    face = np.array([row.face for row in rows])
    fold = np.array([sum(row.sha256.encode()) % FOLDS for row in rows])
    odds = crossed(trunk, confidence, face, fold)
    asked = (confidence < doubt.DOUBTFUL) & ~np.array([row.copy for row in rows])
    limit = float(np.quantile(odds[asked & face], LOST))
    told = asked & (confidence >= 0.2)
    sys.stderr.write(
        f"{len(pictures)} pictures, {face.sum()} finds on faces, {(~face).sum()} on other things; "
        f"of {(told & ~face).sum()} from 0.2 without copies, "
        f"{(odds[told & ~face] < limit).mean():.3f} go, "
        f"and {LOST} of {(asked & face).sum()} faces\n"
    )
    sys.stdout.write(written(trained(trunk, confidence, face), limit))


def crossed(
    trunk: np.ndarray, confidence: np.ndarray, face: np.ndarray, fold: np.ndarray
) -> np.ndarray:
    """The odds of each find by a network that has not seen its picture."""
    odds = np.zeros(len(face))
    for number in range(FOLDS):
        rest, some = fold != number, fold == number
        net = trained(trunk[rest], confidence[rest], face[rest])
        odds[some] = net.odds(trunk[some], confidence[some])
    return odds


def written(net: Net, limit: float) -> str:
    """The weights, such that odds below zero mean that a find is none."""
    last, bias = net.last / net.of_confidence, (net.last_bias - limit) / net.of_confidence
    rows = ",\n".join(f"  {numbers(row)}" for row in net.hidden)
    return (
        f'{{\n "hidden": [\n{rows}\n ],\n "hidden_bias": {numbers(net.hidden_bias)},\n'
        f' "last": {numbers(last)},\n "last_bias": {bias:.4g}\n}}\n'
    )


def numbers(values: np.ndarray) -> str:
    rounded: list[Any] = [float(f"{value:.4g}") for value in values]
    return json.dumps(rounded, separators=(",", ":"))


if __name__ == "__main__":
    main()
