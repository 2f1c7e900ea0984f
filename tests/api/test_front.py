"""Only the CDN with the secret is trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.api.test_jobs import multipart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

NEW, OLD = "new-secret-0123456789", "old-secret-0123456789"
JOBS = "/api/v1/jobs"


@pytest.fixture
def fronted(tmp_path: Path) -> Iterator[TestClient]:
    service = build(Settings(data=tmp_path / "data", front_secrets=f"{NEW} {OLD}"))
    yield client_at(service, "130.176.1.1")
    service.close()


def through(secret: str = NEW, viewer: str = "198.51.100.7", **more: str) -> dict[str, str | bytes]:
    return {"x-origin-secret": secret, "x-viewer-address": viewer, **more}


def made(client: TestClient, photo: bytes, headers: dict[str, str | bytes]) -> str:
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    answer = client.post(JOBS, files=files, data={"mode": "metadata"}, headers=headers)
    return str(answer.json()["id"])


@pytest.mark.parametrize("secret", ["", "wrong", NEW[:-1], NEW + "x", "ü"])
@pytest.mark.parametrize("path", ["/", "/health", JOBS, "/api/v1/clean", "/objects/x", "/nowhere"])
def test_what_came_another_way_is_refused(fronted: TestClient, path: str, secret: str) -> None:
    answer = fronted.get(path, headers=through() | {"x-origin-secret": secret.encode()})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_either_secret_opens(fronted: TestClient, secret: str) -> None:
    assert fronted.get("/health", headers=through(secret)).status_code == 200


def test_viewers_are_counted_by_their_own_address(fronted: TestClient, photo: bytes) -> None:
    def left(headers: dict[str, str]) -> str:
        answer = fronted.post(JOBS, headers=headers, **multipart(photo))
        return str(answer.headers["ratelimit"]).partition(";t=")[0]

    assert [left(through()) for _ in range(2)] == ['"light-hour";r=29', '"light-hour";r=28']
    for viewer in ("198.51.100.8", "2001:db8::1"):
        assert left(through(viewer=viewer)) == '"light-hour";r=29'


def test_links_start_with_the_host_that_the_viewer_used(fronted: TestClient) -> None:
    headers = through(**{"x-viewer-host": "pictures.example"})
    problem = fronted.get("/nowhere", headers=headers).json()

    assert problem["type"] == "http://pictures.example/problems/not_found"


def test_without_a_cdn_no_viewer_header_is_trusted(client: TestClient, photo: bytes) -> None:
    job = made(client, photo, {})

    claimed = through(**{"x-viewer-host": "elsewhere.example", "x-forwarded-for": "198.51.100.7"})
    assert client.get(f"{JOBS}/{job}", headers=claimed).status_code == 200
    problem = client.get("/nowhere", headers=claimed).json()
    assert problem["type"].startswith("http://testserver/")


@pytest.mark.parametrize("secrets", ["short", f"{NEW},{OLD},{NEW}x"])
def test_secrets_are_long_and_at_most_two(secrets: str) -> None:
    with pytest.raises(ValueError, match="front_secrets"):
        Settings(front_secrets=secrets)
