"""Charges many units of several groups in one write, all or nothing.

Each unit has refund data of its own. So every item of a batch settles its unit as a single job
does, and in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from expunge.accounts import ledger
from expunge.accounts.counters import Counter, QuotaStatus, limit_reached, read
from expunge.accounts.ledger import Pool, Wallet
from expunge.accounts.meter import MeteredCall
from expunge.accounts.policies import OVERAGE, Period
from expunge.stores.ports import Change, Item, Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.stores.ports import Records, WriteRefused

Refunds = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class BulkCharge:
    """The changes that charge many units, and the data to undo each of them."""

    changes: tuple[Change, ...] = ()
    refunds: Mapping[str, Refunds] = field(default_factory=dict)
    """For each group, the refund data of each of its units."""
    quotas: tuple[QuotaStatus, ...] = ()
    """The caller's quotas after this charge."""
    counters: tuple[Counter, ...] = ()
    """The counters of the first changes, in the same order."""
    takes: tuple[int, ...] = ()
    """The units that each of these changes takes."""


@dataclass(frozen=True, slots=True)
class _Share:
    """The units of one group: some counted, the others paid, once a monthly limit is used up."""

    group: str
    counted: int
    paid: int
    counters: tuple[Counter, ...]
    quotas: tuple[QuotaStatus, ...]
    books: Mapping[Key, Item]
    price: int
    """Millicredits of each paid unit."""

    @property
    def monthly_before(self) -> list[QuotaStatus]:
        """The monthly quotas without this charge."""
        monthly = [quota for quota in self.quotas if quota.policy.period is Period.MONTH]
        return [quota.after(-self.counted) for quota in monthly]

    def taken(self) -> list[tuple[Counter, int]]:
        """Each counter with the units that it counts."""
        every = self.counted + self.paid
        return [
            (counter, units)
            for counter in self.counters
            if (units := self.counted if _monthly(counter) else every)
        ]

    def refunds(self) -> Refunds:
        counted = _units(self.counters)
        paid = _units([counter for counter in self.counters if not _monthly(counter)])
        paid |= {"credits": {str(Pool.MONTHLY): self.price}}
        return (*(counted for _ in range(self.counted)), *(paid for _ in range(self.paid)))


class BulkMeter:
    """Computes the charges of batches, by the policy table of a meter."""

    def __init__(self, records: Records, meter: Meter, clock: Callable[[], float]) -> None:
        self._records = records
        self._meter = meter
        self._clock = clock

    def reserve(self, caller: Caller, units: Mapping[str, int], name: str) -> BulkCharge:
        """Compute the charge of so many units by group; ``name`` is what the ledger calls it.

        Raises
        ------
        LimitReached
            If not all units fit into every limit.
        """
        if not self._meter.policies.on:
            return BulkCharge(refunds={group: ({},) * number for group, number in units.items()})
        now = self._clock()
        shares = [self._share(caller, group, number, now) for group, number in units.items()]
        taken = [pair for share in shares for pair in share.taken()]
        changes: list[Change] = [counter.take(number) for counter, number in taken]
        return BulkCharge(
            changes=(*changes, *self._credits(caller, shares, name, now)),
            refunds={share.group: share.refunds() for share in shares},
            quotas=tuple(quota for share in shares for quota in share.quotas),
            counters=tuple(counter for counter, _ in taken),
            takes=tuple(number for _, number in taken),
        )

    def check(self, charge: BulkCharge, refusal: WriteRefused, index: int) -> None:
        """Raise if a write was refused at its change ``index`` for good, not by a lost race.

        Raises
        ------
        LimitReached
        """
        if index >= len(charge.counters):
            return
        counter, needed = charge.counters[index], charge.takes[index]
        if not _monthly(counter):
            now = self._clock()
            quota = counter.quota(refusal.item, now)
            raise limit_reached([quota], [quota], now, needed)

    def _share(self, caller: Caller, group: str, number: int, now: float) -> _Share:
        counters = self._meter.counters(caller, group, now)
        books = read(self._records, counters)
        quotas = [counter.quota(books.get(counter.key), now) for counter in counters]
        short = [quota for quota in quotas if quota.remaining < number]
        monthly = [quota for quota in short if quota.policy.period is Period.MONTH]
        if len(monthly) < len(short):
            raise limit_reached(short, quotas, now, number)
        counted = min([number, *(quota.remaining for quota in monthly)])
        price = OVERAGE.get((caller.tier, group), 0)
        if monthly and not price:
            raise limit_reached(short, quotas, now, number)
        after = [q.after(counted if q in monthly else number) for q in quotas]
        shared = self._meter.shared(caller, MeteredCall(group), now)
        every = (*counters, *shared)
        return _Share(group, counted, number - counted, every, tuple(after), books, price)

    def _credits(self, caller: Caller, shares: list[_Share], name: str, now: float) -> list[Change]:
        """The changes that pay what the monthly limits no longer cover, from the monthly pool."""
        price = sum(share.paid * share.price for share in shares)
        if not price:
            return []
        wallet = Wallet.of(caller.subject, {k: i for s in shares for k, i in s.books.items()})
        month = self._meter.credits.month(caller.tier)
        if month.available(wallet, Pool.MONTHLY) < price:
            paid = [share for share in shares if share.paid]
            left = [quota for share in paid for quota in share.monthly_before]
            needed = sum(share.counted + share.paid for share in paid)
            raise limit_reached(left, left, now, needed)
        pools = [Pool.MONTHLY]
        changes, _ = ledger.reserve(wallet, price, month, job=name, now=now, pools=pools)
        return changes


def _monthly(counter: Counter) -> bool:
    return counter.policy.period is Period.MONTH


def _units(counters: tuple[Counter, ...] | list[Counter]) -> dict[str, Any]:
    units = [[counter.key.partition, counter.key.sort, counter.end] for counter in counters]
    return {"units": units} if units else {}
