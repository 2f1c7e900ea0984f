"""Jobs in parts, on both adapter sets: stages, and what counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.errors import PipelineError, Unavailable
from expunge.jobs.job import Status
from tests.contract.books import GRANT, Fault, Killed
from tests.contract.part_bench import LEASE, PartBench, bench_on
from tests.samples.parts import result_of

if TYPE_CHECKING:
    pass

STAGES = (1, 2, 2, 1)
LOCAL = pytest.mark.parametrize("bench", ["local"], indirect=True)


@pytest.fixture(params=["local", "aws"])
def bench(request: pytest.FixtureRequest, clock: Any) -> Iterator[PartBench]:
    with bench_on(request, clock) as made:
        yield made


def stages_of(bench: PartBench) -> list[tuple[int, int]]:
    return [(message["stage"], message["part"]) for message in bench.queue.messages]


def test_each_stage_begins_when_all_parts_of_the_one_before_have_ended(bench: PartBench) -> None:
    job = bench.submit()
    assert bench.queue.messages == [job.message()]
    assert (job.status, job.progress, job.is_preparing) == (Status.QUEUED, 0, False)

    bench.work()
    assert stages_of(bench) == [(0, 0)]
    bench.work()
    assert stages_of(bench) == [(1, 0), (1, 1)]
    assert (bench.now(job).status, bench.now(job).progress) == (Status.PROCESSING, 25)
    bench.work(1)
    assert stages_of(bench) == [(1, 0)], "one part of the stage is left"
    bench.work()
    assert stages_of(bench) == [(2, 0), (2, 1)]
    bench.work_all()

    ended = bench.now(job)
    assert (ended.status, ended.progress) == (Status.SUCCEEDED, 100)
    assert bench.jobs.result(ended) == result_of(STAGES)
    assert sorted(bench.runs) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]
    assert bench.stored("parts/") == bench.stored("in/") == set()
    assert bench.balance == GRANT - 10


@LOCAL
def test_a_first_stage_of_several_parts_runs_in_as_many_messages(bench: PartBench) -> None:
    bench.stages = (3, 1)
    job = bench.submit()

    bench.work()
    assert stages_of(bench) == [(0, 0), (0, 1), (0, 2)]
    bench.work()
    assert bench.now(job).is_preparing
    bench.work_all()

    assert bench.jobs.result(bench.now(job)) == result_of((3, 1))


@LOCAL
def test_progress_is_that_of_all_parts_and_includes_those_under_way(bench: PartBench) -> None:
    job = bench.begun()

    seen = []

    def look() -> None:
        bench.beats[-1]()
        seen.append(bench.now(job).progress)

    def other() -> None:
        look()
        bench.during = [look]
        bench.work(1)
        look()

    bench.during = [other]  # while the first part is at half, the second one runs
    bench.work()

    assert seen == [31, 37, 43], "parts of an eighth each, at half and at half, then one has ended"
    assert bench.now(job).progress == 50


def test_a_message_that_comes_again_counts_once(bench: PartBench) -> None:
    job = bench.begun()
    again = list(bench.queue.messages)
    for _ in range(2):
        bench.jobs.work(again[0])
    assert bench.now(job).stage == 1, "one of two parts has ended, however often"
    bench.jobs.work(again[1])
    bench.jobs.work(again[0])
    assert bench.now(job).stage == 2

    bench.work_all()
    assert bench.jobs.result(bench.now(job)) == result_of(STAGES)
    assert len(bench.runs) == 6


@LOCAL
@pytest.mark.parametrize("at", range(1, 10))
def test_a_crash_between_two_stages_is_mended_by_the_message_or_by_the_sweep(
    bench: PartBench, at: int
) -> None:
    job = bench.begun()
    bench.work()
    with bench.records.failing(Fault(at, done=True, error=Killed)):
        bench.work()
    lost = at % 2 == 1
    if lost:
        bench.queue.messages.clear()
    for _ in range(3):
        bench.clock.now += 4 * LEASE
        if lost:
            bench.jobs.sweep()
        bench.work_all()

    assert bench.jobs.result(bench.now(job)) == result_of(STAGES)


@LOCAL
def test_a_dead_worker_costs_its_part_alone(bench: PartBench) -> None:
    job = bench.begun()

    def die() -> None:
        raise Killed

    bench.during = [die]
    bench.work()
    before = bench.now(job).progress
    bench.clock.now += 4 * LEASE
    bench.jobs.sweep()
    bench.work_all()

    assert bench.now(job).status is Status.SUCCEEDED
    assert len(bench.runs) == 6, "no other part ran twice"
    assert before == 25


@LOCAL
def test_a_run_that_lost_its_lease_ends_nothing(bench: PartBench) -> None:
    """While it hangs, another worker takes the part over, and ends it."""
    job = bench.begun()
    [message, _] = bench.queue.messages

    def taken_over() -> None:
        bench.clock.now += LEASE
        bench.jobs.work(message)

    bench.during = [taken_over]
    bench.jobs.work(message)

    assert bench.runs == [(0, 0), (1, 0)], "the first run was stopped"
    assert bench.now(job).stage == 1
    bench.work_all()
    assert bench.jobs.result(bench.now(job)) == result_of(STAGES)


@LOCAL
def test_a_stage_begins_once_though_two_workers_see_that_it_may(bench: PartBench) -> None:
    """Between the look of one of them and its write, the other one is a whole stage ahead."""
    job = bench.begun()
    bench.work()
    write, ahead = bench.records.inner.write, []

    def slow(*changes: Any) -> None:
        if not ahead and any("stage" in getattr(one, "set", {}) for one in changes):
            ahead.append(True)
            bench.attempt(lambda: bench.jobs.work(message))
            for _ in range(2):
                bench.jobs.work(bench.queue.messages.pop())
        write(*changes)

    [message] = bench.queue.messages
    bench.queue.messages.clear()
    with patch.object(bench.records.inner, "write", slow):
        bench.jobs.work(message)

    assert bench.now(job).stage == 3
    assert stages_of(bench) == [(3, 0)]


@LOCAL
def test_a_run_that_lost_its_lease_fails_nothing(bench: PartBench) -> None:
    job = bench.begun()
    [message, _] = bench.queue.messages

    def taken_over() -> None:
        bench.clock.now += LEASE
        bench.jobs.work(message)
        raise PipelineError("The clock of this run stood still.")

    bench.during = [taken_over]
    bench.jobs.work(message)

    assert bench.now(job).status is Status.PROCESSING
    bench.work_all()
    assert bench.jobs.result(bench.now(job)) == result_of(STAGES)


@LOCAL
@pytest.mark.parametrize("at", range(1, 9))
def test_a_lost_answer_of_the_store_counts_nothing_twice(bench: PartBench, at: int) -> None:
    job = bench.begun()
    with bench.records.failing(Fault(at, done=True, error=Unavailable)):
        bench.work()
    bench.clock.now += LEASE
    while bench.now(job).stage == 1:
        bench.work()
    stage = bench.now(job)
    assert (stage.stage, stage.work_left) == (2, 5_000)
    bench.work_all()

    assert bench.jobs.result(bench.now(job)) == result_of(STAGES)
    assert bench.now(job).progress == 100


@LOCAL
def test_a_sweep_sends_what_nobody_will_run_and_nothing_twice(bench: PartBench) -> None:
    bench.stages = (1, 3, 1)
    job = bench.begun()

    def die() -> None:
        raise Killed

    bench.during = [die]
    bench.work()
    bench.queue.messages.pop(0)
    bench.clock.now += 4 * LEASE
    seen = []

    def look() -> None:
        bench.jobs.sweep()
        bench.work(-1)  # its message about the job
        seen.extend(stages_of(bench))

    bench.during = [look]
    bench.work()  # the second part runs, the third one waits

    assert sorted(seen) == [(1, 0), (1, 1), (1, 2)]
    bench.work_all()
    assert bench.jobs.result(bench.now(job)) == result_of((1, 3, 1))
