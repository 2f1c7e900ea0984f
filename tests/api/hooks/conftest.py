"""Receivers on loopback, and a service that may tell them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.net.fetcher import Fetcher, Timeouts
from expunge.net.guard import Guard
from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.websites.authority import authority
from tests.websites.site import Site, drips, hangs, redirects, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

HOOKS, JOBS = "/api/v1/hooks", "/api/v1/jobs"
DAY = 24 * 3600


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {
        "/good": says(b"thanks", "204 No Content"),
        "/bad": says(b"no", "500 Oops"),
        "/gone": says(b"", "410 Gone"),
        "/moved": redirects("/good", "308 Permanent Redirect"),
        "/hangs": hangs(2),
        "/drips": drips(b"HTTP/1.1 200 OK\r\n", b"x", 0.1),
        "/talks": says(b"x" * 5_000_000),
    }
    with Site(pages, names=("hooks.example",)) as site:
        yield site


class Clock:
    """The service's clock, which tests set forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, site: Site, clock: Clock) -> Iterator[Service]:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
    quick = Timeouts(connect=0.5, read=0.5, total=0.5)
    fetcher = Fetcher(guard, tls=authority().trust, sending=quick)
    settings = Settings(data=tmp_path / "data", quotas="off")
    service = build(settings, fetcher=fetcher, clock=clock)
    service.deliveries_inbox._clock = clock
    yield service
    service.close()


@pytest.fixture
def client(service: Service) -> TestClient:
    return account_client(service, "203.0.113.5")


def account_client(service: Service, address: str) -> TestClient:
    """A client with an API key of an account of its own."""
    account = service.accounts.create(Tier.FREE)
    _, key = service.accounts.create_key(account.id, "tests")
    client = client_at(service, address)
    client.headers["x-api-key"] = key
    return client


def subscribe(client: TestClient, site: Site, path: str = "/good", **more: object) -> dict:
    answer = client.post(HOOKS, json={"url": site.url(path)} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def run_job(client: TestClient, photo: bytes, **more: str) -> dict:
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    answer = client.post(JOBS, files=files, data={"mode": "metadata"} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def deliver(service: Service) -> int:
    """Send the messages in the webhook queue, like a courier; return how many there were."""
    done = 0
    assert service.deliveries_inbox is not None
    while (message := service.deliveries_inbox.receive(60)) is not None:
        service.work(message.message)
        service.deliveries_inbox.ack(message)
        done += 1
    return done


def deliveries(client: TestClient, hook: str) -> list[dict]:
    return client.get(f"{HOOKS}/{hook}/deliveries").json()["deliveries"]
