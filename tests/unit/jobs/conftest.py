"""The jobs room over the embedded stores, with a clock that tests turn and a queue they hold."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from expunge.accounts.callers import anonymous
from expunge.errors import Unavailable
from expunge.hooks.outbox import WebhookOutbox
from expunge.jobs.jobs import Jobs
from expunge.jobs.request import JobRequest
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import MODES
from expunge.stores.local.database import Database
from expunge.stores.local.objects import FileObjects
from expunge.stores.local.records import SqliteRecords

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from expunge.jobs.job import Job

CALLER = replace(anonymous("203.0.113.5"), browser="browser_1")


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class HeldQueue:
    """Keeps what is sent, or loses it, or fails, as the test says."""

    messages: list[Mapping[str, Any]] = field(default_factory=list)
    fails: bool = False
    loses: bool = False

    def send(self, message: Mapping[str, Any], *, delay: float = 0.0) -> None:
        if self.fails:
            raise Unavailable("The queue did not answer.")
        if not self.loses:
            self.messages.append(message)


@dataclass
class House:
    jobs: Jobs
    queue: HeldQueue
    records: SqliteRecords
    objects: FileObjects
    clock: Clock

    def queued(self, image: bytes, **job_request: Any) -> Job:
        job_request = {
            "mode": "metadata",
            "options": {},
            "image": image,
            "respond_async": True,
        } | job_request
        return self.jobs.submit(CALLER, JobRequest(**job_request)).job

    def now(self, job: Job) -> Job:
        return self.jobs.get(CALLER, job.id)

    def work(self) -> None:
        for message in self.queue.messages:
            self.jobs.work(message)
        self.queue.messages.clear()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock, queue = Clock(), HeldQueue()
    with Database(tmp_path / "records.sqlite3") as database:
        records = SqliteRecords(database, clock=clock)
        objects = FileObjects(tmp_path / "objects", secret=bytes(32), clock=clock)
        jobs = Jobs(
            records,
            objects,
            queue,
            Fetcher(Guard(lambda *_: [])),
            WebhookOutbox(records, queue, clock),
            modes=tuple(MODES),
            lease_seconds=15,
            attempts=3,
            clock=clock,
        )
        yield House(jobs, queue, records, objects, clock)


@pytest.fixture(scope="session")
def image() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(file, "JPEG", comment=b"private")
    return file.getvalue()
