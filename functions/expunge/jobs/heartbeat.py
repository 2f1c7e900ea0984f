"""Renews a lease at intervals, as long as the work runs."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Self

from expunge.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

BEATS = 3
"""Renewals per lease, so that two may fail."""
NEWS_SECONDS = 1.0
"""Minimum interval between extra beats that report progress."""


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

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        last = now = time.monotonic()
        end = now + self._limit
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
