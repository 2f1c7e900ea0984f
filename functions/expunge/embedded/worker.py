"""A worker process of the embedded server: takes messages off the local queue, one at a time.

``python -m expunge.embedded.worker`` runs one. It ends when its standard
input closes, which is what happens when the server that started it is gone.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from expunge.bootstrap import build
from expunge.errors import Unavailable
from expunge.jobs.heartbeat import Heartbeat
from expunge.jobs.runner import LeaseHeld
from expunge.logs import configure
from expunge.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.service import Service
    from expunge.stores.ports import Delivery, Inbox

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.05
UNAVAILABLE_SECONDS = 2.0


COURIERS = 16
"""Webhooks that one worker sends at the same time."""


def drain(service: Service, inbox: Inbox, stop: threading.Event) -> None:
    """Work until told to stop; the job at hand is finished first."""
    for delivery in arrivals(service, inbox, stop):
        handle(service, inbox, delivery)


def deliver(service: Service, inbox: Inbox, stop: threading.Event) -> None:
    """The same for webhooks, in threads: one that hangs holds a thread, and no job."""
    free = threading.Semaphore(COURIERS)
    arriving = arrivals(service, inbox, stop)
    with ThreadPoolExecutor(COURIERS, thread_name_prefix="courier") as pool:
        while free.acquire() and (delivery := next(arriving, None)) is not None:
            done = pool.submit(handle, service, inbox, delivery)
            done.add_done_callback(lambda _: free.release())


def arrivals(service: Service, inbox: Inbox, stop: threading.Event) -> Iterator[Delivery]:
    """Messages as they come, until told to stop."""
    lease = service.settings.job_lease_seconds
    while not stop.is_set():
        try:
            delivery = inbox.receive(visibility=lease)
        except Unavailable:
            log.warning("the queue does not answer")
            stop.wait(UNAVAILABLE_SECONDS)
            continue
        if delivery is None:
            stop.wait(IDLE_SECONDS)
        else:
            yield delivery


def handle(service: Service, inbox: Inbox, delivery: Delivery) -> None:
    """Do one message. What fails in an unforeseen way comes again after its visibility time-out."""
    lease = service.settings.job_lease_seconds
    try:
        with Heartbeat(lambda: inbox.extend(delivery, lease), lease):
            service.work(delivery.message)
        inbox.ack(delivery)
    except LeaseHeld as held:
        inbox.release(delivery, delay=held.seconds)
    except Unavailable:
        log.warning("a store does not answer; the message comes again")
    except Exception:
        log.exception("message %s failed", delivery.id)


def main() -> None:
    """Run one worker until standard input closes, SIGTERM or SIGINT."""
    settings = Settings.from_env(os.environ)
    configure(settings.log_level)
    service = build(settings)
    if service.inbox is None or service.deliveries_inbox is None:
        sys.exit("Workers drain the local queue; with EXPUNGE_STORE=aws the jobs function does.")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it closes the pipe
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    courier = threading.Thread(target=deliver, args=(service, service.deliveries_inbox, stop))
    courier.start()
    drain(service, service.inbox, stop)
    courier.join()
    service.close()


def _watch_parent(stop: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    stop.set()


if __name__ == "__main__":
    main()
