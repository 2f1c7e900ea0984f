"""Random lives of jobs in parts: crashes between any two store calls, messages in any order."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from expunge.errors import Unavailable
from expunge.jobs.job import Job
from expunge.stores.local.objects import FileObjects
from tests.contract.books import FREE, Fault, Killed
from tests.contract.part_bench import PartBench
from tests.samples.parts import result_of

faults = st.none() | st.builds(
    Fault, st.integers(1, 14), st.booleans(), st.sampled_from([Killed, Unavailable])
)
ENDS = {"succeeded", "failed", "canceled"}
FOLLOWS = {
    "queued": {"queued", "processing", *ENDS},
    "processing": {"processing", "succeeded", "failed"},
    **{end: {end} for end in ENDS},
}


class Lives(RuleBasedStateMachine):
    """Callers, workers and the sweep as random steps, with crashing processes."""

    new_records = None
    clock = None

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        folder = Path(self.opened.enter_context(tempfile.TemporaryDirectory()))
        self.clock.now = 1_800_000_000.0
        objects = FileObjects(folder, secret=bytes(32), clock=self.clock)
        bench = PartBench(type(self).new_records(), objects, self.clock)
        self.bench = self.opened.enter_context(bench.open())
        self.seen: dict[str, Job] = {}

    def under(self, fault, call):
        with self.bench.records.failing(fault):
            return self.bench.attempt(call)

    def known(self, number):
        jobs = sorted(self.bench.records.jobs)
        return jobs[number % len(jobs)] if jobs else None

    @rule(stages=st.sampled_from([(1, 2, 1), (3, 1), (1, 2, 2, 1)]), fault=faults)
    def create(self, stages, fault):
        self.bench.stages = stages
        self.under(fault, self.bench.submit)

    def deliver(self, at, keep):
        messages = self.bench.queue.messages
        if messages:
            message = messages[at % len(messages)]
            if not keep:
                messages.remove(message)
            self.bench.jobs.work(message)

    @rule(
        at=st.integers(0, 7),
        keep=st.booleans(),
        fails=st.integers(0, 9),
        during=st.lists(
            st.sampled_from(["cancel", "work", "expire", "sweep", "clean"]), max_size=3
        ),
        fault=faults,
        number=st.integers(0, 3),
    )
    def work(self, at, keep, fails, during, fault, number):
        actions = {
            "cancel": lambda: self.cancel_now(number),
            "work": lambda: self.bench.attempt(lambda: self.deliver(at + 1, keep)),
            "expire": lambda: self.wait(16),
            "sweep": lambda: self.bench.attempt(self.bench.jobs.sweep),
            "clean": lambda: self.bench.attempt(self.bench.jobs.cleanup.sweep),
        }
        self.bench.during = [actions[name] for name in during]
        self.bench.failing = {(1, 1)} if fails == 0 else set()
        self.under(fault, lambda: self.deliver(at, keep))
        self.bench.during = []

    def cancel_now(self, number):
        name = self.known(number)
        if name is None or name in self.bench.records.deleted:
            return
        answer = self.bench.attempt(lambda: self.bench.jobs.cancel(FREE, name))
        assert not isinstance(answer, Job) or answer.status != "queued"

    @rule(number=st.integers(0, 3), fault=faults)
    def cancel(self, number, fault):
        with self.bench.records.failing(fault):
            self.cancel_now(number)

    @rule(number=st.integers(0, 3), fault=faults)
    def delete(self, number, fault):
        name = self.known(number)
        if name is not None:
            self.under(fault, lambda: self.bench.jobs.remove(FREE, name))

    @rule(fault=faults)
    def sweep(self, fault):
        self.under(fault, self.bench.jobs.sweep)

    @rule(fault=faults)
    def clean(self, fault):
        self.under(fault, self.bench.jobs.cleanup.sweep)

    @rule()
    def lose_messages(self):
        self.bench.queue.messages.clear()

    @rule(seconds=st.sampled_from([1, 16, 61, 1800, 3600]))
    def wait(self, seconds):
        self.clock.now += seconds

    @invariant()
    def the_books_agree(self):
        self.bench.audit()

    @invariant()
    def nothing_goes_back(self):
        for name in set(self.bench.records.jobs) - self.bench.records.deleted:
            now = self.bench.jobs.find(FREE.subject, name)
            if now is None:
                continue
            before = self.seen.get(name, now)
            assert now.status in FOLLOWS[before.status]
            assert now.stage >= before.stage
            assert now.progress >= before.progress
            if not now.status.ended:
                left = [each * n for each, n in zip(now.part_work, now.stages, strict=True)]
                assert sum(left[now.stage + 1 :]) <= now.work_left <= sum(left[now.stage :])
            assert now.progress < 100 or now.status == "succeeded"
            assert now.stage == 0 or now.status != "queued"
            self.seen[name] = now

    @invariant()
    def a_result_is_made_of_all_parts_in_order(self):
        for name in set(self.bench.records.jobs) - self.bench.records.deleted:
            job = self.bench.jobs.find(FREE.subject, name)
            if job and job.status == "succeeded" and (result := self.bench.jobs.result(job)):
                assert result == result_of(job.stages)

    def teardown(self):
        self.bench.failing = set()
        self.bench.recover()
        states = {job["status"] for job in self.bench.records.jobs.values()}
        assert states <= ENDS
        self.bench.audit()
        assert self.bench.stored("parts/") == set()
        known = self.bench.records.jobs
        assert not [key for key in self.bench.stored("in/") if any(name in key for name in known)]
        self.opened.close()


@pytest.mark.parametrize(
    ("new_records", "examples", "steps"),
    [("local", 30, 25), ("aws", 1, 10)],
    indirect=["new_records"],
)
def test_jobs_in_parts_end_once_whatever_happens(new_records, clock, examples, steps):
    machine = type("Machine", (Lives,), {"new_records": staticmethod(new_records), "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
