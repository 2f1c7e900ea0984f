"""Random lives of jobs with crashes between any two store calls: charges always match jobs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from expunge.accounts.callers import Tier
from expunge.errors import Unavailable
from expunge.jobs.job import Job
from expunge.jobs.request import SubmitResult
from tests.contract.books import CALLERS, PRICE, Fault, Killed, Office

faults = st.none() | st.builds(
    Fault, st.integers(1, 8), st.booleans(), st.sampled_from([Killed, Unavailable])
)


class Books(RuleBasedStateMachine):
    """Callers, workers and the sweep as random steps, with crashing processes."""

    new_records = None
    clock = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock.now = 1_800_000_000.0
        self.office = Office(type(self).new_records(), Path(self.folder.name), self.clock)
        self.claims: dict[tuple[str, str], tuple[float, str]] = {}

    def under(self, fault: Fault | None, call):
        with self.office.records.failing(fault):
            return self.office.attempt(call)

    @rule(
        caller=st.sampled_from(CALLERS),
        key=st.sampled_from([None, None, "a", "b"]),
        paid=st.booleans(),
        queued=st.booleans(),
        mode=st.sampled_from(["metadata", "visible"]),
        fails=st.booleans(),
        fault=faults,
    )
    def create(self, caller, key, paid, queued, mode, fails, fault):
        paid = paid and caller.tier is not Tier.ANONYMOUS
        job_request = {
            "mode": mode,
            "respond_async": queued,
            "price": PRICE if paid else 0,
            "idempotency_key": key,
        }
        if paid:
            job_request |= {"cap": "swaps", "surface": "tasks"}
        with self.office.fate(fails):
            answer = self.under(fault, lambda: self.office.submit(caller, **job_request))
        if isinstance(answer, SubmitResult) and key:
            now = self.clock()
            until, job = self.claims.get((caller.subject, key), (0.0, ""))
            if until > now:
                assert answer.job.id == job, "one key, one job"
            else:
                self.claims[caller.subject, key] = now + 24 * 3600, answer.job.id

    @rule(fails=st.booleans(), keep=st.booleans(), fault=faults)
    def work(self, fails, keep, fault):
        if not self.office.queue.messages:
            return
        message = self.office.queue.messages[0]
        if not keep:
            self.office.queue.messages.pop(0)
        with self.office.fate(fails):
            self.under(fault, lambda: self.office.jobs.work(message))

    @rule(data=st.data(), fault=faults)
    def cancel(self, data, fault):
        known = list(self.office.records.jobs.values())
        if known:
            job = data.draw(st.sampled_from(known))
            caller = next(c for c in CALLERS if c.known_as in (job["owner"], job["browser"]))
            answer = self.under(fault, lambda: self.office.jobs.cancel(caller, job["id"]))
            assert not isinstance(answer, Job) or answer.status != "queued"

    @rule(fault=faults)
    def sweep(self, fault):
        self.under(fault, self.office.jobs.sweep)

    @rule()
    def lose_messages(self):
        self.office.queue.messages.clear()

    @rule(seconds=st.sampled_from([1, 16, 61, 1800, 3600]))
    def wait(self, seconds):
        self.clock.now += seconds

    @rule(days=st.sampled_from([1, 3, 31]))
    def wait_long(self, days):
        for _ in range(days):  # the sweep does not stand still for days
            self.clock.now += 86_400
            self.office.jobs.sweep()

    @invariant()
    def the_books_agree(self):
        self.office.audit()

    def teardown(self):
        self.office.recover()
        states = {job["status"] for job in self.office.records.jobs.values()}
        assert states <= {"succeeded", "failed", "canceled"}
        self.office.audit()
        self.folder.cleanup()


@pytest.mark.parametrize(
    ("new_records", "examples", "steps"),
    [("local", 30, 25), ("aws", 3, 10)],
    indirect=["new_records"],
)
def test_counters_and_ledger_agree_with_the_jobs(new_records, clock, examples, steps):
    machine = type("Machine", (Books,), {"new_records": staticmethod(new_records), "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
