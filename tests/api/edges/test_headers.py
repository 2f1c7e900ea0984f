"""Headers for browsers and caches on every answer, and the URLs in links."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.api.conftest import client_at
from tests.api.edges.conftest import CLEAN, JOBS, JSON, UPLOADS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.testclient import TestClient

    from expunge.service import Service


class TestSecurityHeaders:
    ANSWERS = (
        ("GET", "/"),
        ("GET", "/docs"),
        ("GET", "/account"),
        ("GET", "/sign-in"),
        ("GET", "/problems"),
        ("GET", "/problems/conflict"),
        ("GET", "/health"),
        ("HEAD", "/"),
        ("GET", "/openapi.json"),
        ("GET", "/static/csrf.js"),
        ("GET", "/swagger/swagger-ui.css"),
        ("GET", "/nowhere"),
        ("GET", JOBS),
        ("POST", JOBS),
        ("GET", CLEAN),
        ("PUT", "/objects/x"),
        ("GET", "/?" + "x" * 9_000),
        ("PATCH", "/health"),
    )

    def test_every_answer_carries_them(self, client: TestClient) -> None:
        for method, path in self.ANSWERS:
            headers = client.request(method, path).headers

            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert "strict-transport-security" not in headers, "by plain HTTP it means nothing"
            policy = directives(headers["content-security-policy"])
            assert policy["default-src"] == ["'none'"]
            assert policy["frame-ancestors"] == ["'none'"]

    def test_answers_of_every_guard_carry_them(self, client: TestClient) -> None:
        refused = [
            client.get("/", headers={"host": "evil.example"}),
            client.post(JOBS, content=b"[" * 50, headers=JSON),
            client.post(JOBS, content=bytes(11_000_000)),
        ]

        assert [answer.status_code for answer in refused] == [421, 400, 413]
        assert all("content-security-policy" in answer.headers for answer in refused)

    @pytest.mark.parametrize("path", ["/", "/docs", "/account", "/sign-in", "/problems"])
    def test_pages_run_no_script_that_stands_in_them(self, client: TestClient, path: str) -> None:
        page = client.get(path)
        policy = directives(page.headers["content-security-policy"])

        assert policy["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
        assert policy["worker-src"] == ["'self'"]
        assert "blob:" in policy["img-src"]
        text = page.text.replace('<script type="application/json"', "")  # data, which is not run
        assert re.findall(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:", text) == []

    def test_pages_may_show_and_send_to_the_object_store(self, service: Service) -> None:
        elsewhere = replace(service, results_origin="https://bucket.s3.example")
        page = client_at(elsewhere, "203.0.113.5").get("/")
        policy = directives(page.headers["content-security-policy"])

        assert "https://bucket.s3.example" in policy["img-src"]
        assert "https://bucket.s3.example" in policy["connect-src"]

    def test_pages_may_use_the_public_url_wherever_they_are_opened(
        self, made: Callable[..., Service]
    ) -> None:
        client = client_at(made(public_url="https://clean.example/x"), "203.0.113.5")
        policy = directives(client.get("/").headers["content-security-policy"])

        assert "https://clean.example" in policy["img-src"]

    @pytest.mark.parametrize("path", ["/", "/health", "/nowhere"])
    def test_behind_tls_browsers_are_told_to_stay_there(
        self, made: Callable[..., Service], path: str
    ) -> None:
        client = client_at(made(public_url="https://clean.example"), "203.0.113.5")

        assert client.get(path).headers["strict-transport-security"] == "max-age=31536000"

    def test_a_result_is_kept_by_no_cache(self, client: TestClient, photo: bytes) -> None:
        files, data = {"image": ("a.jpg", photo, "image/jpeg")}, {"mode": "metadata"}
        url = client.post(JOBS, files=files, data=data).json()["result_url"]

        for answer in (client.get(url), client.head(url), client.get(url + "x")):
            assert answer.headers["cache-control"] == "no-store"

    def test_an_answer_with_a_signed_url_is_kept_by_no_cache(self, client: TestClient) -> None:
        body = {"filename": "a.png", "content_type": "image/png", "size": 10}

        assert client.post(UPLOADS, json=body).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("POST", JOBS, {"content": bytes(11_000_000)}),
        ("POST", JOBS, {"content": b"[" * 50, "headers": JSON}),
        ("GET", "/?" + "x" * 9_000, {}),
        ("GET", "/nowhere", {}),
    ],
)
def test_links_to_problems_carry_the_address_that_the_viewer_dialled(
    made: Callable[..., Service], method: str, path: str, more: dict
) -> None:
    """Also from guards further out than the one that knows the viewer, where it ran at all."""
    secret = "a-secret-of-the-front"
    client = client_at(
        made(front_secrets=secret, public_url="https://clean.example"), "130.176.1.1"
    )
    front = {"x-origin-secret": secret, "x-viewer-host": "clean.example"}
    answer = client.request(method, path, **{**more, "headers": front | more.get("headers", {})})

    assert answer.json()["type"].startswith("https://clean.example/problems/")


def test_a_body_past_the_limit_is_told_of_at_the_viewers_own_address(
    made: Callable[..., Service],
) -> None:
    secret = "a-secret-of-the-front"
    client = client_at(made(front_secrets=secret), "130.176.1.1")
    front = {"x-origin-secret": secret, "x-viewer-host": "clean.example"}

    def chunks() -> Iterator[bytes]:
        for _ in range(11):
            yield bytes(1_000_000)

    answer = client.post(JOBS, content=chunks(), headers=front | {"content-type": "image/png"})
    crash = client.post(JOBS, content=b"[" * 50, headers=front | JSON)

    assert crash.json()["type"] == "http://clean.example/problems/invalid_request"
    assert answer.json()["type"].startswith("http://clean.example/problems/")


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}
