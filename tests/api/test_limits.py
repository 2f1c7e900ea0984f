"""Limits over HTTP: refusals, headers, and how callers are counted."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.errors import Unavailable
from expunge.settings import Settings
from expunge.stores.local.objects import FileObjects
from expunge.web.app import create_app
from tests.api.conftest import client_at
from tests.api.test_jobs import JOBS, multipart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from expunge.service import Service


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Makes services with other settings."""
    services: list[Service] = []

    def make(**settings: object) -> Service:
        values = {"data": tmp_path / str(len(services))} | settings
        services.append(build(Settings.model_validate(values)))
        return services[-1]

    yield make
    for service in services:
        service.close()


def fields(header: str) -> dict[str, dict[str, int]]:
    """A RateLimit field's policies and their parameters."""
    found = re.findall(r'"([^"]+)"((?:;[a-z]+=\d+)+)', header)
    return {
        name: {key: int(value) for key, value in re.findall(r";([a-z]+)=(\d+)", rest)}
        for name, rest in found
    }


def test_every_limited_answer_says_what_is_left(client: TestClient, photo: bytes) -> None:
    first = client.post(JOBS, **multipart(photo))
    second = client.post(JOBS, **multipart(photo))

    assert fields(first.headers["ratelimit-policy"]) == {"light-hour": {"q": 30, "w": 3600}}
    left = fields(first.headers["ratelimit"])["light-hour"]
    assert left["r"] == 29
    assert 0 <= left["t"] <= 3600
    assert fields(second.headers["ratelimit"])["light-hour"]["r"] == 28


def test_a_refusal_says_which_limit_and_when_it_opens(
    made: Callable[..., Service], photo: bytes
) -> None:
    client = client_at(made(limits="anonymous.light.hour=2"), "203.0.113.5")
    for _ in range(2):
        assert client.post(JOBS, **multipart(photo)).status_code == 200

    answer = client.post(JOBS, **multipart(photo))

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (429, "quota_exceeded")
    assert problem["retryable"] is True
    assert problem["violated-policies"] == ["light-hour"]
    assert problem["remaining"] == 0
    assert 0 < int(answer.headers["retry-after"]) == problem["retry_after"] <= 3600
    assert fields(answer.headers["ratelimit"])["light-hour"]["r"] == 0
    assert len(client.get(JOBS).json()["jobs"]) == 2


def test_a_failed_job_gives_its_unit_back(client: TestClient, photo: bytes, monkeypatch) -> None:
    from expunge.operations import metadata

    def crash(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(metadata, "run", crash)
    failed = client.post(JOBS, **multipart(photo))

    assert failed.status_code == 500
    assert fields(failed.headers["ratelimit"])["light-hour"]["r"] == 30


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "k"}])
def test_whichever_store_call_fails_the_caller_is_told_to_try_again(
    made: Callable[..., Service], photo: bytes, headers: dict
) -> None:
    for at in itertools.count(1):
        service = made()
        client = client_at(service, "203.0.113.5")
        calls = FailingOnce(service, at)
        answer = client.post(JOBS, headers=headers, **multipart(photo))
        if calls.count < at:
            break

        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (503, "service_unavailable")
        assert problem["retryable"] is True
        assert "retry-after" in answer.headers
        if not headers:
            assert client.post(JOBS, **multipart(photo)).status_code == 200
    assert at > 3


class FailingOnce:
    """Makes one call of a service's records fail, the ``at``-th."""

    def __init__(self, service: Service, at: int) -> None:
        self.count, self._at = 0, at
        records = service.accounts._records
        for name in ("get", "query", "write"):
            setattr(records, name, self._wrapped(getattr(records, name)))

    def _wrapped(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **how: object) -> object:
            self.count += 1
            if self.count == self._at:
                raise Unavailable("The store did not answer.")
            return call(*args, **how)

        return counted


def test_a_result_that_cannot_be_kept_is_not_charged(
    client: TestClient, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("The store did not answer.")

    monkeypatch.setattr(FileObjects, "put", fail)
    answer = client.post(JOBS, **multipart(photo))

    assert (answer.status_code, answer.json()["retryable"]) == (503, True)
    assert fields(answer.headers["ratelimit"])["light-hour"]["r"] == 30


def test_what_is_refused_for_its_form_costs_nothing(client: TestClient, photo: bytes) -> None:
    client.post(JOBS, **multipart(b"no image"))
    client.post(JOBS, **multipart(photo, mode="polish"))

    assert fields(client.post(JOBS, **multipart(photo)).headers["ratelimit"])["light-hour"][
        "r"
    ] == (29)


def test_a_replay_is_not_charged_and_is_answered_past_the_limit(
    made: Callable[..., Service], photo: bytes
) -> None:
    client = client_at(made(limits="anonymous.light.hour=1"), "203.0.113.5")
    headers = {"idempotency-key": "k"}
    first = client.post(JOBS, headers=headers, **multipart(photo))

    again = client.post(JOBS, headers=headers, **multipart(photo))

    assert again.status_code == 200
    assert again.json()["id"] == first.json()["id"]
    assert fields(again.headers["ratelimit"])["light-hour"]["r"] == 0


def test_uploads_are_counted_on_their_own(client: TestClient) -> None:
    job_request = {"filename": "a.png", "content_type": "image/png", "size": 10}

    answer = client.post("/api/v1/uploads", json=job_request)

    assert fields(answer.headers["ratelimit"]) == {
        "uploads-hour": {"r": 59, "t": fields(answer.headers["ratelimit"])["uploads-hour"]["t"]}
    }


def test_no_header_makes_another_network_of_a_caller(
    made: Callable[..., Service], photo: bytes
) -> None:
    service = made(limits="anonymous.light.hour=2, network.light.hour=3")
    client = client_at(service, "203.0.113.5")
    forged = [
        {"x-forwarded-for": "198.51.100.1"},
        {"forwarded": "for=198.51.100.2", "user-agent": "another"},
        {"cloudfront-viewer-address": "198.51.100.3:443", "x-client-fingerprint": "x"},
        {"x-real-ip": "198.51.100.4", "user-agent": "a third"},
    ]

    answers = [client.post(JOBS, headers=headers, **multipart(photo)) for headers in forged]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["violated-policies"] == ["light-hour-network"]


def test_clients_behind_one_address_have_limits_of_their_own(
    made: Callable[..., Service], photo: bytes
) -> None:
    client = client_at(made(limits="anonymous.light.hour=1"), "203.0.113.5")

    for agent in ("curl/8", "Firefox"):
        answer = client.post(JOBS, headers={"user-agent": agent}, **multipart(photo))
        assert answer.status_code == 200


def test_what_one_program_began_another_can_follow(client: TestClient, photo: bytes) -> None:
    job = client.post(JOBS, headers={"user-agent": "curl/8"}, **multipart(photo)).json()

    assert client.get(f"{JOBS}/{job['id']}", headers={"user-agent": "Firefox"}).status_code == 200


def test_a_trusted_proxy_says_who_is_behind_it_and_nobody_else(
    made: Callable[..., Service], photo: bytes
) -> None:
    service = made(trusted_proxies="10.0.0.0/8")
    proxy = client_at(service, "10.0.0.1")
    behind = {"x-forwarded-for": "192.0.2.66, 203.0.113.5, 10.0.0.9"}

    def left(client: TestClient, headers: dict[str, str]) -> int:
        answer = client.post(JOBS, headers=headers, **multipart(photo))
        return fields(answer.headers["ratelimit"])["light-hour"]["r"]

    assert left(proxy, behind) == 29
    assert left(client_at(service, "203.0.113.5"), {}) == 28
    assert left(client_at(service, "192.0.2.66"), {}) == 29, "the client's own word"
    assert left(client_at(service, "198.51.100.7"), behind) == 29


def test_quotas_can_be_switched_off(made: Callable[..., Service], photo: bytes) -> None:
    client = client_at(made(quotas="off"), "203.0.113.5")

    answers = [client.post(JOBS, **multipart(photo)) for _ in range(31)]

    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers


def test_a_pro_key_counts_by_the_month(service: Service, photo: bytes) -> None:
    account = service.accounts.create(Tier.PRO)
    _, key = service.accounts.create_key(account.id, "")
    client = TestClient(create_app(service), headers={"x-api-key": key})

    answer = client.post(JOBS, **multipart(photo))

    policy = fields(answer.headers["ratelimit-policy"])["light-month"]
    assert policy["q"] == 5000
    assert policy["w"] in [days * 86_400 for days in (28, 29, 30, 31)]
    job_request = {"filename": "a.png", "content_type": "image/png", "size": 10}
    assert "ratelimit" not in client.post("/api/v1/uploads", json=job_request).headers
