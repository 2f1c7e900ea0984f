"""Pages of this service, and pages of other sites that make a browser send a request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from expunge.errors import CsrfFailed
from expunge.web.caller.cookies import check_own_site

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def request_of(origin: str, scheme: str, host: str, public_url: str | None) -> Request:
    service = SimpleNamespace(settings=SimpleNamespace(public_url=public_url))
    scope = {
        "type": "http",
        "scheme": scheme,
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", host.encode()), (b"origin", origin.encode())],
        "app": SimpleNamespace(state=SimpleNamespace(service=service)),
    }
    return Request(scope)


@pytest.mark.parametrize(
    ("origin", "scheme", "host", "public_url"),
    [
        ("http://nas:8000", "http", "nas:8000", None),
        ("HTTP://NAS:8000", "http", "nas:8000", None),
        ("https://clean.example", "https", "clean.example", None),
        ("https://clean.example", "http", "clean.example", None),
        ("https://clean.example", "http", "10.0.0.2:8000", "https://clean.example/"),
        ("https://clean.example", "http", "clean.example", "https://clean.example"),
        ("http://nas:8000", "http", "nas:8000", "https://clean.example"),
    ],
    ids=["lan", "upper case", "tls", "proxy", "public", "proxy that keeps Host", "lan beside it"],
)
def test_own_pages_are_answered(
    origin: str, scheme: str, host: str, public_url: str | None
) -> None:
    check_own_site(request_of(origin, scheme, host, public_url))


@pytest.mark.parametrize(
    ("origin", "scheme", "host", "public_url"),
    [
        ("http://clean.example", "https", "clean.example", None),
        ("http://clean.example", "http", "clean.example", "https://clean.example"),
        ("http://clean.example", "http", "10.0.0.2:8000", "https://clean.example"),
        ("https://clean.example:8443", "https", "clean.example", "https://clean.example"),
        ("https://evil.example", "https", "clean.example", "https://clean.example"),
        ("ftp://nas", "http", "nas", None),
        ("null", "http", "nas", None),
        ("null", "http", "", None),
        ("http://", "http", "", None),
        ("http://[", "http", "nas", None),
        ("", "http", "nas", None),
    ],
)
def test_pages_of_other_sites_are_refused(
    origin: str, scheme: str, host: str, public_url: str | None
) -> None:
    with pytest.raises(CsrfFailed):
        check_own_site(request_of(origin, scheme, host, public_url))


@pytest.mark.parametrize("origin", ["http://[", "null", "", "https://evil.example", "://"])
def test_an_origin_that_is_none_signs_nobody_in(client: TestClient, origin: str) -> None:
    answer = client.post("/api/v1/auth/guest", headers={"origin": origin})

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
