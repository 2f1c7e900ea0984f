"""One piece of work for all who ask for it at once, in this process."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

AT_ONCE = 16
"""Pieces of work at the same time; slow sources use up these threads and no others."""


class Flights(Generic[T]):
    """Work under way, by key."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="clean")
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[T]] = {}

    def join(self, key: str, work: Callable[[], T]) -> Future[T]:
        """The future of the work under way for ``key``, which is started where there is none."""
        with self._lock:
            future = self._under_way.get(key)
            if future is None:
                future = self._under_way[key] = self._pool.submit(self._fly, key, work)
            return future

    def _fly(self, key: str, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            with self._lock:
                self._under_way.pop(key, None)
