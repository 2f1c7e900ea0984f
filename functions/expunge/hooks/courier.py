"""One attempt to tell a receiver, and what follows from it."""

from __future__ import annotations

import json
import logging
import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from expunge.errors import ExpungeError, HookNotFound
from expunge.hooks.deliveries import State, milliseconds
from expunge.hooks.outbox import FIRST_LOOK_SECONDS
from expunge.jobs.job import Job
from expunge.stores.limits import MAX_DELAY
from expunge.stores.ports import Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.hooks.deliveries import Deliveries, Delivery
    from expunge.hooks.subscriptions import Subscriptions
    from expunge.net.ports import Sender
    from expunge.stores.ports import Queue, Records

log = logging.getLogger(__name__)

RETRY_SECONDS = (5, 300, 1_800, 7_200, 18_000, 28_800, 28_800)
"""Waits after the first, second, … attempt: eight attempts in just under a day."""
JITTER = 0.2
"""Each wait is this much shorter or longer, at random, so that retries do not come in waves."""
LANES = 3
"""Attempts that one receiver may hold at a time; the others' wait is nobody else's."""
LANE_SECONDS = 8
"""A lane is free again after this long even if its courier died; an attempt takes 5 s at most."""
BUSY_SECONDS = 2.0
"""How long a delivery waits for a lane before it asks again."""


class Courier:
    """Makes attempts.

    Parameters
    ----------
    view
        A job as ``GET`` shows it, with addresses below a base.
    """

    def __init__(
        self,
        records: Records,
        queue: Queue,
        post: Sender,
        subscriptions: Subscriptions,
        deliveries: Deliveries,
        *,
        view: Callable[[Job, str], dict[str, Any]],
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._queue = queue
        self._post = post
        self._subscriptions = subscriptions
        self._deliveries = deliveries
        self._view = view
        self._clock = clock

    def attempt(self, delivery: Delivery) -> None:
        """Try once, and write down how it went and what comes next."""
        lane = self._lane(delivery.hook)
        if lane is None:
            self._queue.send(delivery.message(), delay=_jittered(BUSY_SECONDS))
            return
        try:
            secrets = self._secrets(delivery)
            if secrets is None:
                self._end(delivery, State.UNSUBSCRIBED)
            else:
                self._follow(delivery, self._ask(delivery, secrets))
        finally:
            self._records.write(Delete(lane))

    def _lane(self, hook: str) -> Key | None:
        """A place among those that this receiver may hold at a time."""
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
        """What signs now; ``None`` where nobody wants to hear it any more."""
        if delivery.secret is not None:
            return (delivery.secret,)
        try:
            order = self._subscriptions.get(delivery.owner, delivery.hook)
        except HookNotFound:
            return None
        return order.signing(self._clock())

    def _ask(self, delivery: Delivery, secrets: Sequence[str]) -> dict[str, Any]:
        """Send it; how that went."""
        now = self._clock()
        body = json.dumps(self._view(Job.of(delivery.job), delivery.base_url))
        headers = _signed(delivery, body, secrets, now)
        started = time.perf_counter()
        attempt: dict[str, Any] = {"at": now}
        try:
            response = self._post.post(delivery.url, body.encode(), headers)
            attempt["status"] = response.status
        except ExpungeError as error:
            attempt["error"] = error.detail
        attempt["ms"] = round((time.perf_counter() - started) * 1000)
        return attempt

    def _follow(self, delivery: Delivery, attempt: dict[str, Any]) -> None:
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
        """Short waits are the queue's; the sweep sends what has to wait longer."""
        wait = _jittered(RETRY_SECONDS[len(made) - 1])
        grace = FIRST_LOOK_SECONDS if wait <= MAX_DELAY else 0.0
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
            log.warning("delivery %s to hook %s is a dead end", delivery.id, delivery.hook)

    def _unsubscribe(self, delivery: Delivery) -> None:
        try:
            self._subscriptions.remove(delivery.owner, delivery.hook)
        except HookNotFound:
            return  # it was the job's own, or is gone already


def _signed(delivery: Delivery, body: str, secrets: Sequence[str], now: float) -> dict[str, str]:
    """Headers of Standard Webhooks; one signature for each secret that holds."""
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
