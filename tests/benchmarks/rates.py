"""How often watermarks are still detected after ``invisible``, and what that costs the image.

Photographs come from the folder in ``EXPUNGE_PHOTOGRAPHS``. Of its files those count whose digest
is in ``invisible.json``, in the half in ``EXPUNGE_HALF`` («kept» by default, or «tuning»); of a
folder that has none of them, every image. Each result is a line in the file in ``EXPUNGE_RATES``,
so that a run goes on where one was stopped.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from expunge.imaging.codecs import Picture
from expunge.imaging.purify.strength import Strength
from expunge.operations import invisible
from expunge.operations.options.invisible import InvisibleOptions
from tests.benchmarks.watermarks import RIVAGAN, RIVAGAN_BITS, Mark, Samples, detected
from tests.unit.purify.scenes import psnr, ssim

MANIFEST = Path(__file__).with_name("invisible.json")
LONGEST = int(os.environ.get("EXPUNGE_LONGEST", "512"))
LENGTHS = (32, 48, 64)
"""Bits of a payload; one picture after the other has the next."""
RARER_EVERY = 4
"""Of so many pictures one gets the marks that the package does not write by default."""
COSTLY_EVERY = 8
"""RivaGAN and FLIP take seconds for one picture, so they are for one of so many."""
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
MIN_DB = 31.0


@dataclass(frozen=True)
class Trial:
    """One mark in one photograph, before and after."""

    picture: str
    mark: str
    bits: int
    strength: str
    before: int
    """Bits that the decoder reads as they were written."""
    after: int
    psnr: float
    ssim: float
    flip: float | None


def run(console: Console) -> None:
    """Print how often marks are detected, and what the images lost."""
    found = photographs()
    console.print(f"{len(found)} photographs")
    log = Path(os.environ.get("EXPUNGE_RATES", "rates.jsonl"))
    trials = list(logged(log))
    known = {(trial.picture, trial.mark, trial.strength) for trial in trials}
    with log.open("a") as lines:
        for number, path in enumerate(found):
            for trial in trials_of(number, path, known):
                trials.append(trial)
                lines.write(json.dumps(asdict(trial)) + "\n")
                lines.flush()
    console.print(rates(trials))
    console.print(losses(trials))


def photographs() -> list[Path]:
    """In the order of their digests, which mixes the sources."""
    folder = os.environ.get("EXPUNGE_PHOTOGRAPHS")
    if not folder:
        return []
    half = os.environ.get("EXPUNGE_HALF", "kept")
    listed = {one["sha256"]: one["half"] for one in json.loads(MANIFEST.read_text())["pictures"]}
    digests = {
        sha256(path.read_bytes()).hexdigest(): path
        for path in Path(folder).rglob("*")
        if path.suffix.lower() in SUFFIXES
    }
    chosen = {one for one in digests if listed.get(one) == half} or digests.keys()
    return [digests[one] for one in sorted(chosen)]


def logged(path: Path) -> Iterator[Trial]:
    if path.exists():
        for line in path.read_text().splitlines():
            yield Trial(**json.loads(line))


def trials_of(number: int, path: Path, known: set[tuple[str, str, str]]) -> Iterator[Trial]:
    picture = loaded(path)
    for mark in marks(number, path.stem):
        strengths = [
            s for s in strengths_for(mark) if (path.stem, mark.label, s.value) not in known
        ]
        if not strengths:
            continue
        marked = mark.written(picture)
        before = mark.agreeing(marked)
        for strength in strengths:
            after = cleaned(marked, strength)
            yield Trial(
                path.stem, mark.label, len(mark.bits), strength.value,
                before, mark.agreeing(after), round(psnr(marked, after), 2),
                round(ssim(marked, after), 4),
                flip(marked, after) if is_looked_at(number, mark) else None,
            )  # fmt: skip


def marks(number: int, name: str) -> Iterator[Mark]:
    random = np.random.default_rng(crc32(name.encode()))
    bits = tuple(random.integers(0, 2, LENGTHS[number % len(LENGTHS)]).tolist())
    for method in ("dwtDctSvd", "dwtDct"):
        yield from (Mark(method, bits, times) for times in (1, 1.5))
        if number % RARER_EVERY == 0:
            yield from (Mark(method, bits, 2), Mark(method, bits, channel="Y"))
    if number % COSTLY_EVERY == 0:
        bits = tuple(random.integers(0, 2, RIVAGAN_BITS).tolist())
        yield Mark(RIVAGAN, bits)


def strengths_for(mark: Mark) -> list[Strength]:
    """All of them for marks as the package writes them by default."""
    usual = mark.times == 1 and mark.channel == "U"
    return list(Strength) if usual else [Strength.MEDIUM]


def is_looked_at(number: int, mark: Mark) -> bool:
    """Whether the perceptual difference is measured."""
    chosen = number % COSTLY_EVERY == 0 and mark.label == "dwtDctSvd × 1"
    return chosen and importlib.util.find_spec("flip_evaluator") is not None


def loaded(path: Path) -> Samples:
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert bgr is not None, path
    scale = LONGEST / max(bgr.shape[:2])
    if scale < 1:
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(bgr[..., ::-1], np.uint8)


def cleaned(samples: Samples, strength: Strength) -> Samples:
    """The pixels that the mode gives a lossless file."""

    def picture() -> Picture:
        return Picture(cast("Any", None), samples.copy(), None, 8)

    options = InvisibleOptions(strength=strength)
    seed = sha256(samples.tobytes()).digest()
    made = invisible.resynthesised(picture, options, None, seed)
    return np.asarray(made.picture.pixels, np.uint8)


def flip(before: Samples, after: Samples) -> float:
    """NVIDIA's FLIP (Andersson et al., 2020): 0 for no visible difference, to 1."""
    import flip_evaluator

    first, second = (samples.astype(np.float32) / 255 for samples in (before, after))
    return round(float(flip_evaluator.evaluate(first, second, "LDR")[1]), 4)


def rates(trials: list[Trial]) -> Table:
    table = Table(title="detected at a false-positive rate of 0.001")
    for column in ("strength", "mark", "bits", "carriers", "detected", "rate", "95 %",
                   "inverted", "mean accuracy"):  # fmt: skip
        table.add_column(column, justify="right")
    for (strength, mark), group in grouped(trials):
        carriers = [one for one in group if detected(one.before, one.bits)]
        lengths = sorted({one.bits for one in carriers})
        for length in (lengths, *([[n] for n in lengths] if len(lengths) > 1 else [])):
            some = [one for one in carriers if one.bits in length]
            hits = sum(detected(one.after, one.bits) for one in some)
            inverted = sum(detected(one.bits - one.after, one.bits) for one in some)
            low, high = wilson(hits, len(some))
            table.add_row(
                strength, mark, "/".join(map(str, length)), str(len(some)), str(hits),
                f"{hits / len(some):.3f}", f"{low:.3f} to {high:.3f}", str(inverted),
                f"{np.mean([one.after / one.bits for one in some]):.3f}",
            )  # fmt: skip
    return table


def losses(trials: list[Trial]) -> Table:
    table = Table(title="against the marked image")
    for column in ("strength", "mark", "images", "PSNR dB", "least", f"< {MIN_DB:g}",
                   "SSIM", "least", "FLIP", "most"):  # fmt: skip
        table.add_column(column, justify="right")
    for (strength, mark), group in grouped(trials):
        decibels, likeness = [one.psnr for one in group], [one.ssim for one in group]
        seen = [one.flip for one in group if one.flip is not None]
        table.add_row(
            strength, mark, str(len(group)), f"{np.mean(decibels):.1f}", f"{min(decibels):.1f}",
            str(sum(one < MIN_DB for one in decibels)), f"{np.mean(likeness):.3f}",
            f"{min(likeness):.3f}", *([f"{np.mean(seen):.3f}", f"{max(seen):.3f}"] if seen else []),
        )  # fmt: skip
    return table


def grouped(trials: list[Trial]) -> list[tuple[tuple[str, str], list[Trial]]]:
    groups: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        groups.setdefault((trial.strength, trial.mark), []).append(trial)
    return sorted(groups.items())


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson, 1927)."""
    z = 1.96
    centre = (hits + z**2 / 2) / (count + z**2)
    half = z / (count + z**2) * (hits * (count - hits) / count + z**2 / 4) ** 0.5
    return max(centre - half, 0.0), min(centre + half, 1.0)


if __name__ == "__main__":
    run(Console(width=160))
