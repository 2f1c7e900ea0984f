"""A field error points at the place of the wrong input, in one way everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.openapi_rules import flags_of_bodies

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PICTURE = {"content-type": "image/jpeg"}
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "/query/limit": ("GET", "/api/v1/jobs?limit=0", {}),
    "/query/wait": ("GET", "/api/v1/jobs/job_1?wait=perhaps", {}),
    "/query/strength": ("POST", "/api/v1/clean?mode=mask&strength=5000", {"headers": PICTURE}),
    "/query/hat": ("POST", "/api/v1/jobs?mode=mask&hat=1", {"headers": PICTURE}),
    "/query/mode": ("POST", "/api/v1/clean?mode=polish", {"headers": PICTURE}),
    "/header/idempotency-key": (
        "POST", "/api/v1/jobs",
        {"json": {"mode": "detect"}, "headers": {"Idempotency-Key": "k" * 65}},
    ),
    "/header/x-client-fingerprint": (
        "GET", "/api/v1/jobs/job_1", {"headers": {"X-Client-Fingerprint": "f" * 257}},
    ),
    "/path/job_id": ("GET", f"/api/v1/jobs/{'j' * 65}", {}),
    "/options/strength": (
        "POST", "/api/v1/jobs",
        {"json": {"mode": "mask", "object_key": "in/a.png", "options": {"strength": 5000}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("pointer", CASES)
def test_an_error_points_at_the_wrong_input(client: TestClient, photo: bytes, pointer: str) -> None:
    method, url, given = CASES[pointer]
    if given.get("headers") is PICTURE:
        given = given | {"content": photo}

    answer = client.request(method, url, **given)

    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_flag_in_json_is_true_or_false_and_nothing_like_it(spec: dict[str, Any]) -> None:
    """Schemathesis sends the others; here only that every flag is described as one."""
    flags = [flag for flag in flags_of_bodies(spec) if "Form." not in flag[0]]  # which is text

    assert len(flags) > 5
    assert not [where for where, schema in flags if schema.get("type") != "boolean"]


@pytest.mark.parametrize("like", ["yes", "true", 1, 0, "on"])
def test_what_is_like_a_flag_is_none_in_json(
    client: TestClient, spec: dict[str, Any], like: Any
) -> None:
    for mode in ("mask", "detect", "metadata"):
        schema = spec["components"]["schemas"][f"{mode.capitalize()}Options"]["properties"]
        flags = [name for name, part in schema.items() if part.get("type") == "boolean"]
        assert flags
        for name in flags:
            body = {"mode": mode, "object_key": "in/a.png", "options": {name: like}}
            answer = client.post("/api/v1/jobs", json=body)
            assert answer.status_code == 422, (mode, name)
            assert answer.json()["errors"][0]["pointer"] == f"/options/{name}"
