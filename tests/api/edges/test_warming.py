"""What is prepared at a start or in a thread, so that no request waits for it on the event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fastapi import routing
from starlette.testclient import TestClient

from expunge.imaging.containers import formats
from expunge.operations import mode
from expunge.web.app import create_app
from expunge.web.openapi import document as openapi
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


def test_parsers_and_light_modes_are_loaded_before_a_job_needs_them(service: Service) -> None:
    formats._container.cache_clear()
    mode._operation.cache_clear()

    warm(create_app(service))

    assert formats._container.cache_info().currsize == len(formats.FORMATS)
    assert mode._operation.cache_info().currsize >= 2


def test_the_openapi_document_is_made_in_a_thread(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers = []
    made = openapi.get_openapi

    def noted(**what: Any) -> dict[str, Any]:
        makers.append(on_a_loop())
        return made(**what)

    monkeypatch.setattr(openapi, "get_openapi", noted)
    client = TestClient(create_app(service))

    first, second = client.get("/openapi.json"), client.get("/openapi.json")

    assert first.json() == second.json()
    assert makers == [False]


def on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
