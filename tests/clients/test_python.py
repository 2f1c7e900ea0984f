"""The Python client against the service: every mode, uploads, polling, problems."""

from __future__ import annotations

import asyncio
import io
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image

from expunge.operations import MODES
from tests.api.conftest import work_off
from tests.clients.conftest import URL, InProcess

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service

from expunge_client import Problem, aio, connect, create_job, parts, wait_for
from expunge_client.generated.api.clean import clean_picture
from expunge_client.generated.api.jobs import list_jobs
from expunge_client.generated.models.clean_picture_cleaning import CleanPictureCleaning
from expunge_client.generated.types import File


@pytest.fixture(scope="module")
def small() -> bytes:
    file = io.BytesIO()
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("mode", [name for name, mode in MODES.items() if not mode.companions])
def test_every_mode_gives_its_own_typed_report(
    running: Service, transport: InProcess, small: bytes, mode: str
) -> None:
    client = connect(URL, transport=transport)
    job = create_job(client, small, mode)
    if not parts.has_ended(job):
        work_off(running)
        job = wait_for(client, job.id)

    assert (job.status, job.mode) == ("succeeded", mode)
    assert type(job).__name__ == f"{mode.capitalize()}JobView"
    report: Any = job.report
    assert type(report).__name__ == f"{mode.capitalize()}Report"
    assert not report.additional_properties, "members that the document does not name"


def test_a_large_file_goes_through_a_signed_url(
    transport: InProcess, small: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    transport.seen.clear()
    monkeypatch.setattr(parts, "DIRECT_BYTES", 100)
    file = tmp_path / "photo.jpg"
    file.write_bytes(small)

    client = connect(URL, transport=transport).with_headers({"Authorization": "Basic c2VjcmV0"})
    job = create_job(client, file, "metadata")

    assert job.status == "succeeded"
    assert [one.method for one in transport.seen] == ["POST", "PUT", "POST"]
    with_credentials = ["authorization" in one.headers for one in transport.seen]
    assert with_credentials == [True, False, True], "the store gets no credentials of the API"


def test_a_file_of_no_known_type_is_refused_before_it_is_sent(transport: InProcess) -> None:
    with pytest.raises(ValueError, match="type of «image» is unknown"):
        parts.upload_request(parts.picture(b"what is this"))


def test_a_problem_is_an_exception_with_type_and_detail(transport: InProcess) -> None:
    client = connect(URL, transport=transport)
    with pytest.raises(Problem) as caught:
        create_job(client, b"%PDF-1.7 no image", "metadata")

    problem = caught.value
    assert (problem.status, problem.code) == (415, "unsupported_media_type")
    assert problem.type == f"{URL}/problems/unsupported_media_type"
    assert problem.detail
    assert not problem.retryable

    with pytest.raises(Problem) as caught:
        list_jobs.sync(client=connect(URL, "uk_unknown", transport=transport))
    assert caught.value.code == "invalid_api_key"


def test_an_answer_that_is_no_problem_document_is_an_exception_too() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, text="<h1>Bad gateway</h1>"))
    with pytest.raises(Problem, match="502 unexpected_answer"):
        wait_for(connect(URL, transport=transport), "job_1")


def test_polling_follows_retry_after_and_retryable_problems(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = {"title": "Overloaded", "status": 503, "code": "overloaded", "retryable": True}
    job = {"id": "job_1", "mode": "metadata", "created_at": "2026-05-24T10:00:00Z"}
    answers = [
        httpx.Response(503, json=problem, headers={"retry-after": "7"}),
        httpx.Response(200, json=job | {"status": "queued"}, headers={"retry-after": "3"}),
        httpx.Response(200, json=job | {"status": "canceled"}),
    ]
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    slept: list[float] = []
    monkeypatch.setattr("expunge_client.jobs.time.sleep", slept.append)

    assert wait_for(connect(URL, transport=transport), "job_1").status == "canceled"
    assert slept == [7, 3]


def test_the_asynchronous_client_does_the_same(
    running: Service, app: Any, small: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def calls() -> tuple[Any, Any, Any]:
        client = connect(URL, transport=httpx.ASGITransport(app))
        direct = await aio.create_job(client, small, "all")
        worker = threading.Thread(target=work_off, args=(running,))
        worker.start()
        ended = await aio.wait_for(client, direct.id)
        worker.join()
        monkeypatch.setattr(parts, "DIRECT_BYTES", 100)
        uploaded = await aio.create_job(client, small, "detect")
        with pytest.raises(Problem):
            await aio.wait_for(client, "job_that_never_was")
        raw = File(io.BytesIO(small), "photo.jpg", "image/jpeg")
        metadata = CleanPictureCleaning(mode="metadata")
        picture = await clean_picture.asyncio(client=client, body=raw, cleaning=metadata)
        await client.get_async_httpx_client().aclose()
        return ended, uploaded, picture

    ended, uploaded, picture = asyncio.run(calls())

    assert (ended.mode, ended.status) == ("all", "succeeded")
    assert uploaded.report.metadata.exif.make == "Camera Maker"
    assert b"Camera Maker" not in picture.payload.read()
