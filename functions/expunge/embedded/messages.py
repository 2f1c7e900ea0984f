"""Receives and processes messages of the local queues, one by one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from expunge.errors import Unavailable
from expunge.jobs.failures import NotNow
from expunge.jobs.heartbeat import Heartbeat

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from expunge.service import Service
    from expunge.stores.ports import Inbox, ReceivedMessage

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.05
UNAVAILABLE_SECONDS = 2.0


def arrivals(service: Service, inbox: Inbox, stop: threading.Event) -> Iterator[ReceivedMessage]:
    """Yield messages as they arrive, until ``stop`` is set."""
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


def handle(service: Service, inbox: Inbox, delivery: ReceivedMessage) -> None:
    """Process one message. After an unexpected error, its visibility timeout brings it back."""
    lease, limit = service.settings.job_lease_seconds, service.settings.job_timeout_seconds
    try:
        try:
            with Heartbeat(lambda: inbox.extend(delivery, lease), lease, limit):
                service.work(delivery.message)
            inbox.ack(delivery)
        except NotNow as error:
            inbox.release(delivery, delay=error.seconds)
    except Unavailable:
        log.warning("a store does not answer; the message will be retried")
    except Exception:
        log.exception("message %s failed", delivery.id)
