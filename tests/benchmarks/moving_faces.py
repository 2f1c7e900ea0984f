"""Measure how much of each face `mask` hides in moving pictures whose faces are known.

The photographs are split once: `sequences.halves`. The second half was never tuned with. ``deface``
is measured on the same frames if it is on PATH, with its own settings (threshold 0.2, mask 1.3).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from expunge.imaging.faces.choices import Shape
from expunge.imaging.faces.regions import Region
from expunge.imaging.moving.hiding import Hider
from expunge.imaging.moving.survey import looked, surveyed
from expunge.operations.moving_search import searches, sure
from expunge.operations.options.mask import MaskOptions
from tests.benchmarks.sequences import SIZE, Film, halves, hidden_shares, sequences

ENOUGH = 0.8
"""Share of a face from which it is hidden."""
OPEN = 0.2
"""Share of a face below which it is open to be seen."""
THEIRS = """
import json, sys, time
import numpy as np
from deface.centerface import CenterFace
network = CenterFace(in_shape=None, backend="onnxrt")
frames = np.load(sys.argv[1])
started = time.process_time()
found = [network(frame, threshold=0.2)[0][:, :4].tolist() for frame in frames]
print(json.dumps([found, time.process_time() - started]))
"""
Shares = dict[int, list[tuple[int, float]]]
"""By face: the frames in which it counts, and the share of it that is hidden."""


@dataclass
class Tally:
    """Over all films."""

    shares: dict[str, list[Shares]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0
    frames: int = 0
    area: float = 0.0

    def add(self, film: Film, masks: Sequence[np.ndarray], seconds: float) -> None:
        by_face: Shares = defaultdict(list)
        for number, mask in enumerate(masks):
            for face, share in hidden_shares(film, number, mask).items():
                by_face[face].append((number, share))
            self.area += float(mask.mean())
        self.shares[film.kind].append(by_face)
        self.seconds += seconds
        self.frames += len(film.frames)


def run(console: Console) -> None:
    """Print a table of the held-out half."""
    _, sources = halves()
    if not sources:
        console.print("The photographs are not available: no films")
        return
    tools: dict[str, Callable[[Film], tuple[list[np.ndarray], float]]] = {"expunge": ours}
    if shutil.which("deface"):
        tools["deface"] = theirs
    tallies = {name: Tally() for name in tools}
    for film in sequences(sources):
        for name, masks_of in tools.items():
            tallies[name].add(film, *masks_of(film))
    console.print(table(tallies))


def ours(film: Film) -> tuple[list[np.ndarray], float]:
    started = process_time()
    options = MaskOptions()
    search = searches(options)
    found = surveyed(looked(film.frames, search, every=options.search_every), sure(search))
    kinds = [track.kind for track in found.tracks]
    hider = Hider(found.frames, kinds, SIZE, options.padding, Shape.ELLIPSE)
    regions = [[one for _, one in hider.at(number)] for number in range(len(film.frames))]
    seconds = process_time() - started
    return [_painted(some) for some in regions], seconds


def theirs(film: Film) -> tuple[list[np.ndarray], float]:
    python = Path(str(shutil.which("deface"))).resolve().with_name("python")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "frames.npy")
        np.save(path, np.stack([frame.pixels for frame in film.frames]))
        ran = subprocess.run([python, "-c", THEIRS, path], capture_output=True, check=True)
    found, seconds = json.loads(ran.stdout.splitlines()[-1])
    return [_ellipses(boxes) for boxes in found], float(seconds)


def _painted(regions: Sequence[Region]) -> np.ndarray:
    hidden = np.zeros(SIZE[::-1], bool)
    for one in regions:
        hidden[one.y : one.y + one.height, one.x : one.x + one.width] |= one.alpha > 0.9
    return hidden


def _ellipses(boxes: Sequence[Sequence[float]]) -> np.ndarray:
    """As deface draws them: boxes grown by 0.3 of each side, clipped, and the ellipse in each."""
    hidden = np.zeros(SIZE[::-1], np.uint8)
    for box in boxes:
        x1, y1, x2, y2 = map(int, box)
        wide, tall = 0.3 * (x2 - x1), 0.3 * (y2 - y1)
        x1, x2 = max(0, round(x1 - wide)), min(SIZE[0] - 1, round(x2 + wide))
        y1, y2 = max(0, round(y1 - tall)), min(SIZE[1] - 1, round(y2 + tall))
        if x2 > x1 and y2 > y1:
            half = ((x2 - x1) // 2, (y2 - y1) // 2)
            cv2.ellipse(hidden, ((x1 + x2) // 2, (y1 + y2) // 2), half, 0, 0, 360, 1, -1)
    return hidden.astype(bool)


def table(tallies: dict[str, Tally]) -> Table:
    """A row for each kind, and the tools beside each other."""
    made = Table(title="Faces of which 80 % are hidden; longest run of frames below 80 %, and open")
    made.add_column("")
    for name in tallies:
        made.add_column(name, justify="right")
    kinds = list(dict.fromkeys(kind for tally in tallies.values() for kind in tally.shares))
    for kind in kinds:
        made.add_row(kind, *(_told(tally.shares[kind]) for tally in tallies.values()))
    everything = [
        [one for some in tally.shares.values() for one in some] for tally in tallies.values()
    ]
    made.add_row("all", *map(_told, everything))
    each = tallies.values()
    made.add_row("CPU ms a frame", *(f"{1e3 * one.seconds / one.frames:.0f}" for one in each))
    made.add_row("hidden area", *(f"{one.area / one.frames:.1%}" for one in each))
    return made


def _told(films: Sequence[Shares]) -> str:
    shares = [share for film in films for items in film.values() for _, share in items]
    runs = [[_longest(items, below) for film in films for items in film.values()]
            for below in (ENOUGH, OPEN)]  # fmt: skip
    good = sum(share >= ENOUGH for share in shares)
    longest = ", ".join(str(max(some, default=0)) for some in runs)
    return f"{good / max(len(shares), 1):.2%} of {len(shares):,}; {longest}"


def _longest(items: Sequence[tuple[int, float]], below: float) -> int:
    return max(_runs(items, below), default=0)


def _runs(items: Sequence[tuple[int, float]], below: float) -> Iterator[int]:
    length, last = 0, -1
    for number, share in items:
        follows = length and number == last + 1
        length = ((length if follows else 0) + 1) if share < below else 0
        last = number
        yield length
