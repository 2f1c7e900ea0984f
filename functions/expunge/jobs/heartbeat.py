"""Renews a lease at intervals, as long as the work runs.

Each heartbeat has a thread of its own, since a store may keep it waiting. Most work ends before
its first beat. So the thread starts late: to start and end one takes as long as a light job.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Self

from expunge.errors import Unavailable
from expunge.jobs.failures import JobOver

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

BEATS = 3
"""Renewals per lease, so that two may fail."""
NEWS_SECONDS = 1.0
"""Minimum interval between extra beats that report progress."""
LATE_SECONDS = 0.25
"""Age at which a heartbeat gets its thread, at the latest."""


class ProgressTracker:
    """The progress of a run in percent, at most 99: as reported, and as last stored.

    It is news once it is ``step`` percent more than what is stored.
    """

    def __init__(self, step: int = 1) -> None:
        self._step = step
        self._percent = 0
        self._stored = 0
        self._stopped = False

    def __call__(self, fraction: float) -> None:
        if self._stopped:
            raise JobOver
        self._percent = max(self._percent, min(int(fraction * 100), 99))

    def news(self) -> bool:
        return self._percent >= self._stored + self._step

    def take_percent(self) -> int:
        self._stored = self._percent
        return self._stored

    def stop(self) -> None:
        """End the work: its next report raises `JobOver`."""
        self._stopped = True


class Heartbeat:
    """Calls ``beat`` three times per ``lease`` seconds while the ``with`` block runs.

    If ``news`` is true, it also calls ``beat`` once a second. After ``limit`` seconds the work
    counts as ``overrun``, and the calls stop.
    """

    def __init__(
        self,
        beat: Callable[[], object],
        lease: float,
        limit: float,
        *,
        news: Callable[[], bool] | None = None,
        overrun: Callable[[], object] = lambda: None,
    ) -> None:
        self._beat = beat
        self._limit = limit
        self._overrun = overrun
        self._every = lease / BEATS
        self._look = self._every if news is None else min(self._every, NEWS_SECONDS)
        self._news = news or (lambda: False)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="heartbeat", daemon=True)
        self._began = 0.0

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        if min(self._look, self._limit) > LATE_SECONDS or not self.start():
            _nursery.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if not _nursery.remove(self):
            self._thread.join()

    @property
    def started(self) -> bool:
        """Whether it has or had a thread."""
        return self._thread.ident is not None

    def start(self) -> bool:
        """Start the thread; ``False`` if the system gives none now."""
        try:
            self._thread.start()
        except RuntimeError:
            log.warning("there is no thread for a heartbeat; it starts later")
            return False
        return True

    def _go_on(self) -> None:
        last, end = self._began, self._began + self._limit
        now = time.monotonic()
        while not self._over.wait(min(self._look, max(end - now, 0))):
            now = time.monotonic()
            if now >= end:
                self._attempt(self._overrun)
                return
            if now - last >= self._every - self._look / 2 or self._news():
                last = now
                self._attempt(self._beat)

    def _attempt(self, sign: Callable[[], object]) -> None:
        try:
            sign()
        except Unavailable:
            log.warning("a store does not answer; the next heartbeat tries again")
        except Exception:
            log.exception("a heartbeat failed; the next one tries again")


class _Nursery:
    """Starts the threads of heartbeats that are `LATE_SECONDS` old, from one thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._young: set[Heartbeat] = set()
        self._any = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, heartbeat: Heartbeat) -> None:
        with self._lock:
            self._young.add(heartbeat)
            self._any.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="heartbeats", daemon=True)
                self._thread.start()

    def remove(self, heartbeat: Heartbeat) -> bool:
        """Whether the heartbeat was still without a thread; it gets none any more."""
        with self._lock:
            young = heartbeat in self._young
            self._young.discard(heartbeat)
            return young

    def _run(self) -> None:
        while self._any.wait():
            time.sleep(LATE_SECONDS)
            with self._lock:
                self._young = {heartbeat for heartbeat in self._young if not heartbeat.start()}
                if not self._young:
                    self._any.clear()


_nursery = _Nursery()
