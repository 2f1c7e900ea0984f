"""How jobs in parts end, on both adapter sets, and what they leave behind."""

from __future__ import annotations

import errno
import math
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.erasure import Erasure
from expunge.errors import StorageFull
from expunge.jobs.failures import LeaseHeld
from expunge.jobs.job import Status
from tests.contract.books import FREE, GRANT, Killed
from tests.contract.part_bench import ATTEMPTS, LEASE, PartBench, bench_on
from tests.samples.parts import result_of

if TYPE_CHECKING:
    from expunge.jobs.job import Job

STAGES = (1, 2, 2, 1)
LOCAL = pytest.mark.parametrize("bench", ["local"], indirect=True)


@pytest.fixture(params=["local", "aws"])
def bench(request: pytest.FixtureRequest, clock: Any) -> Iterator[PartBench]:
    with bench_on(request, clock) as made:
        yield made


def test_a_part_that_fails_fails_the_job_and_refunds_it_once(bench: PartBench) -> None:
    job = bench.begun()
    bench.failing = {(1, 0), (1, 1)}
    bench.work_all()

    ended = bench.now(job)
    assert (ended.status, ended.error_code) == (Status.FAILED, "pipeline_error")
    assert ended.error_message == "This part does not work."
    assert bench.balance == GRANT
    assert bench.stored("parts/") == bench.stored("in/") == set()
    bench.audit()


@LOCAL
def test_the_other_parts_of_a_failed_job_stop_at_their_next_sign_of_life(bench: PartBench) -> None:
    job = bench.begun()
    bench.failing = {(1, 1)}
    bench.during = [lambda: bench.work(1)]
    bench.work()

    assert bench.now(job).status is Status.FAILED
    assert (1, 0) not in bench.runs, "it was stopped in the middle"
    assert bench.stored("parts/") == set()
    assert bench.balance == GRANT


@LOCAL
def test_a_part_whose_worker_dies_each_time_ends_the_job_after_its_attempts(
    bench: PartBench,
) -> None:
    job = bench.begun()

    def die() -> None:
        raise Killed

    [lost, _] = bench.queue.messages
    for _ in range(ATTEMPTS):
        bench.during = [die]
        assert isinstance(bench.attempt(lambda: bench.jobs.work(lost)), Killed)
        assert isinstance(bench.attempt(lambda: bench.jobs.work(lost)), LeaseHeld)
        bench.clock.now += LEASE
    bench.jobs.work(lost)

    ended = bench.now(job)
    assert ended.status is Status.FAILED
    assert ended.error_message == "A part of the job was started 3 times and did not finish."
    assert bench.balance == GRANT
    bench.audit()


@LOCAL
def test_a_disk_that_stays_full_ends_the_job_after_its_attempts(bench: PartBench) -> None:
    job = bench.begun()

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    [lost, _] = bench.queue.messages
    for _ in range(ATTEMPTS - 1):
        bench.during = [full]
        assert isinstance(bench.attempt(lambda: bench.jobs.work(lost)), StorageFull)
        bench.clock.now += LEASE
    bench.during = [full]
    bench.jobs.work(lost)

    ended = bench.now(job)
    assert (ended.status, ended.error_code) == (Status.FAILED, "storage_full")
    assert ended.error_message == "The disk of this service is full."
    assert bench.stored("parts/") == bench.stored("in/") == set()
    assert bench.balance == GRANT
    bench.audit()


@LOCAL
def test_a_file_that_comes_after_the_jobs_end_goes_at_once(bench: PartBench) -> None:
    bench.stages = (2, 1)
    job = bench.submit()
    bench.work()
    put = bench.objects.put_file

    def late(*file: Any, **more: Any) -> None:
        bench.jobs.cancel(FREE, job.id)
        put(*file, **more)

    with patch.object(bench.objects, "put_file", late):
        bench.work()

    assert bench.now(job).status is Status.CANCELED
    assert bench.stored("parts/") == set()


@pytest.mark.parametrize("begun", [False, True])
def test_a_job_is_cancelled_until_its_first_stage_is_over(bench: PartBench, begun: bool) -> None:
    bench.stages = (2, 1)
    job = bench.submit()
    bench.work()
    if begun:
        bench.work()
        assert bench.now(job).is_preparing

    assert bench.jobs.cancel(FREE, job.id).status is Status.CANCELED
    bench.work_all()

    assert bench.now(job).status is Status.CANCELED
    assert len(bench.runs) == begun
    assert bench.stored("parts/") == bench.stored("in/") == set()
    assert bench.balance == GRANT
    bench.audit()


@LOCAL
def test_a_part_that_runs_while_its_job_is_cancelled_stops(bench: PartBench) -> None:
    job = bench.submit()
    bench.work()
    bench.during = [lambda: bench.jobs.cancel(FREE, job.id)]
    bench.work()

    assert bench.now(job).status is Status.CANCELED
    assert bench.runs == []
    assert bench.stored("parts/") == set()


@LOCAL
def test_a_job_is_not_cancelled_after_its_first_stage(bench: PartBench) -> None:
    job = bench.begun()
    assert bench.jobs.cancel(FREE, job.id).status is Status.PROCESSING
    assert bench.jobs.drop(bench.now(job)) is False, "an erasure waits for its end"
    bench.work_all()
    assert bench.jobs.drop(bench.now(job))


@LOCAL
@pytest.mark.parametrize("deleted", [False, True])
def test_files_of_a_run_that_dies_after_the_jobs_end_go_with_the_sweep(
    bench: PartBench, deleted: bool
) -> None:
    job = bench.begun()
    key = f"parts/{job.day}/{job.id}/1-0"
    bench.failing = {(1, 0)}
    bench.work()
    if deleted:
        bench.jobs.remove(FREE, job.id)
    bench.objects.put(key, b"late", content_type="text/plain")
    for _ in range(3):
        bench.clock.now += 1_300
        bench.jobs.cleanup.sweep()

    assert bench.stored("parts/") == set()


@LOCAL
def test_files_stay_while_the_job_needs_them_however_long_it_takes(bench: PartBench) -> None:
    job = bench.begun()
    for _ in range(5):
        bench.clock.now += 1_300
        bench.jobs.cleanup.sweep()
    bench.work_all()

    assert bench.jobs.result(bench.now(job)) == result_of(STAGES)


@LOCAL
def test_a_job_whose_parts_never_end_fails_after_two_days(bench: PartBench) -> None:
    job = bench.begun()
    for _ in range(5):
        bench.queue.messages.clear()
        bench.clock.now += 86_400
        bench.jobs.sweep()

    ended = bench.now(job)
    assert ended.status is Status.FAILED
    assert ended.error_message == "The parts of the job did not end within two days."
    assert bench.balance == GRANT


def finished(bench: PartBench, job: Job) -> None:
    bench.work_all()


def gone(bench: PartBench, job: Job) -> None:
    assert bench.jobs.drop(job)


@LOCAL
@pytest.mark.parametrize("end", [finished, gone])
def test_nothing_of_a_job_s_parts_stays_under_its_owner(
    bench: PartBench, end: Callable[[PartBench, Job], None]
) -> None:
    job = bench.submit()
    end(bench, job)
    for _ in range(3):
        bench.clock.now += 1_300
        bench.jobs.cleanup.sweep()

    left = bench.records.inner.query(f"owner#{FREE.subject}", prefix="part#", limit=100)
    assert left.entries == ()


@LOCAL
def test_an_erasure_leaves_the_parts_of_a_job_that_runs(bench: PartBench) -> None:
    job = bench.begun()
    [message, _] = bench.queue.messages
    erasure = Erasure(bench.records, *[SimpleNamespace()] * 4, bench.clock)  # type: ignore[arg-type]
    erasure._jobs = bench.jobs
    done = []

    def erased() -> None:
        done.append(erasure._empty(FREE.subject, math.inf))

    bench.during = [erased]
    bench.jobs.work(message)
    bench.work_all()
    assert done == [False]
    assert bench.jobs.result(bench.now(job)) == result_of(STAGES)
    assert len(bench.runs) == 6, "no part lost its lease"

    erased()
    left = bench.records.inner.query(f"owner#{FREE.subject}", prefix="part#", limit=100)
    assert (done[1], left.entries) == (True, ())
