"""A process that watches a server from outside: waits for ``/health``, and memory.

``python -m tests.robustness.observer PORT DATA`` asks every 50 ms, over a new connection and over
one that it keeps, until its standard input ends; then it prints what it saw as JSON. It is a
process of its own so that the attackers' threads do not slow it down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = 0.05
PATIENCE = 30.0
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Observed:
    """What an observer saw; seconds of each answer, and what was no answer or not a 200."""

    waits: list[float]
    failures: list[str]
    peak_mb: float

    @property
    def worst_ms(self) -> float:
        return 1000 * max(self.waits, default=0.0)


class Observer:
    """The process as a test sees it, for the time of a block; then `seen` is set."""

    seen: Observed

    def __init__(self, port: int, data: Path) -> None:
        self._command = [sys.executable, "-m", __name__, str(port), str(data)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        printed, _ = self._process.communicate(timeout=2 * PATIENCE)
        self.seen = Observed(**json.loads(printed))


class _Asker(threading.Thread):
    """Asks again and again.

    A server may end an idle kept connection at any time, also when a request is on its way; like
    every HTTP client, this one then asks once more over a new one (RFC 9112 §9.3.1).
    """

    def __init__(self, port: int, over: threading.Event, *, keep: bool) -> None:
        super().__init__()
        self._port, self._over, self._keep = port, over, keep
        self._connection = self._new()
        self.waits: list[float] = []
        self.failures: list[str] = []

    def _new(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)

    def run(self) -> None:
        self._ask()
        while not self._over.wait(EVERY):
            self._ask()
        self._connection.close()

    def _ask(self) -> None:
        began = time.monotonic()
        try:
            answer = self._answer()
        except (OSError, HTTPException) as error:
            self.failures.append(repr(error))
            self._connection.close()
            return
        self.waits.append(time.monotonic() - began)
        if answer.status != 200:
            self.failures.append(str(answer.status))
        if not self._keep:
            self._connection.close()

    def _answer(self) -> HTTPResponse:
        kept = self._connection.sock is not None
        try:
            return self._asked()
        except (ConnectionError, BadStatusLine):
            self._connection.close()
            if not kept:
                raise
            return self._asked()

    def _asked(self) -> HTTPResponse:
        self._connection.request("GET", "/health")
        answer = self._connection.getresponse()
        answer.read()
        return answer


def _family(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in file.read_text().split():
                yield from _family(int(child))


def _is_of(pid: int, data: str) -> bool:
    with suppress(OSError):
        return f"EXPUNGE_DATA={data}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    return False


def _resident_mb(pid: int) -> float:
    """Of this process, pages counted that it shares with others."""
    with suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
    return 0.0


def _weight_mb(data: str) -> float:
    family = [pid for pid in _family(os.getppid()) if _is_of(pid, data)]
    return sum(map(_resident_mb, family))


def main() -> None:
    """Watch until standard input ends."""
    port, data = int(sys.argv[1]), sys.argv[2]
    over = threading.Event()
    askers = [_Asker(port, over, keep=keep) for keep in (False, True)]
    for thread in (*askers, threading.Thread(target=_wait_for_end, args=(over,), daemon=True)):
        thread.start()
    print("watching", flush=True)
    peak = _weight_mb(data)
    while not over.wait(2 * EVERY):
        peak = max(peak, _weight_mb(data))
    for asker in askers:
        asker.join()
    seen: dict[str, Any] = {
        "waits": [wait for asker in askers for wait in asker.waits],
        "failures": [failure for asker in askers for failure in asker.failures],
        "peak_mb": peak,
    }
    print(json.dumps(seen))


def _wait_for_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


if __name__ == "__main__":
    main()
