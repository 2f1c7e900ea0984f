"""Credits: one ledger per account, in whole millicredits.

An account has three pools. Each is one item, with a separate entry for every transaction. One
write changes both, so a pool's balance is always the sum of its entries.

No scheduler fills the monthly pool. The first transaction in a month expires the rest of the last
month's credits and grants the new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from expunge.accounts.counters import BOOKS
from expunge.errors import ExpungeError
from expunge.ids import new_id
from expunge.stores.ports import Add, Item, Key, Put, Update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.stores.ports import Change

ENTRY = "entry#"
"""Sort key prefix of entries; an id that sorts by time follows."""
MILLI = 1_000
"""Millicredits per credit."""


class Pool(StrEnum):
    """The pools of credits, in the order in which they are spent."""

    MONTHLY = "monthly"
    SUBSCRIPTION = "subscription"
    PERMANENT = "permanent"


class Reason(StrEnum):
    """The reason for a ledger entry."""

    GRANTED = "granted"
    EXPIRED = "expired"
    RESERVED = "reserved"
    """Reserved for a job that has started."""
    SETTLED = "settled"
    """The job succeeded, so the reserved credits are spent. The amount is 0."""
    RETURNED = "returned"
    """Returned because the job failed or was cancelled."""


class InsufficientCredits(ExpungeError):
    code = "insufficient_credits"


def pool_key(account: str, pool: Pool) -> Key:
    """The record key of a pool."""
    return Key(f"owner#{account}", f"{BOOKS}pool#{pool}")


@dataclass(frozen=True, slots=True)
class Wallet:
    """An account's pools, as read from the records."""

    account: str
    items: Mapping[Pool, Item] = field(default_factory=dict)

    @classmethod
    def of(cls, account: str, books: Mapping[Key, Item]) -> Wallet:
        """Build a wallet from every item under `BOOKS`."""
        keys = {pool: pool_key(account, pool) for pool in Pool}
        return cls(account, {pool: books[key] for pool, key in keys.items() if key in books})

    def balance(self, pool: Pool) -> int:
        value = self.items.get(pool, {}).get("balance", 0)
        return value if isinstance(value, int) else 0

    @property
    def month(self) -> str | None:
        """The month of the monthly pool, as ``2026-05``."""
        month = self.items.get(Pool.MONTHLY, {}).get("month")
        return month if isinstance(month, str) else None

    @property
    def granted(self) -> bool:
        """Whether that month's grant was added."""
        return self.items.get(Pool.MONTHLY, {}).get("granted") is True


@dataclass(frozen=True, slots=True)
class Month:
    """The current month, and the credits that it grants."""

    name: str
    grant: int

    def is_due(self, wallet: Wallet) -> bool:
        """Whether the pool needs a renewal: it is another month's, or its grant is missing."""
        if wallet.month == self.name:
            return self.grant > 0 and not wallet.granted
        return self.grant > 0 or wallet.balance(Pool.MONTHLY) > 0

    def expiring(self, wallet: Wallet) -> int:
        """The rest of an earlier month's credits, in millicredits."""
        return 0 if wallet.month == self.name else wallet.balance(Pool.MONTHLY)

    def available(self, wallet: Wallet, pool: Pool) -> int:
        """Millicredits that may be spent from a pool, including the month's grant."""
        balance = wallet.balance(pool)
        if pool is Pool.MONTHLY and self.is_due(wallet):
            return balance - self.expiring(wallet) + self.grant
        return balance


def reserve(
    wallet: Wallet,
    price: int,
    month: Month,
    *,
    job: str,
    now: float,
    pools: Sequence[Pool] = tuple(Pool),
) -> tuple[list[Change], dict[Pool, int]]:
    """Changes that reserve ``price`` millicredits for a job, and the amount from each pool.

    The write is refused if the wallet changed in the meantime: read it again then.

    Raises
    ------
    InsufficientCredits
        If the pools together hold less than the price.
    """
    taken: dict[Pool, int] = {}
    missing = price
    for pool in pools:
        part = min(missing, max(month.available(wallet, pool), 0))
        missing -= part
        if part:
            taken[pool] = part
    if missing:
        raise InsufficientCredits(
            f"This costs {price / MILLI:g} credits, and {(price - missing) / MILLI:g} are left."
        )
    changes: list[Change] = []
    if month.is_due(wallet):
        changes += renewal(wallet, month, now, taken.get(Pool.MONTHLY, 0))
    for pool, part in taken.items():
        if not (pool is Pool.MONTHLY and month.is_due(wallet)):
            changes.append(Add(pool_key(wallet.account, pool), "balance", -part, floor=0))
        changes.append(entry(wallet.account, pool, -part, Reason.RESERVED, now, job))
    return changes, taken


def renewal(wallet: Wallet, month: Month, now: float, taken: int = 0) -> list[Change]:
    """Changes that renew the monthly pool for this month, with ``taken`` of it spent at once."""
    key = pool_key(wallet.account, Pool.MONTHLY)
    balance = month.available(wallet, Pool.MONTHLY) - taken
    fresh: Item = {"balance": balance, "month": month.name, "granted": month.grant > 0}
    old = wallet.items.get(Pool.MONTHLY)
    changes: list[Change] = [
        Put(key, fresh, if_absent=True)
        if old is None
        else Update(key, fresh, only_if={name: [old.get(name)] for name in fresh})
    ]
    left = month.expiring(wallet)
    if left:
        changes.append(entry(wallet.account, Pool.MONTHLY, -left, Reason.EXPIRED, now))
    if month.grant:
        changes.append(entry(wallet.account, Pool.MONTHLY, month.grant, Reason.GRANTED, now))
    return changes


def give_back(account: str, taken: Mapping[Pool, int], *, job: str, now: float) -> list[Change]:
    """Changes that return reserved credits; they are never refused."""
    changes: list[Change] = []
    for pool, part in taken.items():
        changes.append(Add(pool_key(account, pool), "balance", part))
        changes.append(entry(account, pool, part, Reason.RETURNED, now, job))
    return changes


def settle(account: str, taken: Mapping[Pool, int], *, job: str, now: float) -> list[Change]:
    """Entries that settle a reservation; they are never refused."""
    return [entry(account, pool, 0, Reason.SETTLED, now, job) for pool in taken]


def grant(account: str, pool: Pool, amount: int, now: float, note: str = "") -> list[Change]:
    """Changes that add credits to a pool, or with a negative amount remove them."""
    return [
        Add(pool_key(account, pool), "balance", amount, floor=0 if amount < 0 else None),
        entry(account, pool, amount, Reason.GRANTED, now, note=note),
    ]


def entry(
    account: str,
    pool: Pool,
    amount: int,
    reason: Reason,
    now: float,
    job: str | None = None,
    note: str = "",
) -> Put:
    """The change that writes one ledger entry."""
    line: Item = {"pool": pool, "amount": amount, "reason": reason, "at": now}
    if job:
        line["job"] = job
    if note:
        line["note"] = note
    return Put(Key(f"owner#{account}", f"{ENTRY}{new_id('ent', now)}"), line, if_absent=True)
