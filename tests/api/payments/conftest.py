"""A service that sells, and an account that buys."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.payments.stripe import SECRET, FakeStripe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    server = FakeStripe()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def service(tmp_path: Path, fake: FakeStripe) -> Iterator[Service]:
    service = build(
        Settings(
            data=tmp_path / "data",
            stripe_key="sk_test_1",
            stripe_webhook_secret=SECRET,
            stripe_price="price_1",
            stripe_packs={"price_20": 20, "price_100": 100},
            stripe_api_url=f"http://127.0.0.1:{fake.server_port}",
        )
    )
    yield service
    service.close()


@pytest.fixture
def account(service: Service) -> str:
    return service.accounts.create(Tier.FREE).id
