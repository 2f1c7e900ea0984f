"""Accounts that are erased, and guests whose time is over."""

from __future__ import annotations

import os
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.erasures import GUEST_SECONDS
from expunge.accounts.ledger import Pool
from expunge.bootstrap import build
from expunge.cli import main
from expunge.operations.execution import InThisProcess
from expunge.settings import Settings
from expunge.stores.ports import Key, Put
from expunge.web.app import create_app
from tests.api.accounts.conftest import guest
from tests.api.accounts.people import ask, browser, mailed, signed_in
from tests.api.conftest import work_off
from tests.api.test_jobs import JOBS, multipart, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service

__all__ = ["guest"]
ACCOUNT = "/api/v1/account"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    settings = Settings(data=tmp_path / "data", public_url="https://testserver")
    service = build(settings, clock=clock)
    service.jobs._register._records._clock = clock  # the stores have clocks of their own
    yield service
    service.close()


def partition(service: Service, account: str) -> dict[str, Any]:
    page = service.jobs._register._records.query(f"owner#{account}", limit=1000)
    return dict(page.entries)


def files(service: Service) -> list[Path]:
    return [file for file in (service.settings.data / "objects").rglob("*") if file.is_file()]


def swept(service: Service, clock: Clock) -> None:
    """An hour of sweeps."""
    for _ in range(60):
        clock.now += 60
        service.sweep()


def a_full_account(service: Service, client: TestClient, photo: bytes) -> str:
    """Jobs of every kind, an upload, a key, a webhook; the account's id."""
    account: str = client.get("/api/v1/me").json()["user_id"]
    client.post(JOBS, **multipart(photo))
    key = upload(client, photo)
    queued = {"prefer": "respond-async", "idempotency-key": "1"}
    client.post(JOBS, headers=queued, json={"object_key": key, "mode": "metadata"})
    client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo))
    upload(client, photo)
    client.post("/api/v1/keys", json={"name": "k"})
    hook = {"url": "https://93.184.216.34/x", "events": ["job.succeeded"]}
    assert client.post("/api/v1/hooks", json=hook).status_code == 201
    work_off(service)
    client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo))
    return account


def test_nothing_is_left_of_an_erased_account_but_its_ledger(
    service: Service, tmp_path: Path, clock: Clock, photo: bytes
) -> None:
    client = signed_in(service, tmp_path)
    account = a_full_account(service, client, photo)
    ledger = service.meter.credits.entries(Caller(account, Tier.FREE), 100, None)[0]
    (hook,) = client.get("/api/v1/hooks").json()["hooks"]
    records = service.jobs._register._records
    assert records.query(f"hook#{hook['id']}").entries

    assert client.delete(ACCOUNT).status_code == 204
    swept(service, clock)

    assert files(service) == []
    left = partition(service, account)
    assert {sort.partition("#")[0] for sort in left} <= {"entry", "books"}
    assert service.meter.credits.entries(Caller(account, Tier.FREE), 100, None)[0] == ledger
    assert records.query(f"hook#{hook['id']}").entries == ()
    assert records.query("erasures").entries == ()
    assert "jane" not in str(left)
    assert work_off(service) > 0, "messages of the job that waited find nothing to do"


def test_sessions_and_keys_end_at_once(service: Service, guest: TestClient, photo: bytes) -> None:
    key = guest.post("/api/v1/keys", json={"name": "k"}).json()["key"]
    program = TestClient(create_app(service), base_url="https://testserver")
    program.headers["x-api-key"] = key
    assert program.get("/api/v1/me").status_code == 200
    session = guest.cookies["__Host-expunge_session"]
    job = guest.post(JOBS, **multipart(photo)).json()["id"]

    answer = guest.delete(ACCOUNT)

    assert answer.status_code == 204
    assert "__Host-expunge_session" not in guest.cookies
    guest.cookies.set("__Host-expunge_session", session)
    assert guest.get("/api/v1/me").status_code == 401
    assert program.get("/api/v1/me").json()["code"] == "invalid_api_key"
    assert guest.get(f"{JOBS}/{job}").status_code == 404
    assert guest.delete(ACCOUNT).status_code == 401


def test_another_sites_page_cannot_erase(guest: TestClient) -> None:
    for headers in ({"x-csrf-token": ""}, {"origin": "https://evil.example"}):
        assert guest.delete(ACCOUNT, headers=headers).json()["code"] == "csrf_failed"
    assert guest.get("/api/v1/me").status_code == 200


def test_me_can_only_be_read(guest: TestClient) -> None:
    assert guest.delete("/api/v1/me").status_code == 405


def test_the_mailbox_begins_anew(service: Service, tmp_path: Path) -> None:
    client = signed_in(service, tmp_path)
    first = client.get("/api/v1/me").json()["user_id"]
    client.delete(ACCOUNT)

    again = signed_in(service, tmp_path).get("/api/v1/me").json()

    assert again["user_id"] != first
    assert again["email_verified"] is True


def test_so_does_one_whose_account_of_the_first_version_did_not_name_it(
    service: Service, tmp_path: Path
) -> None:
    client = signed_in(service, tmp_path)
    first = client.get("/api/v1/me").json()["user_id"]
    service.accounts.change(first, lambda account: account.changed(identities=()))
    client.delete(ACCOUNT)

    again = signed_in(service, tmp_path).get("/api/v1/me")

    assert again.status_code == 200
    assert again.json()["user_id"] != first
    assert signed_in(service, tmp_path).get("/api/v1/me").json() == again.json() | {
        "rate_limit": again.json()["rate_limit"] | {"remaining": 118}
    }


def test_a_running_job_is_deleted_when_it_ends(
    service: Service, guest: TestClient, clock: Clock, photo: bytes
) -> None:
    guest.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo))
    account = guest.get("/api/v1/me").json()["user_id"]
    (job,) = service.jobs.page(Caller(account, Tier.FREE), 10, None)[0]
    register = service.jobs._register
    running = register.start(job, "lease", clock.now + 60)
    guest.delete(ACCOUNT)

    service.sweep()
    assert register.get(account, job.id), "it is left to its worker"
    service.jobs._runner.run_stored(running, InThisProcess(), register)
    clock.now += 10
    service.sweep()

    assert register.get(account, job.id) is None
    assert files(service) == []


def test_an_erasure_goes_on_after_a_crash_anywhere(
    service: Service, guest: TestClient, clock: Clock, photo: bytes, monkeypatch: Any
) -> None:
    account = a_full_account(service, guest, photo)
    guest.delete(ACCOUNT)
    records = service.erasure._records
    for survived in range(12):
        calls = 0
        real = type(records).write

        def write(self: Any, *changes: Any, limit: int = survived, real: Any = real) -> None:
            nonlocal calls
            calls += 1
            if calls > limit:
                raise KeyboardInterrupt
            real(self, *changes)

        with monkeypatch.context() as patched:
            patched.setattr(type(records), "write", write)
            try:
                service.erasure.sweep()
            except KeyboardInterrupt:
                clock.now += 5
    swept(service, clock)

    assert files(service) == []
    left = partition(service, account)
    assert {sort.partition("#")[0] for sort in left} <= {"entry", "books"}


def test_a_large_account_takes_several_sweeps(
    service: Service, guest: TestClient, clock: Clock, photo: bytes, monkeypatch: Any
) -> None:
    account = guest.get("/api/v1/me").json()["user_id"]
    for _ in range(5):
        guest.post(JOBS, **multipart(photo))
    records = service.jobs._register._records
    for number in range(300):
        records.write(Put(Key(f"owner#{account}", f"idempotency#{number}"), {"job": "x"}))
        service.meter.credits.grant(account, Pool.PERMANENT, 1, "many")
    guest.delete(ACCOUNT)
    monkeypatch.setattr("expunge.erasure.SWEEP_SECONDS", 0.05)

    swept(service, clock)

    left = partition(service, account)
    assert {sort.partition("#")[0] for sort in left} <= {"entry", "books"}
    assert len(left) >= 300
    assert files(service) == []


def test_the_operators_account_cannot_be_erased(service: Service) -> None:
    _, key = service.accounts.create_key(service.accounts.operators().id, "")
    client = TestClient(create_app(service), base_url="https://testserver")

    answer = client.delete(ACCOUNT, headers={"x-api-key": key})

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert client.get("/api/v1/me", headers={"x-api-key": key}).status_code == 200


def test_an_operator_erases_by_hand(
    service: Service, guest: TestClient, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = a_full_account(service, guest, photo)
    monkeypatch.setenv("EXPUNGE_DATA", str(service.settings.data))
    monkeypatch.setitem(os.environ, "EXPUNGE_DATA", str(service.settings.data))

    refused = CliRunner().invoke(main, ["accounts", "erase", account], input="n\n")
    assert refused.exit_code == 1
    assert guest.get("/api/v1/me").status_code == 200

    done = CliRunner().invoke(main, ["accounts", "erase", account, "--yes"])
    assert (done.exit_code, done.output) == (0, f"{account} is erased\n")
    assert {sort.partition("#")[0] for sort in partition(service, account)} <= {"entry", "books"}
    again = CliRunner().invoke(main, ["accounts", "erase", account, "--yes"])
    assert again.exit_code == 1
    assert "no such account" in again.output


class TestGuests:
    def test_a_guest_is_erased_after_thirty_days(
        self, service: Service, guest: TestClient, clock: Clock, photo: bytes
    ) -> None:
        account = guest.get("/api/v1/me").json()["user_id"]
        key = guest.post("/api/v1/keys", json={"name": "k"}).json()["key"]
        guest.post(JOBS, **multipart(photo))
        clock.now += GUEST_SECONDS - 1
        service.sweep()
        assert service.accounts.get(account).guest

        swept(service, clock)

        left = partition(service, account)
        assert {sort.partition("#")[0] for sort in left} <= {"entry", "books"}
        assert guest.get("/api/v1/me", headers={"x-api-key": key}).status_code == 401

    def test_one_who_has_signed_in_is_not(
        self, service: Service, guest: TestClient, tmp_path: Path, clock: Clock
    ) -> None:
        ask(guest)
        guest.get(mailed(tmp_path)[-1])
        account = guest.get("/api/v1/me").json()["user_id"]

        clock.now += GUEST_SECONDS
        swept(service, clock)

        assert not service.accounts.get(account).guest

    @pytest.mark.parametrize("known", [True, False], ids=["known mailbox", "new mailbox"])
    def test_a_guests_key_does_not_survive_signing_in(
        self, service: Service, tmp_path: Path, known: bool
    ) -> None:
        """Whoever used the browser before may have made it, and would be in the account."""
        if known:
            signed_in(service, tmp_path)
        client = browser(service)
        client.post("/api/v1/auth/guest")
        key = client.post("/api/v1/keys", json={"name": "planted"}).json()["key"]
        session = client.cookies["__Host-expunge_session"]
        program = TestClient(create_app(service), base_url="https://testserver")
        shown = {"x-api-key": key}
        assert program.get("/api/v1/me", headers=shown).status_code == 200

        ask(client)
        assert client.get(mailed(tmp_path)[-1]).status_code == 303

        assert program.get("/api/v1/me", headers=shown).status_code == 401
        assert client.get("/api/v1/keys").json()["keys"] == []
        other = browser(service)
        other.cookies.set("__Host-expunge_session", session)
        assert other.get("/api/v1/me").status_code == 401, "the guest's session has ended"

    def test_it_does_where_the_person_says_so(self, service: Service, tmp_path: Path) -> None:
        client = browser(service)
        client.post("/api/v1/auth/guest")
        key = client.post("/api/v1/keys", json={"name": "mine"}).json()["key"]
        body = {"email": "jane@example.org", "keep_keys": True}

        client.post("/api/v1/auth/links", json=body)
        client.get(mailed(tmp_path)[-1])

        me = client.get("/api/v1/me").json()
        program = TestClient(create_app(service), base_url="https://testserver")
        same = program.get("/api/v1/me", headers={"x-api-key": key}).json()
        assert same["user_id"] == me["user_id"]
        assert me["guest"] is False

    def test_keys_of_an_account_go_on_when_it_signs_in_again(
        self, service: Service, tmp_path: Path
    ) -> None:
        client = signed_in(service, tmp_path)
        key = client.post("/api/v1/keys", json={"name": "mine"}).json()["key"]

        signed_in(service, tmp_path)

        program = TestClient(create_app(service), base_url="https://testserver")
        assert program.get("/api/v1/me", headers={"x-api-key": key}).status_code == 200


class TestCookiesFitTheScheme:
    def test_a_guest_signs_in_over_plain_http_on_a_private_network(self, tmp_path: Path) -> None:
        service = build(Settings(data=tmp_path / "lan"))
        client = TestClient(create_app(service), base_url="http://192.168.1.5:8000")

        made = client.post("/api/v1/auth/guest", headers={"origin": "http://192.168.1.5:8000"})

        assert made.status_code == 201
        cookies = made.headers.get_list("set-cookie")
        assert cookies
        assert not any("secure" in cookie.lower() or "__Host" in cookie for cookie in cookies)
        assert client.get("/api/v1/me").json()["guest"] is True
        token = client.cookies["expunge_csrf"]
        assert client.delete(ACCOUNT, headers={"x-csrf-token": token}).status_code == 204
        service.close()

    def test_a_mailed_link_signs_in_over_plain_http(self, tmp_path: Path) -> None:
        url = "http://192.168.1.5:8000"
        service = build(Settings(data=tmp_path / "data", public_url=url))
        client = TestClient(create_app(service), base_url=url, follow_redirects=False)
        assert ask(client).status_code == 202
        (mail,) = (tmp_path / "data" / "outbox").iterdir()
        text = message_from_bytes(mail.read_bytes(), policy=policy.default).get_content()
        link = next(line for line in text.splitlines() if line.startswith(url))

        assert client.get(link).status_code == 303
        assert client.get("/api/v1/me").json()["email_verified"] is True
        service.close()

    def test_without_a_url_for_the_link_it_is_said_why_none_is_sent(self, tmp_path: Path) -> None:
        service = build(Settings(data=tmp_path / "lan"))
        client = TestClient(create_app(service), base_url="http://192.168.1.5:8000")

        answer = ask(client)

        assert (answer.status_code, answer.json()["code"]) == (501, "sign_in_disabled")
        assert "EXPUNGE_PUBLIC_URL" in answer.json()["detail"]
        service.close()

    def test_a_page_opened_over_http_is_told_where_the_cookies_hold(self, tmp_path: Path) -> None:
        service = build(Settings(data=tmp_path / "lan", public_url="https://expunge.example"))
        client = TestClient(create_app(service), base_url="http://expunge.example")
        headers = {"origin": "http://expunge.example"}

        for answer in (
            client.post("/api/v1/auth/guest", headers=headers),
            client.post("/api/v1/auth/links", headers=headers, json={"email": "a@example.org"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (501, "sign_in_disabled")
            assert "https://expunge.example/sign-in" in answer.json()["detail"]
        service.close()
