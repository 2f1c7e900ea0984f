"""What an operator can switch off and ask for: scopes, and a purpose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.bootstrap import build
from expunge.errors import PurposeRequired, ScopeDisabled, ValidationFailed
from expunge.imaging.provenance.choices import Scope
from expunge.jobs.operator_rules import MAX_PURPOSE, Rules, check_purpose
from expunge.jobs.request import JobRequest
from expunge.operations import MODES
from expunge.settings import Settings, SettingsInvalid
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

JOBS = "/api/v1/jobs"
ALL = tuple(Scope)
REMOVES_ALL = {"invisible": "mode_disabled", "all": "mode_disabled", "mask": "scope_disabled"}
KEEPS: list[tuple[str, dict[str, Any]]] = [
    ("mask", {"strip_metadata": False}),
    ("visible", {}),
    ("detect", {}),
    ("faces", {}),
]


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[TestClient]:
    """A service without the scope `all`, which asks for a purpose."""
    service = built(tmp_path, scopes=("ai",), purpose_required=True, faces_key_required=False)
    yield client_at(service, "203.0.113.5")
    service.close()


def built(folder: Path, **settings: Any) -> Service:
    return build(Settings(data=folder / "data", quotas="off", **settings))


def send(client: TestClient, photo: bytes, mode: str = "metadata", **more: Any) -> Any:
    data = {"mode": mode, "options": json.dumps(more.pop("options", {"scope": "ai"}))}
    given = more.pop("purpose", "a newspaper")
    data |= {} if given is None else {"purpose": given}
    return client.post(JOBS, files={"image": photo}, data=data, **more)


def test_a_scope_that_is_off_is_refused_and_the_others_are_named(
    strict: TestClient, photo: bytes
) -> None:
    for options in ({}, {"scope": "all"}):
        answer = send(strict, photo, options=options)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_disabled")
        assert "«ai»" in answer.json()["detail"]
    assert send(strict, photo).status_code == 200


@pytest.mark.parametrize(("mode", "code"), REMOVES_ALL.items())
def test_no_mode_removes_all_metadata_where_that_is_off(
    strict: TestClient, photo: bytes, mode: str, code: str
) -> None:
    answer = send(strict, photo, mode, options={})
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert (mode in strict.get("/health").json()["modes"]) == (code == "scope_disabled")


def test_modes_and_scopes_that_contradict_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="EXPUNGE_MODES: invisible removes all metadata"):
        built(tmp_path, scopes=("ai",), modes=("metadata", "invisible"))


@pytest.mark.parametrize(("mode", "options"), KEEPS)
def test_modes_that_keep_metadata_go_on(
    strict: TestClient, photo: bytes, mode: str, options: dict[str, Any]
) -> None:
    assert send(strict, photo, mode, options=options).status_code == 200


def test_the_faces_api_strips_and_so_is_refused(strict: TestClient, photo: bytes) -> None:
    headers = {"expunge-purpose": "a newspaper"}
    masked = strict.post("/api/v1/mask", files={"image": photo}, headers=headers)
    assert masked.json()["code"] == "scope_disabled"
    found = strict.post("/api/v1/detect", files={"image": photo}, headers=headers)
    assert found.status_code == 200


@given(
    enabled=st.sets(st.sampled_from(ALL), min_size=1),
    chosen=st.sampled_from(ALL),
    mode=st.sampled_from(list(MODES)),
)
def test_a_job_runs_exactly_where_its_scope_is_on(
    enabled: set[Scope], chosen: Scope, mode: str
) -> None:
    options = {"scope": chosen.value} if mode == "metadata" else {}
    needed = MODES[mode].options(options).metadata_scope
    rules = Rules(tuple(MODES), tuple(enabled))
    if needed is None or needed in enabled:
        assert rules.checked(JobRequest(mode, options))[0].name == mode
    else:
        with pytest.raises(ScopeDisabled, match=f"«{needed}», which is switched off"):
            rules.checked(JobRequest(mode, options))


@pytest.mark.parametrize("scopes", [("some",), ("ai", "x"), ()])
def test_an_unknown_scope_stops_the_start(tmp_path: Path, scopes: tuple[str, ...]) -> None:
    with pytest.raises(SettingsInvalid, match=r"EXPUNGE_SCOPES: .*the scopes are: all"):
        built(tmp_path, scopes=scopes)


def test_pages_learn_what_is_on(strict: TestClient, reader: TestClient) -> None:
    told = strict.get("/api/v1/config").json()
    assert (told["scopes"], told["purpose_required"]) == (["ai"], True)
    told = reader.get("/api/v1/config").json()
    assert (told["scopes"], told["purpose_required"]) == ([*Scope], False)


@pytest.mark.parametrize("purpose", [None, "", "   "])
def test_a_missing_purpose_is_a_clear_problem(
    strict: TestClient, photo: bytes, purpose: str | None
) -> None:
    problem = send(strict, photo, purpose=purpose).json()
    assert (problem["status"], problem["code"]) == (422, "purpose_required")
    assert problem["errors"][0]["pointer"] == "/purpose"
    assert "Expunge-Purpose" in problem["detail"]
    assert strict.get("/problems/purpose_required").status_code == 200


def test_a_refused_job_costs_nothing(tmp_path: Path, photo: bytes) -> None:
    service = build(Settings(data=tmp_path / "data", purpose_required=True))
    client = client_at(service, "203.0.113.5")
    for _ in range(3):
        refused = send(client, photo, purpose=None)
    accepted = send(client, photo)
    assert refused.status_code == 422
    assert "r=29" in accepted.headers["ratelimit"]
    service.close()


@pytest.mark.parametrize("way", ["form", "json", "header", "percent"])
def test_a_purpose_is_stored_with_the_job(strict: TestClient, photo: bytes, way: str) -> None:
    purpose = "Bericht über Größe – 100% nötig"
    if way == "form":
        job = send(strict, photo, purpose=f" {purpose} ").json()
    elif way == "json":
        from base64 import b64encode

        body = {
            "image_base64": b64encode(photo).decode(),
            "content_type": "image/jpeg",
            "mode": "metadata",
            "options": {"scope": "ai"},
            "purpose": purpose,
        }
        job = strict.post(JOBS, json=body).json()
    else:
        text = quote(purpose) if way == "percent" else purpose.encode().decode("latin-1")
        headers = [(b"expunge-purpose", text.encode("latin-1"))]
        job = send(strict, photo, purpose=None, headers=headers).json()

    assert job["purpose"] == purpose
    assert strict.get(f"{JOBS}/{job['id']}").json()["purpose"] == purpose


def test_the_field_counts_before_the_header(strict: TestClient, photo: bytes) -> None:
    job = send(strict, photo, purpose="field", headers={"expunge-purpose": "header"}).json()
    assert job["purpose"] == "field"


def test_a_purpose_may_be_given_where_nobody_asks(client: TestClient, photo: bytes) -> None:
    assert send(client, photo).json()["purpose"] == "a newspaper"
    assert "purpose" not in send(client, photo, purpose=None).json()


@pytest.mark.parametrize("way", ["form", "header"])
def test_a_purpose_that_is_too_long_is_refused(strict: TestClient, photo: bytes, way: str) -> None:
    long = "a" * (MAX_PURPOSE + 1)
    more = {"purpose": long} if way == "form" else {"headers": {"expunge-purpose": long}}
    answer = send(strict, photo, **({"purpose": None} | more))
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert send(strict, photo, purpose=long[:-1]).status_code == 200


@settings(max_examples=20)
@given(st.text(max_size=MAX_PURPOSE + 20), st.booleans())
def test_a_purpose_is_checked_by_its_length_alone(purpose: str, required: bool) -> None:
    if required and not purpose:
        with pytest.raises(PurposeRequired):
            check_purpose(purpose, required=required)
    elif len(purpose) > MAX_PURPOSE:
        with pytest.raises(ValidationFailed):
            check_purpose(purpose, required=required)
    else:
        check_purpose(purpose, required=required)


def test_another_purpose_under_the_same_key_is_another_request(
    strict: TestClient, photo: bytes
) -> None:
    headers = {"idempotency-key": "k" * 40}
    first = send(strict, photo, headers=headers)
    strict.headers["x-client-secret"] = first.headers["x-client-secret"]
    again = send(strict, photo, headers=headers)
    other = send(strict, photo, headers=headers, purpose="something else")
    assert again.headers["idempotent-replayed"] == "true"
    assert other.json()["code"] == "idempotency_mismatch"
    assert send(strict, photo, headers=headers, purpose=None).json()["code"] == "purpose_required"


def test_a_purpose_is_in_no_receipt(strict: TestClient, photo: bytes) -> None:
    from expunge.receipts import base64url

    options = {"scope": "ai", "receipt": True}
    job = send(strict, photo, options=options, purpose="secret plans").json()
    assert b"secret" not in base64url.decoded(job["report"]["receipt"].split(".")[1])


def test_a_task_takes_the_purpose_from_the_header(strict: TestClient) -> None:
    strict.post("/api/v1/auth/guest", json={})
    token = strict.cookies.get("expunge_csrf") or ""
    headers = {"x-csrf-token": token}
    body = {"image": "https://pictures.example/a.jpg"}
    problem = strict.post("/api/generate", json=body, headers=headers).json()
    assert "scope «all»" in problem["message"] or "purpose" in problem["message"]
