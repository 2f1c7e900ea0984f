"""Each store call of a batch's life fails once, in turn, before or after it took effect."""

from __future__ import annotations

from itertools import count

import pytest

from expunge.accounts.counters import LimitReached
from expunge.accounts.ledger import Pool
from expunge.batches.batch import State
from expunge.batches.request import BatchResult
from expunge.batches.worker import LEASE_SECONDS
from expunge.errors import Unavailable
from expunge.jobs.failures import NotNow
from tests.contract.batch_books import BatchOffice
from tests.contract.books import ANONYMOUS, FREE, GRANT, PRO, Fault, Killed


@pytest.fixture
def offices(new_records, tmp_path, clock):
    numbers = count()
    return lambda: BatchOffice(new_records(), tmp_path / f"objects{next(numbers)}", clock)


def sizes_of(office: BatchOffice) -> dict[str, int]:
    """The batches that the store knows, also those of which the caller got no answer."""
    found = {}
    for owner in ("acc_free", "acc_pro"):
        for _, item in office.records.inner.query(f"owner#{owner}", prefix="batch#").entries:
            found[item["id"]] = item["total"]
    for sort, _ in office.records.inner.query("owner#browser_1", prefix="batch-listed#").entries:
        batch = sort.rpartition("#")[2]
        item = office.batches._register.get(batch, batch)
        found[batch] = item.total
    return found


def whole_life(offices, caller, fault, *, key):
    """One batch, of which one store call fails; return whether that call was reached."""
    office = offices()
    with office.records.failing(fault):
        answer = office.attempt(lambda: office.batch(caller, "fu", key))
        office.drain()
        reached = office.records.calls.total() >= fault.at
    assert isinstance(answer, BatchResult | Unavailable | Killed)
    again = office.attempt(lambda: office.batch(caller, "fu", key))
    assert isinstance(again, BatchResult)
    sizes = sizes_of(office)
    assert len(sizes) == 1, "one key, one batch"
    office.recover_soon()
    batch = office.known(again.batch)
    assert batch.state is State.FINISHED
    assert (batch.counts["succeeded"], batch.counts["failed"]) == (1, 1)
    assert batch.zip_key
    office.audit_ended(sizes)
    return reached


@pytest.mark.parametrize(
    ("first", "done", "error"),
    [(1, False, Unavailable), (2, True, Unavailable), (2, False, Killed), (1, True, Killed)],
)
@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_whichever_store_call_fails_a_batch_ends_once_and_costs_what_succeeded(
    offices, first, done, error
):
    for at in count(first, 2):
        if not whole_life(offices, FREE, Fault(at, done, error), key="k"):
            break
    assert at > 20


@pytest.mark.parametrize("new_records", ["aws"], indirect=True)
@pytest.mark.parametrize("at", [9])
def test_a_lost_answer_on_aws_makes_no_second_job(offices, at):
    assert whole_life(offices, ANONYMOUS, Fault(at, True, Unavailable), key="k")


def test_a_month_that_is_used_up_is_paid_from_credits_and_failures_are_returned(
    new_records, tmp_path, clock
):
    office = BatchOffice(new_records(), tmp_path, clock)
    office.batch(PRO, "fuu")  # of a month of 2: one is paid
    assert office.balance(PRO, Pool.MONTHLY) == 99_000
    office.drain()
    assert office.balance(PRO, Pool.MONTHLY) == 100_000
    assert office.balance(PRO, Pool.PERMANENT) == GRANT, "overage never takes what was bought"
    office.audit_ended(sizes_of(office))


def test_nothing_is_charged_if_one_of_several_limits_refuses(new_records, tmp_path, clock):
    office = BatchOffice(new_records(), tmp_path, clock)
    office.batch(ANONYMOUS, "ff")
    refused = office.attempt(lambda: office.batch(ANONYMOUS, "ff"))
    assert isinstance(refused, LimitReached)
    assert "needs 2 light jobs, and 1 of 3" in refused.detail
    too_many = office.attempt(lambda: office.batch(FREE, "ffff"))
    assert "Send at most 3 at once" in too_many.detail
    office.drain()
    office.audit_ended(sizes_of(office))


def test_a_batch_whose_messages_are_all_lost_is_given_back(new_records, tmp_path, clock):
    office = BatchOffice(new_records(), tmp_path, clock)
    batch = office.batch(FREE, "fff").batch
    office.queue.messages.clear()
    clock.advance(49 * 3600)
    office.sweep()
    office.drain()
    assert office.known(batch).state is State.CANCELED
    office.audit_ended(sizes_of(office))


def test_a_worker_that_stalls_until_another_has_done_its_work_does_no_harm(
    new_records, tmp_path, clock
):
    office = BatchOffice(new_records(), tmp_path, clock)
    office.batch(FREE, "fu")
    (message,) = office.queue.messages
    admit = office.jobs.admit_prepaid

    def stalled(*arguments, **named):
        office.jobs.admit_prepaid = admit
        clock.advance(2 * LEASE_SECONDS)
        office.drain()
        return admit(*arguments, **named)

    office.jobs.admit_prepaid = stalled
    office.handle(message)
    office.recover_soon(1)
    office.audit_ended(sizes_of(office))
    (batch,) = [office.known(one) for one in office.accepted]
    assert batch.state is State.FINISHED


def test_a_batch_that_another_worker_has_waits(new_records, tmp_path, clock):
    office = BatchOffice(new_records(), tmp_path, clock)
    batch = office.batch(FREE, "f").batch
    register = office.batches._register
    assert register.lease(batch, LEASE_SECONDS)
    with pytest.raises(NotNow):
        office.batches.work(batch.message())
    clock.advance(LEASE_SECONDS)
    office.drain()
    assert office.known(batch).state is State.FINISHED
