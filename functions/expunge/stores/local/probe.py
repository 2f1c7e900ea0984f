"""Checks that the disk accepts writes, since reads alone do not show that it is full."""

from __future__ import annotations

import math
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
KNOWN_SECONDS = 30.0
"""Age up to which the latest result is the answer while the next test write is under way."""
PATIENCE_SECONDS = 0.1
"""Time to wait for a test write after that; a slower one counts when it has ended."""
FIRST_PATIENCE_SECONDS = 0.1
"""Time to wait longer for the first test write, before which nothing is known."""
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
    patience
        Seconds to wait for a test write if the latest one is older than `KNOWN_SECONDS`.
    """

    def __init__(
        self,
        records: Records,
        folder: Path,
        clock: Callable[[], float] = time.monotonic,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._records, self._file = records, folder / "probe"
        self._clock = clock
        self._patience = patience
        self._trying = threading.Lock()
        self._tried_at: float | None = None
        self._trying_since: float | None = None
        self._known = threading.Event()
        self._last = {"records": False, "objects": False}

    def __call__(self) -> Mapping[str, bool]:
        """The latest results. A slow test write is not awaited, nor one where a result is recent.

        Until a store has accepted a write, it counts as failed; so does one that has not answered
        for `KNOWN_SECONDS`.
        """
        now = self._clock()
        if self._trying.acquire(blocking=False):
            age = math.inf if self._tried_at is None else now - self._tried_at
            if age < PROBE_SECONDS:
                self._trying.release()
            else:
                self._tried_at = self._trying_since = now
                self._start(0.0 if age <= KNOWN_SECONDS else self._patience)
        elif now - (self._trying_since or now) > KNOWN_SECONDS:
            return dict.fromkeys(self._last, False)
        self._known.wait(FIRST_PATIENCE_SECONDS)
        return self._last

    def _start(self, patience: float) -> None:
        attempt = threading.Thread(target=self._try, name="write probe", daemon=True)
        attempt.start()
        attempt.join(patience)

    def _try(self) -> None:
        try:
            # The file first: a database may be locked for long.
            self._last = self._last | {"objects": _succeeds(self._write_file)}
            self._last = self._last | {"records": _succeeds(self._write_record)}
        finally:
            self._known.set()
            self._trying_since = None
            self._trying.release()

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
