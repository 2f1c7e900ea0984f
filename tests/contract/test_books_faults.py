"""Each store call fails once, in turn, before or after it took effect."""

from __future__ import annotations

from itertools import count

import pytest

from expunge.accounts.ledger import Pool
from expunge.errors import Unavailable
from expunge.jobs.request import SubmitResult
from expunge.web.problems.registry import REGISTRY
from tests.contract.books import ANONYMOUS, FREE, PRICE, PRO, Fault, Killed, Office

TASK = {"price": PRICE, "surface": "tasks", "respond_async": True, "idempotency_key": "k"}
CALLS = {
    "anonymous": (ANONYMOUS, {}),
    "claimed": (ANONYMOUS, {"mode": "visible"}),
    "with a key": (ANONYMOUS, {"idempotency_key": "k"}),
    "queued": (ANONYMOUS, {"respond_async": True, "idempotency_key": "k"}),
    "paid": (FREE, {"price": PRICE, "cap": "swaps", "idempotency_key": "k"}),
    "task": (FREE, TASK),
    "overage": (PRO, {"idempotency_key": "k"}),
}


@pytest.fixture
def offices(new_records, tmp_path, clock):
    numbers = count()
    return lambda: Office(new_records(), tmp_path / f"objects{next(numbers)}", clock)


def prepare(office: Office, name: str) -> None:
    if name == "overage":
        for _ in range(2):
            office.submit(PRO)


@pytest.mark.parametrize("error", [Unavailable, Killed])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_whichever_store_call_fails_there_is_one_charge_and_one_job(offices, name, done, error):
    every_call_in_turn(offices, name, done, error)


@pytest.mark.parametrize("name", ["paid", "task"])
@pytest.mark.parametrize("new_records", ["aws"], indirect=True)
def test_whichever_call_loses_its_answer_on_aws_there_is_one_charge(offices, name):
    every_call_in_turn(offices, name, True, Unavailable)


def every_call_in_turn(offices, name, done, error):
    caller, job_request = CALLS[name]
    for at in count(1):
        office = offices()
        prepare(office, name)
        before = len(office.records.jobs)
        with office.records.failing(Fault(at, done, error)):
            answer = office.attempt(lambda o=office: o.submit(caller, **job_request))
            reached = office.records.calls.total() >= at
        if not reached:
            break
        if isinstance(answer, Unavailable):
            assert REGISTRY[answer.code].retryable
        elif isinstance(answer, SubmitResult):
            assert answer.job.status in ("succeeded", "queued", "failed")
        else:
            assert isinstance(answer, Killed)
        office.audit()
        again = office.attempt(lambda o=office: o.submit(caller, **job_request))
        office.audit()
        if "idempotency_key" in job_request:
            assert len(office.records.jobs) - before == 1
            assert isinstance(again, SubmitResult)
        office.recover()
        office.audit()
        assert {job["status"] for job in office.records.jobs.values()} <= {"succeeded", "failed"}
    assert at > 2


def test_a_job_that_nobody_ends_is_given_up_and_given_back(new_records, tmp_path, clock):
    office = Office(new_records(), tmp_path, clock)
    office.submit(FREE, respond_async=True, price=PRICE)
    for _ in range(5):
        office.queue.messages.clear()  # every message is lost
        clock.advance(20 * 3600)
        office.jobs.sweep()

    assert [job["status"] for job in office.records.jobs.values()] == ["failed"]
    assert office.balance(FREE, Pool.PERMANENT) == 2_000
    office.audit()
