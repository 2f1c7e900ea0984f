"""Picture in, picture out: one request whose answer is the image."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.operations import MODES
from expunge.settings import Settings
from expunge.web.native.accept import prefers_image
from tests.api.conftest import client_at, work_off
from tests.api.test_jobs import JOBS, in_json, multipart, upload
from tests.unit.movies.mp4 import Movie, Track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from expunge.service import Service

CLEAN = "/api/v1/clean"
IMAGE = {"accept": "image/*"}
SILENT = ({}, {"content-type": "application/octet-stream"})
"""Headers that say nothing about the body; curl's --data-binary adds the next one."""
CURL = {"content-type": "application/x-www-form-urlencoded"}


def is_clean(answer: Any, photo: bytes) -> None:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/jpeg"
    picture = Image.open(io.BytesIO(answer.content))
    assert dict(picture.getexif()) == {0x0112: 6}, "only the orientation may survive"
    assert picture.tobytes() == Image.open(io.BytesIO(photo)).tobytes()


def job_of(client: TestClient, answer: Any) -> dict[str, Any]:
    url, _, rel = answer.headers["link"].partition("; ")
    assert rel == 'rel="describedby"'
    job: dict[str, Any] = client.get(url.strip("<>")).json()
    return job


def stored(service: Service) -> list[str]:
    folder = service.settings.data / "objects"
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("headers", [*SILENT, CURL, {"content-type": "IMAGE/JPG"}, IMAGE])
def test_the_body_is_the_image_and_so_is_the_answer(
    service: Service, client: TestClient, photo: bytes, headers: dict[str, str]
) -> None:
    before = stored(service)
    answer = client.post(f"{CLEAN}?mode=metadata", content=photo, headers=headers)

    is_clean(answer, photo)
    assert answer.headers["cache-control"] == "no-store"
    assert "ratelimit" in answer.headers
    job = job_of(client, answer)
    assert (job["status"], job["report"]["changed"]) == ("succeeded", True)
    assert "result_url" not in job
    assert stored(service) == before, "nothing is stored"


def test_a_form_a_document_and_the_jobs_url_do_the_same(
    service: Service, client: TestClient, photo: bytes
) -> None:
    key = upload(client, photo)
    before = stored(service)
    file = {"image": ("a.jpg", photo)}
    ways: list[tuple[str, dict[str, Any]]] = [
        (f"{CLEAN}?mode=metadata", {"files": file}),
        (CLEAN, multipart(photo)),
        (CLEAN, in_json(photo)),
        (f"{JOBS}?mode=metadata", {"files": file, "headers": IMAGE}),
        (JOBS, multipart(photo) | {"headers": {"accept": "image/avif,image/*,*/*;q=0.8"}}),
        (JOBS, in_json(photo) | {"headers": IMAGE}),
        (JOBS, {"json": {"object_key": key, "mode": "metadata"}, "headers": IMAGE}),
        (
            f"{JOBS}?mode=metadata",
            {"content": photo, "headers": IMAGE | {"content-type": "image/jpeg"}},
        ),
    ]
    for url, request in ways:
        is_clean(client.post(url, **request), photo)
    assert stored(service) == before


def test_options_are_in_the_query(client: TestClient, photo: bytes) -> None:
    url = f"{CLEAN}?mode=metadata&keep=gps,copyright&scope=all"
    kept = Image.open(io.BytesIO(client.post(url, content=photo).content)).getexif()

    assert kept.get_ifd(0x8825)


def test_the_first_line_of_the_readme_is_this_request() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (first, *_) = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)

    assert first == 'curl --data-binary @in.jpg "$API/api/v1/clean?mode=metadata" > out.jpg\n'


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/*;q=0.5, */*", ""])
def test_jobs_stay_json(client: TestClient, photo: bytes, accept: str) -> None:
    answer = client.post(JOBS, **multipart(photo), headers={"accept": accept})

    assert answer.json()["result_url"]


def test_an_image_as_the_body_of_jobs_gives_json_too(client: TestClient, photo: bytes) -> None:
    headers = {"content-type": "image/jpeg"}
    answer = client.post(f"{JOBS}?mode=metadata", content=photo, headers=headers)

    assert answer.json()["result_url"]
    assert client.post(f"{JOBS}?mode=metadata", content=photo, headers=CURL).status_code == 415


@given(st.text("imageplctonjs/*;,q=0.1 ", max_size=40))
def test_any_accept_is_survived(accept: str) -> None:
    assert prefers_image(accept) in (True, False)


@given(st.integers(0, 10), st.integers(0, 10), st.sampled_from(["*/*", "application/json"]))
def test_the_higher_weight_wins_and_json_a_tie(image: int, other: int, kind: str) -> None:
    accept = f"image/*;q={image / 10:.1f}, {kind};q={other / 10:.1f}"

    assert prefers_image(accept) == (image > other)


def test_a_result_is_stored_for_whoever_asks(
    service: Service, client: TestClient, photo: bytes
) -> None:
    asked = client.post(f"{CLEAN}?mode=metadata&store=true", content=photo)
    result = client.get(job_of(client, asked)["result_url"])
    assert result.content == asked.content

    headers = {"idempotency-key": "a key that nobody guesses 4711"}
    first = client.post(f"{CLEAN}?mode=metadata", content=photo, headers=headers)
    again = client.post(f"{CLEAN}?mode=metadata", content=photo, headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    assert again.headers["link"] == first.headers["link"]


@pytest.mark.parametrize("mode", [name for name, mode in MODES.items() if not mode.gives_image])
@pytest.mark.parametrize("url", [CLEAN, JOBS])
def test_a_mode_without_an_image_is_a_422(
    client: TestClient, photo: bytes, mode: str, url: str
) -> None:
    answer = client.post(f"{url}?mode={mode}", files={"image": photo}, headers=IMAGE)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/mode"
    assert "POST /api/v1/jobs" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("url", "pointer"),
    [
        (CLEAN, "/mode"),
        (f"{CLEAN}?mode=polish", "/query/mode"),
        (f"{CLEAN}?mode=metadata&mode=visible", "/query/mode"),
        (f"{CLEAN}?mode=metadata&colour=red", "/query/colour"),
        (f"{CLEAN}?mode=metadata&store=maybe", "/query/store"),
    ],
)
def test_what_is_wrong_in_the_query_is_pointed_at(
    client: TestClient, photo: bytes, url: str, pointer: str
) -> None:
    answer = client.post(url, content=photo)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"", {}, "malformed_image"),
        (b"image=https%3A%2F%2Fpictures.example", CURL, "unsupported_media_type"),
        (b"%PDF-1.7", {}, "unsupported_media_type"),
        (b"text", {"content-type": "text/plain"}, "unsupported_media_type"),
        (b"\xff\xd8\xff", {"content-type": "image/png"}, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_no_image_is_a_problem(
    client: TestClient, body: bytes, headers: dict[str, str], code: str
) -> None:
    answer = client.post(f"{CLEAN}?mode=metadata", content=body, headers=headers)

    assert answer.json()["code"] == code


def test_a_movie_is_shown_another_way(client: TestClient) -> None:
    film = Movie([Track(1, b"vide", b"avc1", [b"abc"])]).file()
    for url, request in (
        (f"{CLEAN}?mode=metadata", {"content": film}),
        (f"{CLEAN}?mode=metadata", {"content": film, "headers": {"content-type": "video/mp4"}}),
        (JOBS, {"files": {"image": film}, "data": {"mode": "metadata"}, "headers": IMAGE}),
    ):
        answer = client.post(url, **request)
        assert answer.status_code == 415
        assert "POST /api/v1/jobs" in answer.json()["detail"]


def test_a_failed_image_is_a_problem_with_its_quota_back(
    client: TestClient, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expunge.operations import metadata

    def crash(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    before = client.post(f"{CLEAN}?mode=metadata", content=photo).headers["ratelimit"]
    monkeypatch.setattr(metadata, "run", crash)
    answer = client.post(f"{CLEAN}?mode=metadata", content=photo)

    assert (answer.status_code, answer.json()["code"]) == (500, "pipeline_error")
    assert "secret" not in answer.text
    assert answer.headers["ratelimit"].split(";")[1] == before.split(";")[1]
    assert job_of(client, answer)["status"] == "failed"


@pytest.fixture
def impatient(service: Service) -> Service:
    service.cleaner.patience = 0.2
    return service


def test_a_heavy_mode_is_waited_for_then_left_with_its_job(
    impatient: Service, photo: bytes
) -> None:
    client = client_at(impatient, "203.0.113.5")
    answer = client.post(f"{CLEAN}?mode=invisible", content=photo)

    assert (answer.status_code, answer.json()["code"]) == (504, "takes_too_long")
    assert answer.headers["retry-after"] == "60"
    assert job_of(client, answer)["status"] == "queued"


def test_a_heavy_mode_that_ends_in_time_is_an_image(
    service: Service, client: TestClient, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expunge.web.waiting import JobWaiters

    async def worked(_: JobWaiters, caller: Any, job: Any, seconds: float) -> Any:
        assert seconds == service.cleaner.patience
        work_off(service)
        return service.jobs.get(caller, job.id)

    monkeypatch.setattr(JobWaiters, "wait", worked)
    answer = client.post(f"{CLEAN}?mode=metadata", content=photo, headers={"prefer": "x"})
    is_clean(answer, photo)
    small = Image.effect_noise((32, 32), 60).convert("RGB")
    file = io.BytesIO()
    small.save(file, "PNG")
    heavy = client.post(f"{CLEAN}?mode=invisible", content=file.getvalue())

    assert heavy.status_code == 200, heavy.text
    assert heavy.headers["content-type"] == "image/png"
    assert job_of(client, heavy)["result_url"], "a worker's result is stored for its reader"


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service behind an edge that takes only small answers, as on AWS."""
    monkeypatch.setattr("expunge.bootstrap.LAMBDA_ANSWER_BYTES", 1_000)
    from expunge import bootstrap

    settings = Settings(data=tmp_path / "narrow")
    wired = bootstrap.stores

    def stores(given: Settings) -> Any:
        return wired(given.model_copy(update={"store": "local"}))

    monkeypatch.setattr(bootstrap, "stores", stores)
    service = build(settings.model_copy(update={"store": "aws"}))
    yield service
    service.close()


def test_an_image_too_large_for_the_edge_is_stored_and_led_to(
    narrow: Service, photo: bytes
) -> None:
    client = client_at(narrow, "203.0.113.5")
    answer = client.post(f"{CLEAN}?mode=metadata", content=photo, follow_redirects=False)

    assert (answer.status_code, answer.content) == (303, b"")
    is_clean(client.get(answer.headers["location"]), photo)
    assert job_of(client, answer)["result_url"]


def test_pro_callers_may(service: Service, client: TestClient, photo: bytes) -> None:
    account = service.accounts.create(Tier.PRO)
    _, key = service.accounts.create_key(account.id, "")
    headers = {"authorization": f"Bearer {key}"}
    answer = client.post(f"{CLEAN}?mode=metadata", content=photo, headers=headers)

    is_clean(answer, photo)
    assert "light-month" in answer.headers["ratelimit"]


def test_base64_in_json_may_have_its_mode_in_the_query(client: TestClient, photo: bytes) -> None:
    body = {"image_base64": base64.b64encode(photo).decode(), "content_type": "image/jpeg"}

    is_clean(client.post(f"{CLEAN}?mode=metadata", json=body), photo)
