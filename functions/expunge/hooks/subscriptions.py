"""Webhook subscriptions: receivers of the end of a caller's jobs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from expunge.errors import Conflict, HookNotFound
from expunge.hooks.secrets import OVERLAP_SECONDS, new_secret, valid_secrets
from expunge.ids import new_id
from expunge.stores.fields import known
from expunge.stores.ports import Key, Put, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.stores.ports import Item, Records


class Event(StrEnum):
    """The events that a caller can subscribe to."""

    SUCCEEDED = "job.succeeded"
    FAILED = "job.failed"
    CANCELED = "job.canceled"
    BATCH_FINISHED = "batch.finished"


MAX_HOOKS = 10
"""Subscriptions per caller."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Subscription:
    """One receiver's subscription. Times are Unix seconds."""

    id: str
    url: str
    events: tuple[str, ...]
    base_url: str
    """Base URL at which the subscriber reached this service; URLs in messages start with it."""
    created_at: float
    secret: str
    former_secret: str | None = None
    former_until: float = 0.0

    def signing(self, now: float) -> tuple[str, ...]:
        """The secrets that sign now."""
        return valid_secrets(self.secret, self.former_secret, self.former_until, now)

    @classmethod
    def of(cls, item: dict[str, Any]) -> Subscription:
        return cls(**known(cls, item) | {"events": tuple(item["events"])})


ById = dict[str, Subscription]


class Subscriptions:
    """Stores all subscriptions of a caller in one item: a job's end needs one read."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def all(self, owner: str) -> list[Subscription]:
        """The owner's subscriptions, oldest first."""
        by_id, _ = self._read(owner)
        return list(by_id.values())

    def get(self, owner: str, hook: str) -> Subscription:
        """One of the owner's subscriptions.

        Raises
        ------
        HookNotFound
            If it does not exist or belongs to another caller.
        """
        return _known(self._read(owner)[0], hook)

    def add(self, owner: str, url: str, events: Sequence[str], base_url: str) -> Subscription:
        """Create a subscription.

        Raises
        ------
        Conflict
            If the owner has the maximum number.
        """
        now = self._clock()
        made = Subscription(
            new_id("hook", now), url, tuple(events), base_url, created_at=now, secret=new_secret()
        )

        def change(by_id: ById) -> None:
            if len(by_id) >= MAX_HOOKS:
                raise Conflict(f"You have {MAX_HOOKS} subscriptions; delete one first.")
            by_id[made.id] = made

        self._change(owner, change)
        return made

    def remove(self, owner: str, hook: str) -> None:
        """Delete a subscription; raises `HookNotFound` if there is none."""

        def change(by_id: ById) -> None:
            _known(by_id, hook)
            del by_id[hook]

        self._change(owner, change)

    def rotate(self, owner: str, hook: str) -> Subscription:
        """Replace the secret; the former one signs beside it for a day."""
        now = self._clock()
        secret = new_secret()

        def change(by_id: ById) -> None:
            before = _known(by_id, hook)
            facts = asdict(before) | {
                "secret": secret,
                "former_secret": before.secret,
                "former_until": now + OVERLAP_SECONDS,
            }
            by_id[hook] = Subscription.of(facts)

        return self._change(owner, change)[hook]

    def _read(self, owner: str) -> tuple[ById, Item | None]:
        item = self._records.get(_key(owner))
        return {
            subscription.id: subscription for subscription in subscriptions_of(item or {})
        }, item

    def _change(self, owner: str, change: Callable[[ById], None]) -> ById:
        """Read, change and write the item; start again if another process was faster."""
        for _ in range(_TRIES):
            by_id, item = self._read(owner)
            change(by_id)
            listed: Any = [asdict(s) | {"events": list(s.events)} for s in by_id.values()]
            version = int(str(item["version"])) if item else 0
            fields: Item = {"orders": listed, "version": version + 1}
            try:
                if item is None:
                    self._records.write(Put(_key(owner), fields, if_absent=True))
                else:
                    self._records.write(Update(_key(owner), fields, only_if={"version": [version]}))
            except WriteRefused:
                continue
            return by_id
        raise Conflict("Your subscriptions are being changed elsewhere; please try again.")


def subscriptions_of(item: Item) -> list[Subscription]:
    """The subscriptions in an owner's record."""
    listed = item.get("orders", [])
    assert isinstance(listed, list)
    return [Subscription.of(entry) for entry in listed if isinstance(entry, dict)]


def _known(by_id: ById, hook: str) -> Subscription:
    if hook not in by_id:
        raise HookNotFound("You have no such subscription.")
    return by_id[hook]


def _key(owner: str) -> Key:
    return Key(f"owner#{owner}", "hooks")
