"""Random lives of batches with crashes between any two store calls, on both adapter sets."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from expunge.batches.batch import State
from expunge.batches.request import BatchResult
from expunge.errors import Unavailable
from tests.contract.batch_books import PAUSES, BatchOffice
from tests.contract.books import ANONYMOUS, FREE, PRO, Fault, Killed

CALLERS = [ANONYMOUS, FREE, PRO]
faults = st.none() | st.builds(
    Fault, st.integers(1, 12), st.booleans(), st.sampled_from([Killed, Unavailable])
)


class Lives(RuleBasedStateMachine):
    """Callers, workers and the sweep as random steps, with crashing processes."""

    new_records = None
    clock = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock.now = 1_800_000_000.0
        self.office = BatchOffice(type(self).new_records(), Path(self.folder.name), self.clock)
        self.deleted: set[str] = set()

    def under(self, fault, call):
        with self.office.records.failing(fault):
            return self.office.attempt(call)

    @rule(
        caller=st.sampled_from(CALLERS),
        kinds=st.sampled_from(["f", "ff", "fu", "uuf"]),
        key=st.sampled_from([None, "a", "b"]),
        fault=faults,
    )
    def create(self, caller, kinds, key, fault):
        answer = self.under(fault, lambda: self.office.batch(caller, kinds, key))
        if isinstance(answer, BatchResult) and answer.replayed:
            assert answer.batch.total == len(kinds)

    @rule(keep=st.booleans(), fault=faults)
    def work(self, keep, fault):
        if self.office.queue.messages:
            message = self.office.queue.messages.pop(0)
            if keep:
                self.office.queue.messages.append(message)
            self.under(fault, lambda: self.office.handle(message))

    @rule(data=st.data(), fault=faults)
    def remove(self, data, fault):
        """Cancel a batch, or delete one that has ended."""
        found = [batch for batch in map(self.office.known, self.office.accepted) if batch]
        if found:
            batch = data.draw(st.sampled_from(found))
            caller = next(c for c in CALLERS if c.known_as in (batch.owner, batch.browser))
            self.under(fault, lambda: self.office.batches.remove(caller, batch.id))

    @rule(fault=faults)
    def sweep(self, fault):
        self.under(fault, self.office.sweep)

    @rule()
    def lose_messages(self):
        self.office.queue.messages.clear()

    @rule(seconds=st.sampled_from([1, 61, 1800]))
    def wait(self, seconds):
        self.clock.now += seconds

    def teardown(self):
        self.office.recover_soon(len(PAUSES))
        office = self.office
        batches = {job["batch"] for job in office.records.jobs.values()}
        sizes = {name: len(self.items(name)) for name in batches}
        office.audit_ended(sizes)
        for accepted in office.accepted:
            assert accepted.id in batches, "no batch is lost"
            assert len(self.items(accepted.id)) == accepted.total
            left = office.known(accepted)
            assert left is None or left.state in (State.FINISHED, State.CANCELED)
        self.folder.cleanup()

    def items(self, batch):
        return [job for job in self.office.records.jobs.values() if job["batch"] == batch]


@pytest.mark.parametrize(
    ("new_records", "examples", "steps"),
    [("local", 12, 16), ("aws", 1, 8)],
    indirect=["new_records"],
)
def test_every_batch_ends_once_with_all_its_jobs_and_the_books_agree(
    new_records, clock, examples, steps
):
    machine = type("Machine", (Lives,), {"new_records": staticmethod(new_records), "clock": clock})
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
