"""Concurrent calls: exactly the limit is admitted, and charges match jobs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from expunge.accounts.counters import LimitReached, TooManyAtOnce
from expunge.accounts.ledger import InsufficientCredits, Pool
from expunge.accounts.meter import Meter, MeteredCall
from expunge.accounts.policies import Policies, parse_limits
from expunge.errors import Unavailable
from expunge.jobs.request import SubmitResult
from tests.contract.books import ANONYMOUS, FREE, NEIGHBOUR, PRO, Office

RACERS = 100
THREADS = 16
TRIES = 20


@pytest.fixture
def office(records, tmp_path, clock) -> Office:
    return Office(records, tmp_path / "objects", clock)


def limited(office: Office, *changes: str) -> None:
    """Change the limits of the office's meter."""
    office.meter.policies = Policies(parse_limits(changes))


def at_once(office: Office, number: int, call) -> list:
    """Every answer; a caller that is told to try again does so, as the first may be too many."""

    def answer(n: int) -> Any:
        for _ in range(TRIES):
            given = office.attempt(lambda: call(n))
            if not isinstance(given, Unavailable):
                break
        return given

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(answer, range(number)))


def kinds(answers: list) -> dict:
    return {kind: sum(isinstance(a, kind) for a in answers) for kind in {type(a) for a in answers}}


def test_100_creates_against_a_limit_of_30_admit_exactly_30(office):
    limited(office, "anonymous.light.hour=30")

    answers = at_once(office, RACERS, lambda _: office.submit(ANONYMOUS, respond_async=True))

    assert kinds(answers) == {SubmitResult: 30, LimitReached: RACERS - 30}
    assert len(office.records.jobs) == 30


def test_made_up_fingerprints_do_not_pass_the_limit_of_their_network(office):
    limited(office, "anonymous.light.hour=15", "network.light.hour=20")

    answers = at_once(
        office,
        50,
        lambda n: office.submit([ANONYMOUS, NEIGHBOUR][n % 2], respond_async=True),
    )

    assert kinds(answers) == {SubmitResult: 20, LimitReached: 30}


def test_callers_at_once_do_not_spend_a_credit_twice(office):
    limited(office, "free.swaps.concurrent=none")

    answers = at_once(office, 60, lambda _: office.submit(FREE, respond_async=True, price=100))

    assert kinds(answers) == {SubmitResult: 20, InsufficientCredits: 40}
    assert office.balance(FREE, Pool.PERMANENT) == 0
    office.audit()


@pytest.mark.parametrize("records", ["local"], indirect=True)
def test_a_month_used_up_spends_the_buffer_credits_and_then_refuses(office):
    limited(office, "pro.light.month=10")

    answers = at_once(office, 140, lambda _: office.submit(PRO, respond_async=True))

    assert kinds(answers) == {SubmitResult: 110, LimitReached: 30}
    assert office.balance(PRO, Pool.MONTHLY) == 0
    assert office.balance(PRO, Pool.PERMANENT) == 2_000, "no other pool pays for overage"


def test_a_key_has_only_so_many_under_way(office):
    answers = at_once(
        office, 20, lambda _: office.submit(FREE, respond_async=True, price=100, cap="swaps")
    )
    assert kinds(answers) == {SubmitResult: 2, TooManyAtOnce: 18}

    for message in office.queue.messages:
        office.jobs.work(message)
    again = office.submit(FREE, respond_async=True, price=100, cap="swaps")

    assert again.job.status == "queued", "those that ended made room"
    office.audit()


def test_an_operator_caps_what_a_caller_has_under_way(office):
    limited(office, "anonymous.light.concurrent=3", "network.light.concurrent=4")

    answers = at_once(
        office, 10, lambda n: office.submit([ANONYMOUS, NEIGHBOUR][n % 2], respond_async=True)
    )

    assert kinds(answers) == {SubmitResult: 4, TooManyAtOnce: 6}
    for message in office.queue.messages:
        office.jobs.work(message)
    assert office.submit(ANONYMOUS).job.status == "succeeded"


def test_replays_at_once_make_one_job_and_one_charge(office):
    answers = at_once(
        office,
        40,
        lambda _: office.submit(FREE, respond_async=True, price=100, idempotency_key="k"),
    )

    assert len({answer.job.id for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert office.balance(FREE, Pool.PERMANENT) == 1_900


def test_a_cancel_racing_with_workers_gives_back_once(office):
    for _ in range(5):
        office.submit(FREE, respond_async=True, price=100)
    jobs = list(office.records.jobs)

    def cancel_or_work(n: int):
        if n % 2:
            return office.jobs.cancel(FREE, jobs[n // 2 % 5])
        return office.jobs.work({"owner": FREE.subject, "job": jobs[n // 2 % 5]})

    at_once(office, 40, cancel_or_work)

    office.recover()
    office.audit()


PROCESS = """
import sys
from pathlib import Path
from expunge.accounts.callers import anonymous
from expunge.accounts.counters import LimitReached
from expunge.accounts.meter import Meter, MeteredCall
from expunge.accounts.policies import Policies, parse_limits
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords

with Database(Path(sys.argv[1])) as database:
    records = SqliteRecords(database, clock=lambda: 1_800_000_000.0)
    policies = Policies(parse_limits(["anonymous.light.hour=30"]))
    meter, taken = Meter(records, policies, lambda: 1_800_000_000.0), 0
    for _ in range(20):
        try:
            meter.take(anonymous("203.0.113.5"), MeteredCall("light"))
            taken += 1
        except LimitReached:
            pass
print(taken)
"""


def test_processes_share_one_limit(start, tmp_path):
    path = tmp_path / "expunge.sqlite3"
    processes = [start(PROCESS, path) for _ in range(4)]
    taken = [int(process.communicate()[0]) for process in processes]

    assert sum(taken) == 30


def test_a_refusal_costs_nothing(records, clock):
    meter = Meter(records, Policies(parse_limits(["anonymous.heavy.hour=2"])), clock)
    for _ in range(2):
        meter.take(ANONYMOUS, MeteredCall("heavy"))

    for _ in range(5):
        with pytest.raises(LimitReached) as refused:
            meter.take(ANONYMOUS, MeteredCall("heavy"))

    assert {s.policy.name: s.used for s in refused.value.quotas} == {
        "heavy-hour": 2,
        "heavy-day": 2,
    }
