"""The HTML pages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from expunge.settings import Settings
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
