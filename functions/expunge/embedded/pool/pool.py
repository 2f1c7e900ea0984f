"""Turns for the HTTP server's synchronous operations, each in a process that can be killed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self, cast

from expunge.embedded.pool.child import Child
from expunge.errors import Overloaded
from expunge.operations.execution import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.execution import Made, Turn, Work
    from expunge.operations.options.base import ModeOptions

PATIENCE_SECONDS = 10.0
"""How long a synchronous job waits for a process, and then for memory."""
CHECK_SECONDS = 1.0
"""Interval between checks for idle processes that were killed, for example for lack of memory."""
MAX_WAITING = 16
"""Jobs that wait for a process; each occupies a thread that other requests need, too."""


class Pool:
    """A limited number of image processes, started on demand; the first one starts at once.

    Operations that decode nothing run in the server itself.

    Parameters
    ----------
    size
        Maximum number of processes.
    patience
        Seconds to wait for one.
    max_waiting
        Maximum number of turns that wait; the next one is refused at once.
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
        self._closed = threading.Event()
        threading.Thread(target=self._reap, name="image processes", daemon=True).start()

    @contextmanager
    def turn(self, mode: Mode, memory: int) -> Iterator[Turn]:
        """See `expunge.operations.execution.Executor.turn`."""
        if not (mode.decodes or memory):
            yield InThisProcess()
            return
        if not (self._free.acquire(blocking=False) or self._wait()):
            raise Overloaded("The server is processing other images. Try again in a few seconds.")
        try:
            yield from self._turn(memory)
        finally:
            self._free.release()

    def _wait(self) -> bool:
        """Wait for a free process, unless too many wait already; whether there is one."""
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
        """The most recently used process, whose caches are warm."""
        with self._lock:
            self._drop_ended()
            if self._idle:
                return self._idle.pop()
            child = Child()
            self._all.add(child)
            return child

    def _give_back(self, child: Child) -> None:
        with self._lock:
            if child.alive and not self._closed.is_set():
                self._idle.append(child)
                return
            self._all.discard(child)
        child.kill()

    def _reap(self) -> None:
        """Reap idle processes that have ended; until then the kernel keeps them as zombies."""
        while not self._closed.wait(CHECK_SECONDS):
            with self._lock:
                self._drop_ended()

    def _drop_ended(self) -> None:
        for child in [child for child in self._idle if not child.alive]:
            self._idle.remove(child)
            self._all.discard(child)
            child.kill()

    def close(self) -> None:
        """Kill all processes and their operations."""
        with self._lock:
            self._closed.set()
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
        mode: Work[Made],
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,
    ) -> Made:
        if source.file is not None:  # nothing is decoded, and the file cannot be sent
            return mode.run(source, options, progress)
        self.used = True
        outcome = self._child.run(mode.name, source, options, progress, seconds)
        return cast("Made", outcome)  # of a whole mode: only workers run parts
