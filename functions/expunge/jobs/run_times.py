"""Estimates the run time of queued jobs from recent runs, for callers that poll."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from expunge.errors import Unavailable
from expunge.stores.ports import Key, Put

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.jobs.job import Job
    from expunge.stores.ports import Item, Records

DEFAULT_MS = 1_000.0
"""Estimate for a mode without recent runs."""
MIN_MS, MAX_MS = 200, 10_000
"""Bounds of the suggested polling delay."""
WEIGHT = 0.2
"""Weight of the newest run in the moving average."""
CACHE_SECONDS = 30.0
WRITE_SECONDS = 10.0
REMEMBERED_SECONDS = 30 * 24 * 3600


class RunTimeEstimator:
    """Run times in milliseconds by mode and image size, in one record per mode.

    A size class is a power of two of megapixels. Each process reads a record once per
    `CACHE_SECONDS`, and each worker writes it once per `WRITE_SECONDS`. If two write at once,
    one result is lost, which an estimate can tolerate.
    """

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock
        self._lock = threading.Lock()
        self._heard: dict[str, list[tuple[str, int]]] = {}
        self._write_at: dict[str, float] = {}
        self._known: dict[str, tuple[float, dict[str, float]]] = {}

    def poll_after_ms(self, job: Job) -> int:
        """The suggested delay before the next poll: the expected rest of the job's run time."""
        rest = self._expected_ms(job) * (100 - job.progress) / 100
        return round(min(max(rest, MIN_MS), MAX_MS))

    def record(self, job: Job, ms: int) -> None:
        """Add a run to the estimate, which is written a few times a minute."""
        now = self._clock()
        with self._lock:
            self._heard.setdefault(job.mode, []).append((_size(job), ms))
            if now < self._write_at.get(job.mode, 0.0):
                return
            self._write_at[job.mode] = now + WRITE_SECONDS
            heard = self._heard.pop(job.mode)
        try:
            known = self._read(job.mode)
            for size, run_ms in heard:
                known[size] = (1 - WEIGHT) * known.get(size, run_ms) + WEIGHT * run_ms
            item: Item = {"ms": dict(known)}
            expires_at = int(now) + REMEMBERED_SECONDS
            self._records.write(Put(_key(job.mode), item, expires_at=expires_at))
        except Unavailable:
            return  # the next run writes it

    def _expected_ms(self, job: Job) -> float:
        known = self._remembered(job.mode)
        if not known:
            return DEFAULT_MS
        call = _size(job)
        return known[min(known, key=lambda size: abs(int(size) - int(call)))]

    def _remembered(self, mode: str) -> dict[str, float]:
        now = self._clock()
        until, known = self._known.get(mode, (0.0, dict[str, float]()))
        if until <= now:
            with contextlib.suppress(Unavailable):  # the earlier estimate is good enough
                known = self._read(mode)
            self._known[mode] = now + CACHE_SECONDS, known
        return known

    def _read(self, mode: str) -> dict[str, float]:
        item: dict[str, Any] = self._records.get(_key(mode)) or {}
        return {size: float(ms) for size, ms in item.get("ms", {}).items()}


def _key(mode: str) -> Key:
    return Key(f"pace#{mode}", "pace")


def _size(job: Job) -> str:
    """``0`` below a megapixel, ``1`` below two, ``2`` below four, …"""
    return str((job.pixels // 1_000_000).bit_length())
