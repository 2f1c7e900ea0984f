"""When to ask again: learned from the runs of late, seen by every process, at next to no cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from expunge.errors import Unavailable
from expunge.jobs.job import Job, Status
from expunge.jobs.run_times import DEFAULT_MS, MAX_MS, MIN_MS, RunTimeEstimator
from tests.contract.books import Unreliable
from tests.unit.jobs.conftest import CALLER

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import House


def job(mode: str = "invisible", megapixels: float = 2.5, progress: int = 0) -> Job:
    return Job(
        id="job_1",
        owner=CALLER.subject,
        mode=mode,
        options={},
        status=Status.QUEUED,
        sync=False,
        media_type="image/png",
        created_at=0.0,
        record_seconds=1800,
        pixels=int(megapixels * 1e6),
        progress=progress,
    )


@pytest.fixture
def records(house: House) -> Unreliable:
    return Unreliable(house.records)


def pace(house: House, records: Any) -> RunTimeEstimator:
    """Of a process of its own."""
    return RunTimeEstimator(records, house.clock)


def test_without_history_there_is_a_default(house: House, records: Unreliable) -> None:
    assert pace(house, records).poll_after_ms(job()) == DEFAULT_MS


def test_what_one_process_learns_others_tell(house: House, records: Unreliable) -> None:
    pace(house, records).record(job(), 3_000)

    other = pace(house, records)
    assert other.poll_after_ms(job()) == 3_000
    assert other.poll_after_ms(job(progress=60)) == 1_200, "the rest of its run"
    assert other.poll_after_ms(job("all")) == DEFAULT_MS, "another mode"
    assert other.poll_after_ms(job(megapixels=3.9)) == 3_000, "the same size"
    assert other.poll_after_ms(job(megapixels=40)) == 3_000, "the nearest size there is"


def test_it_follows_the_runs_of_late(house: House, records: Unreliable) -> None:
    learner = pace(house, records)
    for ms in [1_000] * 5 + [4_000] * 20:
        learner.record(job(), ms)
        house.clock.now += 11

    assert 3_800 < pace(house, records).poll_after_ms(job()) <= 4_000


@pytest.mark.parametrize(("ms", "told"), [(1, MIN_MS), (10_000_000, MAX_MS)])
def test_it_stays_within_reason(house: House, records: Unreliable, ms: int, told: int) -> None:
    pace(house, records).record(job(), ms)

    assert pace(house, records).poll_after_ms(job()) == told


def test_it_costs_next_to_nothing(house: House, records: Unreliable) -> None:
    learner, reader = pace(house, records), pace(house, records)
    with records.failing(None):
        for _ in range(100):
            learner.record(job(), 500)
        assert records.calls == {"read": 1, "write": 1}
    with records.failing(None):
        for _ in range(100):
            reader.poll_after_ms(job())
        assert records.calls == {"read": 1}


def test_a_store_that_fails_fails_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise Unavailable("The store did not answer.")

    known = pace(house, house.records)
    known.record(job(), 3_000)
    assert known.poll_after_ms(job()) == 3_000
    monkeypatch.setattr(house.records, "get", fails)
    house.clock.now += 60

    known.record(job(), 9_000)
    assert known.poll_after_ms(job()) == 3_000, "what was known before"
    assert pace(house, house.records).poll_after_ms(job()) == DEFAULT_MS


def test_a_queued_job_is_learned_from(house: House, image: bytes) -> None:
    waiting = house.queued(image, mode="invisible")
    assert house.jobs.poll_after_ms(waiting) == DEFAULT_MS
    house.work()
    house.clock.now += 31

    assert house.jobs.poll_after_ms(waiting) < DEFAULT_MS
