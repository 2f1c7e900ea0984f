"""The HTML pages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

import expunge
from expunge.settings import Settings
from expunge.web.problems import REGISTRY
from expunge.web.site.pages import FOLDER
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service


@pytest.mark.parametrize("path", ["/", "/docs", "/problems"])
def test_pages_load_nothing_from_elsewhere(reader: TestClient, path: str) -> None:
    page = reader.get(path)

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert address.startswith(("/", "#", "http://testserver/")), address
        assert reader.get(address).status_code == 200, address


def test_health_says_what_the_service_can_do(reader: TestClient) -> None:
    answer = reader.get("/health")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert "metadata" in answer.json()["modes"]
    assert answer.json()["stores"] == {"records": True, "objects": True}


def test_health_is_503_when_a_store_does_not_answer(client: TestClient, service: Service) -> None:
    (service.settings.data / "objects").rename(service.settings.data / "gone")
    (service.settings.data / "objects").write_text("no folder")

    answer = client.get("/health")

    assert answer.status_code == 503
    assert answer.json() == answer.json() | {"status": "unavailable"}
    assert answer.json()["stores"]["objects"] is False


def test_a_configured_address_is_used_in_every_link(service: Service) -> None:
    settings = Settings(data=service.settings.data, public_url="https://clean.example/x")
    answer = client_at(replace(service, settings=settings), "203.0.113.5").get("/nowhere")

    assert answer.json()["type"] == "https://clean.example/x/problems/not_found"


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/me", "/objects/out/x.png?expires=1"])
def test_a_browser_is_shown_a_problem_as_a_page(reader: TestClient, path: str) -> None:
    problem = reader.get(path)
    page = reader.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert problem.headers["content-type"].startswith("application/problem+json")
    assert page.status_code == problem.status_code
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["vary"] == "accept"
    assert problem.json()["detail"].replace("'", "&#x27;") in page.text
    assert 'href="/"' in page.text


def test_a_problem_page_cannot_be_made_to_run_anything(reader: TestClient) -> None:
    page = reader.get("/<script>alert(1)</script>", headers={"accept": "text/html"})

    assert page.status_code == 404
    assert "<script>" not in page.text


def test_pages_know_what_to_do_about_every_problem(reader: TestClient) -> None:
    told = reader.get("/problems.json").json()

    assert set(told) == set(REGISTRY)
    assert all(one["remedy"] and one["title"] for one in told.values())


def test_the_studio_fetches_all_its_modules_at_once(reader: TestClient) -> None:
    page = reader.get("/").text
    preloaded = set(re.findall(r'modulepreload" href="([^"]+)"', page))
    imported = {
        urljoin(path, name)
        for path in preloaded
        for name in re.findall(r'^import .*?from "(\.[^"]+)";', reader.get(path).text, re.MULTILINE)
    }

    assert imported <= preloaded


def test_what_the_studio_loads_is_kept_until_it_changes(reader: TestClient) -> None:
    main = re.search(r'src="(/assets/[0-9a-f]{16}/studio/main.js)"', reader.get("/").text)
    assert main
    present, other = main[1], "/assets/0123456789abcdef/studio/main.js"

    assert "immutable" in reader.get(present).headers["cache-control"]
    assert reader.get(other).headers["cache-control"] == "no-cache"
    assert reader.get(other).text == reader.get(present).text
    assert reader.get("/assets/0123456789abcdef/nothing.js").status_code == 404


def test_the_vendored_library_is_what_its_project_released() -> None:
    digest = hashlib.sha256((FOLDER / "vendor" / "client-zip.js").read_bytes()).hexdigest()

    assert digest == "28c957c53d8e5290951d4b45ccff8ab8c9c37219da08b9d537bbdd595a75706d"


def test_the_sample_image_is_the_drawn_one_and_has_something_of_every_kind() -> None:
    report = expunge.run("detect", (FOLDER / "sample.jpg").read_bytes(), visible=False).report

    kinds = {finding["category"] for finding in report["findings"]}
    assert kinds == {"private", "ai_provenance", "authorship", "technical"}
    assert report["metadata"]["exif"]["gps"]


def test_without_its_worker_a_share_leads_back_to_the_studio(client: TestClient) -> None:
    files = {"images": ("a.jpg", b"\xff\xd8", "image/jpeg")}
    answer = client.post("/share", files=files, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/#share-lost")
