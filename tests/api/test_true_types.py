"""Wrong media types from file names, and all forms of base64, are accepted."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.api.conftest import work_off
from tests.api.test_jobs import JOBS, in_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from expunge.service import Service

NAMES = {"photo.heic": "image/heic", "photo.png": "image/png", "photo.txt": "text/plain"}


def _webp() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 10)).save(file, "WEBP")
    return file.getvalue()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["metadata", "detect"])
def test_a_form_takes_a_file_as_what_it_is(
    client: TestClient, photo: bytes, name: str, mode: str
) -> None:
    for data, actual in ((photo, "image/jpeg"), (_webp(), "image/webp")):
        files = {"image": (name, data, NAMES[name])}
        answer = client.post(JOBS, files=files, data={"mode": mode})

        assert answer.status_code == 200
        corrected = answer.json()["report"]["corrected"]
        assert corrected == {"declared": NAMES[name], "actual": actual}


@pytest.mark.parametrize("declared", ["image/jpeg", "image/jpg", "application/octet-stream"])
def test_nothing_is_corrected_where_nothing_is_wrong(
    client: TestClient, photo: bytes, declared: str
) -> None:
    files = {"image": ("photo", photo, declared)}
    answer = client.post(JOBS, files=files, data={"mode": "metadata"})

    assert "corrected" not in answer.json()["report"]


def test_a_queued_job_tells_of_it_as_well(
    service: Service, client: TestClient, photo: bytes
) -> None:
    files = {"image": ("photo.heic", photo, "image/heic")}
    headers = {"prefer": "respond-async"}
    job = client.post(JOBS, files=files, data={"mode": "metadata"}, headers=headers).json()
    work_off(service)
    report = client.get(f"{JOBS}/{job['id']}").json()["report"]

    assert report["corrected"] == {"declared": "image/heic", "actual": "image/jpeg"}


def test_what_is_no_picture_is_refused_whatever_its_name(client: TestClient) -> None:
    files = {"image": ("photo.jpg", b"%PDF-1.7", "image/jpeg")}

    assert client.post(JOBS, files=files, data={"mode": "metadata"}).status_code == 415


def test_an_explicit_type_that_is_wrong_is_refused(client: TestClient, photo: bytes) -> None:
    wish = {"filename": "a.png", "content_type": "image/png", "size": len(photo)}
    upload = client.post("/api/v1/uploads", json=wish).json()
    client.put(upload["upload_url"], content=photo, headers=upload["headers"])
    body = {"mode": "metadata", "object_key": upload["object_key"]}

    assert client.post(JOBS, json=body).status_code == 415
    assert client.post(JOBS, **in_json(photo, content_type="image/png")).status_code == 415


def _data_url(text: str) -> str:
    return f"data:image/jpeg;base64,{text}"


FORMS: dict[str, Callable[[bytes], str]] = {
    "plain": lambda data: base64.b64encode(data).decode(),
    "wrapped": lambda data: base64.encodebytes(data).decode().replace("\n", "\r\n"),
    "URL-safe": lambda data: base64.urlsafe_b64encode(data).decode(),
    "without padding": lambda data: base64.b64encode(data).decode().rstrip("="),
    "URL-safe without padding": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "data URL": lambda data: _data_url(base64.b64encode(data).decode()),
    "data URL, wrapped": lambda data: _data_url(base64.encodebytes(data).decode()),
    "data URL with a parameter": lambda data: (
        "DATA:image/jpeg;name=a.jpg;BASE64," + base64.b64encode(data).decode()
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("spare", [0, 1, 2])
def test_base64_is_read_in_every_form(
    client: TestClient, photo: bytes, form: str, spare: int
) -> None:
    text = FORMS[form](photo + bytes(spare))

    assert client.post(JOBS, **in_json(photo, image_base64=text)).status_code == 200


def test_a_data_url_says_its_own_type(client: TestClient, photo: bytes) -> None:
    text = base64.b64encode(photo).decode()
    body = {"mode": "metadata", "image_base64": f"data:image/heic;base64,{text}"}
    answer = client.post(JOBS, json=body)

    assert answer.json()["report"]["corrected"] == {
        "declared": "image/heic", "actual": "image/jpeg",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["====", "A", "AB=C", "A===", "ÄÖ", "data:image/png,AAAA", "data:;base64,!"]
)
def test_what_is_no_base64_is_told_so(client: TestClient, photo: bytes, text: str) -> None:
    answer = client.post(JOBS, **in_json(photo, image_base64=text))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/image_base64"
