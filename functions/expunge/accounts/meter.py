"""The quota engine: what a call costs, as changes that go into the write that does the call."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from expunge.accounts import ledger
from expunge.accounts.counters import BOOKS, Counter, Standing, limit_reached, read, read_all
from expunge.accounts.credits import Credits
from expunge.accounts.ledger import Pool, Wallet
from expunge.accounts.policies import OVERAGE, Period, Policies
from expunge.errors import Unauthorized, Unavailable
from expunge.stores.ports import Change, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expunge.accounts.callers import Caller
    from expunge.stores.ports import Item, Key, Records

TRIES = 12
"""How often a charge is worked out anew; each refusal means that another call got through."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be metered: a group of the policy table, and a price where there is one."""

    group: str
    job: str = ""
    """The id that the ledger's entries name."""
    price: int = 0
    """Millicredits; a call with a price is paid for and not counted by its group."""
    cap: str | None = None
    """A group whose ``concurrent`` policy applies, for each key on its own."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What admission adds to its write, and what must be remembered to undo it."""

    changes: tuple[Change, ...] = ()
    receipt: dict[str, Any] = field(default_factory=dict)
    standings: tuple[Standing, ...] = ()
    """How the caller stands once this is charged."""
    counters: tuple[Counter, ...] = ()
    """Those of the first changes, in their order."""

    @property
    def undone(self) -> tuple[Standing, ...]:
        """How the caller stands if none of this is done, or all of it given back."""
        counted = {counter.policy for counter in self.counters}
        return tuple(
            standing.after(-1) if standing.policy in counted else standing
            for standing in self.standings
        )


class Meter:
    """Works charges out by the policy table."""

    def __init__(self, records: Records, policies: Policies, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock
        self.policies = policies
        self.credits = Credits(records, policies, clock)

    def charge(self, caller: Caller, wanted: Wanted) -> Charge:
        """What a call costs a caller: at most one read.

        Raises
        ------
        LimitReached
            Where a limit is used up already.
        InsufficientCredits
            Where the price is more than the account holds.
        Unauthorized
            Where there is a price and no account.
        """
        if not self.policies.on:
            return Charge()
        now = self._clock()
        if wanted.price:
            return self._in_credits(caller, wanted, now)
        return self._in_units(caller, wanted, now)

    def refused(
        self, caller: Caller, wanted: Wanted, charge: Charge, refusal: WriteRefused, index: int
    ) -> Charge:
        """Another charge after the write of one was refused at its change ``index``.

        Raises
        ------
        LimitReached, InsufficientCredits
            Where that refusal is the answer.
        """
        if index < len(charge.counters):
            counter = charge.counters[index]
            if counter.policy.period is not Period.MONTH:
                now = self._clock()
                standing = counter.standing(refusal.item, now)
                others = [s for s in charge.undone if s.policy != counter.policy]
                raise limit_reached([standing], [standing, *others], now)
        return self.charge(caller, wanted)

    def take(self, caller: Caller, wanted: Wanted, *others: Change) -> tuple[Standing, ...]:
        """Charge a call for good, in one write with what the call itself changes."""
        charge = self.charge(caller, wanted)
        for _ in range(TRIES):
            changes = (*charge.changes, *others)
            try:
                if changes:
                    self._records.write(*changes)
            except WriteRefused as refusal:
                charge = self.refused(caller, wanted, charge, refusal, refusal.index)
            else:
                return charge.standings
        raise Unavailable("Too many calls of yours at once. Try again in a moment.")

    def take_of(self, group: str, owners: Mapping[str, str]) -> None:
        """Count one, in one write, for owners that are no callers: ``{scope: name}``."""
        now = self._clock()
        counters = self._counters_of(group, owners, now)
        if not counters:
            return
        try:
            self._records.write(*(counter.take() for counter in counters))
        except WriteRefused as refusal:
            standing = counters[refusal.index].standing(refusal.item, now)
            raise limit_reached([standing], [standing], now) from None

    def give_back_of(self, group: str, owners: Mapping[str, str]) -> None:
        """Count one less than `take_of` did, where its window has not ended."""
        for counter in self._counters_of(group, owners, self._clock()):
            with suppress(WriteRefused):
                self._records.write(replace(counter.take(-1), floor=0))

    def standings_of(self, group: str, owners: Mapping[str, str]) -> tuple[Standing, ...]:
        """How owners that are no callers stand with every policy of a group."""
        now = self._clock()
        counters = self._counters_of(group, owners, now)
        return tuple(counter.standing(self._records.get(counter.key), now) for counter in counters)

    def _counters_of(self, group: str, owners: Mapping[str, str], now: float) -> list[Counter]:
        return [
            Counter.of(policy, owner, now)
            for scope, owner in owners.items()
            for policy in self.policies.of(scope, group)
        ]

    def standings(self, caller: Caller, *groups: str) -> tuple[Standing, ...]:
        """How the caller stands with every policy of these groups."""
        now = self._clock()
        counters = [c for group in groups for c in self._counters(caller, group, now)]
        items = read(self._records, counters)
        return tuple(counter.standing(items.get(counter.key), now) for counter in counters)

    def _counters(self, caller: Caller, group: str, now: float) -> list[Counter]:
        owner = caller.meter or caller.subject
        policies = self.policies.of(caller.tier, group)
        return [
            Counter.of(policy, owner, now)
            for policy in policies
            if policy.period is not Period.CONCURRENT
        ]

    def _in_units(self, caller: Caller, wanted: Wanted, now: float) -> Charge:
        counters = self._counters(caller, wanted.group, now)
        items = read(self._records, counters)
        standings = [counter.standing(items.get(counter.key), now) for counter in counters]
        violated = [standing for standing in standings if standing.remaining < 1]
        if violated:
            if any(s.policy.period is not Period.MONTH for s in violated):
                raise limit_reached(violated, standings, now)
            open_ones = [c for c, s in zip(counters, standings, strict=True) if s not in violated]
            return self._overage(caller, wanted, now, items, violated, open_ones)
        taken = counters + self._shared(caller, wanted, now)
        return _counted(taken, [standing.after(1) for standing in standings])

    def _shared(self, caller: Caller, wanted: Wanted, now: float) -> list[Counter]:
        """Counters that are not read first: the network's, and of what is under way."""
        shared = []
        if caller.network:
            policies = self.policies.of("network", wanted.group)
            shared = [Counter.of(policy, caller.network, now) for policy in policies]
        return shared + self._under_way(caller, wanted, now)

    def _under_way(self, caller: Caller, wanted: Wanted, now: float) -> list[Counter]:
        """Of the group as a whole, and of the cap's group for the caller's key."""
        owner = caller.meter or caller.subject
        names = {wanted.group: "all"} if not wanted.price else {}
        if wanted.cap is not None:
            names[wanted.cap] = caller.credential or "all"
        return [
            Counter.of(policy, owner, now, name)
            for group, name in names.items()
            for policy in self.policies.of(caller.tier, group)
            if policy.period is Period.CONCURRENT
        ]

    def _overage(
        self,
        caller: Caller,
        wanted: Wanted,
        now: float,
        books: Mapping[Key, Item],
        violated: Sequence[Standing],
        counters: list[Counter],
    ) -> Charge:
        """A month's limit is used up: the monthly pool pays, and no other."""
        price = OVERAGE.get((caller.tier, wanted.group), 0)
        wallet = Wallet.of(caller.subject, books)
        month = self.credits.month(caller.tier)
        if not price or month.available(wallet, Pool.MONTHLY) < price:
            raise limit_reached(violated, violated, now)
        changes, taken = ledger.reserve(
            wallet, price, month, job=wanted.job, now=now, pools=[Pool.MONTHLY]
        )
        counted = _counted(counters + self._shared(caller, wanted, now), list(violated))
        return _paid(counted, changes, taken)

    def _in_credits(self, caller: Caller, wanted: Wanted, now: float) -> Charge:
        if caller.account is None:
            raise Unauthorized("This costs credits, and only an account has them.")
        books = read_all(self._records, f"owner#{caller.subject}", BOOKS)
        wallet = Wallet.of(caller.subject, books)
        changes, taken = ledger.reserve(
            wallet, wanted.price, self.credits.month(caller.tier), job=wanted.job, now=now
        )
        return _paid(_counted(self._under_way(caller, wanted, now), []), changes, taken)


def _counted(counters: list[Counter], standings: list[Standing]) -> Charge:
    units = [[counter.key.partition, counter.key.sort, counter.end] for counter in counters]
    return Charge(
        changes=tuple(counter.take() for counter in counters),
        receipt={"units": units} if units else {},
        standings=tuple(standings),
        counters=tuple(counters),
    )


def _paid(counted: Charge, changes: list[Change], taken: Mapping[Pool, int]) -> Charge:
    return Charge(
        changes=(*counted.changes, *changes),
        receipt=counted.receipt | {"credits": {str(pool): part for pool, part in taken.items()}},
        standings=counted.standings,
        counters=counted.counters,
    )
