"""How many codes, lines of text and plates are found and hidden, on composites drawn here.

Each composite has one thing on a photograph from beside the project, or on a drawn background:
leaning by up to 30°, in perspective, blurred and through JPEG. *Hidden* is one of which a mask
covers 95 % of the ink. The first half was used for tuning; figures in the docs are of the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from expunge import models
from expunge.errors import ModelMissing
from expunge.imaging.codes.finding import find as find_codes
from expunge.imaging.faces.plans import Plan
from expunge.imaging.targets.hiding import region_of, region_of_spot
from expunge.imaging.targets.spots import Corners, Spot
from expunge.imaging.text.finding import find as find_lines
from expunge.imaging.text.network import TextNetwork
from expunge.imaging.text.plates import plates
from tests.samples import identifying
from tests.samples.identifying import Pixels, Placement, laid
from tests.samples.pictures import clouds

BESIDE = Path(__file__).parents[2].parent / "shared" / "data"
HALVES = {"tuning": BESIDE / "faces" / "images", "untouched": BESIDE / "marks" / "clean"}
"""Photographs for backgrounds, by half: of different sources."""
A_KIND = 20
"""Composites of a kind and half."""
SIZE = (900, 1200)
COVERED = 0.95
WORDS = ("Anna Lindqvist", "12.08.1964", "Hauptstr. 17b", "IBAN DE02 1203", "Invoice 4471", "Exit")


@dataclass(frozen=True, slots=True)
class Composite:
    pixels: Pixels
    ink: Pixels
    kind: str


Search = Callable[[Pixels], Sequence[Corners | Spot]]


def run(console: Console) -> None:
    """Print a table for each half."""
    for half in HALVES:
        table = Table(title=f"{half}: {A_KIND} composites of each kind")
        for column in ("", "search", "found", "hidden", "stray", "CPU ms"):
            table.add_column(column, justify="right")
        for kind in KINDS:
            composites = list(drawn(kind, half))
            for name, search in searches(kind).items():
                table.add_row(kind, name, *measured(composites, search))
        console.print(table)


def measured(composites: Sequence[Composite], search: Search) -> list[str]:
    found = hidden = stray = 0
    began = process_time()
    results = [search(one.pixels) for one in composites]
    spent = (process_time() - began) / len(composites)
    for one, spots in zip(composites, results, strict=True):
        masks = [_mask(spot, one.ink.shape) for spot in spots]
        touching = [mask for mask in masks if (mask & one.ink).any()]
        covered = (np.any(touching, axis=0) & one.ink).sum() / one.ink.sum() if touching else 0.0
        found += bool(touching)
        hidden += covered >= COVERED
        stray += len(masks) - len(touching)
    count = len(composites)
    return [f"{found / count:.2f}", f"{hidden / count:.2f}", str(stray), f"{spent * 1e3:.0f}"]


def _mask(spot: Corners | Spot, shape: tuple[int, ...]) -> Pixels:
    size = (shape[1], shape[0])
    region = region_of_spot(spot, size) if isinstance(spot, Spot) else region_of(spot, size)
    mask = np.zeros(shape, bool)
    if region is not None:
        place = slice(region.y, region.y + region.height), slice(region.x, region.x + region.width)
        mask[place] = region.alpha > 0
    return mask


def searches(kind: str) -> dict[str, Search]:
    """Ways to find things of a kind: this project's, and peers'."""
    if kind in CODES:
        return {"expunge": find_codes, "OpenCV, one size": _plain_codes}
    try:
        network = TextNetwork(models.installed(models.TEXT).read_bytes())
    except ModelMissing:
        return {}
    plans = (Plan.FAST, Plan.BALANCED)
    if kind == "plate":
        return {"expunge": lambda pixels: plates(pixels, _lines(pixels, network, Plan.BALANCED))}
    return {f"expunge {plan}": _reader(network, plan) for plan in plans}


def _reader(network: TextNetwork, plan: Plan) -> Search:
    return lambda pixels: _lines(pixels, network, plan)


def _lines(pixels: Pixels, network: TextNetwork, plan: Plan) -> list[Spot]:
    return find_lines(pixels, network, plan, confidence=0.5)


def _plain_codes(pixels: Pixels) -> list[Corners]:
    """OpenCV's own detectors at the size of the image, as its samples use them."""
    _, quads = cv2.QRCodeDetector().detectMulti(pixels)
    _, _, _, bars = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(pixels)
    return [*(quads if quads is not None else ()), *(bars if bars is not None else ())]


def _qr(rng: np.random.Generator) -> Pixels:
    return identifying.qr(f"https://example.org/{rng.integers(1 << 40)}", int(rng.integers(2, 6)))


def _ean(rng: np.random.Generator) -> Pixels:
    return identifying.ean_13(_digits(rng, 12), int(rng.integers(1, 4)))


def _code_39(rng: np.random.Generator) -> Pixels:
    return identifying.code_39(_digits(rng, 8), int(rng.integers(1, 3)))


def _text(rng: np.random.Generator) -> Pixels:
    ink, paper = int(rng.integers(0, 90)), int(rng.integers(170, 250))
    return identifying.line(str(rng.choice(WORDS)), int(rng.integers(10, 60)), ink, paper)


def _plate(rng: np.random.Generator) -> Pixels:
    letters = "".join(rng.choice(list("ABCDEFHKLMNPRSTXYZ"), 4))
    return identifying.plate(
        f"{letters[:2]} {letters[2:]} {_digits(rng, 3)}", int(rng.integers(14, 50))
    )


def _digits(rng: np.random.Generator, count: int) -> str:
    return "".join(map(str, rng.integers(0, 10, count)))


CODES = {"QR": _qr, "EAN-13": _ean, "Code 39": _code_39}
KINDS = CODES | {"text": _text, "plate": _plate}


def drawn(kind: str, half: str) -> Iterator[Composite]:
    """Composites of a kind; those of the halves share neither backgrounds nor numbers."""
    rng = np.random.default_rng([list(KINDS).index(kind), list(HALVES).index(half)])
    photographs = sorted(HALVES[half].glob("*")) if HALVES[half].is_dir() else []
    for number in range(A_KIND):
        path = photographs[number % len(photographs)] if photographs else None
        background = _background(path, rng)
        how = Placement(
            centre=(float(rng.uniform(450, 750)), float(rng.uniform(350, 550))),
            lean=float(rng.uniform(-30, 30)),
            tilt=float(rng.uniform(0, 0.2)),
            blur=float(rng.uniform(0, 1.2)),
            quality=int(rng.integers(50, 95)),
        )
        pixels, _, ink = laid(background, KINDS[kind](rng), how)
        yield Composite(pixels, ink, kind)


def _background(path: Path | None, rng: np.random.Generator) -> Pixels:
    picture = cv2.imread(str(path)) if path else None
    if picture is None:
        return clouds(*SIZE, rng)
    return cv2.cvtColor(cv2.resize(picture, SIZE[::-1]), cv2.COLOR_BGR2RGB)
