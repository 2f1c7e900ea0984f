"""One record that cannot be processed keeps no other from its turn in a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.embedded import supervisor
from expunge.errors import StoreMisconfigured, Unavailable
from expunge.jobs.attempts import MOST_FAILURES, Attempts
from expunge.jobs.cleanup import PendingDeletion
from expunge.stores.ports import Key, Update

if TYPE_CHECKING:
    from expunge.jobs.job import Job
    from tests.unit.jobs.conftest import House


def spoiled(house: House, job: Job) -> None:
    """Give a job a state that this version does not know, as a newer one might."""
    house.records.write(Update(Key(f"owner#{job.owner}", f"job#{job.id}"), {"status": "paused"}))


def test_a_job_of_an_unknown_state_keeps_no_other_from_the_sweep(house: House, image: bytes):
    jobs = [house.queued(image) for _ in range(6)]
    house.queue.messages.clear()
    spoiled(house, jobs[2])
    house.clock.now += 120

    with pytest.raises(ValueError, match="paused"):
        house.jobs.sweep()

    sent = {message["job"] for message in house.queue.messages}
    assert sent == {job.id for job in jobs} - {jobs[2].id}


@pytest.mark.parametrize(
    ("error", "traced"), [(Unavailable("The database is busy."), False), (ValueError("odd"), True)]
)
def test_a_store_that_does_not_answer_is_a_line_in_the_log_and_no_traceback(
    house: House, monkeypatch, caplog, error: Exception, traced: bool
):
    def fail(*_: object) -> None:
        raise error

    attempts = Attempts()
    with attempts.one("a job"):
        fail()
    supervisor.attempt("sweep", fail)
    monkeypatch.setattr(house.objects, "delete", fail)
    now = int(house.clock.now)
    house.jobs.cleanup.attempt([PendingDeletion("in/2027-01-15/up_a.jpg", now, now)])

    assert len(caplog.records) >= 3
    assert {bool(record.exc_info) for record in caplog.records} == {traced}


def test_a_queue_that_refuses_one_job_gets_the_others(house: House, image: bytes, monkeypatch):
    jobs = [house.queued(image) for _ in range(6)]
    house.queue.messages.clear()
    house.clock.now += 120
    send = house.queue.send

    def refuses(message, **how):
        if message["job"] == jobs[0].id:
            raise StoreMisconfigured("The queue refuses.")
        send(message, **how)

    monkeypatch.setattr(house.queue, "send", refuses)
    with pytest.raises(StoreMisconfigured):
        house.jobs.sweep()

    assert {message["job"] for message in house.queue.messages} == {job.id for job in jobs[1:]}


def test_an_upload_whose_job_cannot_be_read_keeps_no_other_from_deletion(
    house: House, image: bytes, monkeypatch
):
    now = int(house.clock.now)
    kept, gone = (f"in/2027-01-15/up_{name}.jpg" for name in "ab")
    for key in (kept, gone):
        house.objects.put(key, image, content_type="image/jpeg")
        house.records.write(PendingDeletion(key, now, now, upload_of="acc_1").registration())

    def release(task: PendingDeletion) -> None:
        if task.object_key == kept:
            raise ValueError("'paused' is not a valid Status")

    monkeypatch.setattr(house.jobs.cleanup, "_release", release)
    for _ in range(2):
        house.clock.now += 60
        swept = house.jobs.cleanup.sweep()

    assert house.objects.get(gone) is None
    assert house.objects.get(kept) is not None
    assert swept.cleanups_failed == 1, "its task has moved, and stays"


def test_a_store_that_is_down_ends_a_sweep_early():
    attempts = Attempts()

    def fail() -> None:
        with attempts.one("it"):
            raise Unavailable("It is down.")

    for _ in range(MOST_FAILURES - 1):
        fail()
    with pytest.raises(Unavailable):
        fail()
