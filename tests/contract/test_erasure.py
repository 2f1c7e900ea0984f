"""An account is erased completely on both adapter sets, whichever store call fails meanwhile."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from expunge.accounts.accounts import Accounts
from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import Pool
from expunge.batches import register
from expunge.erasure import Erasure
from expunge.errors import JobNotFound, Unavailable
from expunge.hooks.deliveries import Deliveries
from expunge.hooks.hooks import Hooks
from expunge.stores.ports import Key, Put
from tests.contract.batch_books import BatchOffice
from tests.contract.books import PICTURE, PRICE, Fault, Killed

if TYPE_CHECKING:
    from pathlib import Path

CLOCKED = 1_800_000_000.0
ROUNDS = 8
"""Of the sweeps, three minutes apart: every lease and retry ends in between."""


@pytest.fixture
def office(records, tmp_path: Path, clock) -> BatchOffice:
    clock.now = CLOCKED
    return BatchOffice(records, tmp_path / "objects", clock)


def erasure_of(office: BatchOffice) -> Erasure:
    hooks = Hooks(
        office.records,
        office.queue,
        SimpleNamespace(),
        office.jobs,
        view=vars,
        callback_view=vars,
        batch_view=lambda record, _: record,
        clock=office.clock,
    )
    return Erasure(
        office.records,
        Accounts(office.records, office.clock),
        office.jobs,
        office.batches,
        hooks,
        office.clock,
    )


def lived(office: BatchOffice) -> Caller:
    """An account with a session, a key, credits, and jobs of every kind."""
    accounts = Accounts(office.records.inner, office.clock)
    account = accounts.create(Tier.FREE)
    accounts.create_key(account.id, "")
    office.meter.credits.grant(account.id, Pool.PERMANENT, 3 * PRICE, "test")
    caller = Caller(account.id, Tier.FREE, credential="key_1")
    office.submit(caller, price=PRICE, idempotency_key="1")
    office.submit(caller, respond_async=True)
    upload = office.jobs.uploads.create(caller, content_type="image/jpeg", size=len(PICTURE))
    office.jobs._objects.create(upload.object_key, PICTURE, "image/jpeg")
    office.submit(caller, image=None, object_key=upload.object_key)
    office.clock.now += 3600  # the limits of an hour allow three of these
    office.batch(caller, "fu")
    office.drain()
    office.batch(caller, "f")
    return caller


def left(office: BatchOffice, caller: Caller) -> set[str]:
    page = office.records.inner.query(f"owner#{caller.subject}", limit=100)
    return {sort.partition("#")[0] for sort, _ in page.entries}


def sweep(office: BatchOffice, erasure: Erasure) -> None:
    for _ in range(ROUNDS):
        office.clock.now += 180
        for chore in (erasure.sweep, office.sweep):
            office.attempt(chore)
        office.drain()


@pytest.mark.parametrize(
    ("at", "error", "done"),
    [(1, Killed, True), (2, Unavailable, False), (5, Killed, False), (9, Unavailable, True)],
)
def test_an_erasure_survives_a_fault_at_any_call(
    office: BatchOffice, at: int, error: type[BaseException], done: bool
) -> None:
    caller = lived(office)
    erasure = erasure_of(office)
    begun = office.attempt(lambda: erasure.begin(caller.subject))
    assert not isinstance(begun, BaseException)

    with office.records.failing(Fault(at, done, error)):
        office.attempt(erasure.sweep)
    sweep(office, erasure)

    assert left(office, caller) <= {"entry", "books"}
    assert not [file for file in office.jobs._objects._root.rglob("*") if file.is_file()]
    assert not office.records.inner.query("erasures").entries
    assert not any(office.records.inner.query(shard).entries for shard in register.SHARDS.all())
    for batch in office.accepted:
        assert not office.records.inner.query(f"batch#{batch.id}").entries


@pytest.mark.parametrize("error", [Killed, Unavailable])
def test_an_erasure_that_was_begun_and_not_answered_is_done(
    office: BatchOffice, error: type[BaseException]
) -> None:
    caller = lived(office)
    erasure = erasure_of(office)

    with office.records.failing(Fault(2, True, error)):
        office.attempt(lambda: erasure.begin(caller.subject))
    sweep(office, erasure)

    assert left(office, caller) <= {"entry", "books"}


def test_the_ledger_still_adds_up(office: BatchOffice) -> None:
    caller = lived(office)
    erasure = erasure_of(office)
    erasure.begin(caller.subject)
    sweep(office, erasure)

    entries, _ = office.meter.credits.entries(caller, 100, None)
    assert sum(int(str(entry["amount"])) for _, entry in entries) == 2 * PRICE
    with pytest.raises(JobNotFound):
        office.jobs.get(caller, next(iter(office.records.jobs)))


def test_the_message_of_a_job_that_was_deleted_before_goes_too(office: BatchOffice) -> None:
    caller = lived(office)
    hooked = office.submit(caller, webhook_url="https://hooks.example/private").job
    assert office.records.inner.query(f"hook#{hooked.id}").entries
    assert office.jobs.deletion.delete(hooked)
    assert office.records.inner.query(f"hook#{hooked.id}").entries, "a receiver may still be told"
    erasure = erasure_of(office)
    erasure.begin(caller.subject)
    sweep(office, erasure)

    assert not office.records.inner.query(f"hook#{hooked.id}").entries
    assert left(office, caller) <= {"entry", "books"}


def test_many_messages_of_a_receiver_are_forgotten(records) -> None:
    for number in range(120):
        records.write(Put(Key("hook#hook_1", f"msg_{number:03d}"), {"n": number}))

    Deliveries(records).forget("hook_1")

    assert records.query("hook#hook_1").entries == ()
