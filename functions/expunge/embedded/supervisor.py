"""Keeps the embedded server's processes running, and runs its periodic tasks."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from expunge.embedded.courier import deliver
from expunge.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.service import Service

log = logging.getLogger(__name__)

CHECK_SECONDS = 0.25
SWEEP_SECONDS = 5.0
REST = 20
"""The pause after a chore lasts at least this many times the chore itself."""
BACKLOG_SECONDS = 60.0
HOUSEKEEPING_SECONDS = 60.0
RESTART_SECONDS = (0.0, 0.5, 2.0, 5.0)
"""Delays before the first, second, … restart of a process that keeps ending early."""
YOUNG_LOOKS = 40
"""After this many checks a process counts as stable, and its restart delays start again."""
STOP_SECONDS = 12.0
"""Time for all processes together to stop."""


def command(module: str, *arguments: str) -> tuple[str, ...]:
    """The command line that runs a module of this package."""
    return (sys.executable, "-m", module, *arguments)


class Place:
    """Starts one process, watches it, and restarts it.

    Parameters
    ----------
    name
        The process's name in the log.
    module
        The module that it runs.
    descriptors
        Open files that it inherits; their numbers are passed as arguments.
    """

    def __init__(self, name: str, module: str, *descriptors: int) -> None:
        self._name = name
        self._command = command(module, *map(str, descriptors))
        self._descriptors = descriptors
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._looks = 0
        self._wait = 0.0

    def look(self) -> None:
        """Start the process if it is not running."""
        if self._process is None:
            self._start_when_due()
        elif (status := self._process.poll()) is not None:
            log.warning("%s %d ended with status %d", self._name, self._process.pid, status)
            self._close()
            self._deaths = 1 if self._looks > YOUNG_LOOKS else self._deaths + 1
            self._wait = RESTART_SECONDS[min(self._deaths, len(RESTART_SECONDS)) - 1]
        else:
            self._looks += 1

    def _start_when_due(self) -> None:
        self._wait -= CHECK_SECONDS
        if self._wait <= 0:
            self._process = subprocess.Popen(  # noqa: S603
                self._command, stdin=subprocess.PIPE, pass_fds=self._descriptors
            )
            self._looks = 0
            log.info("%s %d started", self._name, self._process.pid)

    def terminate(self) -> None:
        """Ask the process to finish its current work and end."""
        if self._process is not None:
            self._process.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end until ``until``; then kill it."""
        if self._process is None:
            return
        try:
            self._process.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None


class Chore:
    """A periodic task; the pause between runs grows with the run time."""

    def __init__(self, name: str, task: Callable[[], object], seconds: float) -> None:
        self._name = name
        self._task = task
        self._seconds = seconds
        self._due = 0.0

    def do_when_due(self) -> None:
        """Run the task if it is due."""
        started = time.monotonic()
        if started < self._due:
            return
        attempt(self._name, self._task)
        took = time.monotonic() - started
        self._due = started + max(self._seconds, REST * took)


def attempt(what: str, task: Callable[[], object]) -> None:
    """Run a chore; if it fails, its next turn retries it."""
    try:
        task()
    except Unavailable as error:
        log.warning("%s failed: %s", what, error)
    except Exception:
        log.exception("%s failed", what)


class Supervisor:
    """A thread that watches processes and runs sweeps, and a ``courier`` that sends webhooks."""

    def __init__(self, service: Service, places: Sequence[Place], *, courier: bool) -> None:
        self._service = service
        self._places = places
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, name="supervisor", daemon=True)]
        inbox = service.deliveries_inbox
        if courier and inbox is not None:
            told = (service, inbox, self._stop)
            self._threads.append(threading.Thread(target=deliver, args=told, daemon=True))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for place in self._places:
            place.terminate()
        until = time.monotonic() + STOP_SECONDS
        for place in self._places:
            place.wait(until)

    def _run(self) -> None:
        looks = 0
        sweep = Chore("sweep", self._service.sweep, SWEEP_SECONDS)
        housekeeping = Chore("housekeeping", self._service.housekeeping, HOUSEKEEPING_SECONDS)
        while not self._stop.wait(CHECK_SECONDS if looks else 0):
            for place in self._places:
                place.look()
            sweep.do_when_due()
            housekeeping.do_when_due()
            if looks % (BACKLOG_SECONDS / CHECK_SECONDS) == 0:
                attempt("backlog", self._tell_backlog)
            looks += 1

    def _tell_backlog(self) -> None:
        """Log waiting jobs and dead messages, if any, once a minute."""
        inbox = self._service.inbox
        backlog = inbox.backlog() if inbox else None
        if backlog and (backlog.messages or backlog.dead):
            log.info(
                "queue: %d messages wait, the oldest for %.1f s; %d are dead",
                backlog.messages,
                backlog.oldest_seconds,
                backlog.dead,
            )
