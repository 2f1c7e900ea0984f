"""A website on loopback, a service that may fetch from it, and how to ask ``/clean``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from expunge.bootstrap import build
from expunge.imaging.source import Source
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import metadata
from expunge.operations.options.metadata import MetadataOptions
from expunge.operations.outcome import Outcome
from expunge.settings import Settings
from tests.unit.movies.mp4 import Movie, Track
from tests.websites.authority import authority
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx2 import Response

    from expunge.service import Service

CLEAN = "/api/v1/clean"


@pytest.fixture
def site(photo: bytes) -> Iterator[Site]:
    pages = {
        "/photo.jpg": says(photo, etag='"v1"'),
        "/twin.jpg": says(photo),
        "/page.html": says(b"<!doctype html><p>Please sign in"),
        "/large.jpg": says(photo, length=10_485_761),
        "/broken.jpg": says(photo[:200]),
        "/film.mp4": says(Movie([Track(1, b"vide", b"avc1", [b"abc"])]).file()),
    }
    with Site(pages) as site:
        yield site


def built(site: Site, data: Path, **settings: object) -> Service:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
    fetcher = Fetcher(guard, tls=authority().trust)
    return build(Settings(**{"data": data, "quotas": "off"} | settings), fetcher=fetcher)


@pytest.fixture
def service(tmp_path: Path, site: Site) -> Iterator[Service]:
    service = built(site, tmp_path / "data")
    yield service
    service.close()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the operation ran; a run takes a while, so that others come meanwhile."""
    times: list[float] = []
    real = metadata.run

    def run(source: Source, options: MetadataOptions) -> Outcome:
        times.append(time.monotonic())
        time.sleep(0.2)
        return real(source, options)

    monkeypatch.setattr(metadata, "run", run)
    return times


def ask(client: TestClient, site: Site, path: str = "/photo.jpg", **more: object) -> Response:
    headers = more.pop("headers", {})
    method = str(more.pop("method", "GET"))
    params = {"image": site.url(path), "mode": "metadata"} | more
    return client.request(method, CLEAN, params=params, headers=headers, follow_redirects=False)


def refused(answer: Response, status: int, code: str) -> str:
    """A picture that says what is wrong; its ``detail`` is not to be had, so its help page."""
    assert (answer.status_code, answer.headers["x-error-type"]) == (status, code)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["link"] == f'<http://testserver/problems/{code}>; rel="help"'
    assert "etag" not in answer.headers
    return answer.headers["link"]
