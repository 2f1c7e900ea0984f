"""One registry: every code has an answer, a page, an OpenAPI entry and a row in the docs."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from starlette.requests import Request

from expunge.errors import Unavailable
from expunge.jobs.jobs import Jobs
from expunge.web.openapi import problems_page
from expunge.web.problems import answers
from expunge.web.problems.registry import REGISTRY, ProblemType

if TYPE_CHECKING:
    from starlette.testclient import TestClient


DOCS = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("problem", REGISTRY.values(), ids=lambda p: p.code)
def test_every_problem_is_explained_everywhere(
    reader: TestClient, spec: dict[str, Any], problem: ProblemType
) -> None:
    page = reader.get(f"/problems/{problem.code}")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert problem.code in page.text

    assert problem.code in spec["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    shown = spec["components"]["examples"].get(problem.code)  # if an operation answers it
    assert shown is None or shown["value"]["status"] == problem.status

    assert f"| `{problem.code}` | {problem.status} |" in (DOCS / "problems.md").read_text()
    for text in (problem.title, problem.happened, problem.remedy, problem.example):
        assert text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/job", 404, "not_found"),
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
    reader: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = reader.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["instance"] == answer.headers["x-request-id"]
    assert problem["type"] == f"http://testserver/problems/{code}"
    assert reader.get(problem["type"]).status_code == 200


def test_a_405_names_every_method_of_the_address(reader: TestClient) -> None:
    assert reader.patch("/api/v1/jobs").headers["allow"] == "GET, HEAD, POST"
    assert reader.patch("/api/v1/jobs/job_1").headers["allow"] == "GET, HEAD, DELETE"


def test_a_query_field_is_pointed_at(reader: TestClient) -> None:
    answer = reader.get("/api/v1/jobs", params={"limit": "many"})

    assert answer.json()["errors"][0]["pointer"] == "/query/limit"


def test_a_crash_is_a_problem_that_tells_nothing(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(Jobs, "page", crash)
    with caplog.at_level(logging.CRITICAL, "expunge.web.middleware.request_guard"):
        answer = reader.get("/api/v1/jobs")

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert str(UUID(answer.json()["instance"])) == answer.headers["x-request-id"]
    assert "hunter2" not in answer.text


def test_a_store_that_does_not_answer_is_worth_a_retry(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable("A store did not answer; please try again.")

    monkeypatch.setattr(Jobs, "page", unavailable)
    answer = reader.get("/api/v1/jobs")

    assert answer.status_code == 503
    assert answer.json()["retryable"] is True
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/api/v1/jobs", "/api/generate", "/api/v1/swaps", "/mcp"])
def test_whoever_may_come_back_later_is_told_when(reader: TestClient, path: str) -> None:
    """A wait helps with every 429, and with a 503 unless the operator has to act."""
    scope = {"type": "http", "path": path, "headers": [], "scheme": "http", "app": reader.app}
    for code in REGISTRY:
        answer = answers.answer(Request(scope), code, "…")
        seconds, body = answer.headers.get("retry-after"), json.loads(answer.body)
        if answer.status_code in (429, 503):
            assert 1 <= int(seconds or 0) <= 3600, code
            assert (int(seconds or 0) < 3600) == body["retryable"], code
        elif not body["retryable"]:
            assert seconds is None, code


def test_the_committed_problem_table_is_the_registry() -> None:
    assert (DOCS / "problems.md").read_text() == problems_page(), "run: make docs"
