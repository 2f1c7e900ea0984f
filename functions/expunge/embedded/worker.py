"""A worker process of the embedded server: processes messages of the local queue, one at a time.

``python -m expunge.embedded.worker`` runs one. It ends when its standard input closes, which
happens when the server that started it has ended.

A job waits for its estimated memory, and may use little more. The operating system enforces this
if it can (``RLIMIT_DATA``): an allocation above the limit fails, and the job with it. A job that
takes too long is ended as failed. Its operation cannot be interrupted, so the process exits soon
after and is replaced.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import expunge
from expunge.bootstrap import build
from expunge.embedded.messages import arrivals, handle
from expunge.embedded.priority import give_way
from expunge.embedded.reserve import limit_memory, reserve_of
from expunge.logs import configure
from expunge.operations.execution import InProcess, InThisProcess
from expunge.settings import Settings
from expunge.telemetry import tracing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.execution import Made, Turn, Work
    from expunge.operations.options.base import ModeOptions
    from expunge.service import Service
    from expunge.stores.ports import Inbox

log = logging.getLogger(__name__)

GRACE_SECONDS = 2.0
"""Time to write the end of a job that took too long, before its process exits."""
PATIENCE_SECONDS = 60.0
"""Time to wait for memory; after that the job returns to the queue."""


class Watched(InProcess):
    """Runs operations in this process, which exits with a traceback if one takes too long.

    The watchdog does not need the interpreter, so it also works if a library call hangs.
    """

    @contextmanager
    def turn(self, mode: Mode, memory: int) -> Iterator[Turn]:
        with super().turn(mode, memory):
            yield WatchedTurn()


class WatchedTurn(InThisProcess):
    def run(
        self,
        mode: Work[Made],
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,
    ) -> Made:
        faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True)
        try:
            return super().run(mode, source, options, progress, seconds=seconds)
        finally:
            faulthandler.cancel_dump_traceback_later()


def drain(service: Service, inbox: Inbox, stop: threading.Event) -> None:
    """Process messages until ``stop`` is set; finish the current job first."""
    for delivery in arrivals(service, inbox, stop):
        handle(service, inbox, delivery)


def main() -> None:
    """Run one worker until standard input closes, SIGTERM or SIGINT."""
    settings = Settings.from_env(os.environ)
    configure(settings.log_level, settings.log_format)
    tracing.start(os.environ, expunge.__version__)
    give_way()
    executor = Watched(reserve_of(settings, patience=PATIENCE_SECONDS))
    service = build(settings, executor=executor)
    if service.inbox is None:
        sys.exit("Workers drain the local queue; with EXPUNGE_STORE=aws the jobs function does.")
    limit_memory(settings.job_memory_mb)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it closes the pipe
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    drain(service, service.inbox, stop)
    service.close()


def _watch_parent(stop: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    stop.set()


if __name__ == "__main__":
    main()
