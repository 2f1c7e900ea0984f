"""Who may call the faces surface, what it refuses, and its health, by the reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.api.conftest import client_at
from tests.api.faces.conftest import ADMIN, PASSWORD, PNG, New, basic, send
from tests.api.faces.reference import ADMIN_ROUTES, HEALTH, conforms

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service


def test_health(reader: TestClient) -> None:
    answer = reader.get("/health")
    assert answer.status_code == 200
    conforms(answer.json(), HEALTH)
    assert answer.json()["status"] == "ok"
    assert answer.json()["model"] == "centerface"


def test_health_is_503_without_the_model_where_it_is_needed(
    new_service: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expunge import models

    def missing(name: str) -> None:
        raise models.ModelMissing(name)

    monkeypatch.setattr(models, "installed", missing)
    needed, spared = new_service(), new_service(modes=("metadata",))
    answer = client_at(needed, "203.0.113.5").get("/health")
    assert (answer.status_code, answer.json()["model_loaded"]) == (503, False)
    assert client_at(spared, "203.0.113.5").get("/health").status_code == 200


def test_errors_are_problems_whose_detail_is_the_references_message(app: TestClient) -> None:
    for path in ("/api/v1/detect", "/api/v1/mask"):
        for query, body, status in (
            ("?confidence=2", send(PNG), 422),
            ("?nms_threshold=-1", send(PNG), 422),
            ("?max_faces=-1", send(PNG), 422),
            ("?max_faces=many", send(PNG), 422),
            ("?plan=slow", send(PNG), 422),
            ("?model=retina", send(PNG), 422),
            ("?methd=solid", send(PNG), 422),
            ("", send(b"GIF8, almost"), 415),
            ("", send(PNG[:40]), 422),
            ("", {"files": {"picture": ("a.png", PNG)}}, 422),
            ("", {"json": {"image": "x"}}, 415),
            ("", {"data": {"image": "x"}}, 415),
            ("?model=scrfd_10g", send(PNG), 503),
        ):
            answer = app.post(path + query, **body)
            assert answer.status_code == status, (path, query, answer.text)
            problem = answer.json()
            assert isinstance(problem["detail"], str)
            assert problem["detail"]
            assert problem["instance"] == answer.headers["x-request-id"]
    for query in ("method=blur", "strength=0", "padding=2", "format=gif", "quality=0"):
        answer = app.post(f"/api/v1/mask?{query}", **send(PNG))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/query/" + query.partition("=")[0]


def test_a_model_of_the_reference_without_weights_says_what_is_missing(app: TestClient) -> None:
    for model in ("scrfd_10g", "scrfd_2.5g", "scrfd_500m"):
        problem = app.post(f"/api/v1/detect?model={model}", **send(PNG)).json()
        assert (problem["status"], problem["code"]) == (503, "model_missing")
        assert f"{model}.onnx" in problem["detail"]


@pytest.mark.parametrize("path", ["detect", "mask"])
def test_public_endpoints_need_a_key_unless_they_are_open(new_service: New, path: str) -> None:
    closed, opened = new_service(), new_service(faces_key_required=False)
    answer = client_at(closed, "203.0.113.5").post(f"/api/v1/{path}", **send(PNG))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    wrong = {"x-api-key": "xyl_your_api_key_here"}
    answer = client_at(closed, "203.0.113.5").post(f"/api/v1/{path}", headers=wrong, **send(PNG))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")
    answer = client_at(opened, "203.0.113.5").post(f"/api/v1/{path}", **send(PNG))
    assert answer.status_code == 200


def test_a_mode_that_is_off_is_off_here_too(new_service: New) -> None:
    client = client_at(new_service(modes=("metadata",), faces_key_required=False), "203.0.113.5")
    for path in ("detect", "mask"):
        answer = client.post(f"/api/v1/{path}", **send(PNG))
        assert (answer.status_code, answer.json()["code"]) == (403, "mode_disabled")


@pytest.mark.parametrize(("path", "limit"), [("detect", 300), ("mask", 150)])
def test_rate_limits_are_the_references(app: TestClient, path: str, limit: int) -> None:
    answer = app.post(f"/api/v1/{path}", **send(PNG))
    assert f"q={limit};w=60" in answer.headers["ratelimit-policy"]
    assert f"r={limit - 1};" in answer.headers["ratelimit"]


def test_login_session_and_logout(service: Service) -> None:
    client = client_at(service, "203.0.113.7")
    answer = client.post(f"{ADMIN}/auth/login", json={"username": "admin", "password": PASSWORD})
    assert (answer.status_code, answer.content) == (204, b"")
    session, csrf = answer.headers.get_list("set-cookie")
    assert re.match("expunge_admin=[0-9A-Za-z]{43};", session)
    for part in ("HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict"):
        assert part in session
    assert "Secure" not in session, "there is no TLS here"
    assert "HttpOnly" not in csrf

    answer = client.get(f"{ADMIN}/auth/session")
    assert (answer.status_code, answer.json()) == (
        200, {"authenticated": True, "username": "admin"},
    )  # fmt: skip
    kept = dict(client.cookies)
    answer = client.post(f"{ADMIN}/auth/logout")
    assert (answer.status_code, answer.content) == (204, b"")
    client.cookies.update(kept)
    assert client.get(f"{ADMIN}/auth/session").status_code == 401, "the session is forgotten"
    assert client.post(f"{ADMIN}/auth/logout").status_code == 204, "needs no session"


def test_http_basic_does_as_well(client: TestClient) -> None:
    headers = {"authorization": basic("admin", PASSWORD)}
    answer = client.get(f"{ADMIN}/auth/session", headers=headers)
    assert answer.json() == {"authenticated": True, "username": "admin"}


def test_admin_endpoints_are_the_administrators(app: TestClient) -> None:
    for method, path in ADMIN_ROUTES:
        answer = app.request(method, ADMIN + path, json={"name": "x"} if "keys" in path else None)
        assert (answer.status_code, answer.json()["code"]) == (401, "admin_required"), path
        assert answer.headers["www-authenticate"].startswith("Basic")
