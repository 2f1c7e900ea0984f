"""The ledger: whatever happens, a balance is the sum of its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.accounts import ledger
from expunge.accounts.callers import Caller, Tier
from expunge.accounts.counters import BOOKS, read_all
from expunge.accounts.ledger import InsufficientCredits, Month, Pool, Wallet
from expunge.accounts.meter import Meter, MeteredCall
from expunge.accounts.policies import Policies
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRO, FREE = Caller("acc_1", Tier.PRO), Caller("acc_1", Tier.FREE)
MAY, JUNE = 1_779_600_000.0, 1_782_300_000.0


class Clock:
    now = MAY

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> Iterator[SqliteRecords]:
    with Database(tmp_path / "records.sqlite3") as database:
        yield SqliteRecords(database, clock=clock)


@pytest.fixture
def meter(records: SqliteRecords, clock: Clock) -> Meter:
    return Meter(records, Policies(), clock)


def wallet(records: SqliteRecords) -> Wallet:
    return Wallet.of("acc_1", read_all(records, "owner#acc_1", BOOKS))


def sums(records: SqliteRecords) -> dict[str, int]:
    totals = dict.fromkeys(Pool, 0)
    for _, entry in records.query("owner#acc_1", prefix=ledger.ENTRY, limit=1000).entries:
        totals[Pool(entry["pool"])] += entry["amount"]
    return totals


def balances(records: SqliteRecords) -> dict[str, int]:
    return {pool: wallet(records).balance(pool) for pool in Pool}


def test_the_month_is_granted_once_and_what_is_left_of_the_last_expires(
    meter: Meter, records: SqliteRecords, clock: Clock
) -> None:
    for _ in range(3):
        assert meter.credits.wallet(PRO).balance(Pool.MONTHLY) == 100_000
    meter.take(PRO, MeteredCall("light", price=30_000))
    clock.now = JUNE

    assert meter.credits.wallet(PRO).balance(Pool.MONTHLY) == 100_000
    reasons = [entry["reason"] for _, entry in meter.credits.entries(PRO, 10, None)[0]]
    assert sorted(reasons) == ["expired", "granted", "granted", "reserved"]
    assert sums(records) == balances(records)


def test_who_becomes_pro_within_a_month_is_granted_it_and_only_once(
    meter: Meter, records: SqliteRecords, clock: Clock
) -> None:
    meter.credits.wallet(PRO)
    clock.now = JUNE
    assert meter.credits.wallet(FREE).balance(Pool.MONTHLY) == 0, "May's grant has expired"

    assert meter.credits.wallet(PRO).balance(Pool.MONTHLY) == 100_000
    meter.credits.wallet(FREE)
    assert meter.credits.wallet(PRO).balance(Pool.MONTHLY) == 100_000
    assert sums(records) == balances(records)


def test_monthly_credits_are_spent_first_and_permanent_ones_last(
    meter: Meter, records: SqliteRecords
) -> None:
    meter.credits.grant("acc_1", Pool.PERMANENT, 50_000, "")
    meter.credits.grant("acc_1", Pool.SUBSCRIPTION, 10_000, "")

    meter.take(PRO, MeteredCall("light", price=120_000))

    assert balances(records) == {
        Pool.MONTHLY: 0,
        Pool.SUBSCRIPTION: 0,
        Pool.PERMANENT: 40_000,
    }
    with pytest.raises(InsufficientCredits, match="and 40 are left"):
        meter.take(PRO, MeteredCall("light", price=40_001))


amounts = st.integers(1, 3_000)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.sampled_from(list(Pool)[1:]), amounts),
        st.tuples(st.just("reserve"), st.just(None), amounts),
        st.tuples(st.just("stale"), st.just(None), amounts),
        st.tuples(st.just("close"), st.booleans(), st.just(0)),
        st.tuples(st.just("month"), st.sampled_from([0, 1_000]), st.just(0)),
    ),
    max_size=25,
)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_no_order_of_movements_makes_the_ledger_lie(tmp_path_factory, script) -> None:
    with Database(tmp_path_factory.mktemp("ledger") / "records.sqlite3") as database:
        records = SqliteRecords(database, clock=lambda: MAY)
        month, number, stale, open_jobs = Month("0", 1_000), 0, Wallet("acc_1"), []
        for step, what, amount in script:
            try:
                if step == "grant":
                    records.write(*ledger.grant("acc_1", what, amount, MAY))
                elif step in ("reserve", "stale"):
                    seen = stale if step == "stale" else wallet(records)
                    changes, taken = ledger.reserve(seen, amount, month, job="j", now=MAY)
                    assert sum(taken.values()) == amount
                    records.write(*changes)
                    open_jobs.append(taken)
                elif step == "close" and open_jobs:
                    close = ledger.settle if what else ledger.give_back
                    records.write(*close("acc_1", open_jobs.pop(), job="j", now=MAY))
                elif step == "month":
                    number += 1
                    month = Month(str(number), what)
                    stale = wallet(records)
            except (InsufficientCredits, WriteRefused):
                pass
            assert sums(records) == balances(records)
            assert all(balance >= 0 for balance in balances(records).values())
