"""The server's side of one image process."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from multiprocessing import Pipe
from typing import TYPE_CHECKING

from expunge.embedded.pool import wire
from expunge.embedded.priority import give_way
from expunge.errors import Overloaded, PipelineError

if TYPE_CHECKING:
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "expunge.embedded.pool.process")
GRACE_SECONDS = 30.0
"""Time to answer a trivial message; long enough for a start on a busy machine."""


class Child:
    """An image process, started at once; it reads earlier messages once it is running."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        self._process = subprocess.Popen(  # noqa: S603
            (*COMMAND, str(theirs.fileno())), pass_fds=(theirs.fileno(),), stdin=subprocess.PIPE
        )
        give_way(self._process.pid)  # now, since the imports of its start take long
        theirs.close()
        log.info("image process %d started", self._process.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and not self._connection.closed

    def reserve(self, memory: int, patience: float) -> None:
        """Reserve memory for one operation, until it has run or `let_go` is called.

        Raises
        ------
        Overloaded
            If the memory is not free within ``patience`` seconds.
        """
        self._ask({"type": "reserve", "memory": memory, "patience": patience})
        try:
            head, _ = self._answer(time.monotonic() + patience + GRACE_SECONDS)
        except TimeoutError:
            log.warning("image process %d does not answer", self.pid)
            raise Overloaded("The server is very busy. Try again in a few seconds.") from None
        if head["type"] == "error":
            raise wire.error_of(head)

    def let_go(self) -> None:
        self._ask({"type": "let go"})

    def run(
        self, mode: str, source: Source, options: ModeOptions, progress: Progress, seconds: float
    ) -> Outcome:
        """See `expunge.operations.execution.Turn.run`; kills the process if it takes too long."""
        given = options.model_dump(mode="json", exclude_unset=True)
        until = time.monotonic() + seconds
        label = str(source.label) if source.label else None
        head = {"type": "run", "mode": mode, "options": given, "label": label}
        try:
            wire.send_source(self._connection, head, source)
        except OSError as error:
            raise self._died() from error
        try:
            return self._outcome(until, progress)
        except TimeoutError:
            log.warning("image process %d: %s takes longer than %g s", self.pid, mode, seconds)
            limit = f"The job took longer than {seconds:g} seconds, and was stopped."
            raise PipelineError(limit) from None

    def _outcome(self, until: float, progress: Progress) -> Outcome:
        while True:
            head, body = self._answer(until)
            if head["type"] == "progress":
                progress(head["fraction"])
            elif head["type"] == "error":
                raise wire.error_of(head)
            else:
                return wire.outcome_of(head, body)

    def _ask(self, head: wire.Head) -> None:
        try:
            wire.send(self._connection, head)
        except OSError as error:
            raise self._died() from error

    def _answer(self, until: float) -> tuple[wire.Head, bytes]:
        """The next message; without one in time, kill the process and raise `TimeoutError`."""
        try:
            if self._connection.poll(max(until - time.monotonic(), 0)):
                return wire.receive(self._connection)
        except (EOFError, OSError) as error:
            raise self._died() from error
        self.kill()
        raise TimeoutError

    def _died(self) -> PipelineError:
        self.kill()
        log.error("image process %d ended with status %s", self.pid, self._process.returncode)
        return PipelineError("The image could not be processed.")

    def kill(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
