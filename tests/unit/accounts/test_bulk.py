"""Many units at once cost what single jobs cost, and are taken completely or not at all."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.accounts.bulk import BulkCharge, BulkMeter
from expunge.accounts.callers import Caller, Tier, anonymous
from expunge.accounts.counters import LimitReached
from expunge.accounts.meter import Meter, MeteredCall
from expunge.accounts.policies import Policies, parse_limits
from expunge.accounts.settlement import settlement
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

GRANT = 100_000
NOW = 1_800_000_000.0
LIMITS = (
    "anonymous.light.hour=4",
    "anonymous.heavy.hour=3",
    "anonymous.heavy.day=2",
    "network.light.hour=5",
    "free.light.concurrent=3",
    "free.light.hour=9",
    "pro.light.month=3",
    "pro.heavy.month=2",
)
CALLERS = [
    anonymous("203.0.113.5"),
    Caller("acc_free", Tier.FREE),
    Caller("acc_pro", Tier.PRO),
]
UNITS = st.dictionaries(
    st.sampled_from(["light", "heavy", "detect"]), st.integers(1, 6), min_size=1
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with Database(tmp_path_factory.mktemp("bulk") / "records.sqlite3") as opened:
        yield opened


def emptied(database: Database) -> tuple[SqliteRecords, Meter]:
    records = SqliteRecords(database, clock=lambda: NOW)
    with database.write() as connection:
        connection.execute("DELETE FROM items")
    return records, Meter(records, Policies(parse_limits(LIMITS)), lambda: NOW)


def books(database: Database) -> dict[tuple[str, str], str]:
    """Every counter and balance; entries of the ledger differ in their number."""
    with database.write() as connection:
        rows = connection.execute("SELECT partition, sort, body FROM items").fetchall()
    return {(p, s): body for p, s, body in rows if not s.startswith("entry#")}


def charged(
    database: Database, meter: Meter, caller: Caller, batches: list[dict[str, int]]
) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Charge each batch that fits; return the units taken, and the refund data of each."""
    records = meter._records
    bulk = BulkMeter(records, meter, lambda: NOW)
    taken: Counter[str] = Counter()
    refunds: list[dict[str, Any]] = []
    for units in batches:
        before = books(database)
        charge = BulkCharge()
        try:
            charge = bulk.reserve(caller, units, "batch_1")
            if charge.changes:
                records.write(*charge.changes)
        except LimitReached:
            assert books(database) == before, "all or nothing"
            continue
        except WriteRefused as refused:
            with pytest.raises(LimitReached):
                bulk.check(charge, refused, refused.index)
            assert books(database) == before, "all or nothing"
            continue
        assert {group: len(found) for group, found in charge.refunds.items()} == units
        taken.update(units)
        refunds += [refund for found in charge.refunds.values() for refund in found]
    return taken, refunds


@given(st.sampled_from(CALLERS), st.lists(UNITS, min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_charge_equals_those_of_single_jobs_and_refunds_undo_it(
    database: Database, caller: Caller, batches: list[dict[str, int]]
) -> None:
    _, meter = emptied(database)
    taken, _ = charged(database, meter, caller, batches)
    at_once = books(database)

    _, meter = emptied(database)
    for group, number in taken.items():
        for _ in range(number):
            meter.take(caller, MeteredCall(group))
    assert books(database) == at_once, "as if each was a job of its own"

    records, meter = emptied(database)
    for refund in charged(database, meter, caller, batches)[1]:
        changes = settlement(refund, owner=caller.subject, job="job_1", succeeded=False, now=NOW)
        if changes:
            records.write(*changes)
    left = {sort: json.loads(body) for (_, sort), body in books(database).items()}
    assert {item["used"] for item in left.values() if "used" in item} <= {0}
    assert {item["balance"] for item in left.values() if "balance" in item} <= {GRANT}


def test_more_than_fits_says_how_many_do(database: Database) -> None:
    _, meter = emptied(database)
    bulk = BulkMeter(meter._records, meter, lambda: NOW)
    with pytest.raises(LimitReached, match=r"needs 5 light jobs.*Send at most 4 at once"):
        bulk.reserve(CALLERS[0], {"light": 5}, "batch_1")
    charge = bulk.reserve(CALLERS[1], {"light": 4}, "batch_1")
    with pytest.raises(WriteRefused) as refused:
        meter._records.write(*charge.changes)
    with pytest.raises(LimitReached, match="needs 4 light jobs, and 3 of 3 light jobs at once"):
        bulk.check(charge, refused.value, refused.value.index)
