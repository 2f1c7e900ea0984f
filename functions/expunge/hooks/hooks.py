"""The interface of this package: subscribe, list, deliver, sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.errors import FieldError, JobNotFound, ValidationFailed
from expunge.hooks.courier import Courier
from expunge.hooks.deliveries import Deliveries, Delivery, State, milliseconds
from expunge.hooks.outbox import FIRST_CHECK_SECONDS
from expunge.hooks.secrets import AccountSecrets
from expunge.hooks.subscriptions import Event, Subscription, Subscriptions, subscriptions_of
from expunge.jobs.attempts import Attempts

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
        callback_view: Callable[[Job, str], dict[str, Any]],
        batch_view: Callable[[dict[str, Any], str], dict[str, Any]],
        clock: Callable[[], float],
    ) -> None:
        self._queue = queue
        self._jobs = jobs
        self._clock = clock
        self._subscriptions = Subscriptions(records, clock)
        self._deliveries = Deliveries(records)
        self.secrets = AccountSecrets(records, clock)
        self._courier = Courier(
            records,
            queue,
            post,
            self._subscriptions,
            self.secrets,
            self._deliveries,
            view=view,
            callback_view=callback_view,
            batch_view=batch_view,
            clock=clock,
        )

    def subscribe(
        self, caller: Caller, url: str, events: Sequence[str], base_url: str
    ) -> Subscription:
        """Send these events to ``url`` from now on.

        Raises
        ------
        ValidationFailed
            If the URL is not a public https URL, as DNS is now, or no event is given.
        Conflict
            If the caller has the maximum number of subscriptions.
        """
        if not events:
            raise ValidationFailed(FieldError("/events", f"must be some of {', '.join(Event)}"))
        self._jobs.sources.check_receiver(caller, url, pointer="/url")
        return self._subscriptions.add(caller.subject, url, events, base_url)

    def unsubscribe(self, caller: Caller, hook: str) -> None:
        self._subscriptions.remove(caller.subject, hook)

    def rotate(self, caller: Caller, hook: str) -> Subscription:
        """See `Subscriptions.rotate`."""
        return self._subscriptions.rotate(caller.subject, hook)

    def all(self, caller: Caller) -> list[Subscription]:
        return self._subscriptions.all(caller.subject)

    def deliveries(self, caller: Caller, hook: str) -> list[Delivery]:
        """The latest messages to a subscription, or to the receiver of one job.

        Raises
        ------
        HookNotFound, JobNotFound
            If it is not the caller's.
        """
        if hook.startswith("job_"):
            if self._jobs.find(caller.subject, hook) is None:
                raise JobNotFound("You have no such job, or its record has expired.")
        else:
            self._subscriptions.get(caller.subject, hook)
        return self._deliveries.latest(hook)

    def of(self, item: Item) -> list[str]:
        """The ids of the subscriptions in an owner's record."""
        return [subscription.id for subscription in subscriptions_of(item)]

    def forget(self, hook: str) -> None:
        """Delete every message to a subscription, or to the receiver of one job."""
        self._deliveries.forget(hook)

    def work(self, message: Mapping[str, Value]) -> None:
        """Make the attempt that a queue message requests; ignore an outdated message."""
        delivery = self._deliveries.get(str(message["hook"]), str(message["delivery"]))
        if (
            delivery is not None
            and delivery.state is State.PENDING
            and delivery.due == message["due"]
        ):
            self._courier.attempt(delivery)

    def sweep(self) -> int:
        """Send due deliveries to the queue, after long waits or lost messages; their number."""
        sent, attempts = 0, Attempts()
        for delivery in self._deliveries.due(self._clock(), attempts):
            later = delivery.changed(due=milliseconds(self._clock() + FIRST_CHECK_SECONDS))
            with attempts.one(f"delivery {delivery.id}"):
                if self._deliveries.change(delivery, later):
                    self._queue.send(later.message())
                    sent += 1
        attempts.finish()
        return sent
