"""Browsers, guests and people who signed in."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from expunge.web.app import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service


MAILBOX = "jane@example.org"


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
