"""The job engine with a mode that works in stages of parts, of which each notes what it was given.

Heartbeats come when the test says so, and store calls fail as planned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.accounts import ledger
from expunge.accounts.ledger import Pool
from expunge.accounts.meter import Meter
from expunge.accounts.policies import Policies, parse_limits
from expunge.errors import ExpungeError, PipelineError, Unavailable
from expunge.hooks.outbox import WebhookOutbox
from expunge.imaging.data import FileData
from expunge.jobs import drafting, part_runner, runner
from expunge.jobs.capacity import Capacity
from expunge.jobs.failures import NotNow
from expunge.jobs.jobs import Jobs
from expunge.jobs.request import JobRequest
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import Mode
from expunge.operations.outcome import Outcome
from expunge.stores.aws.records import DynamoRecords
from expunge.stores.local.records import SqliteRecords
from tests.contract.books import (
    FREE,
    GRANT,
    LIMITS,
    PICTURE,
    HeldQueue,
    Killed,
    Unreliable,
    audit_counters,
    audit_pools,
    balance,
)
from tests.samples.parts import made_of

if TYPE_CHECKING:
    from expunge.jobs.job import Job
    from expunge.operations.parts import Part
    from expunge.stores.ports import Objects, Records

LEASE = 15
ATTEMPTS = 3


class PartBench:
    """Jobs in parts over one adapter set."""

    def __init__(self, records: Records, objects: Objects, clock: Any) -> None:
        self.records, self.objects, self.clock = Unreliable(records), objects, clock
        self.queue, self.stages = HeldQueue(), (1, 2, 2, 1)
        self.runs: list[tuple[int, int]] = []
        """The stage and index of every run of a part that came to its end."""
        self.during: list[Callable[[], object]] = []
        """What else happens while the next parts run, one each."""
        self.failing: set[tuple[int, int]] = set()
        self.beats: list[Callable[[], object]] = []
        self.keys: Counter[str] = Counter()
        meter = Meter(self.records, Policies(parse_limits(LIMITS)), clock)
        self.jobs = Jobs(
            self.records,
            self.objects,
            self.queue,
            Fetcher(Guard(lambda *_: [])),
            WebhookOutbox(self.records, self.queue, clock),
            modes=("metadata",),
            lease_seconds=LEASE,
            longest_run=60,
            attempts=ATTEMPTS,
            clock=clock,
            meter=meter,
        )
        records.write(*ledger.grant(FREE.subject, Pool.PERMANENT, GRANT, clock()))

    # ── The mode ─────────────────────────────────────────────────────────────

    def run_part(
        self, source: Any, part: Part, before: Any, progress: Callable[[float], None]
    ) -> FileData | Outcome:
        progress(0.5)
        if self.during:
            self.during.pop()()
        self.beats[-1]()
        progress(0.75)
        if (part.stage, part.index) in self.failing:
            raise PipelineError("This part does not work.")
        made = made_of(part, [f[:] for f in before(part.stage - 1)] if part.stage else [])
        self.runs.append((part.stage, part.index))
        if part.is_last:
            return Outcome(made, "image/jpeg", {"changed": True})
        file = self.objects.scratch()
        file.write(made)
        return FileData(file)

    @contextmanager
    def heartbeat(self, beat: Callable[[], object], *_: object, **__: object) -> Iterator[None]:
        def once() -> None:
            try:
                beat()
            except Unavailable:
                return  # the next one tries again

        self.beats.append(once)
        try:
            yield
        finally:
            self.beats.pop()

    @contextmanager
    def open(self) -> Iterator[PartBench]:
        def stored(put: Callable[..., object]) -> Callable[..., object]:
            def note(key: str, *rest: Any, **more: Any) -> object:
                self.keys[key] += 1
                return put(key, *rest, **more)

            return note

        with ExitStack() as patched:
            for name in ("put", "put_file"):
                real = getattr(self.objects, name)
                patched.enter_context(patch.object(self.objects, name, stored(real)))
            run = lambda mode, source, options, *more: self.run_part(source, *more)  # noqa: E731
            patched.enter_context(patch.object(Mode, "run_part", run))
            patched.enter_context(patch.object(part_runner, "Heartbeat", self.heartbeat))
            patched.enter_context(patch.object(runner, "Heartbeat", self.heartbeat))
            patched.enter_context(patch.object(Capacity, "stages_for", lambda *_: self.stages))
            even = lambda mode, counts: [1 / len(counts)] * len(counts)  # noqa: E731
            patched.enter_context(patch.object(drafting, "shares", even))
            yield self

    # ── Its callers and workers ──────────────────────────────────────────────

    def submit(self, **asked: Any) -> Job:
        asked = {"price": 10, "respond_async": True, "cap": "swaps"} | asked
        return self.jobs.submit(FREE, JobRequest("metadata", {}, PICTURE, **asked)).job

    def begun(self) -> Job:
        """A job whose first stage, of one part, is over."""
        job = self.submit()
        self.work()
        self.work()
        return job

    def now(self, job: Job) -> Job:
        return self.jobs.get(FREE, job.id)

    def attempt(self, call: Callable[[], Any]) -> Any:
        """The result, the error that a caller or the queue would see, or the crash."""
        try:
            return call()
        except (ExpungeError, NotNow, Killed) as error:
            return error

    def work(self, at: int = 0) -> Any:
        """Process one message. It stays in the queue unless that succeeds."""
        message = self.queue.messages[at]
        answer = self.attempt(lambda: self.jobs.work(message))
        if answer is None and message in self.queue.messages:
            self.queue.messages.remove(message)
        return answer

    def work_all(self) -> None:
        """Process messages until none is left; those of parts under way go to the end."""
        for _ in range(100):
            if not self.queue.messages:
                return
            self.work()
            self.queue.messages = self.queue.messages[1:] + self.queue.messages[:1]
        raise AssertionError(f"never done: {self.queue.messages}")

    def recover(self) -> None:
        """Restart every process, and let enough time pass for each job to end."""
        for pause in (0, 20, 400, 3600, 86_400, 86_400, 86_400, 86_400):
            self.clock.now += pause
            self.attempt(self.jobs.sweep)
            for _ in range(12):
                messages, self.queue.messages = self.queue.messages, []
                for message in messages:
                    self.attempt(lambda m=message: self.jobs.work(m))
                self.clock.now += LEASE
            self.attempt(self.jobs.cleanup.sweep)

    # ── The audit ────────────────────────────────────────────────────────────

    def stored(self, prefix: str) -> set[str]:
        """The keys of all stored objects below a prefix."""
        return {key for key in self.keys if key.startswith(prefix) and self.objects.head(key)}

    def audit(self) -> None:
        """Check that the charges match the jobs."""
        audit_counters(self.records.inner, self.records.jobs.values(), self.clock())
        audit_pools(self.records.inner, FREE.subject, self.records.jobs)

    @property
    def balance(self) -> int:
        return balance(self.records.inner, FREE.subject, Pool.PERMANENT)


def stores_on(request: pytest.FixtureRequest, clock: Any) -> tuple[Records, Objects]:
    """The stores of the adapter set that a fixture's parameter names."""
    if request.param == "local":
        records: Records = SqliteRecords(request.getfixturevalue("database"), clock=clock)
        objects: Objects = request.getfixturevalue("local_objects")
    else:
        client, table = request.getfixturevalue("cloud"), request.getfixturevalue("table")
        records = DynamoRecords(client.dynamodb, table=table, clock=clock)
        objects = request.getfixturevalue("s3_objects")
    return records, objects


@contextmanager
def bench_on(request: pytest.FixtureRequest, clock: Any) -> Iterator[PartBench]:
    """A bench on the adapter set that a fixture's parameter names."""
    records, objects = stores_on(request, clock)
    with PartBench(records, objects, clock).open() as made:
        yield made
