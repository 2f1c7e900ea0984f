"""Sessions: cookies, forgery, guests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from tests.api.accounts.people import MAILBOX, browser
from tests.api.test_jobs import JOBS, multipart

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service


class TestSessions:
    def test_cookies_are_for_this_host_by_tls_and_not_for_scripts(self, service: Service) -> None:
        answer = browser(service).post("/api/v1/auth/guest")

        cookies = {c.split("=")[0]: c.lower() for c in answer.headers.get_list("set-cookie")}
        session, csrf = cookies["__Host-expunge_session"], cookies["__Host-expunge_csrf"]
        for cookie in (session, csrf):
            assert {"secure", "path=/", "samesite=lax"} <= set(cookie.split("; "))
        assert "httponly" in session
        assert "httponly" not in csrf
        assert answer.headers["cache-control"] == "no-store"

    def test_the_store_holds_no_session_in_clear(self, guest: TestClient, tmp_path: Path) -> None:
        secret = guest.cookies["__Host-expunge_session"]

        files = [f.read_bytes() for f in (tmp_path / "data").rglob("*") if f.is_file()]
        assert files
        assert not any(secret.encode() in data for data in files)

    def test_a_forged_or_ended_session_is_nobodys(self, guest: TestClient) -> None:
        assert guest.get("/api/v1/me").status_code == 200
        assert guest.post("/api/v1/auth/sign-out").status_code == 204
        assert guest.get("/api/v1/me").status_code == 401

        guest.cookies.set("__Host-expunge_session", "0" * 43)
        assert guest.get("/api/v1/me").json()["code"] == "unauthorized"

    def test_signing_out_ends_the_session_itself(self, guest: TestClient) -> None:
        stolen = guest.cookies["__Host-expunge_session"]
        guest.post("/api/v1/auth/sign-out")

        guest.cookies.set("__Host-expunge_session", stolen)

        assert guest.get("/api/v1/me").status_code == 401

    @pytest.mark.parametrize(
        "headers",
        [
            {"x-csrf-token": ""},
            {"x-csrf-token": "0" * 64},
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "http://["},
            {"sec-fetch-site": "cross-site"},
        ],
    )
    def test_a_request_that_may_be_forged_is_refused(
        self, guest: TestClient, photo: bytes, headers: dict[str, str]
    ) -> None:
        for call in (
            lambda: guest.post(JOBS, headers=headers, **multipart(photo)),
            lambda: guest.post("/api/v1/keys", headers=headers, json={}),
            lambda: guest.post("/api/v1/auth/sign-out", headers=headers),
        ):
            answer = call()
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
        assert guest.get("/api/v1/me", headers=headers).status_code == 200

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://[", "//[x]"])
    def test_another_sites_page_cannot_begin_a_session(self, service: Service, origin: str) -> None:
        headers = {"origin": origin}
        client = browser(service)

        assert client.post("/api/v1/auth/guest", headers=headers).status_code == 403
        body = {"email": MAILBOX}
        assert client.post("/api/v1/auth/links", headers=headers, json=body).status_code == 403

    def test_a_guest_has_starter_credits_once(self, guest: TestClient) -> None:
        again = guest.post("/api/v1/auth/guest")

        me = guest.get("/api/v1/me").json()
        assert again.json()["user_id"] == me["user_id"]
        assert me["guest"] is True
        assert me["credits"] == {"monthly": 0, "subscription": 0, "permanent": 5, "total": 5}

    def test_guests_of_a_network_are_limited(self, service: Service) -> None:
        answers = [browser(service).post("/api/v1/auth/guest") for _ in range(6)]

        assert [answer.status_code for answer in answers] == [201] * 5 + [429]

    def test_jobs_belong_to_the_account_and_not_to_the_browser(
        self, service: Service, guest: TestClient, photo: bytes
    ) -> None:
        job = guest.post(JOBS, **multipart(photo)).json()

        assert browser(service).get(f"{JOBS}/{job['id']}").status_code == 404
        assert guest.get(f"{JOBS}/{job['id']}").status_code == 200
        quotas = {q["policy"]: q for q in guest.get("/api/v1/me").json()["quotas"]}
        assert quotas["light-hour"]["remaining"] == 99
