"""One message to one receiver: its record, and the index of due deliveries.

A delivery is stored in its receiver's partition, newest last. While it is pending, an
entry in one of the *outbox* partitions holds its due time. Entries sort by due time, so
the sweep reads only due ones. The queue message carries the same due time: an outdated
message has no effect.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from expunge.stores.fields import known
from expunge.stores.ports import Delete, Key, Put, Update, WriteRefused
from expunge.stores.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expunge.jobs.attempts import Attempts
    from expunge.stores.ports import Change, Item, Records

SHARDS = Shards("outbox", 16, former=tuple(f"outbox#{shard}" for shard in range(4)))
"""Versions before 0.3 used four."""
KEPT_SECONDS = 3 * 24 * 3600
"""How long a delivery can be read."""
MAX_LISTED = 50


class State(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """The last attempt failed; no other follows."""
    UNSUBSCRIBED = "unsubscribed"
    """The receiver answered 410, or its subscription was deleted before the message was sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and its attempts. Times are Unix seconds, except ``due``."""

    id: str
    """The `webhook-id`, the same for every attempt."""
    hook: str
    """Id of the subscription, or of the job or batch if its request named the receiver."""
    owner: str
    event: str
    url: str
    base_url: str
    job: dict[str, Any]
    """The record of the job or batch as it ended."""
    created_at: float
    due: int
    """Next check, in Unix milliseconds; an integer, since conditions compare it."""
    secret: str | None = None
    """Set if the job has a secret of its own; subscriptions and accounts keep theirs."""
    state: State = State.PENDING
    attempts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_callback(self) -> bool:
        """Whether the request for the job or batch named the receiver."""
        return bool(self.hook == self.job["id"])

    @property
    def reaches_private(self) -> bool:
        """Whether it may go to a private target that the operator has opened.

        Only accounts subscribe, by a key or from the service's own pages.
        """
        return not self.is_callback or bool(self.job.get("webhook_private"))

    def message(self) -> Item:
        """The queue message."""
        return {"kind": "delivery", "hook": self.hook, "delivery": self.id, "due": self.due}

    def changed(self, **facts: Any) -> Delivery:  # noqa: ANN401
        return replace(self, **facts)

    @classmethod
    def of(cls, item: dict[str, Any]) -> Delivery:
        return cls(**known(cls, item) | {"state": State(item["state"])})


class Deliveries:
    """The records of deliveries."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def added(self, delivery: Delivery) -> Sequence[Change]:
        """The changes that store a new delivery and its outbox entry."""
        expires_at = _expiry(delivery)
        return (
            Put(_key(delivery), asdict(delivery), if_absent=True, expires_at=expires_at),
            _entry(delivery),
        )

    def get(self, hook: str, delivery: str) -> Delivery | None:
        item = self._records.get(Key(f"hook#{hook}", delivery))
        return Delivery.of(item) if item else None

    def latest(self, hook: str) -> list[Delivery]:
        """A receiver's deliveries, newest first."""
        page = self._records.query(f"hook#{hook}", limit=MAX_LISTED, newest_first=True)
        return [Delivery.of(item) for _, item in page.entries]

    def change(self, before: Delivery, after: Delivery) -> bool:
        """Write the new state and due time; ``False`` if another process was faster."""
        fields: Item = {
            "state": after.state.value,
            "attempts": after.attempts,  # type: ignore[dict-item]
            "due": after.due,
        }
        changes: list[Change] = [Update(_key(before), fields, only_if={"due": [before.due]})]
        if after.due != before.due or after.state is not State.PENDING:
            changes.append(Delete(_entry(before).key))
            if after.state is State.PENDING:
                changes.append(_entry(after))
        try:
            self._records.write(*changes)
        except WriteRefused:
            return False
        return True

    def forget(self, hook: str) -> None:
        """Delete every delivery to a receiver; messages still in the queue have no effect."""
        while True:
            page = self._records.query(f"hook#{hook}", limit=MAX_LISTED)
            if not page.entries:
                return
            self._records.write(*(Delete(Key(f"hook#{hook}", sort)) for sort, _ in page.entries))

    def due(self, now: float, attempts: Attempts) -> Iterator[Delivery]:
        """The pending deliveries whose due time has passed, except those that cannot be read."""
        for partition in SHARDS.from_random():
            for sort, item in self._entries(partition, now):
                found = None
                with attempts.one(f"the look at delivery {item['delivery']}"):
                    found = self._pending(Key(partition, sort), item)
                if found is not None:
                    yield found

    def _pending(self, entry: Key, item: Item) -> Delivery | None:
        """The delivery of a due entry; ``None``, and the entry is gone, if it is not pending."""
        found = self.get(str(item["hook"]), str(item["delivery"]))
        if found is None or found.state is not State.PENDING:
            self._records.write(Delete(entry))
            return None
        if entry != _entry(found).key:  # of an earlier version; it is met again there
            self._records.write(Delete(entry), _entry(found))
            return None
        return found

    def _entries(self, partition: str, now: float) -> Iterator[tuple[str, Item]]:
        cursor = None
        while True:
            page = self._records.query(partition, limit=25, cursor=cursor)
            for sort, item in page.entries:
                if sort.partition("#")[0] > _moment(milliseconds(now)):
                    return
                yield sort, item
            cursor = page.cursor
            if cursor is None:
                return


def _key(delivery: Delivery) -> Key:
    return Key(f"hook#{delivery.hook}", delivery.id)


def _entry(delivery: Delivery) -> Put:
    key = Key(SHARDS.of(delivery.id), f"{_moment(delivery.due)}#{delivery.id}")
    item: Item = {"hook": delivery.hook, "delivery": delivery.id}
    return Put(key, item, expires_at=_expiry(delivery))


def _moment(due: int) -> str:
    return f"{due:015d}"


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _expiry(delivery: Delivery) -> int:
    return int(delivery.created_at) + KEPT_SECONDS
