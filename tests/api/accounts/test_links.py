"""Signing in by a link in a mail."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.accounts.people import MAILBOX, ask, browser, mailed, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service


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
