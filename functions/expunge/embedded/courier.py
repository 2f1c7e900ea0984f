"""Sends webhooks from the embedded server, in threads, so that a slow receiver delays no job.

It runs in the server's process, not in a worker: a worker may be killed because of its job.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from expunge.embedded.messages import arrivals, handle

if TYPE_CHECKING:
    from expunge.service import Service
    from expunge.stores.ports import Inbox

COURIERS = 16
"""Maximum webhooks sent at the same time."""


def deliver(service: Service, inbox: Inbox, stop: threading.Event) -> None:
    """Send the messages in the webhook queue until ``stop`` is set."""
    free = threading.Semaphore(COURIERS)
    arriving = arrivals(service, inbox, stop)
    with ThreadPoolExecutor(COURIERS, thread_name_prefix="courier") as pool:
        while free.acquire() and (delivery := next(arriving, None)) is not None:
            done = pool.submit(handle, service, inbox, delivery)
            done.add_done_callback(lambda _: free.release())
