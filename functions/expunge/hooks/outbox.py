"""Transactional outbox: deliveries are written together with the job's end, so none is lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.errors import ExpungeError
from expunge.hooks.deliveries import Deliveries, Delivery, milliseconds
from expunge.hooks.subscriptions import Subscriptions
from expunge.ids import new_id
from expunge.stores.ports import Change, Queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.jobs.job import Job
    from expunge.stores.ports import Records

log = logging.getLogger(__name__)

FIRST_CHECK_SECONDS = 60.0
"""How long a message may take to arrive before the sweep sends it again."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A job or a batch that ends, as its receivers are told."""

    id: str
    account: str | None
    """The account whose subscriptions apply; ``None`` for an anonymous caller."""
    event: str
    record: Callable[[], dict[str, Any]]
    """Makes its record as it ends, of which the message is made; most ends have no receiver."""
    url: str | None = None
    """The receiver that its own request named."""
    secret: str | None = None
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """The deliveries for one job's end, before and after the write."""

    deliveries: Sequence[Delivery]
    changes: Sequence[Change]
    queue: Queue

    def send(self) -> None:
        """Send queue messages. Deliveries are stored already; the sweep repeats lost messages."""
        for delivery in self.deliveries:
            try:
                self.queue.send(delivery.message())
            except ExpungeError:
                log.warning("delivery %s is stored, not sent; the sweep will send it", delivery.id)


class WebhookOutbox:
    """Makes the deliveries for a job's end."""

    def __init__(self, records: Records, queue: Queue, clock: Callable[[], float]) -> None:
        self._subscriptions = Subscriptions(records, clock)
        self._deliveries = Deliveries(records)
        self._queue = queue
        self._clock = clock

    def notices(self, job: Job) -> Notices:
        """The deliveries to every receiver of this job's end."""
        return self.notices_of(
            Ended(
                job.id,
                None if job.is_anonymous else job.owner,
                f"job.{job.status.value}",
                lambda: job.item() | {"webhook_secret": None},
                url=job.webhook_url,
                secret=job.webhook_secret,
                base_url=job.base_url,
            )
        )

    def notices_of(self, ended: Ended) -> Notices:
        """The deliveries to every receiver of the end of a job or a batch."""
        deliveries = list(self._to(ended))
        changes = [c for delivery in deliveries for c in self._deliveries.added(delivery)]
        return Notices(deliveries, changes, self._queue)

    def _to(self, ended: Ended) -> Iterator[Delivery]:
        if ended.url is not None:
            yield self._delivery(ended, ended.id, ended.url, ended.base_url, ended.secret)
        if ended.account is None:
            return  # only accounts subscribe
        for hook in self._subscriptions.all(ended.account):
            if ended.event in hook.events:
                yield self._delivery(ended, hook.id, hook.url, hook.base_url, None)

    def _delivery(
        self, ended: Ended, hook: str, url: str, base_url: str, secret: str | None
    ) -> Delivery:
        now = self._clock()
        return Delivery(
            id=new_id("msg", now),
            hook=hook,
            owner=ended.account or ended.id,
            event=ended.event,
            url=url,
            base_url=base_url,
            job=ended.record(),
            created_at=now,
            due=milliseconds(now + FIRST_CHECK_SECONDS),
            secret=secret,
        )
