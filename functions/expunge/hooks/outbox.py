"""Deliveries that are written together with the end they tell of, so that none is lost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import ExpungeError
from expunge.hooks.deliveries import Deliveries, Delivery, milliseconds
from expunge.hooks.subscriptions import Subscriptions
from expunge.ids import new_id
from expunge.stores.ports import Change, Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.jobs.job import Job
    from expunge.stores.ports import Records

log = logging.getLogger(__name__)

FIRST_LOOK_SECONDS = 60.0
"""How long a message may take to arrive before the sweep sends it again."""


@dataclass(frozen=True, slots=True)
class Notices:
    """The deliveries of one end, before and after it is written."""

    deliveries: Sequence[Delivery]
    changes: Sequence[Change]
    queue: Queue

    def send(self) -> None:
        """Tell the queue. They are written already: a lost message is sent again by the sweep."""
        for delivery in self.deliveries:
            try:
                self.queue.send(delivery.message())
            except ExpungeError:
                log.warning("delivery %s is written but not sent; the sweep will", delivery.id)


class WebhookOutbox:
    """Makes the deliveries of an end."""

    def __init__(self, records: Records, queue: Queue, clock: Callable[[], float]) -> None:
        self._subscriptions = Subscriptions(records, clock)
        self._deliveries = Deliveries(records)
        self._queue = queue
        self._clock = clock

    def notices(self, job: Job) -> Notices:
        """Whom this end is told to."""
        deliveries = list(self._to(job))
        changes = [c for delivery in deliveries for c in self._deliveries.added(delivery)]
        return Notices(deliveries, changes, self._queue)

    def _to(self, job: Job) -> Iterator[Delivery]:
        event = f"job.{job.status.value}"
        if job.webhook_url is not None:
            yield self._delivery(
                job, event, job.id, job.webhook_url, job.base_url, job.webhook_secret
            )
        for order in self._subscriptions.all(job.owner):
            if event in order.events:
                yield self._delivery(job, event, order.id, order.url, order.base_url, None)

    def _delivery(
        self, job: Job, event: str, hook: str, url: str, base_url: str, secret: str | None
    ) -> Delivery:
        now = self._clock()
        return Delivery(
            id=new_id("msg", now),
            hook=hook,
            owner=job.owner,
            event=event,
            url=url,
            base_url=base_url,
            job=job.item() | {"webhook_secret": None},
            created_at=now,
            due=milliseconds(now + FIRST_LOOK_SECONDS),
            secret=secret,
        )
