"""Sends webhooks from the embedded server, in threads: one that hangs holds a thread, and no job.

It lives in the server's process, not in a worker: a worker may be ended for the job it runs.
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
"""Webhooks that are sent at the same time."""


def deliver(service: Service, inbox: Inbox, stop: threading.Event) -> None:
    """Send what the queue for webhooks holds, until told to stop."""
    free = threading.Semaphore(COURIERS)
    arriving = arrivals(service, inbox, stop)
    with ThreadPoolExecutor(COURIERS, thread_name_prefix="courier") as pool:
        while free.acquire() and (delivery := next(arriving, None)) is not None:
            done = pool.submit(handle, service, inbox, delivery)
            done.add_done_callback(lambda _: free.release())
