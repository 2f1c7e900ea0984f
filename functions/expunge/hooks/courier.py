"""One delivery attempt and its outcome: done, retry or failure."""

from __future__ import annotations

import json
import logging
import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from expunge.errors import ExpungeError, HookNotFound
from expunge.hooks.deliveries import State, milliseconds
from expunge.hooks.outbox import FIRST_CHECK_SECONDS
from expunge.hooks.subscriptions import Event
from expunge.jobs.job import Job
from expunge.stores.limits import MAX_DELAY
from expunge.stores.ports import Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.hooks.deliveries import Deliveries, Delivery
    from expunge.hooks.secrets import AccountSecrets
    from expunge.hooks.subscriptions import Subscriptions
    from expunge.net.ports import Sender
    from expunge.stores.ports import Queue, Records

log = logging.getLogger(__name__)

RETRY_SECONDS = (5, 300, 1_800, 7_200, 18_000, 28_800, 28_800)
"""Waits after the first, second, … attempt: eight attempts in just under a day."""
ASKS_TO_WAIT = frozenset({429, 503})
"""Statuses whose Retry-After delays the next attempt, by the longest of these waits at most."""
JITTER = 0.2
"""Each wait is up to this share shorter or longer, so that retries do not come in waves."""
LANES = 3
"""Concurrent attempts per receiver, so that a slow receiver does not delay the others."""
LANE_SECONDS = 8
"""A lane expires after this time, even if its courier crashed. An attempt takes 5 s at most."""
BUSY_SECONDS = 2.0
"""Delay before the next try to get a lane."""


class Courier:
    """Makes delivery attempts.

    Parameters
    ----------
    view
        Gives a job as ``GET`` shows it, with URLs that start with the given base URL.
    callback_view
        The same for a receiver that the job's own request named.
    batch_view
        The same for the record of a batch.
    """

    def __init__(
        self,
        records: Records,
        queue: Queue,
        post: Sender,
        subscriptions: Subscriptions,
        account_secrets: AccountSecrets,
        deliveries: Deliveries,
        *,
        view: Callable[[Job, str], dict[str, Any]],
        callback_view: Callable[[Job, str], dict[str, Any]],
        batch_view: Callable[[dict[str, Any], str], dict[str, Any]],
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._queue = queue
        self._post = post
        self._subscriptions = subscriptions
        self._account_secrets = account_secrets
        self._deliveries = deliveries
        self._view = view
        self._callback_view = callback_view
        self._batch_view = batch_view
        self._clock = clock

    def attempt(self, delivery: Delivery) -> None:
        """Try once, record the outcome and plan the next attempt."""
        lane = self._lane(delivery.hook)
        if lane is None:
            self._queue.send(delivery.message(), delay=_jittered(BUSY_SECONDS))
            return
        try:
            secrets = self._secrets(delivery)
            if secrets is None:
                self._end(delivery, State.UNSUBSCRIBED)
            else:
                self._record(delivery, self._post_once(delivery, secrets))
        finally:
            self._records.write(Delete(lane))

    def _lane(self, hook: str) -> Key | None:
        """Reserve one of the receiver's concurrent attempts; ``None`` if all are in use."""
        until = int(self._clock()) + LANE_SECONDS
        for number in range(LANES):
            key = Key(f"lane#{hook}", str(number))
            try:
                self._records.write(Put(key, {}, if_absent=True, expires_at=until))
            except WriteRefused:
                continue
            return key
        return None

    def _secrets(self, delivery: Delivery) -> Sequence[str] | None:
        """The secrets that sign now; ``None`` if the subscription or account has been deleted."""
        if delivery.secret is not None:
            return (delivery.secret,)
        if delivery.is_callback:
            found = self._account_secrets.of_living(delivery.owner)
            return found.signing(self._clock()) if found else None
        try:
            subscription = self._subscriptions.get(delivery.owner, delivery.hook)
        except HookNotFound:
            return None
        return subscription.signing(self._clock())

    def _post_once(self, delivery: Delivery, secrets: Sequence[str]) -> dict[str, Any]:
        """Send the message once; return time, duration, and status or error."""
        now = self._clock()
        body = json.dumps(self._content(delivery))
        headers = _signed(delivery, body, secrets, now)
        started = time.perf_counter()
        attempt: dict[str, Any] = {"at": now}
        try:
            response = self._post.post(
                delivery.url, body.encode(), headers, private=delivery.reaches_private
            )
            attempt["status"] = response.status
            if response.status in ASKS_TO_WAIT and response.retry_after is not None:
                attempt["retry_after"] = response.retry_after
        except ExpungeError as error:
            attempt["error"] = error.detail
        attempt["ms"] = round((time.perf_counter() - started) * 1000)
        return attempt

    def _content(self, delivery: Delivery) -> dict[str, Any]:
        """The job or batch as the message shows it."""
        if delivery.event == Event.BATCH_FINISHED:
            return self._batch_view(delivery.job, delivery.base_url)
        view = self._callback_view if delivery.is_callback else self._view
        return view(Job.of(delivery.job), delivery.base_url)

    def _record(self, delivery: Delivery, attempt: dict[str, Any]) -> None:
        """Store an attempt; end the delivery, or plan a retry."""
        status = attempt.get("status", 0)
        made = [*delivery.attempts, attempt]
        if 200 <= status < 300:
            self._end(delivery, State.DELIVERED, made)
        elif status == 410:
            self._end(delivery, State.UNSUBSCRIBED, made)
            self._unsubscribe(delivery)
        elif len(made) > len(RETRY_SECONDS):
            self._end(delivery, State.FAILED, made)
        else:
            self._retry(delivery, made)

    def _retry(self, delivery: Delivery, made: list[dict[str, Any]]) -> None:
        """Plan the next attempt, not before the receiver wants it.

        The queue holds waits up to its maximum; the sweep sends later deliveries.
        """
        asked = min(made[-1].get("retry_after", 0), max(RETRY_SECONDS))
        wait = max(_jittered(RETRY_SECONDS[len(made) - 1]), asked)
        grace = FIRST_CHECK_SECONDS if wait <= MAX_DELAY else 0.0
        due = milliseconds(self._clock() + wait + grace)
        later = delivery.changed(attempts=made, due=due)
        if self._deliveries.change(delivery, later) and wait <= MAX_DELAY:
            self._queue.send(later.message(), delay=wait)

    def _end(
        self, delivery: Delivery, state: State, made: list[dict[str, Any]] | None = None
    ) -> None:
        after = delivery.changed(state=state, attempts=made or delivery.attempts)
        self._deliveries.change(delivery, after)
        if state is State.FAILED:
            log.warning("delivery %s to hook %s failed for good", delivery.id, delivery.hook)

    def _unsubscribe(self, delivery: Delivery) -> None:
        try:
            self._subscriptions.remove(delivery.owner, delivery.hook)
        except HookNotFound:
            return  # the receiver came with the job, or the subscription is gone already


def _signed(delivery: Delivery, body: str, secrets: Sequence[str], now: float) -> dict[str, str]:
    """Headers of Standard Webhooks, with one signature for each valid secret."""
    from standardwebhooks import Webhook  # noqa: PLC0415  only a delivery signs

    moment = datetime.fromtimestamp(int(now), UTC)
    signatures = [Webhook(secret).sign(delivery.id, moment, body) for secret in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
        "webhook-event": delivery.event,
    }


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  no secret depends on it
