"""Copies of a job's other images, on both adapter sets: read by its worker, gone with its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.accounts import ledger
from expunge.accounts.ledger import InsufficientCredits, Pool
from expunge.errors import (
    ExpungeError,
    IdempotencyMismatch,
    ImageError,
    Unavailable,
    UnsupportedMediaType,
    UploadNotFound,
    ValidationFailed,
)
from expunge.jobs.job import Retention, Status
from expunge.jobs.request import Given, JobRequest
from expunge.jobs.uploads import Sent
from expunge.operations import swap
from tests.contract.books import FREE, GRANT, PICTURE, Killed, Unreliable
from tests.contract.companion_bench import FACE, OTHER, TWO, Bench
from tests.contract.part_bench import stores_on
from tests.unit.movies.mp4 import Movie, Track

if TYPE_CHECKING:
    from expunge.jobs.job import Job

MOVIE = Movie([Track(1, b"vide", b"avc1", [b"frame", b"frame"])]).file()
LOCAL = pytest.mark.parametrize("bench", ["local"], indirect=True)
"""For what is refused before any store is asked."""


@pytest.fixture(params=["local", "aws"])
def bench(request: pytest.FixtureRequest, clock: Any) -> Iterator[Bench]:
    records, objects = stores_on(request, clock)
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


@pytest.mark.parametrize(
    ("bench", "error", "done_"),
    [
        *(("local", error, done_) for error in (Unavailable, Killed) for done_ in (False, True)),
        ("aws", Unavailable, True),
    ],
    indirect=["bench"],
)
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


@LOCAL
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


@LOCAL
def test_other_modes_take_none(bench: Bench) -> None:
    request = JobRequest("metadata", {}, image=PICTURE, companions={"source": Given(FACE)})

    with pytest.raises(ValidationFailed, match="takes no such image"):
        bench.jobs.submit(FREE, request)


@LOCAL
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
