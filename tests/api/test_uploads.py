"""Uploads, and the local store's signed URLs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.jobs.job import Job
    from expunge.service import Service
    from expunge.stores.ports import Delete

UPLOADS = "/api/v1/uploads"


@pytest.fixture
def made(client: TestClient, photo: bytes) -> dict:
    job_request = {"filename": "photo.jpg", "content_type": "image/jpeg", "size": len(photo)}
    answer = client.post(UPLOADS, json=job_request)
    assert answer.status_code == 200
    return answer.json()


def put(client: TestClient, made: dict, content: bytes, **headers: str):
    return client.put(made["upload_url"], headers=made["headers"] | headers, content=content)


def test_an_upload_says_exactly_how_to_put_the_file(
    client: TestClient, made: dict, photo: bytes
) -> None:
    expires = datetime.fromisoformat(made["expires_at"])

    assert made["method"] == "PUT"
    assert timedelta(minutes=14) < expires - datetime.now(UTC) <= timedelta(minutes=15)
    assert {name.lower() for name in made["headers"]} >= {"content-type", "content-length"}
    assert put(client, made, photo).status_code == 200


def test_a_second_put_is_refused(client: TestClient, made: dict, photo: bytes) -> None:
    put(client, made, photo)

    assert put(client, made, photo).json()["code"] == "conflict"


def test_another_type_is_refused(client: TestClient, made: dict, photo: bytes) -> None:
    answer = put(client, made, photo, **{"Content-Type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (403, "signature_invalid")


def test_another_length_is_refused(client: TestClient, made: dict, photo: bytes) -> None:
    answer = put(client, made, photo + b"x", **{"Content-Length": str(len(photo) + 1)})

    assert (answer.status_code, answer.json()["code"]) == (403, "signature_invalid")


def test_a_length_that_lies_is_refused(client: TestClient, made: dict, photo: bytes) -> None:
    answer = put(client, made, photo + b"x")

    assert answer.status_code in (400, 403)


def test_another_key_or_method_is_refused(client: TestClient, made: dict, photo: bytes) -> None:
    put(client, made, photo)
    elsewhere = made | {"upload_url": made["upload_url"].replace("/up_", "/up_0")}

    assert put(client, elsewhere, photo).status_code == 403
    assert client.get(made["upload_url"]).status_code == 403


def test_a_result_url_cannot_be_used_to_write(client: TestClient, photo: bytes) -> None:
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    job = client.post("/api/v1/jobs", files=files, data={"mode": "metadata"}).json()

    assert client.put(job["result_url"], content=photo).status_code == 403
    assert client.get(job["result_url"] + "0").status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"size": 10_485_761}, 413, None),
        ({"size": 0}, 422, "/size"),
        ({"size": -1}, 422, "/size"),
        ({"content_type": "image/bmp"}, 422, "/content_type"),
        ({"name": "x"}, 422, "/name"),
        ({"filename": None}, 422, "/filename"),
    ],
)
def test_an_unsupported_upload_gets_no_url(
    reader: TestClient, change: dict, status: int, pointer: str | None
) -> None:
    job_request = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 100} | change

    answer = reader.post(UPLOADS, json=job_request)

    assert answer.status_code == status
    assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer


def test_the_largest_size_is_taken(client: TestClient) -> None:
    job_request = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 10_485_760}

    assert client.post(UPLOADS, json=job_request).status_code == 200


def test_deleting_a_job_lasts_even_if_another_job_takes_its_upload_meanwhile(
    service: Service, client: TestClient, made: dict, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create() -> str:
        body = {"object_key": made["object_key"], "mode": "metadata"}
        return str(client.post("/api/v1/jobs", json=body).json()["id"])

    put(client, made, photo)
    doomed, others = create(), []
    removal = service.jobs.uploads.removal

    def overtaken(job: Job) -> Delete | None:
        found = removal(job)
        if not others:
            others.append(create())
        return found

    monkeypatch.setattr(service.jobs.uploads, "removal", overtaken)

    assert client.delete(f"/api/v1/jobs/{doomed}").status_code == 200
    assert client.get(f"/api/v1/jobs/{doomed}").status_code == 404
    (other,) = others
    assert client.get(f"/api/v1/jobs/{other}").json()["status"] == "succeeded"
    create()  # the upload stays while a job has it


def test_a_result_is_downloaded_under_the_uploads_name(client: TestClient, photo: bytes) -> None:
    wish = {"filename": 'Grüße "1".jpg', "content_type": "image/jpeg", "size": len(photo)}
    made = client.post(UPLOADS, json=wish).json()
    put(client, made, photo)
    job = {"object_key": made["object_key"], "mode": "metadata"}
    result = client.get(client.post("/api/v1/jobs", json=job).json()["result_url"])

    assert result.headers["content-disposition"] == (
        "attachment; filename=\"Gr__e _1_.jpg\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20_1_.jpg"
    )
