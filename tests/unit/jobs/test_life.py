"""A job's life, and everything that may die in the middle of it."""

from __future__ import annotations

import errno
from contextlib import nullcontext
from typing import TYPE_CHECKING

import cv2
import pytest

import expunge
from expunge.errors import (
    JobNotFound,
    ModelMissing,
    StorageFull,
    StoreMisconfigured,
    Unavailable,
)
from expunge.jobs.failures import LeaseHeld
from expunge.jobs.job import Status
from expunge.jobs.pending import Pending
from expunge.jobs.register import Register
from expunge.jobs.request import JobRequest
from expunge.operations import metadata, visible
from tests.unit.jobs.conftest import CALLER

if TYPE_CHECKING:
    from expunge.jobs.job import Job
    from expunge.stores.ports import Change
    from tests.unit.jobs.conftest import House

WISH = {"mode": "metadata", "options": {}}


class Killed(BaseException):
    """Stands for a process that is gone: nothing of ours catches it."""


def die(*_: object, **__: object) -> None:
    raise Killed


def pending(house: House) -> list[str]:
    """Every job that something still looks after."""
    house.clock.now += 3600
    try:
        return [entry.job_id for entry in Pending(house.records, house.clock).due()]
    finally:
        house.clock.now -= 3600


def test_a_synchronous_job_ends_before_its_caller_is_answered(house: House, image: bytes) -> None:
    job = house.jobs.submit(CALLER, JobRequest(**WISH, image=image)).job

    assert job.status is Status.SUCCEEDED
    assert job == house.now(job)
    assert house.objects.get(job.result_key or "") == expunge.run("metadata", image).image
    assert house.queue.messages == []
    assert pending(house) == []


def test_a_queued_job_carries_names_not_images(house: House, image: bytes) -> None:
    job = house.queued(image)

    assert house.queue.messages == [{"owner": job.id, "job": job.id}]
    assert pending(house) == [job.id]


def test_the_copy_of_an_image_goes_when_its_job_has_ended(house: House, image: bytes) -> None:
    job = house.queued(image)
    assert house.objects.head(job.input_key or "")

    house.work()

    assert house.now(job).status is Status.SUCCEEDED
    assert house.objects.head(job.input_key or "") is None
    assert pending(house) == []


def test_a_message_that_comes_twice_changes_nothing(house: House, image: bytes) -> None:
    job = house.queued(image)
    house.queue.messages *= 2
    house.work()
    ended = house.now(job)

    house.jobs.work(job.message())

    assert house.now(job) == ended


def test_a_lost_message_is_missed_though_the_clock_was_stepped_back(
    house: House, image: bytes
) -> None:
    house.queue.loses = True
    job = house.queued(image)
    house.queue.loses = False
    house.clock.now -= 5 * 3600

    assert house.jobs.sweep().sent_again == 1
    assert house.jobs.sweep().sent_again == 0, "the queue is not flooded"
    house.work()
    assert house.now(job).status is Status.SUCCEEDED


@pytest.mark.parametrize("fault", ["fails", "loses"])
def test_a_job_whose_message_is_lost_is_sent_again(house: House, image: bytes, fault: str) -> None:
    setattr(house.queue, fault, True)
    job = house.queued(image)
    setattr(house.queue, fault, False)

    assert house.jobs.sweep().sent_again == 0, "it is too early to worry"
    house.clock.now += 61
    assert house.jobs.sweep().sent_again == 1
    assert house.jobs.sweep().sent_again == 0, "the queue is not flooded"
    house.work()
    assert house.now(job).status is Status.SUCCEEDED


def test_a_dead_workers_job_is_taken_over_when_its_lease_runs_out(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)
    with monkeypatch.context() as patch:
        patch.setattr(metadata, "run", die)
        with pytest.raises(Killed):
            house.jobs.work(job.message())

    with pytest.raises(LeaseHeld) as held:
        house.jobs.work(job.message())
    assert 0 < held.value.seconds <= 15
    house.clock.now += 16
    house.jobs.work(job.message())

    done = house.now(job)
    assert (done.status, done.attempts) == (Status.SUCCEEDED, 2)


def test_a_job_that_kills_three_workers_ends_as_failed(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)
    monkeypatch.setattr(metadata, "run", die)
    for _ in range(3):
        with pytest.raises(Killed):
            house.jobs.work(job.message())
        house.clock.now += 16

    house.jobs.work(job.message())

    done = house.now(job)
    assert (done.status, done.error_code) == (Status.FAILED, "pipeline_error")
    assert "3 times" in (done.error_message or "")
    assert house.objects.head(job.input_key or "") is None
    assert pending(house) == []


def test_a_job_that_was_made_keeps_its_image_though_its_write_is_refused_by_itself(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = house.records.write

    def twice(*changes: Change) -> None:
        write(*changes)
        write(*changes)

    with monkeypatch.context() as patch:
        patch.setattr(house.records, "write", twice)
        house.queued(image, idempotency_key="once")

    [job], _ = house.jobs.page(CALLER, 10, None)
    house.jobs.work(job.message())
    assert house.now(job).status is Status.SUCCEEDED


def results(house: House, job: Job) -> list[str]:
    """Where objects lie that a run of the job has stored."""
    return [key for key in job.result_keys() if house.objects.head(key)]


def test_a_job_that_fails_keeps_no_result_of_its_workers(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)
    with monkeypatch.context() as patch:
        patch.setattr(Register, "end", die)
        for _ in range(3):
            with pytest.raises(Killed):
                house.jobs.work(job.message())
            house.clock.now += 16
    assert results(house, job), "a worker stores the result before it ends the job"

    house.jobs.work(job.message())

    assert house.now(job).status is Status.FAILED
    assert results(house, job) == []


def test_a_result_that_cannot_be_deleted_at_once_is_deleted_by_the_sweep(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)
    with monkeypatch.context() as patch:
        patch.setattr(Register, "end", die)
        with pytest.raises(Killed):
            house.jobs.work(job.message())
    house.clock.now += 3 * 24 * 3600  # past hope
    with monkeypatch.context() as patch:
        patch.setattr(house.objects, "delete", die)
        with pytest.raises(Killed):
            house.jobs.sweep()
    assert results(house, job)

    house.clock.now += 120
    house.jobs.cleanup.sweep()

    assert house.now(job).status is Status.FAILED
    assert results(house, job) == []


def test_a_run_that_comes_too_late_takes_its_result_along(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = metadata.run

    def late(*given: object) -> object:
        monkeypatch.setattr(metadata, "run", run)
        house.clock.now += 3 * 24 * 3600
        house.jobs.sweep()  # gives the job up
        return run(*given)  # type: ignore[arg-type]

    job = house.queued(image)
    monkeypatch.setattr(metadata, "run", late)
    house.jobs.work(job.message())

    assert house.now(job).status is Status.FAILED
    assert results(house, job) == []


def test_a_worker_that_dies_after_the_end_leaves_no_copy_of_the_image(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)
    with monkeypatch.context() as patch:
        patch.setattr(house.objects, "delete", die)
        with pytest.raises(Killed):
            house.jobs.work(job.message())
    assert house.now(job).status is Status.SUCCEEDED
    assert house.objects.head(job.input_key or "")

    house.work()  # its message comes again

    assert house.objects.head(job.input_key or "") is None


def test_a_model_that_is_gone_fails_the_job_at_once(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise ModelMissing("The model's file is not here.")

    monkeypatch.setattr(metadata, "run", gone)
    job = house.queued(image)
    house.work()

    assert (house.now(job).error_code, house.now(job).attempts) == ("model_missing", 1)


@pytest.mark.parametrize("tries", [1, 3])
def test_a_full_disk_in_the_midst_of_a_job_is_waited_for_and_then_told(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch, tries: int
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    job = house.queued(image)
    with monkeypatch.context() as patch:
        patch.setattr(metadata, "run", full)
        for attempt in range(1, tries + 1):
            with nullcontext() if attempt == 3 else pytest.raises(StorageFull):
                house.jobs.work(job.message())
            house.clock.now += 16
    house.jobs.work(job.message())

    done = house.now(job)
    assert done.status is (Status.FAILED if tries == 3 else Status.SUCCEEDED)
    if tries == 3:
        assert (done.error_code, done.attempts) == ("storage_full", 3)
        assert done.error_message == "The disk of this service is full."


REFUSED = StoreMisconfigured("A store refuses this service.")


def refuse(*_: object, **__: object) -> None:
    raise REFUSED


@pytest.mark.parametrize("call", ["get", "put"])
def test_a_bucket_that_refuses_the_service_fails_a_queued_job_as_that_at_once(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    job = house.queued(image)
    monkeypatch.setattr(house.objects, call, refuse)
    house.work()

    assert (house.now(job).error_code, house.now(job).attempts) == ("store_misconfigured", 1)


def test_a_bucket_that_refuses_the_service_fails_a_synchronous_job_as_that(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.objects, "put", refuse)
    job = house.jobs.submit(CALLER, JobRequest(**WISH, image=image)).job

    assert (job.error_code, job.error_message) == ("store_misconfigured", REFUSED.detail)


@pytest.mark.parametrize("error", [MemoryError(), cv2.error("Insufficient memory")])
def test_a_job_that_finds_no_memory_says_so(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def starve(*_: object) -> None:
        if isinstance(error, cv2.error):
            error.code = -4
        raise error

    monkeypatch.setattr(metadata, "run", starve)
    job = house.queued(image)
    house.work()

    assert house.now(job).error_code == "pipeline_error"
    assert "more memory than a job may use" in (house.now(job).error_message or "")


def test_a_slow_worker_that_was_given_up_cannot_end_the_job_again(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)
    run = metadata.run

    def slow(*args, **kwargs):
        monkeypatch.setattr(metadata, "run", run)
        house.clock.now += 16
        house.jobs.work(job.message())  # another worker takes over, and is done first
        return run(*args, **kwargs)

    monkeypatch.setattr(metadata, "run", slow)
    house.jobs.work(job.message())

    done = house.now(job)
    assert (done.status, done.attempts) == (Status.SUCCEEDED, 2)
    assert house.objects.get(done.result_key or "") == expunge.run("metadata", image).image


def test_a_claimed_job_whose_server_died_is_ended_by_the_sweep(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible, "run", die)
    with pytest.raises(Killed):
        house.jobs.submit(CALLER, JobRequest("visible", {}, image=image))
    (found,) = house.jobs.unfinished()
    assert found.status is Status.PROCESSING

    house.clock.now += 61
    assert house.jobs.sweep().given_up == 1

    [job], _ = house.jobs.page(CALLER, 10, None)
    assert (job.id, job.status) == (found.id, Status.FAILED)
    assert pending(house) == []


def test_a_job_that_is_charged_at_its_end_leaves_nothing_of_a_server_that_died(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "run", die)
    with pytest.raises(Killed):
        house.jobs.submit(CALLER, JobRequest(**WISH, image=image))

    assert house.jobs.page(CALLER, 10, None) == ([], None)
    assert pending(house) == []


def test_a_store_that_fails_in_a_worker_leaves_the_job_for_another_try(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)

    def unavailable(*_: object, **__: object) -> None:
        raise Unavailable("The store did not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(house.objects, "put", unavailable)
        with pytest.raises(Unavailable):
            house.jobs.work(job.message())
    house.clock.now += 16
    house.jobs.work(job.message())

    assert house.now(job).status is Status.SUCCEEDED


def test_an_operation_that_crashes_fails_its_job_and_tells_nothing(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(metadata, "run", crash)
    job = house.jobs.submit(CALLER, JobRequest(**WISH, image=image)).job

    assert (job.status, job.error_code) == (Status.FAILED, "pipeline_error")
    assert "secret" not in (job.error_message or "")


def test_an_input_that_expired_in_the_queue_fails_the_job(house: House, image: bytes) -> None:
    job = house.queued(image)
    house.objects.delete(job.input_key or "")

    house.work()

    assert house.now(job).error_code == "upload_not_found"


def test_a_cancelled_job_is_not_run(house: House, image: bytes) -> None:
    job = house.queued(image)

    assert house.jobs.cancel(CALLER, job.id).status is Status.CANCELED
    house.work()

    assert house.now(job).status is Status.CANCELED
    assert house.objects.head(job.input_key or "") is None
    assert pending(house) == []


def test_a_job_that_starts_first_is_not_cancelled(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.queued(image)
    get = house.jobs.get

    def get_then_lose_the_race(*args, **kwargs):
        monkeypatch.setattr(house.jobs, "get", get)
        before = get(*args, **kwargs)
        house.work()
        return before

    monkeypatch.setattr(house.jobs, "get", get_then_lose_the_race)

    assert house.jobs.cancel(CALLER, job.id).status is Status.SUCCEEDED


def test_records_and_results_are_not_served_past_their_time(house: House, image: bytes) -> None:
    job = house.jobs.submit(CALLER, JobRequest(**WISH, image=image)).job
    assert (house.jobs.result_url(job) or "").startswith("/objects/out/")

    house.clock.now += 30 * 60 + 1
    with pytest.raises(JobNotFound):
        house.now(job)
    assert house.jobs.page(CALLER, 10, None) == ([], None)

    house.clock.now += 24 * 3600
    assert house.jobs.result_url(job) is None


def test_a_job_that_waits_long_is_not_forgotten(house: House, image: bytes) -> None:
    job = house.queued(image)

    house.clock.now += 20 * 3600
    house.work()

    assert house.now(job).status is Status.SUCCEEDED


def test_an_idempotency_key_outlives_a_crash_between_admission_and_answer(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_request = JobRequest(**WISH, image=image, respond_async=True, idempotency_key="k")
    with monkeypatch.context() as patch:
        patch.setattr(house.queue, "send", die)
        with pytest.raises(Killed):
            house.jobs.submit(CALLER, job_request)

    again = house.jobs.submit(CALLER, job_request)

    assert again.replayed
    assert [job.id for job in house.jobs.page(CALLER, 10, None)[0]] == [again.job.id]
