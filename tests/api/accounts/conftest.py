"""A service that sends mail to a folder, and a guest of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.accounts.people import browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = build(Settings(data=tmp_path / "data", public_url="https://testserver"))
    yield service
    service.close()


@pytest.fixture
def guest(service: Service) -> TestClient:
    client = browser(service)
    assert client.post("/api/v1/auth/guest").status_code == 201
    return client
