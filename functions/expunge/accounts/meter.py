"""The quota engine: turns the cost of a call into changes for the write that makes the call."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from expunge.accounts import ledger
from expunge.accounts.counters import BOOKS, Counter, QuotaStatus, limit_reached, read, read_all
from expunge.accounts.credits import Credits
from expunge.accounts.ledger import Pool, Wallet
from expunge.accounts.policies import OVERAGE, Period, Policies
from expunge.accounts.under_way import UnderWay
from expunge.errors import Unauthorized, Unavailable
from expunge.stores.ports import Change, Key, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.accounts.callers import Caller
    from expunge.stores.ports import Item, Records

TRIES = 12
"""Maximum attempts to reserve; each refusal means that another call succeeded."""


@dataclass(frozen=True, slots=True)
class MeteredCall:
    """A call to meter: its group in the policy table, and its price, if any."""

    group: str
    job: str = ""
    """The job id for the ledger's entries."""
    price: int = 0
    """Millicredits. A call with a price is paid for and does not count toward its group."""
    cap: str | None = None
    """A group whose ``concurrent`` policy applies to each key separately."""
    at_end: bool = False
    """Whether it may be charged after its work, so that all of its limits are read before."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """The changes that charge a call, and the data needed to undo them."""

    changes: tuple[Change, ...] = ()
    refund_data: dict[str, Any] = field(default_factory=dict)
    quotas: tuple[QuotaStatus, ...] = ()
    """The caller's quotas after this charge."""
    counters: tuple[Counter, ...] = ()
    """The counters of the first changes, in the same order."""
    room: Mapping[Key, int] = field(default_factory=dict)
    """Units that each counter had left when it was read, for a call that is charged at its end."""

    @property
    def may_wait(self) -> bool:
        """Whether it can be charged after the work.

        Credits are spent before, and a limit of jobs in progress counts from a job's start.
        """
        concurrent = any(c.policy.period is Period.CONCURRENT for c in self.counters)
        return not concurrent and "credits" not in self.refund_data

    @property
    def quotas_if_refunded(self) -> tuple[QuotaStatus, ...]:
        """The caller's quotas without this charge, or after its refund."""
        counted = {counter.policy for counter in self.counters}
        return tuple(quota.after(-1) if quota.policy in counted else quota for quota in self.quotas)


class Meter:
    """Computes charges from the policy table."""

    def __init__(self, records: Records, policies: Policies, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock
        self.policies = policies
        self.under_way = UnderWay()
        self.credits = Credits(records, policies, clock)

    def reserve(self, caller: Caller, call: MeteredCall) -> Reservation:
        """Compute the charge of a call, with at most one read, or one more if it is charged at end.

        Raises
        ------
        LimitReached
            If a limit is used up.
        InsufficientCredits
            If the account holds less than the price.
        Unauthorized
            If the call has a price and the caller has no account.
        """
        if not self.policies.on:
            return Reservation()
        now = self._clock()
        if call.price:
            return self._in_credits(caller, call, now)
        return self._in_units(caller, call, now)

    def refused(
        self,
        caller: Caller,
        call: MeteredCall,
        reservation: Reservation,
        refusal: WriteRefused,
        index: int,
    ) -> Reservation:
        """Compute a new charge after a write was refused at its change ``index``.

        Raises
        ------
        LimitReached, InsufficientCredits
            If the refusal means that a limit or the credits are used up.
        """
        if index < len(reservation.counters):
            counter = reservation.counters[index]
            if counter.policy.period is not Period.MONTH:
                now = self._clock()
                quota = counter.quota(refusal.item, now)
                others = [s for s in reservation.quotas_if_refunded if s.policy != counter.policy]
                raise limit_reached([quota], [quota, *others], now)
        return self.reserve(caller, call)

    def take(self, caller: Caller, call: MeteredCall, *others: Change) -> tuple[QuotaStatus, ...]:
        """Charge a call without a later refund, in one write with the call's own changes."""
        reservation = self.reserve(caller, call)
        for _ in range(TRIES):
            changes = (*reservation.changes, *others)
            try:
                if changes:
                    self._records.write(*changes)
            except WriteRefused as refusal:
                reservation = self.refused(caller, call, reservation, refusal, refusal.index)
            else:
                return reservation.quotas
        raise Unavailable("Too many calls of yours at once. Try again in a moment.")

    def take_of(self, group: str, owners: Mapping[str, str]) -> None:
        """Count one call, in one write, for owners that are not callers: ``{scope: name}``."""
        now = self._clock()
        counters = self._counters_of(group, owners, now)
        if not counters:
            return
        try:
            self._records.write(*(counter.take() for counter in counters))
        except WriteRefused as refusal:
            quota = counters[refusal.index].quota(refusal.item, now)
            raise limit_reached([quota], [quota], now) from None

    def give_back_of(self, group: str, owners: Mapping[str, str]) -> None:
        """Undo one `take_of`, if its window has not ended."""
        for counter in self._counters_of(group, owners, self._clock()):
            with suppress(WriteRefused):
                self._records.write(replace(counter.take(-1), floor=0))

    def quotas_of(self, group: str, owners: Mapping[str, str]) -> tuple[QuotaStatus, ...]:
        """The quotas of owners that are not callers, for every policy of a group."""
        now = self._clock()
        counters = self._counters_of(group, owners, now)
        return tuple(counter.quota(self._records.get(counter.key), now) for counter in counters)

    def _counters_of(self, group: str, owners: Mapping[str, str], now: float) -> list[Counter]:
        return [
            Counter.of(policy, owner, now)
            for scope, owner in owners.items()
            for policy in self.policies.of(scope, group)
        ]

    def check(self, caller: Caller, group: str) -> None:
        """Raise if the caller has used up a group's limit; nothing is counted.

        Raises
        ------
        LimitReached
        """
        if self.policies.on:
            now = self._clock()
            self._check(self.counters(caller, group, now), now)

    def check_concurrent(self, caller: Caller, call: MeteredCall) -> None:
        """Raise if as many jobs of the call's kind are in progress as may be; nothing is counted.

        Costs a read where there is such a limit.

        Raises
        ------
        LimitReached
        """
        if self.policies.on:
            now = self._clock()
            self._check(self._concurrent(caller, call, now), now)

    def _check(self, counters: Sequence[Counter], now: float) -> None:
        items = read(self._records, counters)
        quotas = [counter.quota(items.get(counter.key), now) for counter in counters]
        violated = [quota for quota in quotas if quota.remaining < 1]
        if violated:
            raise limit_reached(violated, quotas, now)

    def quotas(self, caller: Caller, *groups: str) -> tuple[QuotaStatus, ...]:
        """The caller's quotas for every policy of these groups."""
        now = self._clock()
        counters = [c for group in groups for c in self.counters(caller, group, now)]
        items = read(self._records, counters)
        return tuple(counter.quota(items.get(counter.key), now) for counter in counters)

    def counters(self, caller: Caller, group: str, now: float) -> list[Counter]:
        """The caller's counters of a group that are read before a charge."""
        owner = caller.meter or caller.subject
        policies = self.policies.of(caller.tier, group)
        return [
            Counter.of(policy, owner, now)
            for policy in policies
            if policy.period is not Period.CONCURRENT
        ]

    def _in_units(self, caller: Caller, call: MeteredCall, now: float) -> Reservation:
        counters = self.counters(caller, call.group, now)
        items = read(self._records, counters)
        quotas = [counter.quota(items.get(counter.key), now) for counter in counters]
        violated = [quota for quota in quotas if quota.remaining < 1]
        if violated:
            if any(s.policy.period is not Period.MONTH for s in violated):
                raise limit_reached(violated, quotas, now)
            open_ones = [c for c, s in zip(counters, quotas, strict=True) if s not in violated]
            return self._overage(caller, call, now, items, violated, open_ones)
        taken = counters + self.shared(caller, call, now)
        reserved = _counted(taken, [quota.after(1) for quota in quotas])
        if not (call.at_end and reserved.may_wait):
            return reserved
        room = {c.key: q.remaining for c, q in zip(counters, quotas, strict=True)}
        return replace(reserved, room=room | self._room_of_network(caller, call, quotas, now))

    def _room_of_network(
        self, caller: Caller, call: MeteredCall, quotas: Sequence[QuotaStatus], now: float
    ) -> dict[Key, int]:
        """The units that the network's counters have left; raises `LimitReached` for none."""
        counters = self._network(caller, call, now)
        items = read(self._records, counters)
        found = [counter.quota(items.get(counter.key), now) for counter in counters]
        violated = [quota for quota in found if quota.remaining < 1]
        if violated:
            raise limit_reached(violated, [*violated, *quotas], now)
        return {c.key: q.remaining for c, q in zip(counters, found, strict=True)}

    def shared(self, caller: Caller, call: MeteredCall, now: float) -> list[Counter]:
        """Counters that a claim does not read beforehand: the network's and the concurrent ones."""
        return self._network(caller, call, now) + self._concurrent(caller, call, now)

    def _network(self, caller: Caller, call: MeteredCall, now: float) -> list[Counter]:
        if not caller.network:
            return []
        policies = self.policies.of("network", call.group)
        return [Counter.of(policy, caller.network, now) for policy in policies]

    def _concurrent(self, caller: Caller, call: MeteredCall, now: float) -> list[Counter]:
        """Concurrent counters of the whole group, and of the cap's group for the caller's key."""
        owner = caller.meter or caller.subject
        names = {call.group: "all"} if not call.price else {}
        if call.cap is not None:
            names[call.cap] = caller.credential or "all"
        return [
            Counter.of(policy, owner, now, name)
            for group, name in names.items()
            for policy in self.policies.of(caller.tier, group)
            if policy.period is Period.CONCURRENT
        ]

    def _overage(
        self,
        caller: Caller,
        call: MeteredCall,
        now: float,
        books: Mapping[Key, Item],
        violated: Sequence[QuotaStatus],
        counters: list[Counter],
    ) -> Reservation:
        """Charge the monthly pool, and no other, once the monthly limit is used up."""
        price = OVERAGE.get((caller.tier, call.group), 0)
        wallet = Wallet.of(caller.subject, books)
        month = self.credits.month(caller.tier)
        if not price or month.available(wallet, Pool.MONTHLY) < price:
            raise limit_reached(violated, violated, now)
        changes, taken = ledger.reserve(
            wallet, price, month, job=call.job, now=now, pools=[Pool.MONTHLY]
        )
        counted = _counted(counters + self.shared(caller, call, now), list(violated))
        return _paid(counted, changes, taken)

    def _in_credits(self, caller: Caller, call: MeteredCall, now: float) -> Reservation:
        if caller.account is None:
            raise Unauthorized("This costs credits, and only an account has them.")
        books = read_all(self._records, f"owner#{caller.subject}", BOOKS)
        wallet = Wallet.of(caller.subject, books)
        changes, taken = ledger.reserve(
            wallet, call.price, self.credits.month(caller.tier), job=call.job, now=now
        )
        return _paid(_counted(self._concurrent(caller, call, now), []), changes, taken)


def _counted(counters: list[Counter], quotas: list[QuotaStatus]) -> Reservation:
    units = [[counter.key.partition, counter.key.sort, counter.end] for counter in counters]
    return Reservation(
        changes=tuple(counter.take() for counter in counters),
        refund_data={"units": units} if units else {},
        quotas=tuple(quotas),
        counters=tuple(counters),
    )


def _paid(counted: Reservation, changes: list[Change], taken: Mapping[Pool, int]) -> Reservation:
    return Reservation(
        changes=(*counted.changes, *changes),
        refund_data=counted.refund_data
        | {"credits": {str(pool): part for pool, part in taken.items()}},
        quotas=counted.quotas,
        counters=counted.counters,
    )
