"""Masks of moving pictures are jobs of their own: queued, counted apart, and not for a still."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from expunge.service import Service

JOBS = "/api/v1/jobs"
MASK = {"mode": "mask", "options": '{"regions": [[0, 0, 8, 8]]}'}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = build(Settings(data=tmp_path_factory.mktemp("moving") / "data"))
    yield service
    service.close()


@pytest.fixture(scope="module")
def film() -> bytes:
    grounds = [np.full((16, 24, 3), 40 * number, np.uint8) for number in range(1, 5)]
    first, *rest = map(Image.fromarray, grounds)
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=rest, duration=60)
    return out.getvalue()


def files(film: bytes) -> dict[str, Any]:
    return {"image": ("film.gif", film, "image/gif")}


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_job_is_queued_and_counted_as_a_moving_picture(server: Service, film: bytes) -> None:
    visitor = client_at(server, "203.0.113.20")
    answer = visitor.post(JOBS, files=files(film), data=MASK)
    assert answer.status_code == 202
    assert "moving-hour" in answer.headers["ratelimit"]
    assert "light" not in answer.headers["ratelimit"]

    # One at a time, without an account.
    assert problem(visitor.post(JOBS, files=files(film), data=MASK)) == (
        429,
        "rate_limited_concurrent",
    )
    work_off(server)
    job = visitor.get(f"{JOBS}/{answer.json()['id']}").json()
    assert job["status"] == "succeeded"
    assert job["report"]["moving"]["frames"] == 4
    assert _frames(visitor, job["result_url"]) == 4

    again = visitor.post(JOBS, files=files(film), data=MASK)
    assert again.status_code == 202
    work_off(server)
    assert problem(visitor.post(JOBS, files=files(film), data=MASK)) == (429, "quota_exceeded")


def _frames(visitor: TestClient, address: str) -> int:
    url = urlsplit(address)
    result = visitor.get(f"{url.path}?{url.query}")
    return int(getattr(Image.open(io.BytesIO(result.content)), "n_frames", 1))


def test_other_modes_count_as_before(server: Service, film: bytes) -> None:
    visitor = client_at(server, "203.0.113.21")
    answer = visitor.post(JOBS, files=files(film), data={"mode": "metadata"})
    assert answer.status_code == 200
    assert "light-hour" in answer.headers["ratelimit"]


def test_what_answers_with_an_image_takes_none(server: Service, film: bytes) -> None:
    visitor = client_at(server, "203.0.113.22")
    answer = visitor.post("/api/v1/clean?mode=mask", content=film)
    assert problem(answer) == (415, "unsupported_media_type")
    assert "POST /api/v1/jobs" in answer.json()["detail"]


def test_a_batch_takes_none(server: Service, film: bytes) -> None:
    visitor = client_at(server, "203.0.113.23")
    answer = visitor.post(
        "/api/v1/batches", files={"image": ("a.gif", film, "image/gif")}, data=MASK
    )
    assert answer.status_code == 415, answer.text
    assert "POST /api/v1/jobs" in answer.json()["detail"]
