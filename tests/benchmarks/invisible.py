"""Measure the speed of ``invisible``, and whether third-party decoders still detect their marks.

The other tables need the package ``invisible-watermark``, which has the encoders and decoders, and
photographs (`rates`). The package ``flip-evaluator`` adds a perceptual measure.
"""

from __future__ import annotations

from functools import cache
from time import process_time

import numpy as np
from rich.console import Console
from rich.table import Table

from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.strength import Strength
from tests.benchmarks import rates, watermarks
from tests.unit.purify.scenes import scene

MEGAPIXELS = (1, 12, 48)


def run(console: Console) -> None:
    """Print processor time by strength; then how often marks are detected, and at what cost."""
    console.print(speeds())
    if not watermarks.available():
        console.print("invisible-watermark is not installed; its decoders were left out")
        return
    rates.run(console)


def speeds() -> Table:
    table = Table(title="invisible, pixels alone", caption="aim: at most 0.1 s of processor time")
    for column in ("strength", "megapixels", "s/MP"):
        table.add_column(column, justify="right")
    for strength in Strength:
        for megapixels in MEGAPIXELS:
            samples = large(megapixels).copy()
            started = process_time()
            purify(samples, 8, strength.treatments[0], b"benchmark", at_once=1)
            spent = (process_time() - started) / megapixels
            table.add_row(strength, f"{megapixels}", f"{spent:.3f}")
    return table


@cache
def large(megapixels: int) -> watermarks.Samples:
    height = int((megapixels * 1e6 * 0.75) ** 0.5)
    width = height * 4 // 3
    one = scene(1)
    times = (-(-height // one.shape[0]), -(-width // one.shape[1]), 1)
    return np.ascontiguousarray(np.tile(one, times)[:height, :width])
