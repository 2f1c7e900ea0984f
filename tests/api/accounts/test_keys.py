"""API keys of an account."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from tests.api.accounts.people import browser
from tests.api.test_jobs import JOBS, multipart

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service


class TestKeys:
    def test_a_key_is_shown_once_and_stored_as_a_digest(
        self, guest: TestClient, tmp_path: Path
    ) -> None:
        made = guest.post("/api/v1/keys", json={"name": "Zapier"})

        assert made.status_code == 201
        key = made.json()["key"]
        assert re.fullmatch(r"uk_[0-9A-Za-z]{43}", key)
        [listed] = guest.get("/api/v1/keys").json()["keys"]
        assert "key" not in listed
        assert listed["preview"] == f"{key[:7]}…{key[-4:]}"
        files = [f.read_bytes() for f in (tmp_path / "data").rglob("*") if f.is_file()]
        assert not any(key[3:].encode() in data for data in files)

    @pytest.mark.parametrize("form", ["bearer", "x-api-key"])
    def test_a_key_calls_for_its_account(
        self, service: Service, guest: TestClient, form: str
    ) -> None:
        key = guest.post("/api/v1/keys", json={}).json()["key"]
        headers = {"authorization": f"Bearer {key}"} if form == "bearer" else {form: key}

        me = browser(service).get("/api/v1/me", headers=headers).json()

        assert me["user_id"] == guest.get("/api/v1/me").json()["user_id"]

    @pytest.mark.parametrize(
        ("headers", "code"),
        [
            ({}, "unauthorized"),
            ({"authorization": "Bearer "}, "unauthorized"),
            ({"authorization": "Bearer uk_" + "0" * 43}, "invalid_api_key"),
            ({"authorization": "Bearer 7"}, "invalid_api_key"),
            ({"x-api-key": "uk_" + "Ж" * 43}, "invalid_api_key"),
            ({"x-api-key": ""}, "invalid_api_key"),
        ],
    )
    def test_a_key_that_does_not_hold_is_a_401(
        self, service: Service, headers: dict[str, str], code: str
    ) -> None:
        encoded = {name: value.encode() for name, value in headers.items()}
        answer = browser(service).get("/api/v1/me", headers=encoded)

        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["www-authenticate"] == "Bearer"

    def test_a_session_is_no_key_and_a_key_no_session(
        self, service: Service, guest: TestClient
    ) -> None:
        session = guest.cookies["__Host-expunge_session"]
        key = guest.post("/api/v1/keys", json={}).json()["key"]
        thief = browser(service)
        thief.cookies.set("__Host-expunge_session", key)

        assert thief.get("/api/v1/me").status_code == 401
        assert browser(service).get("/api/v1/me", headers={"x-api-key": session}).status_code == 401

    def test_a_wrong_key_is_never_taken_for_an_anonymous_caller(
        self, service: Service, photo: bytes
    ) -> None:
        answer = browser(service).post(JOBS, headers={"x-api-key": "uk_wrong"}, **multipart(photo))

        assert answer.status_code == 401

    @pytest.mark.parametrize("end", ["disable", "delete"])
    def test_a_revoked_key_is_refused_at_once_here_and_soon_elsewhere(
        self, service: Service, guest: TestClient, end: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = guest.post("/api/v1/keys", json={}).json()
        url, headers = f"/api/v1/keys/{made['id']}", {"x-api-key": made["key"]}
        elsewhere = type(service.credentials)(
            service.accounts._records, service.usage, lambda: now[0]
        )
        now = [time.time()]
        assert elsewhere.of_key(made["key"])

        if end == "disable":
            assert guest.patch(url, json={"enabled": False}).status_code == 200
        else:
            assert guest.delete(url).status_code == 204

        assert browser(service).get("/api/v1/me", headers=headers).status_code == 401
        now[0] += 5
        with pytest.raises(Exception, match="revoked"):
            elsewhere.of_key(made["key"])

    def test_a_key_can_be_renamed_and_switched_on_again(
        self, service: Service, guest: TestClient
    ) -> None:
        made = guest.post("/api/v1/keys", json={"name": "a"}).json()
        url = f"/api/v1/keys/{made['id']}"
        guest.patch(url, json={"enabled": False})

        changed = guest.patch(url, json={"name": "b", "enabled": True}).json()

        assert (changed["name"], changed["enabled"]) == ("b", True)
        answer = browser(service).get("/api/v1/me", headers={"x-api-key": made["key"]})
        assert answer.status_code == 200

    def test_a_key_says_how_often_and_when_it_was_used(
        self, service: Service, guest: TestClient
    ) -> None:
        made = guest.post("/api/v1/keys", json={}).json()
        client = browser(service)
        for _ in range(3):
            client.get(JOBS, headers={"x-api-key": made["key"]})

        [key] = guest.get("/api/v1/keys").json()["keys"]
        assert key["request_count"] == 3
        assert key["last_used_at"] is not None

    def test_somebody_elses_key_cannot_be_touched(
        self, service: Service, guest: TestClient
    ) -> None:
        made = guest.post("/api/v1/keys", json={}).json()
        other = browser(service)
        other.post("/api/v1/auth/guest")

        assert other.delete(f"/api/v1/keys/{made['id']}").status_code == 404
        assert other.patch(f"/api/v1/keys/{made['id']}", json={}).status_code == 404
        assert len(guest.get("/api/v1/keys").json()["keys"]) == 1

    def test_an_account_has_twenty_keys_at_most(self, guest: TestClient) -> None:
        answers = [guest.post("/api/v1/keys", json={}).status_code for _ in range(21)]

        assert answers == [201] * 20 + [409]
