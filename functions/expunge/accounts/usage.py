"""Counts the calls of each API key and the time of its last use, without a write per call.

Calls are counted in memory and written together: the first at once, later ones at most once a
minute. If a process is killed, up to a minute of its count is lost. No limit depends on these
numbers; they only inform the key's owner.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import Unavailable
from expunge.stores.ports import Add, Key, Put

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.stores.ports import Records

log = logging.getLogger(__name__)

WRITTEN_EVERY = 60.0
_KEPT = 4_096


@dataclass(slots=True)
class _Tally:
    calls: int = 0
    last: float = 0.0
    due: float = 0.0


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """The recorded use of a key."""

    request_count: int
    last_used_at: float | None


class Usage:
    """Counts calls per key."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock
        self._tallies: dict[tuple[str, str], _Tally] = {}
        self._lock = threading.Lock()

    def note(self, account: str, key: str) -> None:
        """Count one call; a failing store must not fail the call."""
        now = self._clock()
        with self._lock:
            tally = self._tallies.setdefault((account, key), _Tally())
            tally.calls += 1
            tally.last = now
            if tally.due > now:
                return
        self._write(account, key)

    def of(self, account: str, key: str) -> KeyUsage:
        """The use that all processes have written, plus this one's unwritten count."""
        count = self._records.get(_key(account, key, "requests")) or {}
        last = self._records.get(_key(account, key, "used")) or {}
        with self._lock:
            mine = self._tallies.get((account, key), _Tally())
            calls, moment = mine.calls, mine.last
        at = max(float(str(last.get("at", 0.0))), moment)
        return KeyUsage(int(str(count.get("n", 0))) + calls, at or None)

    def flush(self) -> None:
        """Write the counts so far."""
        for account, key in list(self._tallies):
            self._write(account, key)

    def _write(self, account: str, key: str) -> None:
        with self._lock:
            tally = self._tallies.pop((account, key), None)
            if tally is None:
                return
            if len(self._tallies) < _KEPT:
                due = self._clock() + WRITTEN_EVERY
                self._tallies[account, key] = _Tally(0, tally.last, due)
        if not tally.calls:
            return
        try:
            self._records.write(
                Add(_key(account, key, "requests"), "n", tally.calls),
                Put(_key(account, key, "used"), {"at": tally.last}),
            )
        except Unavailable:
            log.warning("the use of key %s could not be written", key)


def _key(account: str, key: str, what: str) -> Key:
    return Key(f"owner#{account}", f"usage#{key}#{what}")
