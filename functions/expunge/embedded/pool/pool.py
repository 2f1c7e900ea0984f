"""Turns for the HTTP server's synchronous operations, each in a process that can be killed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from expunge.embedded.pool.child import Child
from expunge.errors import Overloaded
from expunge.operations.execution import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.execution import Turn
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome

PATIENCE_SECONDS = 10.0
"""A synchronous job waits as long for a process, and as long for memory."""
MAX_WAITING = 16
"""Jobs that wait for a process; each holds a thread of those that answer other requests, too."""


class Pool:
    """So many image processes at most, started when they are needed; one is there from the start.

    What decodes nothing runs in the server itself.

    Parameters
    ----------
    size
        Processes at most.
    patience
        Seconds to wait for one.
    max_waiting
        Turns that may be waited for at once; past it one is refused without a wait.
    """

    def __init__(
        self, size: int, *, patience: float = PATIENCE_SECONDS, max_waiting: int = MAX_WAITING
    ) -> None:
        self._free = threading.BoundedSemaphore(size)
        self._may_wait = threading.BoundedSemaphore(max_waiting)
        self._patience = patience
        self._lock = threading.Lock()
        self._idle = [Child()]
        self._all = set(self._idle)
        self._closed = False

    @contextmanager
    def turn(self, mode: Mode, memory: int) -> Iterator[Turn]:
        """See `expunge.operations.execution.Executor.turn`."""
        if not mode.decodes:
            yield InThisProcess()
            return
        if not (self._free.acquire(blocking=False) or self._wait()):
            raise Overloaded("Other images are being worked on. Try again in a few seconds.")
        try:
            yield from self._turn(memory)
        finally:
            self._free.release()

    def _wait(self) -> bool:
        """Wait for a process to be free, unless too many do; whether one is ours now."""
        if not self._may_wait.acquire(blocking=False):
            return False
        try:
            return self._free.acquire(timeout=self._patience)
        finally:
            self._may_wait.release()

    def _turn(self, memory: int) -> Iterator[Turn]:
        child = self._take()
        turn = ChildTurn(child)
        try:
            child.reserve(memory, self._patience)
            try:
                yield turn
            finally:
                if not turn.used and child.alive:
                    child.let_go()
        finally:
            self._give_back(child)

    def _take(self) -> Child:
        """The process that was busy last: it is the warmest."""
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                self._all.discard(child)
            child = Child()
            self._all.add(child)
            return child

    def _give_back(self, child: Child) -> None:
        with self._lock:
            if child.alive and not self._closed:
                self._idle.append(child)
                return
            self._all.discard(child)
        child.kill()

    def close(self) -> None:
        """End all processes, and with them what they do."""
        with self._lock:
            self._closed = True
            children, self._all = self._all, set()
        for child in children:
            child.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ChildTurn:
    """One operation in one image process."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self.used = False

    def run(
        self,
        mode: Mode,
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,
    ) -> Outcome:
        self.used = True
        return self._child.run(mode, source, options, progress, seconds)
