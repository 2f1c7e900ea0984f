"""Videos come in by upload, past the limit of images, and are cleaned by a queued job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off
from tests.unit.movies.mp4 import SECRET, Movie, Track, samples_in
from tests.unit.tiffs import Tiff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

UPLOADS, JOBS = "/api/v1/uploads", "/api/v1/jobs"
FRAME = bytes(6 << 20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that takes videos of 20 MB."""
    data: Path = tmp_path_factory.mktemp("videos") / "data"
    service = build(Settings(data=data, max_video_mb=20))
    yield service
    service.close()


@pytest.fixture(scope="module")
def visitor(server: Service) -> TestClient:
    return client_at(server, "203.0.113.9")


@pytest.fixture(scope="module")
def video() -> bytes:
    """A video of 12 MB, with a position in its header and a data track."""
    picture = Track(1, b"vide", b"avc1", [FRAME, FRAME])
    telemetry = Track(3, b"meta", b"gpmd", [SECRET * 4])
    return Movie([picture, telemetry]).file()


def uploaded(client: TestClient, data: bytes, media_type: str = "video/mp4") -> str:
    wish = {"filename": "a.mp4", "content_type": media_type, "size": len(data)}
    upload = client.post(UPLOADS, json=wish).json()
    url = urlsplit(upload["upload_url"])
    put = client.put(f"{url.path}?{url.query}", content=data, headers=upload["headers"])
    assert put.status_code == 200
    return str(upload["object_key"])


def done(server: Service, client: TestClient, **job: Any) -> dict[str, Any]:
    answer = client.post(JOBS, json=job)
    assert answer.status_code == 202, answer.text
    work_off(server)
    ended: dict[str, Any] = client.get(f"{JOBS}/{answer.json()['id']}").json()
    assert ended["status"] == "succeeded", ended
    return ended


def test_a_large_video_is_cleaned(server: Service, visitor: TestClient, video: bytes) -> None:
    job = done(server, visitor, mode="metadata", object_key=uploaded(visitor, video))
    url = urlsplit(job["result_url"])
    result = visitor.get(f"{url.path}?{url.query}")

    assert SECRET not in result.content
    assert samples_in(result.content) == {1: [FRAME, FRAME]}
    assert result.headers["content-type"] == "video/mp4"
    assert job["report"]["removed_bytes"] == len(video) - len(result.content)


def test_a_large_video_is_reported_on(server: Service, visitor: TestClient, video: bytes) -> None:
    job = done(server, visitor, mode="detect", object_key=uploaded(visitor, video))

    assert "a position" in job["report"]["overall_assessment"]


def test_the_limits_of_images_and_videos_differ(visitor: TestClient) -> None:
    def wish(media_type: str, megabytes: int) -> int:
        body = {"filename": "a", "content_type": media_type, "size": megabytes << 20}
        return visitor.post(UPLOADS, json=body).status_code

    assert (wish("video/mp4", 20), wish("video/mp4", 21)) == (200, 413)
    assert (wish("image/tiff", 10), wish("image/tiff", 11)) == (200, 413)


def test_an_image_of_that_size_under_a_videos_name_is_refused(visitor: TestClient) -> None:
    key = uploaded(visitor, Tiff().file() + bytes(11 << 20))
    answer = visitor.post(JOBS, json={"mode": "metadata", "object_key": key})

    assert answer.status_code == 413


def test_a_large_video_is_read_by_its_url_piece_by_piece(
    server: Service, visitor: TestClient, video: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"filename": "a.mp4", "content_type": "video/mp4", "size": len(video)}
    upload = visitor.post(UPLOADS, json=wish).json()
    url = urlsplit(upload["upload_url"])
    visitor.put(f"{url.path}?{url.query}", content=video, headers=upload["headers"])
    assert server.signed_objects is not None
    monkeypatch.setattr(type(server.signed_objects), "get", None)

    done(server, visitor, mode="metadata", image_url=upload["source_url"])
    image = {"image_url": upload["source_url"]}
    assert visitor.post("/api/v1/clean?mode=metadata", json=image).status_code == 413


def test_a_small_video_comes_in_a_form(visitor: TestClient) -> None:
    small = Movie([Track(1, b"vide", b"avc1", [b"abc"])]).file()
    answer = visitor.post(JOBS, data={"mode": "metadata"}, files={"image": ("a.mp4", small)})

    assert answer.status_code == 200
    assert answer.json()["report"]["format"] == "video/mp4"


def test_other_modes_refuse_a_video_in_a_sentence(visitor: TestClient) -> None:
    small = Movie([Track(1, b"vide", b"avc1", [b"abc"])]).file()
    answer = visitor.post(JOBS, data={"mode": "visible"}, files={"image": ("a.mp4", small)})

    assert answer.status_code == 415
    assert "This is an MP4 video" in answer.json()["detail"]
