"""Counts what this process has under way and will charge later, so that a flood is seen early."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from expunge.stores.ports import Key


class UnderWay:
    """Units that this process will charge, by the key of their counter."""

    def __init__(self) -> None:
        self._units: Counter[Key] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def counted(self, room: Mapping[Key, int]) -> Iterator[bool]:
        """Count one unit of each counter within this context, if all of them fit.

        Parameters
        ----------
        room
            Units that each counter had left when it was read.

        Yields whether they fit beside those under way; otherwise nothing is counted.
        """
        with self._lock:
            fits = all(self._units[key] < left for key, left in room.items())
            if fits:
                self._units.update(room.keys())
        try:
            yield fits
        finally:
            if fits:
                self._release(room)

    def _release(self, room: Mapping[Key, int]) -> None:
        with self._lock:
            for key in room:
                self._units[key] -= 1
                if not self._units[key]:
                    del self._units[key]
