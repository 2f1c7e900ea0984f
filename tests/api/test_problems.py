"""One registry: every code has an answer, a page, an OpenAPI entry and a row in the docs."""

from __future__ import annotations

import inspect
import logging
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from expunge import errors
from expunge.errors import ExpungeError, Unavailable
from expunge.web.openapi import openapi_text, problems_page
from expunge.web.problems.registry import REGISTRY, ProblemType
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service

DOCS = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("problem", REGISTRY.values(), ids=lambda p: p.code)
def test_every_problem_is_explained_everywhere(client: TestClient, problem: ProblemType) -> None:
    page = client.get(f"/problems/{problem.code}")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert problem.code in page.text

    spec = client.get("/openapi.json").json()
    assert problem.code in spec["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert problem.code in spec["components"]["examples"]
    assert spec["components"]["examples"][problem.code]["value"]["status"] == problem.status

    assert f"| `{problem.code}` | {problem.status} |" in (DOCS / "problems.md").read_text()
    for text in (problem.title, problem.happened, problem.remedy, problem.example):
        assert text


def test_every_error_of_the_domain_is_registered() -> None:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass)]
    codes = {c.code for c in classes if issubclass(c, ExpungeError)}

    assert codes <= REGISTRY.keys()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/jobs/", 404, "not_found"),
        ("GET", "/problems/nonsense", 404, "not_found"),
        ("GET", "/static/nothing.css", 404, "not_found"),
        ("PATCH", "/api/v1/jobs", 405, "method_not_allowed"),
        ("GET", "/api/v1/uploads", 405, "method_not_allowed"),
        ("GET", "/api/v1/jobs?limit=0", 422, "validation_error"),
        ("GET", "/objects/in/x.png", 403, "signature_invalid"),
        ("GET", "/objects/../../etc/passwd", 404, "not_found"),
        ("PUT", "/objects/in/x.png", 403, "signature_invalid"),
    ],
)
def test_whatever_is_not_2xx_is_a_problem_document(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["instance"] == answer.headers["x-request-id"]
    assert problem["type"] == f"http://testserver/problems/{code}"
    assert client.get(problem["type"]).status_code == 200


def test_a_405_names_every_method_of_the_address(client: TestClient) -> None:
    assert client.patch("/api/v1/jobs").headers["allow"] == "GET, POST"
    assert client.patch("/api/v1/jobs/job_1").headers["allow"] == "GET, DELETE"


def test_a_query_field_is_pointed_at(client: TestClient) -> None:
    answer = client.get("/api/v1/jobs", params={"limit": "many"})

    assert answer.json()["errors"][0]["pointer"] == "/query/limit"


def test_a_crash_is_a_problem_that_tells_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(type(service.jobs), "page", crash)
    with caplog.at_level(logging.CRITICAL, "expunge.web.middleware.request_guard"):
        answer = client_at(service, "203.0.113.5").get("/api/v1/jobs")

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert str(UUID(answer.json()["instance"])) == answer.headers["x-request-id"]
    assert "hunter2" not in answer.text


def test_a_store_that_does_not_answer_is_worth_a_retry(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable("A store did not answer; please try again.")

    monkeypatch.setattr(type(service.jobs), "page", unavailable)
    answer = client_at(service, "203.0.113.5").get("/api/v1/jobs")

    assert answer.status_code == 503
    assert answer.json()["retryable"] is True
    assert int(answer.headers["retry-after"]) > 0


def test_the_committed_openapi_document_is_the_one_served(client: TestClient) -> None:
    served = openapi_text(client.app)

    assert (DOCS / "openapi.json").read_text() == served, "run: make docs"


def test_the_committed_problem_table_is_the_registry() -> None:
    assert (DOCS / "problems.md").read_text() == problems_page(), "run: make docs"


def test_every_operation_has_a_stable_id_examples_and_problems(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    operations = [
        operation
        for path, methods in spec["paths"].items()
        if path.startswith("/api/")
        for operation in methods.values()
    ]

    ids = [operation["operationId"] for operation in operations]
    assert sorted(ids) == [
        "beginCheckout",
        "beginGoogleSignIn",
        "beginGuestSession",
        "cancelJob",
        "changeApiKey",
        "changeKey",
        "cleanImage",
        "createApiKey",
        "createHook",
        "createJob",
        "createKey",
        "createUpload",
        "deleteApiKey",
        "deleteHook",
        "deleteKey",
        "deleteStoredImage",
        "detectFaces",
        "downloadFaceJob",
        "downloadStoredImage",
        "finishGoogleSignIn",
        "followSignInLink",
        "getAdminSession",
        "getAdminStats",
        "getApiKey",
        "getFaceJob",
        "getJob",
        "getMe",
        "getStoredImage",
        "listApiKeys",
        "listCreditEntries",
        "listDeliveries",
        "listFaceJobs",
        "listHooks",
        "listJobs",
        "listKeys",
        "listStoredImages",
        "logIn",
        "logOut",
        "maskFaces",
        "receiveBillingEvent",
        "rotateHookSecret",
        "sendSignInLink",
        "signOut",
        "tryMask",
    ]
    for operation in operations:
        if operation["operationId"] in ("cleanImage", "maskFaces"):
            continue  # their answers are pictures
        assert operation["summary"]
        assert "500" in operation["responses"]
        for status, answer in operation["responses"].items():
            if status in ("204", "302", "303"):
                assert "content" not in answer
                continue
            media_type, content = next(iter(answer["content"].items()))
            if status.startswith("2"):
                assert media_type == "application/json"
                name = content["schema"]["$ref"].rsplit("/", 1)[-1]
                assert spec["components"]["schemas"][name].get("examples"), name
            else:
                assert media_type == "application/problem+json"
                assert content["examples"]
    assert spec["components"]["schemas"]["UploadCreate"]["examples"]
