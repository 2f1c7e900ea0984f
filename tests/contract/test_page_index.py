"""Pages of a surface's jobs, numbered and by a cursor, on both adapter sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.ids import new_id
from expunge.jobs import page_index
from expunge.jobs.job import Job, Status
from expunge.jobs.page_index import LISTED_SECONDS, added, page, removed
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import WriteRefused
from tests.contract.conftest import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.stores.ports import Item, Key, Records

DAY = 86_400
START = 1_795_996_800.0
"""A midnight in UTC."""


def job(now: float, key: str | None = "key_1", owner: str = "acc_1", **more: Any) -> Job:
    facts = {"mode": "mask", "options": {}, "status": Status.QUEUED, "sync": False}
    return Job(
        id=new_id("job", now),
        owner=owner,
        media_type="image/png",
        created_at=now,
        record_seconds=30 * DAY,
        key=key,
        **facts | {"surface": "tasks"} | more,
    )


@dataclass
class Counting:
    """A records port that counts the items it was asked to read."""

    inner: Records
    read: int = 0
    queries: int = 0

    def get(self, key: Key) -> Item | None:
        self.read += 1
        return self.inner.get(key)

    def query(self, partition: str, **how: Any) -> Any:
        found = self.inner.query(partition, **how)
        self.queries += 1
        self.read += len(found.entries)
        return found

    def write(self, *changes: Any) -> None:
        self.inner.write(*changes)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


def test_pages_are_newest_first_and_have_a_true_total(records: Records, clock: Clock) -> None:
    jobs = []
    for seconds in (0, 0.001, 1, 59.999, 60, 3_600, DAY - 1, DAY, 3 * DAY):
        clock.now = START + seconds
        jobs.append(job(clock.now))
        records.write(*added(jobs[-1]))
    newest = [one.id for one in reversed(jobs)]

    for size in (2, 9, 10):
        pages = [page(records, "tasks", "key_1", number, size) for number in range(1, 6)]
        assert [one.total for one in pages] == [9] * 5
        assert [name for one in pages for name in one.ids] == newest
    assert page(records, "tasks", "acc_1", 1, 100).ids == tuple(newest)
    assert page(records, "swaps", "acc_1", 1, 100) == page_index.ListPage((), 0)


def test_each_key_has_its_own_list_and_the_account_has_all(records: Records, clock: Clock) -> None:
    made = [job(clock(), key) for key in ("key_1", "key_2", None)]
    for one in made:
        records.write(*added(one))

    assert page(records, "tasks", "key_1", 1, 10).ids == (made[0].id,)
    assert page(records, "tasks", "key_2", 1, 10).ids == (made[1].id,)
    assert set(page(records, "tasks", "acc_1", 1, 10).ids) == {one.id for one in made}


def test_a_job_without_a_surface_is_in_no_list(clock: Clock) -> None:
    assert added(job(clock(), surface=None)) == removed(job(clock(), surface=None), clock()) == []


def test_a_deleted_job_leaves_once(records: Records, clock: Clock) -> None:
    kept, gone = job(clock()), job(clock() + 1)
    for one in (kept, gone):
        records.write(*added(one))
    records.write(*removed(gone, clock()))

    assert page(records, "tasks", "key_1", 1, 10) == page_index.ListPage((kept.id,), 1)
    records.write(*removed(kept, clock()))
    with pytest.raises(WriteRefused):
        records.write(*removed(kept, clock()))
    assert page(records, "tasks", "key_1", 1, 10).total == 0


def test_a_day_leaves_the_list_as_a_whole_before_its_jobs_expire(
    records: Records, clock: Clock
) -> None:
    early, late, next_day = job(START), job(START + DAY - 0.001), job(START + DAY)
    for one in (early, late, next_day):
        records.write(*added(one))

    clock.now = START + LISTED_SECONDS - 1
    assert page(records, "tasks", "key_1", 1, 10).total == 3
    clock.now = START + LISTED_SECONDS
    assert page(records, "tasks", "key_1", 1, 10) == page_index.ListPage((next_day.id,), 1)
    assert clock.now <= early.created_at + early.record_seconds
    assert removed(early, clock()) == []


def test_a_late_page_is_read_without_the_pages_before_it(clock: Clock, tmp_path) -> None:
    with Database(tmp_path / "records") as database:
        counting = Counting(SqliteRecords(database, clock=clock))
        # 500 jobs, 50 a minute in five minutes of each of two days
        made = [job(START + day * DAY + n * 1.2) for day in (0, 1) for n in range(250)]
        for one in made:
            counting.write(*added(one))

        found = page(counting, "tasks", "key_1", 100, 5)

    assert (found.total, found.ids) == (500, tuple(one.id for one in made[4::-1]))
    assert counting.queries == 3
    assert counting.read == 2 + 5 + 50


def followed(records: Records, owner: str, size: int) -> list[str]:
    """Every job of a list, page after page by its cursor."""
    found: list[str] = []
    after: str | None = None
    while True:
        ids, last = page_index.following(records, "tasks", owner, size, after)
        assert len(ids) <= size
        found += ids
        if last is None:
            return found
        after = page_index.entry_at(page_index.cursor_of(last))
        assert after == last, "a cursor is its entry in other letters"


def test_jobs_of_one_moment_are_neither_skipped_nor_repeated(records: Records) -> None:
    made = [job(START) for _ in range(7)]
    for one in made:
        records.write(*added(one))

    for size in (1, 3, 7):
        assert followed(records, "key_1", size) == sorted((one.id for one in made), reverse=True)


def test_a_page_goes_on_after_a_job_that_was_deleted(records: Records) -> None:
    made = [job(START + second) for second in range(4)]
    for one in made:
        records.write(*added(one))
    first, last = page_index.following(records, "tasks", "key_1", 2, None)
    records.write(*removed(made[2], START))

    assert first == [made[3].id, made[2].id]
    assert page_index.following(records, "tasks", "key_1", 2, last)[0] == [made[1].id, made[0].id]


@pytest.mark.parametrize("text", ["", "job_01", "20261130T083000250", "20261130T08300025-job_01"])
def test_other_text_is_no_cursor(text: str) -> None:
    assert page_index.entry_at(text) is None


Step = tuple[str, int]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with Database(tmp_path_factory.mktemp("index") / "records") as database:
        yield database


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "delete", "wait"]), st.integers(0, 9)), max_size=20
    ),
    size=st.integers(1, 4),
)
def test_whatever_happens_pages_are_those_of_a_list(
    shelf: Database, steps: list[Step], size: int
) -> None:
    clock, model = Clock(START), _Model()
    records = SqliteRecords(shelf, clock=clock)
    own = new_id("acc", START)  # each example has lists of its own
    for kind, number in steps:
        if kind == "wait":
            clock.now += (0.5, 30, 60, 3_600, DAY, 8 * DAY)[number % 6]
        elif kind == "add":
            fresh = job(clock.now, f"{own}_{number % 2}", own)
            records.write(*added(fresh))
            model.jobs.append(fresh)
        elif living := model.living(clock.now):
            gone = living[number % len(living)]
            records.write(*removed(gone, clock.now))
            model.jobs.remove(gone)
    for name in (own, f"{own}_0", f"{own}_1"):
        expected = model.ids(name, clock.now)
        pages = -(-len(expected) // size)
        found = [page(records, "tasks", name, n, size) for n in range(1, pages + 2)]
        assert [one for p in found for one in p.ids] == expected
        assert {p.total for p in found} == {len(expected)}
        assert followed(records, name, size) == expected


@dataclass
class _Model:
    jobs: list[Job] = field(default_factory=list)

    def living(self, now: float) -> list[Job]:
        return [one for one in self.jobs if now < one.created_at // DAY * DAY + LISTED_SECONDS]

    def ids(self, name: str, now: float) -> list[str]:
        mine = [one for one in self.living(now) if name in (one.owner, one.key)]
        return [one.id for one in sorted(mine, key=lambda one: (one.created_at, one.id))][::-1]
