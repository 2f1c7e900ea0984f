"""Checks that the disk accepts writes, since reads alone do not show that it is full."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from expunge.errors import Unavailable
from expunge.stores.local.files import write_whole
from expunge.stores.ports import Key, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from expunge.stores.ports import Records

PROBE_SECONDS = 10.0
"""Minimum interval between two test writes."""
PROBE_BYTES = 65_536
_KEY = Key("health", "write")


class WriteProbe:
    """Checks for each store whether a write succeeds.

    Parameters
    ----------
    records
        The store for one small item, always the same.
    folder
        The folder for a file, which is deleted again.
    """

    def __init__(
        self, records: Records, folder: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._records, self._file = records, folder / "probe"
        self._clock = clock
        self._trying = threading.Lock()
        self._tried_at: float | None = None
        self._last = {"records": True, "objects": True}

    def __call__(self) -> Mapping[str, bool]:
        """The latest results; a call during another call's test write does not wait for it."""
        if self._trying.acquire(blocking=self._tried_at is None):
            try:
                self._try_when_due()
            finally:
                self._trying.release()
        return self._last

    def _try_when_due(self) -> None:
        now = self._clock()
        if self._tried_at is None or now - self._tried_at >= PROBE_SECONDS:
            self._last = {
                "records": _succeeds(self._write_record),
                "objects": _succeeds(self._write_file),
            }
            self._tried_at = now

    def _write_record(self) -> None:
        self._records.write(Put(_KEY, {"written": int(time.time())}))

    def _write_file(self) -> None:
        write_whole(self._file, bytes(PROBE_BYTES))
        with suppress(OSError):
            self._file.unlink()


def _succeeds(write: Callable[[], object]) -> bool:
    try:
        write()
    except (Unavailable, OSError, sqlite3.Error):
        return False
    return True
