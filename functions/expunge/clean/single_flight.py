"""Equal requests at the same time share one piece of work, within this process."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from expunge.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

MAX_CONCURRENT = 16
"""Pieces of work at the same time; slow sources can block only these threads."""
MAX_WAITING = 64
"""Pieces of work that wait for a thread; above this, a new one is refused at once."""


class Flight(Generic[T]):
    """Work in progress, and the number of requests that wait for it."""

    def __init__(self) -> None:
        self.future: Future[T]
        self.waiting = 1

    def abandoned(self) -> bool:
        """Whether no request waits any more."""
        return self.waiting == 0


class SingleFlight(Generic[T]):
    """Work in progress, by key."""

    def __init__(
        self, max_concurrent: int = MAX_CONCURRENT, max_waiting: int = MAX_WAITING
    ) -> None:
        self._pool = ThreadPoolExecutor(max_concurrent, thread_name_prefix="clean")
        self._most = max_concurrent + max_waiting
        self._lock = threading.Lock()
        self._in_flight: dict[str, Flight[T]] = {}

    @contextmanager
    def join(self, key: str, work: Callable[[Callable[[], bool]], T]) -> Iterator[Future[T]]:
        """The future of the work for ``key``; starts the work if none is in progress.

        Parameters
        ----------
        work
            Its argument is a function that returns whether every request has left.

        Raises
        ------
        Unavailable
            If too much work waits already.
        """
        flight = self._join(key, work)
        try:
            yield flight.future
        finally:
            with self._lock:
                flight.waiting -= 1

    def _join(self, key: str, work: Callable[[Callable[[], bool]], T]) -> Flight[T]:
        with self._lock:
            flight = self._in_flight.get(key)
            if flight is None or flight.abandoned():
                if len(self._in_flight) >= self._most:
                    raise Unavailable("Too many images are being fetched. Try again in a moment.")
                flight = self._in_flight[key] = Flight()
                flight.future = self._pool.submit(self._work, key, flight, work)
            else:
                flight.waiting += 1
            return flight

    def _work(self, key: str, flight: Flight[T], work: Callable[[Callable[[], bool]], T]) -> T:
        try:
            return work(flight.abandoned)
        finally:
            with self._lock:
                if self._in_flight.get(key) is flight:
                    del self._in_flight[key]
