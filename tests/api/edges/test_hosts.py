"""Whose names and whose word the embedded server believes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.web.caller import address
from expunge.web.middleware import host_guard
from expunge.web.middleware.host_guard import is_own, name_of
from tests.api.conftest import client_at
from tests.api.edges.conftest import CLEAN, JOBS, code

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from expunge.service import Service


class TestHosts:
    OWN = (
        "127.0.0.1",
        "127.0.0.1:8000",
        "[::1]",
        "[::1]:8000",
        "192.168.1.20:80",
        "localhost",
        "localhost:8000",
        "LOCALHOST",
        "localhost.",
        "nas",
        "nas:8000",
        "expunge-web",
        "nas.local",
        "my.nas.local:8000",
        "app.localhost",
        "",
    )
    OTHERS = (
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "nas.local.evil.example",
        "evil.example.",
        "evil.example:local",
        "evil.example@localhost",
        "[::1].evil.example",
        "evil.example, localhost",
        "2130706433.evil.example",
        "evil.example/.local",
        "evil.example#.local",
        "evil.example?.localhost",
        "evil.example\\.local",
        "evil.example@nas.local",
        "a/b",
        "a b",
    )

    def test_names_that_no_public_name_server_gives_out_are_answered(
        self, client: TestClient
    ) -> None:
        for host in self.OWN:
            assert client.get("/health", headers={"host": host}).status_code == 200, host

    @pytest.mark.parametrize("path", ["/", JOBS, CLEAN, "/objects/x", "/static/csrf.js"])
    def test_other_names_are_refused_with_the_settings_name(
        self, client: TestClient, path: str
    ) -> None:
        for host in self.OTHERS:
            answer = client.get(path, headers={"host": host})

            assert code(answer) == (421, "misdirected_request"), host
            assert "EXPUNGE_HOSTS" in answer.json()["detail"]
            assert answer.headers["cache-control"] == "no-store"

    def test_the_operator_can_add_names(self, made: Callable[..., Service]) -> None:
        service = made(
            hosts="pictures.example, *.lan.example", public_url="https://Clean.example/x"
        )
        client = client_at(service, "203.0.113.5")

        for host in ("pictures.example:80", "PICTURES.example", "a.lan.example", "clean.example"):
            assert client.get("/health", headers={"host": host}).status_code == 200
        for host in ("a.pictures.example", "lan.example", "evil.example", "xlan.example"):
            assert client.get("/health", headers={"host": host}).status_code == 421
        anything = client_at(made(hosts="*"), "203.0.113.5")
        assert anything.get("/health", headers={"host": "evil.example"}).status_code == 200

    def test_a_front_that_is_known_by_its_secret_says_the_name(
        self, made: Callable[..., Service]
    ) -> None:
        secret = "a-secret-of-the-front"
        client = client_at(made(front_secrets=secret), "203.0.113.5")

        headers = {"x-origin-secret": secret, "x-viewer-host": "pictures.example"}
        assert client.get("/health", headers=headers).status_code == 200

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.from_regex(
            r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){1,4}\.(com|example|org)", fullmatch=True
        ),
        st.sampled_from(["", ".", ":80", ":"]),
    )
    def test_no_public_name_is_anybodys_own(self, name: str, behind: str) -> None:
        assert not is_own(name_of(name + behind), set())
        assert is_own(name_of(name + behind), {name})

    def test_a_refused_name_is_logged_but_not_each_time(
        self, client: TestClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        for seldom in host_guard.log.filters:
            seldom._passed.clear()
        for _ in range(5):
            client.get("/health", headers={"host": "evil.example"})

        assert [r.name for r in caplog.records].count(host_guard.log.name) == 1
        assert "EXPUNGE_HOSTS" in caplog.text


class TestForwardedHeaders:
    @pytest.fixture(autouse=True)
    def _nothing_said(self) -> None:
        for seldom in address.log.filters:
            seldom._passed.clear()

    def test_one_from_an_untrusted_peer_is_told_of_once_with_the_settings_name(
        self, client: TestClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(3):
            client.get(JOBS, headers={"x-forwarded-for": "198.51.100.7"})

        said = [r for r in caplog.records if r.name == address.log.name]
        assert [r.levelname for r in said] == ["WARNING"]
        assert "EXPUNGE_TRUSTED_PROXIES" in said[0].message

    def test_nothing_is_said_of_a_trusted_one_or_of_none(
        self, made: Callable[..., Service], caplog: pytest.LogCaptureFixture
    ) -> None:
        client = client_at(made(trusted_proxies="203.0.113.0/24"), "203.0.113.5")
        client.get(JOBS, headers={"x-forwarded-for": "198.51.100.7"})
        client.get(JOBS)

        assert not [r for r in caplog.records if r.name == address.log.name]
