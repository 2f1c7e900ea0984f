"""Limits the size of the data folder, checked before anything is stored.

Measuring the folder reads the metadata of every file, so it happens at most every 30 seconds. In
between, this process adds up its own writes. So the limit is exact up to what other processes
write in that time. The disk's free space is cheap to read, and is checked every time.
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
    """The space that is left in a folder.

    Parameters
    ----------
    max_bytes
        Maximum total size of all files below the folder; ``None`` for no limit.
    free_bytes
        Bytes that must stay free on the disk.
    clock
        Monotonic seconds.
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
        """Check that there is space for ``more`` bytes.

        Raises
        ------
        expunge.errors.StorageFull
            If they would exceed the limit, or leave too little space on the disk.
        """
        if shutil.disk_usage(self._folder).free - more < self._free_bytes:
            raise StorageFull("The disk of this service is nearly full. Try again later.")
        if self._max_bytes is None:
            return
        with self._lock:
            self._measure_when_due()
            if self._used + more > self._max_bytes:
                raise StorageFull("The data folder of this service is full. Try again later.")
            self._used += more

    def used(self) -> int:
        """Bytes of all files below the folder, as last measured."""
        with self._lock:
            self._measure_when_due()
            return self._used

    def _measure_when_due(self) -> None:
        if self._clock() >= self._measure_at:
            self._used = size_of(self._folder)
            self._measure_at = self._clock() + MEASURED_SECONDS


def size_of(folder: Path | str) -> int:
    """Total bytes of all files below a folder; files deleted in the meantime count 0."""
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
