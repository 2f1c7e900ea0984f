"""A whole service on the embedded stores, and a client that talks to it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app
from tests.api.reading import Shared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = build(Settings(data=tmp_path / "data"))
    yield service
    service.close()


@pytest.fixture
def client(service: Service) -> TestClient:
    return client_at(service, "203.0.113.5")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    shared = Shared.of(Settings(data=tmp_path_factory.mktemp("shared")))
    yield shared
    shared.service.close()


@pytest.fixture
def reader(shared: Shared) -> Iterator[TestClient]:
    """A client for tests that only read: its service is built once, and refuses to be changed."""
    yield from shared.reader()


@pytest.fixture(scope="session")
def spec(shared: Shared) -> dict[str, Any]:
    """The OpenAPI document, as it is served."""
    served: dict[str, Any] = json.loads(json.dumps(create_app(shared.service).openapi()))
    return served


def client_at(service: Service, address: str) -> TestClient:
    """A client whose requests come from ``address``."""
    return TestClient(create_app(service), raise_server_exceptions=False, client=(address, 50_000))


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A JPEG that says where and with what it was taken."""
    image = Image.effect_noise((320, 240), 60).convert("RGB")
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=90)
    return file.getvalue()


def work_off(service: Service) -> int:
    """Process the messages in the local queue, like a worker; return how many there were."""
    done = 0
    assert service.inbox is not None
    while (delivery := service.inbox.receive(60)) is not None:
        service.jobs.work(delivery.message)
        service.inbox.ack(delivery)
        done += 1
    return done
