"""Fetches source URLs for callers: a few at a time for each, and a failed fetch counts."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from expunge.accounts.counters import LimitReached
from expunge.accounts.meter import MeteredCall
from expunge.errors import ExpungeError, LoopDetected, PayloadTooLarge, SourceUnreachable
from expunge.imaging.limits import LIMITS, Limits
from expunge.net.ports import never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.net.ports import Fetch, Fetched

MAX_PER_CALLER = 4
"""Fetches of one caller at the same time in this process."""
GROUP = "failed-fetches"
"""Of the policy table."""


class TooManyFetches(ExpungeError):
    """The caller has as many fetches in progress as it may have."""

    code = "rate_limited_concurrent"


class Sources:
    """Over the network and the meter."""

    def __init__(self, fetch: Fetch, meter: Meter, limits: Limits = LIMITS) -> None:
        self._fetch = fetch
        self._meter = meter
        self._limits = limits
        self._lock = threading.Lock()
        self._in_progress: Counter[str] = Counter()

    def check(self, url: str) -> None:
        """See `Fetch.check`."""
        self._fetch.check(url)

    def get(
        self,
        caller: Caller,
        url: str,
        *,
        known: str | None = None,
        own: str = "",
        abandoned: Callable[[], bool] = never,
    ) -> Fetched | None:
        """See `Fetch.get`; at most one image's bytes.

        Raises
        ------
        LimitReached
            Where too many fetches of the caller's failed of late: one read.
        TooManyFetches
            Where `MAX_PER_CALLER` of them are in progress.
        SourceUnreachable, LoopDetected, PayloadTooLarge
            As `Fetch.get`. Each counts as a failed fetch: one write.
        """
        with self._slot(caller):
            self._meter.check(caller, GROUP)
            try:
                return self._fetch.get(
                    url, limit=self._limits.file_bytes, known=known, own=own, abandoned=abandoned
                )
            except (SourceUnreachable, LoopDetected, PayloadTooLarge):
                if not abandoned():  # a browser that leaves a page did nothing wrong
                    with suppress(LimitReached):
                        self._meter.take(caller, MeteredCall(GROUP))
                raise

    @contextmanager
    def _slot(self, caller: Caller) -> Iterator[None]:
        owner = caller.meter or caller.subject
        with self._lock:
            if self._in_progress[owner] >= MAX_PER_CALLER:
                raise TooManyFetches(
                    f"You have {MAX_PER_CALLER} fetches in progress, the most at once. "
                    "Try again when one ends."
                )
            self._in_progress[owner] += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_progress[owner] -= 1
                self._in_progress += Counter()  # drops zeros
