"""Standing orders: «tell this address whenever a job of mine ends»."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from expunge.errors import Conflict, HookNotFound
from expunge.ids import new_id
from expunge.stores.ports import Key, Put, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.stores.ports import Item, Records


class Event(StrEnum):
    """What can be told."""

    SUCCEEDED = "job.succeeded"
    FAILED = "job.failed"
    CANCELED = "job.canceled"


MAX_HOOKS = 10
"""Of one caller."""
OVERLAP_SECONDS = 24 * 3600
"""How long a secret that was replaced still signs beside the new one."""
_TRIES = 5


def new_secret() -> str:
    """192 random bits, as Standard Webhooks writes a symmetric secret."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


@dataclass(frozen=True, slots=True)
class Subscription:
    """One receiver's order. Times are Unix seconds."""

    id: str
    url: str
    events: tuple[str, ...]
    base_url: str
    """Where its maker reached this service: what addresses in the messages begin with."""
    created_at: float
    secret: str
    former_secret: str | None = None
    former_until: float = 0.0

    def signing(self, now: float) -> tuple[str, ...]:
        """The secrets that sign now."""
        if self.former_secret is None or self.former_until <= now:
            return (self.secret,)
        return (self.secret, self.former_secret)

    @classmethod
    def of(cls, item: dict[str, Any]) -> Subscription:
        return cls(**item | {"events": tuple(item["events"])})


Orders = dict[str, Subscription]


class Subscriptions:
    """All orders of a caller are one item: read in one go when a job ends, and counted by it."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def all(self, owner: str) -> list[Subscription]:
        """The owner's orders, oldest first."""
        orders, _ = self._read(owner)
        return list(orders.values())

    def get(self, owner: str, hook: str) -> Subscription:
        """One of the owner's orders.

        Raises
        ------
        HookNotFound
            For one that is somebody else's or never was.
        """
        return _known(self._read(owner)[0], hook)

    def add(self, owner: str, url: str, events: Sequence[str], base_url: str) -> Subscription:
        """A new order.

        Raises
        ------
        Conflict
            Where the owner has as many as one may have.
        """
        now = self._clock()
        made = Subscription(
            new_id("hook", now), url, tuple(events), base_url, created_at=now, secret=new_secret()
        )

        def change(orders: Orders) -> None:
            if len(orders) >= MAX_HOOKS:
                raise Conflict(f"You have {MAX_HOOKS} subscriptions; delete one first.")
            orders[made.id] = made

        self._change(owner, change)
        return made

    def remove(self, owner: str, hook: str) -> None:
        """End an order; raises `HookNotFound` where there is none."""

        def change(orders: Orders) -> None:
            _known(orders, hook)
            del orders[hook]

        self._change(owner, change)

    def rotate(self, owner: str, hook: str) -> Subscription:
        """A new secret; the one before signs beside it for a day."""
        now = self._clock()
        secret = new_secret()

        def change(orders: Orders) -> None:
            before = _known(orders, hook)
            facts = asdict(before) | {
                "secret": secret,
                "former_secret": before.secret,
                "former_until": now + OVERLAP_SECONDS,
            }
            orders[hook] = Subscription.of(facts)

        return self._change(owner, change)[hook]

    def _read(self, owner: str) -> tuple[Orders, Item | None]:
        item = self._records.get(_key(owner))
        return {order.id: order for order in orders_of(item or {})}, item

    def _change(self, owner: str, change: Callable[[Orders], None]) -> Orders:
        """Change the item as it stands; where another was faster, as it stands then."""
        for _ in range(_TRIES):
            orders, item = self._read(owner)
            change(orders)
            listed: Any = [asdict(o) | {"events": list(o.events)} for o in orders.values()]
            version = int(str(item["version"])) if item else 0
            fields: Item = {"orders": listed, "version": version + 1}
            try:
                if item is None:
                    self._records.write(Put(_key(owner), fields, if_absent=True))
                else:
                    self._records.write(Update(_key(owner), fields, only_if={"version": [version]}))
            except WriteRefused:
                continue
            return orders
        raise Conflict("Your subscriptions are being changed elsewhere; please try again.")


def orders_of(item: Item) -> list[Subscription]:
    """The orders that an owner's record holds."""
    listed = item.get("orders", [])
    assert isinstance(listed, list)
    return [Subscription.of(order) for order in listed if isinstance(order, dict)]


def _known(orders: Orders, hook: str) -> Subscription:
    if hook not in orders:
        raise HookNotFound("You have no such subscription.")
    return orders[hook]


def _key(owner: str) -> Key:
    return Key(f"owner#{owner}", "hooks")
