"""Errors of ``GET /clean`` are images that explain them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from starlette.testclient import TestClient

from expunge.accounts.callers import Tier
from expunge.clean.cleaner import Cleaner
from tests.api.conftest import client_at
from tests.websites.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service
from tests.api.clean.conftest import CLEAN, ask, built, refused


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/none.jpg", 400, "source_unreachable"),
        ("/page.html", 415, "unsupported_media_type"),
        ("/film.mp4", 415, "unsupported_media_type"),
        ("/large.jpg", 413, "payload_too_large"),
        ("/broken.jpg", 422, "malformed_image"),
    ],
)
def test_an_address_without_a_picture_shows_one_that_says_so(
    client: TestClient, site: Site, path: str, status: int, code: str
) -> None:
    answer = ask(client, site, path)

    refused(answer, status, code)
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (640, 360)
    assert len(picture.convert("L").getcolors()) > 8, "there is something to read"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"image": ""}, 422, "validation_error"),
        ({"mode": ""}, 422, "validation_error"),
        ({"mode": "polish"}, 422, "validation_error"),
        ({"mode": "detect"}, 422, "validation_error"),
        ({"mode": "faces"}, 422, "validation_error"),
        ({"mode": "swap"}, 422, "validation_error"),
        ({"keep": "everything"}, 422, "validation_error"),
        ({"format": "webp"}, 422, "validation_error"),
        ({"strength": "2"}, 422, "validation_error"),
        ({"mode": ["metadata", "metadata"]}, 422, "validation_error"),
        ({"headers": {"authorization": "Bearer uk_123"}}, 401, "invalid_api_key"),
        ({"headers": {"x-api-key": "uk_123"}}, 401, "invalid_api_key"),
    ],
)
def test_a_request_that_cannot_be_served_shows_a_picture_too(
    reader: TestClient, site: Site, more: dict, status: int, code: str
) -> None:
    refused(ask(reader, site, **more), status, code)
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/a.png",
        "https://127.0.0.1/a.png",
        "https://pictures.example:8443/a.png",
        "\x00",
    ],
)
def test_a_url_that_is_not_fetched_shows_a_picture_too(
    client: TestClient, site: Site, url: str
) -> None:
    refused(ask(client, site, image=url), 400, "source_unreachable")
    assert site.asked == []


@pytest.mark.parametrize(("tier", "status"), [(Tier.FREE, 200), (Tier.PRO, 403)])
def test_only_pro_accounts_are_sent_to_jobs(
    client: TestClient, service: Service, site: Site, tier: Tier, status: int
) -> None:
    _, key = service.accounts.create_key(service.accounts.create(tier).id, "embeds")

    answer = ask(client, site, headers={"x-api-key": key})

    assert answer.status_code == status
    if tier is Tier.PRO:
        refused(answer, 403, "use_jobs")
        assert site.asked == []


def test_nothing_at_all_is_answered_with_a_picture(reader: TestClient) -> None:
    refused(reader.get(CLEAN), 422, "validation_error")


def test_a_mode_that_is_off_is_not_fetched_for(site: Site, tmp_path: Path) -> None:
    service = built(site, tmp_path / "off", modes=())
    refused(ask(client_at(service, "203.0.113.5"), site), 403, "mode_disabled")
    service.close()

    assert site.asked == []


def test_a_crash_is_a_picture_that_tells_nothing(
    reader: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(Cleaner, "stored", crash)
    refused(ask(reader, site), 500, "internal_error")


def test_an_answer_that_nobody_waits_for_any_more_is_cut_short(
    client: TestClient,
    service: Service,
    site: Site,
    runs: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("expunge.web.clean.routes.SPARE_SECONDS", 0.0)
    service.cleaner.patience = 0.05
    refused(ask(client, site), 504, "takes_too_long")
    service.cleaner.patience = 5
    assert ask(client, site).status_code == 200
    assert len(runs) == 1
