"""``image_url``: the service fetches the image itself, through the SSRF guard."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import expunge
from expunge.bootstrap import build
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off
from tests.websites.authority import authority
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.service import Service

JOBS = "/api/v1/jobs"
PACKAGE = Path(expunge.__file__).parent


@pytest.fixture
def site(photo: bytes) -> Iterator[Site]:
    pages = {
        "/photo.jpg": says(photo, content_type="text/plain"),
        "/page.html": says(b"<!doctype html><p>Please sign in"),
        "/large.jpg": says(photo, length=10_485_761),
    }
    with Site(pages) as site:
        yield site


@pytest.fixture
def service(tmp_path: Path, site: Site) -> Iterator[Service]:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
    fetcher = Fetcher(guard, tls=authority().trust)
    service = build(Settings(data=tmp_path / "data", quotas="off"), fetcher=fetcher)
    yield service
    service.close()


def test_a_picture_is_fetched_and_comes_back_clean(
    service: Service, site: Site, photo: bytes
) -> None:
    client = client_at(service, "203.0.113.5")
    answer = client.post(JOBS, json={"image_url": site.url("/photo.jpg"), "mode": "metadata"})

    assert answer.status_code == 200
    assert client.get(answer.json()["result_url"]).content == expunge.run("metadata", photo).image


def test_a_form_may_carry_the_address(service: Service, site: Site) -> None:
    data = {"image_url": site.url("/photo.jpg"), "mode": "metadata"}
    answer = client_at(service, "203.0.113.5").post(JOBS, data=data)

    assert answer.status_code == 415, "urlencoded is not read"
    fields = [(name, (None, value)) for name, value in data.items()]
    answer = client_at(service, "203.0.113.5").post(JOBS, files=fields)
    assert answer.json()["status"] == "succeeded"


def test_a_queued_job_holds_the_picture_that_was_there_when_it_was_made(
    service: Service, site: Site, photo: bytes
) -> None:
    client = client_at(service, "203.0.113.5")
    job_request = {"image_url": site.url("/photo.jpg"), "mode": "metadata"}
    job = client.post(JOBS, json=job_request, headers={"prefer": "respond-async"}).json()
    site.pages.clear()
    work_off(service)

    assert client.get(f"{JOBS}/{job['id']}").json()["status"] == "succeeded"
    assert site.hits("/photo.jpg") == 1


def test_a_repeated_request_with_a_key_fetches_once(service: Service, site: Site) -> None:
    client = client_at(service, "203.0.113.5")
    job_request = {"image_url": site.url("/photo.jpg"), "mode": "metadata"}
    ids = {
        client.post(JOBS, json=job_request, headers={"idempotency-key": "k"}).json()["id"]
        for _ in range(2)
    }

    assert len(ids) == 1
    assert site.hits("/photo.jpg") == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/none.jpg", 400, "source_unreachable"),
        ("/page.html", 415, "unsupported_media_type"),
        ("/large.jpg", 413, "payload_too_large"),
    ],
)
def test_what_gives_no_picture_is_a_problem(
    service: Service, site: Site, path: str, status: int, code: str
) -> None:
    client = client_at(service, "203.0.113.5")
    answer = client.post(JOBS, json={"image_url": site.url(path), "mode": "metadata"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.get(JOBS).json()["jobs"] == []


@pytest.mark.parametrize("more", [{"object_key": "in/x.png"}, {"image_base64": "AAAA"}])
def test_one_picture_is_given_in_one_way(service: Service, more: dict) -> None:
    job_request = {"image_url": "https://pictures.example/a.png", "mode": "metadata"} | more
    answer = client_at(service, "203.0.113.5").post(JOBS, json=job_request)

    assert answer.status_code == 422


def test_a_deployed_service_reaches_nothing_on_its_own_machine(
    tmp_path: Path, photo: bytes
) -> None:
    """Every setting there is, and the seam is still shut."""
    service = build(Settings(data=tmp_path / "data"))
    client = client_at(service, "203.0.113.5")
    with Site({"/photo.jpg": says(photo)}, names=("127.0.0.1", "localhost")) as site:
        for host in ("127.0.0.1", "localhost", "[::1]"):
            job_request = {"image_url": site.url("/photo.jpg", host), "mode": "metadata"}
            assert client.post(JOBS, json=job_request).json()["code"] == "source_unreachable"
    service.close()

    assert site.asked == []


def test_no_code_of_the_service_opens_the_seam_for_tests() -> None:
    """The words by which tests open it are said in its own definition only."""
    said = [
        (path.relative_to(PACKAGE).as_posix(), keyword.arg)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("also_public", "fetcher", "guard", "tls")
    ]

    assert said == []
    assert not {"also_public", "fetcher", "guard", "tls"} & Settings.model_fields.keys()
