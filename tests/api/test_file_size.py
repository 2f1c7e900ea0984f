"""How large a file may be is one setting, and every way in goes by it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from expunge.bootstrap import build
from expunge.net.ports import Fetched
from expunge.settings import Settings
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

UPLOADS, JOBS = "/api/v1/uploads", "/api/v1/jobs"
ELEVEN = 11 << 20


@pytest.fixture
def roomy(tmp_path: Path) -> Iterator[TestClient]:
    """A server that takes 12 MB."""
    service = build(Settings(data=tmp_path / "data", max_file_mb=12))
    yield client_at(service, "203.0.113.5")
    service.close()


@pytest.fixture(scope="module")
def large(photo: bytes) -> bytes:
    """A photograph of more than 11 MB: most of it stands behind its end."""
    return photo + b"x" * ELEVEN


def test_a_larger_file_comes_in_a_form(roomy: TestClient, large: bytes) -> None:
    answer = roomy.post(JOBS, data={"mode": "metadata"}, files={"image": ("a.jpg", large)})

    assert answer.status_code == 200
    assert answer.json()["report"]["removed_bytes"] > ELEVEN


def test_a_larger_file_is_uploaded(roomy: TestClient, large: bytes) -> None:
    wish = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(large)}
    upload = roomy.post(UPLOADS, json=wish).json()
    url = urlsplit(upload["upload_url"])
    put = roomy.put(f"{url.path}?{url.query}", content=large, headers=upload["headers"])
    job = roomy.post(JOBS, json={"mode": "metadata", "object_key": upload["object_key"]})

    assert put.status_code == 200
    assert job.json()["status"] == "succeeded"


def test_the_contracts_size_holds_without_the_setting(client: TestClient, large: bytes) -> None:
    form = client.post(JOBS, data={"mode": "metadata"}, files={"image": ("a.jpg", large)})
    wish = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(large)}

    assert form.status_code == 413
    assert "10,485,760" in form.json()["detail"]
    assert client.post(UPLOADS, json=wish).status_code == 413


def test_what_passes_the_operators_size_is_refused_with_it(roomy: TestClient, large: bytes) -> None:
    more = large + b"x" * (1 << 20)
    form = roomy.post(JOBS, data={"mode": "metadata"}, files={"image": ("a.jpg", more)})

    assert form.status_code == 413
    assert "12,582,912" in form.json()["detail"]


def test_the_document_and_the_studio_name_the_size(roomy: TestClient) -> None:
    schemas = roomy.get("/openapi.json").json()["components"]["schemas"]

    assert schemas["UploadCreate"]["properties"]["size"]["maximum"] == 2048 << 20
    assert "Up to 12 MB each" in roomy.get("/").text


def test_a_url_is_fetched_up_to_the_size(tmp_path: Path, photo: bytes) -> None:
    limits = []

    class Network:
        def check(self, url: str) -> None: ...

        def get(self, url: str, *, limit: int, **_: object) -> Fetched:
            limits.append(limit)
            return Fetched(photo)

    service = build(Settings(data=tmp_path / "data", max_file_mb=12), fetcher=Network())
    client = client_at(service, "203.0.113.5")
    client.post(JOBS, json={"mode": "metadata", "image_url": "https://pictures.example/a.jpg"})
    client.get("/api/v1/clean?mode=metadata&image=https%3A%2F%2Fpictures.example%2Fa.jpg")
    service.close()

    assert limits == [12 << 20, 12 << 20]
