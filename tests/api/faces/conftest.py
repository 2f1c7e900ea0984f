"""The faces surface with a detector that needs no weights, its administrator, and a key."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from expunge import models
from expunge.bootstrap import build
from expunge.operations import faces
from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.unit.faces.making import Squares, file, scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from expunge.service import Service

LEFT, RIGHT = (60, 50, 110, 120), (220, 60, 260, 110)
PIXELS = scene((320, 200), LEFT, RIGHT)
PNG, JPEG = file(PIXELS), file(PIXELS, "JPEG", quality=95)
EMPTY = file(scene((160, 120)))
ADMIN = "/api/v1/admin"
PASSWORD = "correct horse battery"

New = Callable[..., "Service"]


@pytest.fixture(autouse=True)
def detector(monkeypatch: pytest.MonkeyPatch) -> Squares:
    detector = Squares()
    real = faces._weights

    def weights(name: str) -> Path:
        return Path("weights") if name == "centerface" else real(name)

    monkeypatch.setattr(faces, "loaded", lambda name, path: detector)
    monkeypatch.setattr(faces, "_weights", weights)
    monkeypatch.setattr(models, "installed", _installed)
    return detector


def _installed(name: str, folder: Path | None = None) -> Path:
    if name == "centerface-int8":
        return Path("weights")
    raise models.ModelMissing(f"The model «{name}» is not installed; run: expunge models pull")


@pytest.fixture
def new_service(tmp_path: Path) -> Iterator[New]:
    services: list[Service] = []
    ahead = 90 - time.time() % 60  # half a minute from where a limit's minute ends

    def make(**more: Any) -> Service:
        folder = tmp_path / str(len(services))
        settings = Settings(data=folder, admin_password=PASSWORD, **{"faces_storage": True} | more)
        services.append(build(settings, clock=lambda: time.time() + ahead))
        return services[-1]

    yield make
    for one in services:
        one.close()


@pytest.fixture
def service(new_service: New) -> Service:
    return new_service()


@pytest.fixture
def admin(service: Service) -> TestClient:
    return administrator(service)


@pytest.fixture
def key(admin: TestClient) -> str:
    answer = admin.post(f"{ADMIN}/api-keys", json={"name": "Production App"})
    return str(answer.json()["key"])


@pytest.fixture
def app(client: TestClient, key: str) -> TestClient:
    """A client with an API key."""
    client.headers["x-api-key"] = key
    return client


def administrator(service: Service, address: str = "203.0.113.9") -> TestClient:
    """A client that shows the administrator's credentials each time."""
    client = client_at(service, address)
    client.headers["authorization"] = basic("admin", PASSWORD)
    return client


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def send(data: bytes) -> dict[str, Any]:
    """A form with a picture, as the reference's `curl -F image=@photo.jpg` sends it."""
    name = "photo.jpg" if data.startswith(b"\xff\xd8") else "photo.png"
    return {"files": {"image": (name, data)}}
