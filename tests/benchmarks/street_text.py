"""Words hidden on photographs of streets and shops, beside rapidocr's own pipeline.

`street_text.json` names the photographs, which git does not have. No threshold was chosen on them.
A word is hidden if the masks cover 80 % of its box. A box is false if it covers no word, readable
or not; the false area is what masks cover beside words and a margin. To compare with rapidocr,
install it beside: ``pip install rapidocr``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import process_time

import cv2
import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from expunge import models
from expunge.errors import ModelMissing
from expunge.imaging.faces.plans import Plan
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.hiding import region_of_spot
from expunge.imaging.targets.spots import Spot
from expunge.imaging.text.finding import find
from expunge.imaging.text.network import TextNetwork
from tests.benchmarks.evaluation import TIMEOUT, fetched, url_of

MANIFEST = Path(__file__).with_name("street_text.json")
KEPT = Path(__file__).parents[2] / "build" / "streets"
HIDDEN = 0.8
FALSE = 0.1
"""Share of a box that words cover, below which the box is false."""

AROUND = 25
"""Width in pixels of the brush that draws the margin around words."""

Pixels = np.ndarray
Search = Callable[[Pixels], Sequence[Spot]]


@dataclass(frozen=True)
class Street:
    """One photograph, and its words."""

    path: Path
    words: tuple[np.ndarray, ...]
    """(4, 2) each: corners."""
    readable: tuple[bool, ...]

    @property
    def pixels(self) -> Pixels:
        return cv2.cvtColor(cv2.imread(str(self.path)), cv2.COLOR_BGR2RGB)


@dataclass
class Score:
    hidden: int = 0
    words: int = 0
    boxes: int = 0
    false: int = 0
    area: float = 0.0
    """Shares of the photographs that masks cover beside words, added up."""
    pictures: int = 0
    seconds: float = 0.0

    def add(self, street: Street, spots: Sequence[Spot], seconds: float) -> None:
        height, width = street.pixels.shape[:2]
        masks = [_mask(spot, (width, height)) for spot in spots]
        covered = np.any(masks, axis=0) if masks else np.zeros((height, width), bool)
        text = np.zeros((height, width), np.uint8)
        for word, readable in zip(street.words, street.readable, strict=True):
            inside = _filled(word, (width, height))
            text |= inside
            self.words += readable
            self.hidden += readable and covered[inside > 0].mean() >= HIDDEN
        self.boxes += len(masks)
        self.false += sum(bool(text[mask].mean() < FALSE) for mask in masks if mask.any())
        around = np.ones((AROUND, AROUND), np.uint8)
        self.area += float((covered & (cv2.dilate(text, around) == 0)).mean())
        self.pictures += 1
        self.seconds += seconds

    def row(self) -> tuple[str, ...]:
        hidden = f"{self.hidden / max(self.words, 1):.3f}"
        each = max(self.pictures, 1)
        area = f"{self.area / each:.4f}"
        return hidden, str(self.boxes), str(self.false), area, f"{self.seconds / each:.2f}"


def run(console: Console) -> None:
    """Print a row for each way to search."""
    streets = list(streets_here())
    words = sum(sum(street.readable) for street in streets)
    table = Table(title=f"{words} words on {len(streets)} photographs of streets")
    for column in ("", "hidden", "boxes", "false", "false area", "CPU s"):
        table.add_column(column, justify="right")
    for name, search in searches().items():
        table.add_row(name, *_score(streets, search).row())
    console.print(table)


def searches() -> dict[str, Search]:
    """This project's plans, and rapidocr where it is installed."""
    try:
        network = TextNetwork(models.installed(models.TEXT).read_bytes())
    except ModelMissing:
        return {}
    plans = {f"expunge {plan}": _reader(network, plan) for plan in Plan}
    return plans | ({"rapidocr": _rapidocr()} if find_spec("rapidocr") else {})


def streets_here() -> Iterator[Street]:
    """The photographs that are here or can be fetched."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
        for entry in manifest["pictures"]:
            path = KEPT / entry["sha256"]
            url = url_of(manifest["repo"], manifest["commit"], entry["path"])
            if not path.is_file() and not fetched(client, url, entry["sha256"], path):
                return
            if path.is_file():
                yield _street(path, entry["words"])


def _street(picture: Path, words: list[list[object]]) -> Street:
    corners = tuple(np.array(word[:8], np.float32).reshape(4, 2) for word in words)
    return Street(picture, corners, tuple("ignored" not in word for word in words))


def _score(streets: Sequence[Street], search: Search) -> Score:
    score = Score()
    for street in streets:
        pixels = street.pixels
        began = process_time()
        spots = search(pixels)
        score.add(street, spots, process_time() - began)
    return score


def _mask(spot: Spot, size: tuple[int, int]) -> Pixels:
    region = region_of_spot(spot, size)
    mask = np.zeros(size[::-1], bool)
    if region is not None:
        place = slice(region.y, region.y + region.height), slice(region.x, region.x + region.width)
        mask[place] = region.alpha > 0
    return mask


def _filled(corners: Pixels, size: tuple[int, int]) -> Pixels:
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillPoly(mask, [np.rint(corners).astype(np.int32)], 1)
    return mask


def _reader(network: TextNetwork, plan: Plan) -> Search:
    return lambda pixels: find(pixels, network, plan, confidence=0.5)


def _rapidocr() -> Search:
    """Its text detector with its own sizes and thresholds, in one thread."""
    from rapidocr import RapidOCR

    one = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    off = {"Global.use_cls": False, "Global.use_rec": False, "Global.log_level": "error"}
    engine = RapidOCR(params=one | off)

    def search(pixels: Pixels) -> list[Spot]:
        found = engine(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        boxes = () if found.boxes is None else found.boxes
        return [Spot(Target.TEXT, np.asarray(box, np.float32), 1.0) for box in boxes]

    return search
