"""One piece of work for all who ask for it at once, in this process."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MAX_CONCURRENT = 16
"""Pieces of work at the same time; slow sources use up these threads and no others."""


class SingleFlight(Generic[T]):
    """Work under way, by key."""

    def __init__(self, max_concurrent: int = MAX_CONCURRENT) -> None:
        self._pool = ThreadPoolExecutor(max_concurrent, thread_name_prefix="clean")
        self._lock = threading.Lock()
        self._in_flight: dict[str, Future[T]] = {}

    def join(self, key: str, work: Callable[[], T]) -> Future[T]:
        """The future of the work under way for ``key``, which is started where there is none."""
        with self._lock:
            future = self._in_flight.get(key)
            if future is None:
                future = self._in_flight[key] = self._pool.submit(self._work, key, work)
            return future

    def _work(self, key: str, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            with self._lock:
                self._in_flight.pop(key, None)
