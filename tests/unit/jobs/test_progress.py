"""How far a job is: reported by longer modes, shown while it runs, never going back."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import expunge
from expunge.errors import MalformedImage
from expunge.imaging.purify import classical
from expunge.imaging.purify.strength import Strength
from expunge.jobs import heartbeat
from expunge.jobs.failures import JobOver
from expunge.jobs.job import Status
from expunge.operations import invisible
from expunge.operations.outcome import Outcome
from tests.unit.jobs.conftest import CALLER
from tests.unit.jobs.test_life import Killed
from tests.unit.purify.scenes import scene

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import House


def photo() -> bytes:
    file = io.BytesIO()
    Image.fromarray(scene(3)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("mode", ["invisible", "all"])
def test_longer_modes_say_how_far_they_are(mode: str) -> None:
    told: list[float] = []

    expunge.run(mode, photo(), progress=told.append)

    assert told == sorted(told)
    assert len(told) >= 2
    assert 0 < told[0] < told[-1] <= 1


def test_every_tile_is_told_of() -> None:
    told: list[float] = []

    classical.purify(
        scene(3).copy(),
        8,
        Strength.LOW.treatments[0],
        bytes(32),
        tile_side=128,
        progress=told.append,
    )

    assert len(told) == 12, "384 × 512 pixels"
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.fixture
def quick_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "NEWS_SECONDS", 0.005)


def shown(house: House, *, until: int | None = None) -> int:
    """What the record says; waited for, where a value is expected."""
    end = time.monotonic() + 10
    while True:
        [job], _ = house.jobs.page(CALLER, 1, None)
        if until in (None, job.progress) or time.monotonic() > end:
            return job.progress
        time.sleep(0.005)


@pytest.mark.usefixtures("quick_news")
def test_progress_is_shown_and_does_not_go_back_until_another_run_begins(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def dies(_: object, __: object, progress) -> Outcome:
        seen.append(shown(house))
        for fraction, percent in ((0.3, 30), (0.2, 30), (0.7, 70), (1.0, 99)):
            progress(fraction)
            seen.append(shown(house, until=percent))
        raise Killed

    job = house.queued(image, mode="invisible")
    seen.append(shown(house))
    with monkeypatch.context() as patch:
        patch.setattr(invisible, "run", dies)
        with pytest.raises(Killed):
            house.jobs.work(job.message())
    assert seen == [0, 0, 30, 30, 70, 99], "100 is for success alone"

    def fine(source, options, progress) -> Outcome:
        seen.append(shown(house))
        return Outcome(image, "image/jpeg", {})

    monkeypatch.setattr(invisible, "run", fine)
    house.clock.now += 16
    house.work()

    assert seen[-1] == 0, "another run begins anew"
    assert (house.now(job).status, house.now(job).progress) == (Status.SUCCEEDED, 100)


def test_a_job_that_fails_never_reaches_a_hundred(
    house: House, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object, __: object, progress) -> Outcome:
        progress(1.0)
        raise MalformedImage("It does not hold.")

    monkeypatch.setattr(invisible, "run", fails)
    job = house.queued(image, mode="invisible")
    house.work()

    assert house.now(job).status is Status.FAILED
    assert house.now(job).progress < 100


def test_progress_costs_a_short_run_no_write(house: House, image: bytes) -> None:
    job = house.queued(image, mode="invisible")
    writes = []
    write = house.records.write
    house.records.write = lambda *changes: writes.append(changes) or write(*changes)  # type: ignore[method-assign]
    house.work()

    assert house.now(job).status is Status.SUCCEEDED
    assert len([w for w in writes if w[0].key.sort == f"job#{job.id}"]) == 2, "start and end"


def test_of_parts_only_larger_steps_are_news() -> None:
    tracker = heartbeat.ProgressTracker(5)
    news = []
    for percent in range(12):
        tracker(percent / 100)
        news.append(tracker.news())
        if news[-1]:
            assert tracker.take_percent() == percent
    assert [percent for percent, new in enumerate(news) if new] == [5, 10]


def test_a_run_that_is_over_stops_at_its_next_report() -> None:
    tracker = heartbeat.ProgressTracker()
    tracker(0.1)
    tracker.stop()
    with pytest.raises(JobOver):
        tracker(0.2)
