"""A warm application prepares nothing more when its first request arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import routing
from starlette.testclient import TestClient

from expunge.web.app import create_app
from expunge.web.warming import warm

if TYPE_CHECKING:
    import pytest

    from expunge.service import Service


def test_a_warm_application_has_all_its_routes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object, **__: object) -> None:
        raise AssertionError("a request waits while a route is prepared")

    app = create_app(service)
    warm(app)
    monkeypatch.setattr(routing, "get_dependant", late)
    client = TestClient(app)

    assert client.get("/health").status_code == 200
    assert client.get("/api/v1/no-such-route").status_code == 404
