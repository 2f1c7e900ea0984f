"""What the other rooms ask of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.errors import FieldError, JobNotFound, SourceUnreachable, ValidationFailed
from expunge.hooks.courier import Courier
from expunge.hooks.deliveries import Deliveries, Delivery, State, milliseconds
from expunge.hooks.outbox import FIRST_LOOK_SECONDS
from expunge.hooks.subscriptions import Event, Subscription, Subscriptions, orders_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expunge.accounts.callers import Caller
    from expunge.jobs.job import Job
    from expunge.jobs.jobs import Jobs
    from expunge.net.ports import Sender
    from expunge.stores.ports import Item, Queue, Records, Value


class Hooks:
    """Subscriptions of callers, and deliveries to receivers."""

    def __init__(
        self,
        records: Records,
        queue: Queue,
        post: Sender,
        jobs: Jobs,
        *,
        view: Callable[[Job, str], dict[str, Any]],
        clock: Callable[[], float],
    ) -> None:
        self._queue = queue
        self._post = post
        self._jobs = jobs
        self._clock = clock
        self._subscriptions = Subscriptions(records, clock)
        self._deliveries = Deliveries(records)
        self._courier = Courier(
            records, queue, post, self._subscriptions, self._deliveries, view=view, clock=clock
        )

    def subscribe(
        self, caller: Caller, url: str, events: Sequence[str], base_url: str
    ) -> Subscription:
        """Tell ``url`` of these events from now on.

        Raises
        ------
        ValidationFailed
            For an address that is not public https, or no event.
        Conflict
            Where the caller has as many subscriptions as one may have.
        """
        try:
            self._post.check(url)
        except SourceUnreachable as error:
            raise ValidationFailed(FieldError("/url", error.detail)) from None
        if not events:
            raise ValidationFailed(FieldError("/events", f"must be some of {', '.join(Event)}"))
        return self._subscriptions.add(caller.subject, url, events, base_url)

    def unsubscribe(self, caller: Caller, hook: str) -> None:
        self._subscriptions.remove(caller.subject, hook)

    def rotate(self, caller: Caller, hook: str) -> Subscription:
        """See `Subscriptions.rotate`."""
        return self._subscriptions.rotate(caller.subject, hook)

    def all(self, caller: Caller) -> list[Subscription]:
        return self._subscriptions.all(caller.subject)

    def deliveries(self, caller: Caller, hook: str) -> list[Delivery]:
        """The latest messages to a subscription, or to the receiver that a job named itself.

        Raises
        ------
        HookNotFound, JobNotFound
            For one that is not the caller's.
        """
        if hook.startswith("job_"):
            if self._jobs.find(caller.subject, hook) is None:
                raise JobNotFound("You have no such job, or its record has expired.")
        else:
            self._subscriptions.get(caller.subject, hook)
        return self._deliveries.latest(hook)

    def of(self, item: Item) -> list[str]:
        """The ids of the subscriptions that an owner's record holds."""
        return [order.id for order in orders_of(item)]

    def forget(self, hook: str) -> None:
        """Delete every message to a subscription, or to the receiver that a job named itself."""
        self._deliveries.forget(hook)

    def work(self, message: Mapping[str, Value]) -> None:
        """Do what a queue message asks for; one that is not the latest of its delivery, nothing."""
        delivery = self._deliveries.get(str(message["hook"]), str(message["delivery"]))
        if (
            delivery is not None
            and delivery.state is State.PENDING
            and delivery.due == message["due"]
        ):
            self._courier.attempt(delivery)

    def sweep(self) -> int:
        """Send what is due: after long waits, and where a message was lost; how many."""
        sent = 0
        for delivery in self._deliveries.due(self._clock()):
            later = delivery.changed(due=milliseconds(self._clock() + FIRST_LOOK_SECONDS))
            if self._deliveries.change(delivery, later):
                self._queue.send(later.message())
                sent += 1
        return sent
