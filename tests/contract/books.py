"""Jobs over a store with planned failures, and an audit of the charges against the jobs."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from PIL import Image

from expunge.accounts import ledger
from expunge.accounts.callers import Caller, Tier, anonymous
from expunge.accounts.counters import LimitReached
from expunge.accounts.ledger import InsufficientCredits, Pool, Reason
from expunge.accounts.meter import Meter
from expunge.accounts.policies import Policies, parse_limits
from expunge.errors import ExpungeError, MalformedImage, Unavailable
from expunge.hooks.outbox import WebhookOutbox
from expunge.jobs import page_index
from expunge.jobs.failures import LeaseHeld
from expunge.jobs.job import Job
from expunge.jobs.jobs import Jobs
from expunge.jobs.page_index import LISTED_SECONDS
from expunge.jobs.register import log_job
from expunge.jobs.request import JobRequest, SubmitResult
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import metadata, visible
from expunge.stores.local.objects import FileObjects
from expunge.stores.ports import Delete, Key, Put, Update

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.stores.ports import Change, Item, Page, Records

LIMITS = (
    "anonymous.light.hour=3",
    "anonymous.light.day=5",
    "network.light.hour=4",
    "pro.light.month=2",
    "free.light.hour=3",
    "free.swaps.concurrent=2",
    "pro.swaps.concurrent=2",
)
PRICE = 700
GRANT = 2_000
ANONYMOUS = replace(anonymous("203.0.113.5", traits="curl"), browser="browser_1")
NEIGHBOUR = replace(anonymous("203.0.113.5", fingerprint="another"), browser="browser_2")
FREE = Caller("acc_free", Tier.FREE, credential="key_1")
PRO = Caller("acc_pro", Tier.PRO, credential="key_2")
CALLERS = [ANONYMOUS, NEIGHBOUR, FREE, PRO]

_FILE = io.BytesIO()
Image.new("RGB", (8, 8), "teal").save(_FILE, "JPEG", comment=b"private")
PICTURE = _FILE.getvalue()


class Killed(BaseException):
    """A crash of the process: no code of ours catches it."""


@dataclass(frozen=True)
class Fault:
    """Fails the ``at``-th store call from now, before or after it takes effect."""

    at: int
    done: bool
    error: type[BaseException]


@dataclass
class Unreliable:
    """A records port over another one, which fails as planned and remembers all jobs."""

    inner: Records
    plan: Fault | None = None
    calls: Counter[str] = field(default_factory=Counter)
    jobs: dict[str, Item] = field(default_factory=dict)
    """The last state of every job ever written."""
    deleted: set[str] = field(default_factory=set)

    def get(self, key: Key) -> Item | None:
        return self._call("read", lambda: self.inner.get(key))

    def query(self, partition: str, **how: Any) -> Page:
        return self._call("read", lambda: self.inner.query(partition, **how))

    def write(self, *changes: Change) -> None:
        def do() -> None:
            self.inner.write(*changes)
            for change in changes:
                self._remember(change)

        self._call("write", do)

    def _call(self, kind: str, do: Callable[[], Any]) -> Any:
        self.calls[kind] += 1
        due = self.plan is not None and self.plan.at == self.calls.total()
        if due and not self.plan.done:
            raise self.plan.error("before it was done")
        answer = do()
        if due:
            raise self.plan.error("after it was done")
        return answer

    def _remember(self, change: Change) -> None:
        kind, _, name = change.key.sort.partition("#")
        if kind != "job":
            return
        if isinstance(change, Delete):
            self.deleted.add(name)
        elif isinstance(change, Put):
            assert name not in self.jobs, "a job is made once"
            self.jobs[name] = asdict(Job.of(change.item))  # records leave out defaults
        elif isinstance(change, Update):
            self.jobs[name] |= change.set

    @contextmanager
    def failing(self, plan: Fault | None) -> Iterator[None]:
        """Count calls from now on, and fail as planned."""
        self.plan, self.calls = plan, Counter()
        try:
            yield
        finally:
            self.plan = None


@dataclass
class HeldQueue:
    messages: list[Any] = field(default_factory=list)

    def send(self, message: Any, *, delay: float = 0.0) -> None:
        self.messages.append(dict(message))


class Office:
    """All of jobs and accounts over one store."""

    def __init__(self, records: Records, folder: Path, clock: Any, observer: Any = log_job) -> None:
        self.records = Unreliable(records)
        self.clock = clock
        self.objects = FileObjects(folder, secret=bytes(32), clock=clock)
        self.queue = HeldQueue()
        self.meter = Meter(self.records, Policies(parse_limits(LIMITS)), clock)
        self.jobs = Jobs(
            self.records,
            self.objects,
            self.queue,
            Fetcher(Guard(lambda *_: ["93.184.216.34"])),
            WebhookOutbox(self.records, self.queue, clock),
            modes=("metadata", "visible"),
            lease_seconds=15,
            attempts=3,
            clock=clock,
            meter=self.meter,
            observer=observer,
        )
        for caller in (FREE, PRO):
            records.write(*ledger.grant(caller.subject, Pool.PERMANENT, GRANT, clock()))

    def submit(self, caller: Caller, **job_request: Any) -> SubmitResult:
        job_request = {"mode": "metadata", "options": {}, "image": PICTURE} | job_request
        return self.jobs.submit(caller, JobRequest(**job_request))

    def attempt(self, call: Callable[[], Any]) -> Any:
        """The result, the error that the caller would see, or the crash."""
        try:
            return call()
        except (ExpungeError, LeaseHeld, Killed) as error:
            return error

    @contextmanager
    def fate(self, fails: bool) -> Iterator[None]:
        """Make operations fail within this context, or not."""
        if not fails:
            yield
            return
        error = MalformedImage("It does not hold.")
        with (
            patch.object(metadata, "run", side_effect=error),
            patch.object(visible, "run", side_effect=error),
        ):
            yield

    def recover(self) -> None:
        """Restart every process, and let enough time pass for each job to end."""
        for pause in (0, 20, 400, 3600, 86_400, 86_400, 86_400, 86_400):
            self.clock.now += pause
            self.jobs.sweep()
            messages, self.queue.messages = self.queue.messages, []
            for message in messages:
                self.attempt(lambda m=message: self.jobs.work(m))

    # ── The audit ────────────────────────────────────────────────────────────

    def audit(self) -> None:
        """Check that the charges match the jobs."""
        self._audit_counters()
        for caller in (FREE, PRO):
            self._audit_pools(caller)
            self._audit_tasks(caller)

    def audit_counters_alone(self) -> None:
        """Check the counters against the jobs, whatever the limits are now."""
        audit_counters(self.records.inner, self.records.jobs.values(), self.clock())

    def _audit_counters(self) -> None:
        jobs = self.records.jobs.values()
        for (partition, sort), used in audit_counters(self.records.inner, jobs, self.clock()):
            assert used <= self._limit(partition, sort)

    def _limit(self, partition: str, sort: str) -> int:
        if "month" in sort:
            return 2
        if "concurrent" in sort:
            return 2
        if "day" in sort:
            return 5
        return 4 if "net_" in partition else 3

    def balance(self, caller: Caller, pool: Pool) -> int:
        return balance(self.records.inner, caller.subject, pool)

    def _audit_tasks(self, caller: Caller) -> None:
        """The account's and the key's list of tasks hold each task once, and count it."""
        days = LISTED_SECONDS // 86_400
        tasks = [
            (job["created_at"], name)
            for name, job in self.records.jobs.items()
            if job["surface"] == "tasks"
            and job["owner"] == caller.subject
            and name not in self.records.deleted
            and self.clock() // 86_400 - job["created_at"] // 86_400 < days
        ]
        newest = tuple(name for _, name in sorted(tasks, reverse=True))
        for owner in (caller.subject, caller.key or ""):
            page = page_index.page(self.records.inner, "tasks", owner, 1, 100)
            assert (page.total, page.ids) == (len(newest), newest[:100])

    def _audit_pools(self, caller: Caller) -> None:
        audit_pools(self.records.inner, caller.subject, self.records.jobs)


def audit_counters(
    records: Records, jobs: Iterable[Item], now: float, deleted: int = 0
) -> list[tuple[tuple[str, str], int]]:
    """Check that each open window's counter equals its charged jobs; return the counters.

    ``deleted`` jobs are no longer in ``jobs``, and may have been charged to any counter.
    """
    expected: Counter[tuple[str, str]] = Counter()
    for job in jobs:
        for partition, sort, end in job["refund_data"].get("units", []):
            charged = job["status"] not in ("failed", "canceled")
            under_way = job["status"] in ("queued", "processing")
            if end == 0:
                expected[partition, sort] += under_way
            elif end > now:
                expected[partition, sort] += charged
    for (partition, sort), used in expected.items():
        item = records.get(Key(partition, sort)) or {}
        assert used <= item.get("used", 0) <= used + deleted, (sort, item, used)
    return list(expected.items())


def balance(records: Records, owner: str, pool: Pool) -> int:
    item = records.get(ledger.pool_key(owner, pool)) or {}
    return item.get("balance", 0)


def audit_pools(records: Records, owner: str, jobs: Mapping[str, Item]) -> None:
    """Each pool equals the sum of its entries; each job of the owner paid and settled once."""
    entries = []
    cursor = None
    while True:
        page = records.query(f"owner#{owner}", prefix="entry#", limit=1000, cursor=cursor)
        entries += [item for _, item in page.entries]
        cursor = page.cursor
        if cursor is None:
            break
    for pool in Pool:
        total = sum(entry["amount"] for entry in entries if entry["pool"] == pool)
        assert balance(records, owner, pool) == total >= 0
    for name, job in jobs.items():
        if job["owner"] != owner:
            continue
        mine = [entry for entry in entries if entry.get("job") == name]
        taken = job["refund_data"].get("credits", {})
        given = {e["pool"]: e["amount"] for e in mine if e["reason"] == Reason.RETURNED}
        settled = [e["pool"] for e in mine if e["reason"] == Reason.SETTLED]
        quotas_if_refunded = job["status"] in ("failed", "canceled")
        assert {e["pool"]: -e["amount"] for e in mine if e["reason"] == Reason.RESERVED} == taken
        assert given == (taken if quotas_if_refunded else {})
        assert sorted(settled) == (sorted(taken) if job["status"] == "succeeded" else [])
        assert len(mine) == len(taken) * (2 if settled or quotas_if_refunded else 1), "each once"


REFUSALS = (LimitReached, InsufficientCredits)
PASSING = (Unavailable,)
