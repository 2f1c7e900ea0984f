"""The word of a swap whose first stage runs."""

from __future__ import annotations

from typing import Any

import pytest

from expunge.jobs.job import Job, Status
from expunge.web.swaps.swap_schemas import swap_view


def job(**facts: Any) -> Job:
    given = {"status": Status.QUEUED, "mode": "swap", "options": {}, "sync": False} | facts
    made = Job("job_1", "acc_1", media_type="video/mp4", created_at=1e9, record_seconds=60, **given)
    return made.changed(request={"type": "video"}).in_stages((1, 2, 1), (0.2, 0.6, 0.2))


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "queued"),
        ({"started_at": 1e9}, "preparing"),
        ({"started_at": 1e9, "status": Status.PROCESSING}, "processing"),
        ({"started_at": 1e9, "status": Status.CANCELED}, "canceled"),
    ],
)
def test_it_is_preparing_until_that_stage_is_over(facts: dict[str, Any], word: str) -> None:
    shown: Any = None  # nothing has a result to sign
    assert swap_view(shown, job(**facts), "https://host.example").status == word


def test_its_progress_is_the_work_that_is_done() -> None:
    whole = job(started_at=1e9)
    assert whole.part_work == [2000, 3000, 2000]
    for left, percent in ((10_000, 0), (9_999, 0), (5_000, 50), (1, 99), (0, 99)):
        assert Job.of(whole.changed(work_left=left).item()).progress == percent
