"""Timing functions for the benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter


def timed(work: Callable[[], object], repeats: int = 25) -> float:
    """Return the median milliseconds of a call after a warm-up."""
    work()
    spans = []
    for _ in range(repeats):
        started = perf_counter()
        work()
        spans.append((perf_counter() - started) * 1e3)
    return median(spans)


def copied(data: bytes) -> float:
    """Return milliseconds of a memory copy of the same bytes: the physical limit."""
    return timed(lambda: bytearray(data), 50)
