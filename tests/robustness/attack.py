"""An attack on a real server: what was sent, what came back, and how others were served."""

from __future__ import annotations

import os
import ssl
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2

from tests.robustness.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.robustness.conftest import Machine

ROUNDS = int(os.environ.get("ATTACK_ROUNDS", "1"))
"""How often or how long an attack goes on; ``make soak`` sets it."""
BOUND_MS = 250.0 if ROUNDS > 1 else 30_000.0
"""For ``/health`` meanwhile. The promise is 250 ms; the short form only guards against hangs."""

TLS = ssl.create_default_context()
"""For all requests: one each would take more of the machine than the attack itself."""


class Attack:
    """Counts of one attack; threads may count at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.statuses: Counter[int | None] = Counter()
        self.peak_mb = 0.0
        """Of all processes of the server, once the attack is over."""

    def count(self, status: int | None) -> None:
        """One request, by its answer's status; ``None`` where the connection just ended."""
        with self._lock:
            self.statuses[status] += 1

    def ask(
        self, method: str, url: str, *, timeout: float = 60, **what: object
    ) -> httpx2.Response | None:
        """Send one request and count it; ``None`` where it was cut off."""
        try:
            answer = httpx2.request(method, url, timeout=timeout, verify=TLS, **what)  # type: ignore[arg-type]
        except httpx2.TransportError:
            self.count(None)
            return None
        self.count(answer.status_code)
        return answer

    @property
    def refused(self) -> int:
        """Problems, and connections that were ended without an answer."""
        return sum(n for status, n in self.statuses.items() if status is None or status >= 400)


@contextmanager
def attack(
    machine: Machine,
    name: str,
    record_property: Callable[[str, object], None],
    *,
    unwell: bool = False,
    killed: bool = False,
) -> Iterator[Attack]:
    """Watch a server through an attack, record a line of the table, and hold it to the bound.

    Parameters
    ----------
    unwell
        Where ``/health`` may truly say 503: its waits count alone.
    killed
        Where the server itself is killed: nobody waits less than its start takes.
    """
    counts = Attack()
    with Observer(machine.port, machine.data) as observer:
        yield counts
    seen = observer.seen
    counts.peak_mb = seen.peak_mb
    sent = counts.statuses.total()
    record_property(
        "attack",
        [name, sent, counts.refused, sent - counts.refused, seen.worst_ms, seen.peak_mb],
    )
    assert seen.waits, "nobody asked for /health"
    if not killed:
        assert seen.worst_ms < BOUND_MS
    if not (unwell or killed):
        assert seen.failures == []
