"""Copies of a job's other images, on both adapter sets: read by its worker, gone with its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.accounts import ledger
from expunge.accounts.ledger import InsufficientCredits, Pool
from expunge.accounts.meter import Meter
from expunge.accounts.policies import Policies
from expunge.errors import (
    ExpungeError,
    IdempotencyMismatch,
    ImageError,
    PipelineError,
    Unavailable,
    UnsupportedMediaType,
    UploadNotFound,
    ValidationFailed,
)
from expunge.hooks.outbox import WebhookOutbox
from expunge.jobs.job import Retention, Status
from expunge.jobs.jobs import Jobs
from expunge.jobs.request import Given, JobRequest
from expunge.jobs.uploads import Sent
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import swap
from expunge.operations.outcome import Outcome
from expunge.stores.aws.records import DynamoRecords
from expunge.stores.local.records import SqliteRecords
from tests.contract.books import FREE, GRANT, PICTURE, HeldQueue, Killed, Unreliable
from tests.unit.faces.making import file, scene
from tests.unit.movies.mp4 import Movie, Track

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.jobs.job import Job
    from expunge.stores.ports import Objects, Records

FACE, OTHER = (file(scene((24, size)), "PNG") for size in (16, 18))
MOVIE = Movie([Track(1, b"vide", b"avc1", [b"frame", b"frame"])]).file()
TWO = {"face_swaps": [{"face_index": n, "source": f"source-{n}"} for n in (0, 1)]}


@dataclass
class Bench:
    """The job engine on one adapter set, and a swap that only notes what it gets."""

    records: Unreliable
    objects: Objects
    clock: Any
    seen: list[Source] = field(default_factory=list)
    fails: bool = False
    inspected: list[set[str]] = field(default_factory=list)
    """What was stored whenever the images of a new job were inspected."""

    def __post_init__(self) -> None:
        self._put, self._used = self.objects.put, set[str]()
        self.queue = HeldQueue()
        meter = Meter(self.records, Policies(on=True), self.clock)
        self.jobs = Jobs(
            self.records,
            self.objects,
            self.queue,
            Fetcher(Guard(lambda *_: [])),
            WebhookOutbox(self.records, self.queue, self.clock),
            modes=("swap", "metadata"),
            lease_seconds=15,
            attempts=2,
            clock=self.clock,
            meter=meter,
            inspect=lambda *_: self.inspected.append(self.keys()),
        )

    def put(self, key: str, *args: Any, **more: Any) -> None:
        self._used.add(key)
        self._put(key, *args, **more)

    def keys(self) -> set[str]:
        """The keys of all stored objects."""
        return {key for key in self._used if self.objects.head(key)}

    def swap(self, *_: object) -> Outcome:
        self.seen.append(_[0])
        if self.fails:
            raise PipelineError("The face is hidden.")
        return Outcome(PICTURE, "image/jpeg", {"changed": True})

    def submit(self, **request: Any) -> Job:
        asked = {"companions": {"source": Given(FACE)}, "options": {}, "price": 10} | request
        return self.jobs.submit(FREE, JobRequest("swap", image=PICTURE, **asked)).job

    def two(self, **request: Any) -> Job:
        faces = {"source-0": Given(FACE), "source-1": Given(OTHER)}
        return self.submit(options=TWO, companions=faces, **request)

    def work(self) -> None:
        messages, self.queue.messages = self.queue.messages, []
        for message in messages:
            self.jobs.work(message)

    def copies(self) -> set[str]:
        return {key for key in self.keys() if key.startswith("in/")}

    def recover(self) -> None:
        for pause in (70, 700):
            self.clock.advance(pause)
            self.jobs.sweep()
            self.work()
            self.jobs.cleanup.sweep()


@pytest.fixture(params=["local", "aws"])
def bench(request: pytest.FixtureRequest, clock: Any) -> Iterator[Bench]:
    if request.param == "local":
        records: Records = SqliteRecords(request.getfixturevalue("database"), clock=clock)
        objects: Objects = request.getfixturevalue("local_objects")
    else:
        client, table = request.getfixturevalue("cloud"), request.getfixturevalue("table")
        records = DynamoRecords(client.dynamodb, table=table, clock=clock)
        objects = request.getfixturevalue("s3_objects")
    records.write(*ledger.grant(FREE.subject, Pool.PERMANENT, GRANT, clock()))
    made = Bench(Unreliable(records), objects, clock)
    with ExitStack() as patched:
        patched.enter_context(patch.object(objects, "put", made.put))
        patched.enter_context(patch.object(swap, "check", lambda *_: None))
        patched.enter_context(patch.object(swap, "run", made.swap))
        yield made


def test_the_worker_gets_them_by_name_and_their_copies_go_with_the_job_s_end(bench: Bench) -> None:
    job = bench.two()

    assert set(job.companions) == {"source-0", "source-1"}
    assert bench.copies() == {job.input_key, *job.companions.values()}
    assert bench.inspected == [set()], "nothing is stored before the images are inspected"
    bench.work()

    (source,) = bench.seen
    assert source.data == PICTURE
    assert {name: one.data for name, one in source.companions.items()} == {
        "source-0": FACE,
        "source-1": OTHER,
    }
    assert bench.jobs.get(FREE, job.id).status is Status.SUCCEEDED
    assert bench.copies() == set()


def done(bench: Bench, job: Job) -> None:
    bench.work()


def failed(bench: Bench, job: Job) -> None:
    bench.fails = True
    bench.work()


def canceled(bench: Bench, job: Job) -> None:
    bench.jobs.cancel(FREE, job.id)


def dropped(bench: Bench, job: Job) -> None:
    assert bench.jobs.drop(job), "as when its owner is erased"


def forgotten(bench: Bench, job: Job) -> None:
    """No worker ever gets its message."""
    for _ in range(4):
        bench.clock.advance(86_400)
        bench.jobs.sweep()
        bench.queue.messages.clear()


ENDS = [
    *(("local", end) for end in (done, failed, canceled, dropped, forgotten)),
    ("aws", done),
    ("aws", canceled),
]


@pytest.mark.parametrize(("bench", "end"), ENDS, indirect=["bench"])
def test_every_end_deletes_them(bench: Bench, end: Callable[[Bench, Job], None]) -> None:
    job = bench.two()

    end(bench, job)

    assert bench.copies() == set()


@pytest.mark.parametrize(("bench", "end"), ENDS, indirect=["bench"])
def test_a_crash_before_that_leaves_them_to_the_sweep(
    bench: Bench, end: Callable[[Bench, Job], None]
) -> None:
    job = bench.two()
    with patch.object(bench.objects, "delete", side_effect=Killed), pytest.raises(Killed):
        end(bench, job)
    assert len(bench.copies()) == 3

    bench.recover()

    assert bench.copies() == set()


@pytest.mark.parametrize("retention", [Retention.RESULT, Retention.ALL])
def test_deleting_an_ended_job_deletes_copies_that_are_left(
    bench: Bench, retention: Retention
) -> None:
    job = bench.two(retention=retention)
    with patch.object(bench.objects, "delete", side_effect=Killed), pytest.raises(Killed):
        bench.work()

    bench.jobs.remove(FREE, job.id)

    assert bench.keys() == set()


def test_an_original_that_the_operator_keeps_keeps_no_companion(bench: Bench) -> None:
    job = bench.submit(retention=Retention.ALL)

    bench.work()

    assert bench.copies() == {job.input_key}


@pytest.mark.parametrize("done_", [False, True])
@pytest.mark.parametrize("error", [Unavailable, Killed])
def test_a_job_and_its_copies_stand_or_fall_together(
    bench: Bench, error: type[BaseException], done_: bool
) -> None:
    """Whatever the admission's write does; copies without a job are left to the store's expiry."""
    write = bench.records.write

    def lost(*changes: Any) -> None:
        if done_:
            write(*changes)
        raise error("no answer")

    with patch.object(bench.records, "write", lost), pytest.raises(error):
        bench.two()

    bench.recover()

    assert len(bench.seen) == done_
    assert not (done_ and bench.copies())


def test_a_refused_charge_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(InsufficientCredits):
        bench.submit(price=GRANT + 1)
    with pytest.raises(InsufficientCredits):
        bench.submit(price=1, priced=lambda source: GRANT + len(source.companions))

    assert bench.keys() == set()
    assert not bench.records.jobs


def test_the_price_of_the_images_is_charged_and_given_back(bench: Bench) -> None:
    seen = []
    job = bench.two(price=1, priced=lambda source: seen.append(source) or 30)

    assert job.price == 30
    assert [set(one.companions) for one in seen] == [{"source-0", "source-1"}]
    pool = ledger.pool_key(FREE.subject, Pool.PERMANENT)
    assert bench.records.get(pool)["balance"] == GRANT - 30
    failed(bench, job)
    assert bench.records.get(pool)["balance"] == GRANT


def test_a_store_that_fails_half_way_keeps_nothing(bench: Bench) -> None:
    put, calls = bench.objects.put, []

    def second_fails(key: str, *args: Any, **more: Any) -> None:
        calls.append(key)
        if len(calls) == 2:
            raise Unavailable("The store did not answer.")
        put(key, *args, **more)

    with patch.object(bench.objects, "put", second_fails), pytest.raises(Unavailable):
        bench.two()

    assert bench.keys() == set()


def test_one_that_expired_fails_the_job(bench: Bench) -> None:
    job = bench.submit()
    bench.objects.delete(job.companions["source"])

    bench.work()

    ended = bench.jobs.get(FREE, job.id)
    assert (ended.status, ended.error_code) == (Status.FAILED, "upload_not_found")
    assert bench.copies() == set()


def test_an_upload_is_copied_and_stays_the_caller_s(bench: Bench) -> None:
    uploads = bench.jobs.uploads
    (key,) = uploads.keep(FREE, [Sent(FACE, "image/png")])

    job = bench.submit(companions={"source": Given(object_key=key)})
    bench.work()

    assert job.companions["source"] != key
    assert bench.seen[0].companions["source"].data == FACE
    assert bench.copies() == {key}
    stranger = Given(object_key="in/2026-01-01/up_none.png")
    with pytest.raises(UploadNotFound, match="«source»"):
        bench.submit(companions={"source": stranger})


@pytest.mark.parametrize(
    ("companions", "options", "wrong"),
    [
        ({}, {}, ["/source"]),
        ({"source": Given(FACE), "source-0": Given(FACE)}, {}, ["/source-0"]),
        ({"source": Given(FACE)}, TWO, ["/source-0", "/source-1", "/source"]),
        ({"a/b": Given(FACE)}, {"face_swaps": [{"face_index": 0, "source": "a/b"}]}, ["/options"]),
    ],
)
def test_a_request_has_just_those_that_its_options_name(
    bench: Bench, companions: dict[str, Given], options: dict[str, Any], wrong: list[str]
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        bench.submit(companions=companions, options=options)

    assert [error.pointer for error in refused.value.errors] == wrong
    assert bench.inspected == []


def test_other_modes_take_none(bench: Bench) -> None:
    request = JobRequest("metadata", {}, image=PICTURE, companions={"source": Given(FACE)})

    with pytest.raises(ValidationFailed, match="takes no such image"):
        bench.jobs.submit(FREE, request)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (Given(b"no image"), UnsupportedMediaType),
        (Given(FACE[:40]), ImageError),
        (Given(FACE, declared="image/webp"), UnsupportedMediaType),
        (Given(MOVIE), UnsupportedMediaType),
    ],
)
def test_what_is_no_image_is_refused_by_its_name(
    bench: Bench, given: Given, error: type[ExpungeError]
) -> None:
    with pytest.raises(error) as refused:
        bench.submit(companions={"source": given})

    assert refused.value.detail.count("«source»") == 1
    assert bench.keys() == set()


def test_a_key_belongs_to_its_faces(bench: Bench) -> None:
    first = bench.submit(idempotency_key="one")
    again = bench.submit(idempotency_key="one")

    assert again.id == first.id
    assert bench.copies() == {first.input_key, *first.companions.values()}
    with pytest.raises(IdempotencyMismatch):
        bench.submit(idempotency_key="one", companions={"source": Given(OTHER)})
