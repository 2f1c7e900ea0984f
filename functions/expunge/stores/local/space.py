"""How much the data folder may hold, asked before anything is stored.

The folder is measured at most every 30 seconds, since that takes a look at every file; what this
process lets in meanwhile is added up. So the limit is held to within what other processes write in
that time. Free space of the disk is one cheap question, and is asked every time.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from typing import TYPE_CHECKING

from expunge.errors import StorageFull

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEASURED_SECONDS = 30.0
MEGABYTE = 1 << 20


class Space:
    """The room that is left in a folder.

    Parameters
    ----------
    max_bytes
        Of all files below the folder; ``None`` for any number.
    free_bytes
        Left free on the disk.
    clock
        Seconds that only go forward.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int | None,
        free_bytes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._free_bytes = free_bytes
        self._clock = clock
        self._used = 0
        self._measure_at = float("-inf")
        self._lock = threading.Lock()

    def check(self, more: int) -> None:
        """Let ``more`` bytes in.

        Raises
        ------
        expunge.errors.StorageFull
            Where they would pass the limit, or leave the disk with too little.
        """
        if shutil.disk_usage(self._folder).free - more < self._free_bytes:
            raise StorageFull("The disk of this service is nearly full. Try again later.")
        if self._max_bytes is None:
            return
        with self._lock:
            if self._clock() >= self._measure_at:
                self._used = size_of(self._folder)
                self._measure_at = self._clock() + MEASURED_SECONDS
            if self._used + more > self._max_bytes:
                raise StorageFull("The data folder of this service is full. Try again later.")
            self._used += more


def size_of(folder: Path | str) -> int:
    """Bytes of all files below a folder; those that go meanwhile count nothing."""
    total = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    total += size_of(entry.path)
                else:
                    total += _length(entry)
    except FileNotFoundError:
        return total
    return total


def _length(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0
