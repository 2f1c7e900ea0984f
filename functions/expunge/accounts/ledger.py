"""Credits: one ledger an account, in whole millicredits.

An account has three pools. Each is one item, beside it an entry for every
movement: a pool's balance is the sum of its entries, because both are changed
by the same write and by no other.

The monthly pool is not filled by a clock: the first movement in a month lets
what is left of the old one expire and grants the new one.
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
"""What the sort keys of entries begin with; an id that sorts by time follows."""
MILLI = 1_000
"""Millicredits in a credit."""


class Pool(StrEnum):
    """Where credits come from, in the order in which they are spent."""

    MONTHLY = "monthly"
    SUBSCRIPTION = "subscription"
    PERMANENT = "permanent"


class Reason(StrEnum):
    """Why an entry stands in the ledger."""

    GRANTED = "granted"
    EXPIRED = "expired"
    RESERVED = "reserved"
    """Taken for a job that has begun."""
    SETTLED = "settled"
    """The job succeeded: what was reserved is spent. Moves nothing."""
    RETURNED = "returned"
    """The job failed or was cancelled."""


class InsufficientCredits(ExpungeError):
    code = "insufficient_credits"


def pool_key(account: str, pool: Pool) -> Key:
    """Where a pool lies."""
    return Key(f"owner#{account}", f"{BOOKS}pool#{pool}")


@dataclass(frozen=True, slots=True)
class Wallet:
    """An account's pools as they were read."""

    account: str
    items: Mapping[Pool, Item] = field(default_factory=dict)

    @classmethod
    def of(cls, account: str, books: Mapping[Key, Item]) -> Wallet:
        """From every item under `BOOKS`."""
        keys = {pool: pool_key(account, pool) for pool in Pool}
        return cls(account, {pool: books[key] for pool, key in keys.items() if key in books})

    def balance(self, pool: Pool) -> int:
        value = self.items.get(pool, {}).get("balance", 0)
        return value if isinstance(value, int) else 0

    @property
    def month(self) -> str | None:
        """The month that the monthly pool is of."""
        month = self.items.get(Pool.MONTHLY, {}).get("month")
        return month if isinstance(month, str) else None

    @property
    def granted(self) -> bool:
        """Whether that month's grant was given."""
        return self.items.get(Pool.MONTHLY, {}).get("granted") is True


@dataclass(frozen=True, slots=True)
class Month:
    """The month it is, and what it grants."""

    name: str
    grant: int

    def is_due(self, wallet: Wallet) -> bool:
        """Whether the pool is another month's or lacks its grant, and that makes a difference."""
        if wallet.month == self.name:
            return self.grant > 0 and not wallet.granted
        return self.grant > 0 or wallet.balance(Pool.MONTHLY) > 0

    def expiring(self, wallet: Wallet) -> int:
        """What is left of another month."""
        return 0 if wallet.month == self.name else wallet.balance(Pool.MONTHLY)

    def available(self, wallet: Wallet, pool: Pool) -> int:
        """What may be spent of a pool, with the month's grant counted in."""
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
    """Changes that take ``price`` millicredits for a job, and how much comes from which pool.

    They are refused where the wallet has changed meanwhile: read it again then.

    Raises
    ------
    InsufficientCredits
        Where the pools together hold less.
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
    """Changes that turn the monthly pool to this month, ``taken`` of it spent at once."""
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
    """Changes that undo a reservation; they are never refused."""
    changes: list[Change] = []
    for pool, part in taken.items():
        changes.append(Add(pool_key(account, pool), "balance", part))
        changes.append(entry(account, pool, part, Reason.RETURNED, now, job))
    return changes


def settle(account: str, taken: Mapping[Pool, int], *, job: str, now: float) -> list[Change]:
    """Entries that close a reservation for good; they are never refused."""
    return [entry(account, pool, 0, Reason.SETTLED, now, job) for pool in taken]


def grant(account: str, pool: Pool, amount: int, now: float, note: str = "") -> list[Change]:
    """Changes that put credits into a pool (or, with a negative amount, take them out)."""
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
    """One line of the ledger."""
    line: Item = {"pool": pool, "amount": amount, "reason": reason, "at": now}
    if job:
        line["job"] = job
    if note:
        line["note"] = note
    return Put(Key(f"owner#{account}", f"{ENTRY}{new_id('ent', now)}"), line, if_absent=True)
