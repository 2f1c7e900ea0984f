"""A sign of life at intervals, as long as something goes on."""

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
"""In one lease, so that two may fail."""
NEWS_SECONDS = 1.0
"""How often there may be a beat because something new is to be told."""
LONGEST_RUN = 900.0
"""Seconds after which a run is given up for stuck, and gives no more signs."""


class Heartbeat:
    """Calls ``beat`` three times in ``lease`` seconds while the ``with`` block runs.

    And once a second where there is ``news``.
    """

    def __init__(
        self, beat: Callable[[], object], lease: float, news: Callable[[], bool] | None = None
    ) -> None:
        self._beat = beat
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
        last = time.monotonic()
        end = last + LONGEST_RUN
        while not self._over.wait(self._look) and (now := time.monotonic()) < end:
            if now - last < self._every - self._look / 2 and not self._news():
                continue
            last = now
            try:
                self._beat()
            except Unavailable:
                log.warning("a lease could not be renewed; the next beat tries again")
