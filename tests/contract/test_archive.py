"""The operator's archive: correct pages, and no orphans after a crash."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.accounts.callers import Caller, Tier
from expunge.errors import Conflict, ExpungeError, NotFound, Unavailable
from expunge.hooks.outbox import WebhookOutbox
from expunge.ids import new_id
from expunge.jobs import archive as archives
from expunge.jobs import cleanup
from expunge.jobs.archive import (
    KEPT_SECONDS,
    SLOT_SECONDS,
    Archive,
    Image,
    additions,
)
from expunge.jobs.cleanup import FIRST_RETRY_SECONDS, OLD_SECONDS, Cleanup
from expunge.jobs.job import Retention, Status
from expunge.jobs.jobs import Jobs
from expunge.jobs.register import Register
from expunge.jobs.request import JobRequest
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import metadata
from expunge.stores.aws.records import DynamoRecords
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from tests.contract.books import PICTURE, Fault, HeldQueue, Killed
from tests.contract.conftest import make_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.stores.ports import Objects, Records
    from tests.contract.conftest import Clock

CALLER = Caller("acc_1", Tier.FREE)
START = 1_800_000_000.0
KINDS = ("faces", "gaussian", "solid")
OPTIONS = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}
EXAMPLES = {"local": 60, "aws": 6}


@dataclass
class Trap:
    """Counts the calls to several stores, and fails one of them as planned."""

    plan: Fault | None = None
    calls: int = 0

    def around(self, store: Any) -> Any:
        trap = self

        class Around:
            def __getattr__(self, name: str) -> Any:
                method = getattr(store, name)
                return lambda *given, **more: trap.call(lambda: method(*given, **more))

        return Around()

    def call(self, do: Callable[[], Any]) -> Any:
        self.calls += 1
        due = self.plan is not None and self.plan.at == self.calls
        if due and not self.plan.done:
            raise self.plan.error("before it was done")
        answer = do()
        if due:
            raise self.plan.error("after it was done")
        return answer


@dataclass
class Shelf:
    """An objects port that can list its objects."""

    inner: Objects
    keys: set[str] = field(default_factory=set)
    stuck: bool = False

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        self.inner.put(key, data, content_type=content_type)
        self.keys.add(key)

    def get(self, key: str) -> bytes | None:
        return self.inner.get(key)

    def scratch(self) -> BinaryIO:
        return self.inner.scratch()

    def delete(self, key: str) -> None:
        if self.stuck:
            raise Unavailable("The store does not answer.")
        self.inner.delete(key)
        self.keys.discard(key)


class Gallery:
    """Jobs with stored images, over stores with planned failures."""

    def __init__(self, records: Records, objects: Objects, clock: Clock) -> None:
        clock.now = START
        self.clock, self.trap, self.shelf = clock, Trap(), Shelf(objects)
        self.records = records
        self.queue = HeldQueue()
        watched = self.trap.around(records)
        self.jobs = Jobs(
            watched,
            self.trap.around(self.shelf),
            self.queue,
            Fetcher(Guard(lambda *_: [])),
            WebhookOutbox(watched, self.queue, clock),
            modes=("metadata",),
            lease_seconds=15,
            attempts=3,
            clock=clock,
        )
        self.archive = self.jobs.archive

    def submit(self, **more: Any) -> Any:
        job_request = {
            "mode": "metadata",
            "options": {},
            "image": PICTURE,
            "retention": Retention.ALL,
        } | more
        return self.jobs.submit(CALLER, JobRequest(**job_request))

    def images(self) -> list[str]:
        return [kept.image.id for kept in self.archive.page(1, 100)[0]]

    def sweep(self) -> None:
        self.jobs.sweep()
        self.jobs.cleanup.sweep()

    def under(self, fault: Fault | None, do: Callable[[], object]) -> None:
        self.trap.plan, self.trap.calls = fault, 0
        try:
            do()
        except (ExpungeError, Killed):
            pass
        finally:
            self.trap.plan = None

    def recover(self) -> None:
        for pause in (120, 240, 480, 960):
            self.clock.advance(pause)
            self.sweep()

    def tasks(self) -> int:
        return sum(
            len(self.records.query(name, limit=100).entries) for name in cleanup.SHARDS.all()
        )


@pytest.fixture(params=["local", "aws"])
def new_gallery(request, tmp_path, clock) -> Iterator[Callable[[], Gallery]]:
    opened: list[Database] = []
    side = request.param
    objects = request.getfixturevalue("s3_objects" if side == "aws" else "local_objects")
    if side == "aws":
        cloud = request.getfixturevalue("cloud")

    def make() -> Gallery:
        if side == "aws":
            records = DynamoRecords(cloud.dynamodb, table=make_table(cloud), clock=clock)
            return Gallery(records, objects, clock)
        opened.append(Database(tmp_path / f"{len(opened)}.sqlite3"))
        return Gallery(SqliteRecords(opened[-1], clock=clock), objects, clock)

    make.side = side
    yield make
    for one in opened:
        one.close()


@pytest.fixture
def gallery(new_gallery) -> Gallery:
    return new_gallery()


def test_an_image_is_kept_with_its_job_and_its_result(gallery: Gallery) -> None:
    submitted = gallery.submit()
    (kept,), total = gallery.archive.page(1, 20)

    assert total == 1
    assert submitted.outcome is not None
    assert kept.job == submitted.job
    assert gallery.archive.job(submitted.job.id) == gallery.archive.image(kept.image.id) == kept
    assert (kept.image.width, kept.image.height, kept.image.size) == (8, 8, len(PICTURE))
    assert gallery.shelf.get(kept.image.object_key) == PICTURE
    assert gallery.shelf.get(kept.job.result_key) == submitted.outcome.image
    stages = {name: ms for name, ms in kept.job.timings_ms.items() if name != "total"}
    assert sum(stages.values()) == pytest.approx(kept.job.timings_ms["total"], abs=0.01)


def test_nothing_is_kept_of_a_job_that_keeps_nothing(gallery: Gallery) -> None:
    submitted = gallery.submit(retention=Retention.NOTHING)

    assert submitted.outcome.image
    assert gallery.shelf.keys == set()
    assert gallery.archive.counts().total() == 0
    gallery.clock.advance(2)
    assert gallery.jobs.find(CALLER.subject, submitted.job.id) is None


def test_a_queued_job_keeps_its_original_too(gallery: Gallery) -> None:
    job = gallery.submit(respond_async=True).job
    gallery.jobs.work(gallery.queue.messages[0])

    kept = gallery.archive.job(job.id)
    assert kept.job.status is Status.SUCCEEDED
    assert gallery.shelf.keys == {kept.image.object_key, kept.job.result_key}


def test_deleting_forgets_image_job_and_both_objects(gallery: Gallery) -> None:
    first, second = gallery.submit().job, gallery.submit().job
    image = gallery.archive.job(first.id).image

    gallery.archive.delete(image.id)

    assert gallery.archive.counts() == Counter({"metadata": 1})
    assert gallery.jobs.find(CALLER.subject, first.id) is None
    assert gallery.shelf.keys == {second.input_key, second.result_key}
    assert gallery.tasks() == 0
    with pytest.raises(NotFound):
        gallery.archive.delete(image.id)


@pytest.mark.parametrize(
    "name",
    ["img_", "img_1", "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8", "img_" + "Z" * 26, "img_" + "ä" * 26],
)
def test_what_is_no_image_is_not_found(gallery: Gallery, name: str) -> None:
    with pytest.raises(NotFound):
        gallery.archive.image(name)


def test_an_image_that_is_worked_on_is_not_deleted(gallery: Gallery) -> None:
    job = gallery.submit(respond_async=True).job
    with pytest.raises(Conflict):
        gallery.archive.delete(gallery.archive.job(job.id).image.id)
    assert gallery.shelf.keys == {job.input_key}


def test_a_file_that_cannot_be_deleted_is_tried_again_until_it_is_gone(
    gallery: Gallery, caplog: pytest.LogCaptureFixture
) -> None:
    image = gallery.archive.job(gallery.submit().job.id).image
    gallery.shelf.stuck = True
    gallery.archive.delete(image.id)

    assert gallery.archive.counts().total() == 0
    assert gallery.tasks() == 2
    gallery.clock.advance(FIRST_RETRY_SECONDS - 1)
    assert gallery.jobs.cleanup.sweep().cleanups_failed == 0, "it is left alone for a while"
    tries = 0
    while gallery.clock() < START + 4 * 3600:
        gallery.clock.advance(60)
        swept = gallery.jobs.cleanup.sweep()
        tries += swept.cleanups_failed
        assert swept.cleanups_old in (0, swept.cleanups_failed)
    assert 10 <= tries <= 30, "ever more rarely"
    assert gallery.clock() - START > OLD_SECONDS
    assert "should have been deleted" in caplog.text

    gallery.shelf.stuck = False
    again = Cleanup(gallery.records, gallery.shelf, gallery.clock)  # another process, much later
    gallery.clock.advance(3600)
    assert again.sweep().objects_deleted == 2
    assert gallery.shelf.keys == set()
    assert gallery.tasks() == 0


def test_images_and_their_counters_end_together_within_a_day(gallery: Gallery) -> None:
    gallery.submit()
    gallery.clock.advance(KEPT_SECONDS - SLOT_SECONDS - 1)
    assert (len(gallery.images()), gallery.archive.counts().total()) == (1, 1)
    gallery.clock.advance(SLOT_SECONDS + 2)
    assert (len(gallery.images()), gallery.archive.counts().total()) == (0, 0)


steps = st.one_of(
    st.tuples(st.just("submit"), st.booleans()),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("sweep"), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([1, 61, 1800])),
)
faults = st.none() | st.builds(
    Fault, st.integers(1, 9), st.booleans(), st.sampled_from([Killed, Unavailable])
)


def test_no_crash_between_two_store_calls_leaves_an_orphan(new_gallery, monkeypatch) -> None:
    """After every image is deleted, no object or record remains, wherever a crash happened."""
    real = metadata.run

    @settings(max_examples=EXAMPLES[new_gallery.side], **OPTIONS)
    @given(st.lists(st.tuples(steps, faults), max_size=8))
    def live(story: list[Any]) -> None:
        gallery = new_gallery()
        for (kind, value), fault in story:
            monkeypatch.setattr(metadata, "run", _failing if value is True else real)
            images = gallery.images()
            deeds: dict[str, Callable[[], object]] = {
                "submit": gallery.submit,
                "delete": lambda: gallery.archive.delete(images[value % len(images)]),  # noqa: B023
                "sweep": gallery.sweep,
                "wait": lambda: gallery.clock.advance(value),  # noqa: B023
            }
            if kind != "delete" or images:
                gallery.under(fault, deeds[kind])
        monkeypatch.setattr(metadata, "run", real)
        gallery.recover()
        for image in gallery.images():
            gallery.archive.delete(image)
        assert gallery.archive.counts().total() == 0
        assert gallery.shelf.keys == set()
        assert gallery.tasks() == 0

    live()


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("error", [Killed, Unavailable])
def test_whichever_call_of_a_delete_fails_all_of_it_is_gone_in_the_end(
    gallery: Gallery, done: bool, error: type[BaseException]
) -> None:
    for at in range(1, 20):
        gallery.submit()
        (image,) = gallery.images()
        gallery.under(Fault(at, done, error), lambda: gallery.archive.delete(image))  # noqa: B023
        if gallery.trap.calls < at:
            break
        gallery.clock.advance(120)
        gallery.jobs.cleanup.sweep()
        left = gallery.images()
        assert len(left) == gallery.archive.counts().total() == len(gallery.shelf.keys) / 2
        assert gallery.tasks() == 0
        for one in left:
            gallery.archive.delete(one)
    assert at > 5


def _failing(*_: object) -> None:
    raise RuntimeError


images = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from([0, 0.001, 1, 600, 4000, 30_000])),
    max_size=25,
)


def test_pages_hold_what_the_list_holds(new_gallery) -> None:
    """Each page of each filter is a slice of the list, newest first; ``total`` is its length."""

    @settings(max_examples=EXAMPLES[new_gallery.side], **OPTIONS)
    @given(
        images,
        st.sets(st.integers(0, 24), max_size=5),
        st.integers(1, 4),
        st.integers(1, 10),
        st.none() | st.sets(st.sampled_from(KINDS)),
    )
    def turn(made: list[Any], gone: set[int], number: int, size: int, kinds: Any) -> None:
        gallery = new_gallery()
        known = []
        for kind, pause in made:
            gallery.clock.advance(pause)
            digits = new_id("img", gallery.clock()).removeprefix("img_")
            image = Image(digits, CALLER.subject, kind, f"in/{digits}.png", "image/png", 1, 1, 1)
            gallery.records.write(*additions(image))
            known.append(image)
        for index in sorted(gone & set(range(len(known)))):
            if known[index].expires_at > gallery.clock():
                gallery.archive.delete(known[index].id)
        expected = sorted(
            (
                image.id
                for index, image in enumerate(known)
                if index not in gone
                and image.expires_at > gallery.clock()
                and (kinds is None or image.kind in kinds)
            ),
            reverse=True,
        )

        page, total = gallery.archive.page(number, size, kinds)

        assert total == len(expected)
        assert [kept.image.id for kept in page] == expected[(number - 1) * size : number * size]

    turn()


def test_a_page_reads_counters_and_what_it_shows(gallery: Gallery) -> None:
    """It does not read earlier images, which are in other quarters of an hour."""
    for number in range(6):
        for _ in range(8):
            digits = new_id("img", gallery.clock()).removeprefix("img_")
            image = Image(digits, "acc_1", "faces", f"in/{digits}.png", "image/png", 1, 1, 1)
            gallery.records.write(*additions(image))
        gallery.clock.advance(SLOT_SECONDS + number)
    read: Counter[str] = Counter()

    class Counting:
        def get(self, key: Any) -> Any:
            return gallery.records.get(key)

        def query(self, partition: str, **how: Any) -> Any:
            page = gallery.records.query(partition, **how)
            read["counters" if partition in archives.COUNTERS.all() else "images"] += len(
                page.entries
            )
            return page

    register = Register(
        Counting(), gallery.clock, WebhookOutbox(Counting(), gallery.queue, gallery.clock)
    )
    archive = Archive(Counting(), gallery.shelf, register, gallery.jobs.cleanup, gallery.clock)
    page, total = archive.page(5, 8)

    assert (len(page), total) == (8, 48)
    assert read["counters"] <= 48
    assert read["images"] <= 16, "and the rest of the page on which the quarter begins"
