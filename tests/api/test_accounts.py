"""Accounts over HTTP: signing in, sessions, keys, credits, payments."""

from __future__ import annotations

import json
import logging
import re
import time
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from expunge.accounts import ledger
from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import Pool
from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app
from tests.api.test_jobs import JOBS, multipart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service

MAILBOX = "jane@example.org"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = build(Settings(data=tmp_path / "data", public_url="https://testserver"))
    yield service
    service.close()


def browser(service: Service, address: str = "203.0.113.5") -> TestClient:
    """A client that keeps secure cookies and shows the CSRF token, as the pages do."""
    client = TestClient(
        create_app(service),
        base_url="https://testserver",
        raise_server_exceptions=False,
        client=(address, 50_000),
        follow_redirects=False,
    )

    def show(request: Any) -> None:
        token = client.cookies.get("__Host-expunge_csrf")
        if token and "x-csrf-token" not in request.headers:
            request.headers["x-csrf-token"] = token

    client.event_hooks["request"].append(show)
    return client


@pytest.fixture
def guest(service: Service) -> TestClient:
    client = browser(service)
    assert client.post("/api/v1/auth/guest").status_code == 201
    return client


def mailed(tmp_path: Path) -> list[str]:
    """The links of all mails so far, as paths."""
    messages = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted((tmp_path / "data" / "outbox").iterdir())
    ]
    links = [re.search(r"https://testserver(/\S+)", m.get_content()) for m in messages]
    return [link[1] for link in links if link]


def ask(client: TestClient, mailbox: str = MAILBOX) -> Any:
    return client.post("/api/v1/auth/links", json={"email": mailbox})


def signed_in(service: Service, tmp_path: Path) -> TestClient:
    client = browser(service)
    assert ask(client).status_code == 202
    assert client.get(mailed(tmp_path)[-1]).status_code == 303
    return client


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


class TestLinks:
    def test_a_link_signs_in_once(self, service: Service, tmp_path: Path) -> None:
        client = signed_in(service, tmp_path)

        assert client.get("/api/v1/me").json()["email_verified"] is True
        again = client.get(mailed(tmp_path)[-1])
        assert (again.status_code, again.json()["code"]) == (401, "sign_in_failed")

    def test_another_browser_cannot_use_the_link(self, service: Service, tmp_path: Path) -> None:
        mine, thief = browser(service), browser(service)
        ask(mine)
        ask(thief, "thief@example.org")
        [link, _] = mailed(tmp_path)

        assert thief.get(link).status_code == 401
        assert browser(service).get(link, headers={"accept": "text/html"}).headers["location"] == (
            "/sign-in?problem=sign_in_failed"
        )
        assert mine.get(link).status_code == 303, "and it was not used up by them"

    def test_a_link_opens_for_fifteen_minutes(
        self, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = browser(service)
        ask(client)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 901)

        # The records port was made with the clock of before; its own expiry is what counts.
        records = service.accounts._records
        monkeypatch.setattr(records, "_clock", time.time)

        assert client.get(mailed(tmp_path)[-1]).status_code == 401

    def test_the_answer_is_the_same_for_a_known_and_an_unknown_mailbox(
        self, service: Service, tmp_path: Path
    ) -> None:
        signed_in(service, tmp_path)

        known, unknown = ask(browser(service)), ask(browser(service), "nobody@example.org")

        assert known.json() == unknown.json()
        assert known.status_code == unknown.status_code == 202
        assert known.headers.keys() == unknown.headers.keys()
        assert len(mailed(tmp_path)) == 3

    def test_a_mailbox_is_one_account_however_it_is_written(
        self, service: Service, tmp_path: Path
    ) -> None:
        first = signed_in(service, tmp_path).get("/api/v1/me").json()["user_id"]
        client = browser(service)
        ask(client, " Jane@Example.ORG")
        client.get(mailed(tmp_path)[-1])

        assert client.get("/api/v1/me").json()["user_id"] == first

    def test_a_guest_keeps_the_account_and_no_older_session(
        self, service: Service, guest: TestClient, tmp_path: Path
    ) -> None:
        before = guest.get("/api/v1/me").json()
        old = guest.cookies["__Host-expunge_session"]
        ask(guest)
        guest.get(mailed(tmp_path)[-1])
        after = guest.get("/api/v1/me").json()

        assert after["user_id"] == before["user_id"]
        assert after["guest"] is False
        assert after["credits"] == before["credits"]
        stranger = browser(service)
        stranger.cookies.set("__Host-expunge_session", old)
        service.credentials._known.clear()
        assert stranger.get("/api/v1/me").status_code == 401

    def test_a_mailbox_and_a_network_get_only_so_many(self, service: Service) -> None:
        addresses = [f"203.0.113.{n}" for n in range(7)]
        by_mailbox = [ask(browser(service, a)).status_code for a in addresses]
        by_network = [
            ask(browser(service, "198.51.100.1"), f"{n}@example.org").status_code for n in range(11)
        ]

        assert by_mailbox == [202] * 5 + [429] * 2
        assert by_network == [202] * 10 + [429]

    @pytest.mark.parametrize(
        "mailbox",
        ["", "jane", "jane@", "@x", "a@b\r\nBcc: c@d", "a b@c", "a@b@c", "x" * 255 + "@y"],
    )
    def test_what_is_no_mailbox_is_refused(self, service: Service, mailbox: str) -> None:
        answer = ask(browser(service), mailbox)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/email"

    def test_a_forged_host_cannot_choose_where_the_link_leads(self, tmp_path: Path) -> None:
        service = build(Settings(data=tmp_path / "other"))
        body, forged = {"email": MAILBOX}, {"host": "somewhere"}

        answer = browser(service).post("/api/v1/auth/links", json=body, headers=forged)

        assert (answer.status_code, answer.json()["code"]) == (501, "sign_in_disabled")
        assert list((tmp_path / "other" / "outbox").iterdir()) == []
        service.close()


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


class TestCredits:
    def test_every_movement_is_listed_and_they_sum_up(
        self, service: Service, guest: TestClient
    ) -> None:
        account = guest.get("/api/v1/me").json()["user_id"]
        records = service.accounts._records
        for n in range(4):
            records.write(*ledger.grant(account, Pool.SUBSCRIPTION, 250 * n, time.time()))

        seen, cursor = [], None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = guest.get("/api/v1/credits/entries", params=query).json()
            seen += page["entries"]
            cursor = page.get("next_cursor")
            if not cursor:
                break

        assert sum(entry["amount"] for entry in seen) == 6.5
        assert guest.get("/api/v1/me").json()["credits"]["total"] == 6.5
        assert seen[-1] | {"id": "", "at": ""} == {
            "id": "",
            "at": "",
            "pool": "permanent",
            "amount": 5,
            "reason": "granted",
            "note": "starter",
        }

    def test_a_pro_account_is_granted_its_month_on_first_use(self, service: Service) -> None:
        account = service.accounts.create(Tier.PRO)
        _, key = service.accounts.create_key(account.id, "")
        client = TestClient(create_app(service), headers={"x-api-key": key})

        for _ in range(2):
            assert client.get("/api/v1/me").json()["credits"]["monthly"] == 100
        [entry] = client.get("/api/v1/credits/entries").json()["entries"]
        assert (entry["reason"], entry["amount"]) == ("granted", 100)

    def test_requests_a_minute_are_limited(self, service: Service) -> None:
        account = service.accounts.create(Tier.FREE)
        _, key = service.accounts.create_key(account.id, "")
        client = TestClient(create_app(service), headers={"x-api-key": key})
        me = client.get("/api/v1/me").json()
        assert me["rate_limit"]["limit"] == 120
        assert me["rate_limit"]["remaining"] < 120


def test_a_tier_changes_for_every_credential_at_once(service: Service, guest: TestClient) -> None:
    key = guest.post("/api/v1/keys", json={}).json()["key"]
    account = guest.get("/api/v1/me").json()["user_id"]

    service.accounts.set_tier(account, Tier.PRO)
    service.credentials._known.clear()

    assert guest.get("/api/v1/me").json()["subscription_tier"] == "pro"
    assert service.credentials.of_key(key).tier is Tier.PRO


def test_logs_hold_no_key_cookie_mailbox_or_address(
    service: Service,
    tmp_path: Path,
    photo: bytes,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed_in(service, tmp_path)
    link = mailed(tmp_path)[-1]
    made = client.post("/api/v1/keys", json={}).json()
    headers = {"x-api-key": made["key"]}
    client.post(JOBS, headers=headers, **multipart(photo))
    client.get("/api/v1/me", headers={"authorization": f"Bearer {made['key']}x"})
    monkeypatch.setattr(service.accounts, "get", lambda _: 1 / 0)
    assert client.get("/api/v1/me").status_code == 500, "and a crash tells nothing either"

    secrets = [
        made["key"],
        link.partition("token=")[2],
        client.cookies["__Host-expunge_session"],
        client.cookies["__Host-expunge_csrf"],
        MAILBOX,
        "203.0.113.5",
    ]
    ours = [r for r in caplog.records if r.name.startswith("expunge")]
    text = "\n".join(logging.Formatter().format(record) for record in ours)
    assert ours
    assert [secret for secret in secrets if secret in text] == []


class TestPayments:
    def test_without_a_payment_service_nothing_can_be_bought(self, guest: TestClient) -> None:
        for answer in (
            guest.post("/api/v1/billing/checkout"),
            guest.post("/api/v1/billing/webhook", content=json.dumps({})),
        ):
            assert (answer.status_code, answer.json()["code"]) == (501, "billing_disabled")

    def test_without_a_provider_there_is_no_google(self, service: Service) -> None:
        answer = browser(service).get("/api/v1/auth/google")

        assert (answer.status_code, answer.json()["code"]) == (501, "sign_in_disabled")


def test_a_caller_with_an_account_reads_its_records_for_thirty_days() -> None:
    assert Caller("acc_1", Tier.FREE).record_seconds == 30 * 24 * 3600
