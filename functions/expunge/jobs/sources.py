"""Fetches source URLs for callers, with limits on concurrent and failed fetches."""

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
"""Concurrent fetches of one caller in this process."""
GROUP = "failed-fetches"
"""The group in the policy table."""


class TooManyFetches(ExpungeError):
    """The caller has as many fetches in progress as it may have."""

    code = "rate_limited_concurrent"


class Sources:
    """Fetches URLs over the network port, and counts failures with the meter."""

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
        """See `Fetch.get`; returns at most the maximum size of an image.

        Raises
        ------
        LimitReached
            After too many failed fetches of this caller; costs one read.
        TooManyFetches
            If `MAX_PER_CALLER` fetches are in progress.
        SourceUnreachable, LoopDetected, PayloadTooLarge
            As for `Fetch.get`. Each counts as a failed fetch, with one write.
        """
        with self._slot(caller):
            self._meter.check(caller, GROUP)
            try:
                return self._fetch.get(
                    url, limit=self._limits.file_bytes, known=known, own=own, abandoned=abandoned
                )
            except (SourceUnreachable, LoopDetected, PayloadTooLarge):
                if not abandoned():  # leaving a page is not a failed fetch
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
