"""A worker process of the embedded server: takes messages off the local queue, one at a time.

``python -m expunge.embedded.worker`` runs one. It ends when its standard
input closes, which is what happens when the server that started it is gone.

A job may use so much memory and so much time. Memory is limited by the operating system, where
it can be (``RLIMIT_DATA``): an allocation past the limit fails, and with it the job. A job that
takes too long is ended as failed; the process cannot be got out of it, so it leaves soon after,
and is replaced.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from expunge.bootstrap import build
from expunge.embedded.messages import arrivals, handle
from expunge.logs import configure
from expunge.settings import Settings

if TYPE_CHECKING:
    from expunge.service import Service
    from expunge.stores.ports import Inbox

log = logging.getLogger(__name__)

GRACE_SECONDS = 2.0
"""For the end of a job that took too long to be written, before its process leaves."""


def drain(service: Service, inbox: Inbox, stop: threading.Event) -> None:
    """Work until told to stop; the job at hand is finished first."""
    for delivery in arrivals(service, inbox, stop):
        handle(service, inbox, delivery)


def drain_or_leave(service: Service, inbox: Inbox, stop: threading.Event) -> None:
    """The same; the process ends, and says where it was, in a job that takes too long.

    Its watchdog needs no Python: a library that never comes back is left like any other.
    """
    limit = service.settings.job_timeout_seconds + GRACE_SECONDS
    for delivery in arrivals(service, inbox, stop):
        faulthandler.dump_traceback_later(limit, exit=True)
        try:
            handle(service, inbox, delivery)
        finally:
            faulthandler.cancel_dump_traceback_later()


def limit_memory(megabytes: int) -> None:
    """Let this process have so much memory for data, where the system knows such a limit."""
    try:
        import resource  # noqa: PLC0415 (not everywhere)
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes << 20
    if most not in (-1, resource.RLIM_INFINITY):
        wanted = min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


def main() -> None:
    """Run one worker until standard input closes, SIGTERM or SIGINT."""
    settings = Settings.from_env(os.environ)
    configure(settings.log_level)
    service = build(settings)
    if service.inbox is None:
        sys.exit("Workers drain the local queue; with EXPUNGE_STORE=aws the jobs function does.")
    limit_memory(settings.job_memory_mb)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it closes the pipe
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    drain_or_leave(service, service.inbox, stop)
    service.close()


def _watch_parent(stop: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    stop.set()


if __name__ == "__main__":
    main()
