"""Surfaces that are imported late answer as if they had always been there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from expunge.imaging.loading import load
from expunge.web import late
from expunge.web.app import AGENTS, LATE, create_app
from expunge.web.late import Late, load_all

if TYPE_CHECKING:
    from fastapi import FastAPI

    from expunge.service import Service

SURFACES = LATE | AGENTS


def paths(app: FastAPI) -> list[str]:
    return [route.path for route in app.routes if isinstance(route, Route | Mount)]


@pytest.mark.parametrize("module", SURFACES)
def test_every_route_of_a_surface_is_below_the_paths_that_import_it(module: str) -> None:
    for route in load(f"expunge.web.{module}").router.routes:
        assert SURFACES[module](route.path), route.path
        for other, serves in SURFACES.items():
            if other not in (module, "clean.routes", "site.routes"):
                assert not serves(route.path), f"{route.path} would import {other}"


def test_no_path_for_jobs_and_uploads_imports_another_surface() -> None:
    for path in ("/api/v1/jobs", "/api/v1/jobs/job_1", "/api/v1/uploads"):
        assert not [module for module, serves in SURFACES.items() if serves(path)]


def test_each_surface_has_one_place_whatever_is_asked_first(service: Service) -> None:
    early, lazy = create_app(service), create_app(service)
    load_all(early)
    client = TestClient(lazy, follow_redirects=False)
    for path in ("/api/v1/admin/queues", "/", "/api/v1/me", "/no-such-page", "/mcp", "/api/list"):
        client.get(path)
    load_all(lazy)
    assert paths(lazy) == paths(early)
    assert len(paths(lazy)) > 90
    assert sum(isinstance(route, Late) for route in lazy.routes) == len(SURFACES)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/api/v1/no-such-route", 404),
        ("PUT", "/api/v1/keys", 405),
        ("POST", "/health", 405),
        ("HEAD", "/docs", 200),
        ("GET", "/api/v1/admin/queues/", 401),
        ("DELETE", "/mcp", 405),
    ],
)
def test_a_first_request_is_answered_as_a_later_one(
    service: Service, method: str, path: str, status: int
) -> None:
    app = create_app(service)
    first = TestClient(app).request(method, path)
    load_all(app)
    second = TestClient(app).request(method, path)
    assert first.status_code == second.status_code == status
    assert first.headers.get("allow") == second.headers.get("allow")


def test_an_origins_preflight_needs_no_surface(service: Service) -> None:
    app = create_app(service)
    asked = {"origin": "https://app.example", "access-control-request-method": "DELETE"}
    answer = TestClient(app).options("/api/v1/keys/key_1", headers=asked)
    assert answer.status_code in (200, 204)
    assert "DELETE" in answer.headers["access-control-allow-methods"]


def test_a_surface_that_could_not_be_imported_is_tried_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(create_app(service), raise_server_exceptions=False)

    def fails(_: str) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(late, "load", fails)
        assert client.get("/docs").status_code == 500
    assert client.get("/docs").status_code == 200


def test_a_thread_that_comes_second_waits_for_the_routes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(service)
    at_import, goes_on = threading.Semaphore(0), threading.Event()
    statuses: list[int] = []

    def slow(module: str) -> object:
        at_import.release()
        assert goes_on.wait(60)
        return load(module)

    def ask() -> None:
        statuses.append(TestClient(app).get("/docs").status_code)
        at_import.release()

    monkeypatch.setattr(late, "load", slow)
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
        assert at_import.acquire(timeout=60)
    goes_on.set()
    for thread in threads:
        thread.join(60)

    load_all(app)
    assert statuses == [200, 200, 200]
    assert len(set(map(id, app.routes))) == len(app.routes), "the routes are added once"
