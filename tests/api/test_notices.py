"""Pages and files on law, terms, privacy, crawlers and contact."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.robotparser import RobotFileParser

import pytest
from pydantic import ValidationError

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

SECURITY = "/.well-known/security.txt"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[..., TestClient]]:
    services = []

    def make(**settings: Any) -> TestClient:
        services.append(build(Settings(data=tmp_path / str(len(services)), **settings)))
        return client_at(services[-1], "203.0.113.5")

    yield make
    for service in services:
        service.close()


@pytest.mark.parametrize("path", ["/legal", "/terms", "/privacy"])
def test_each_page_is_there_and_every_link_of_this_site_works(
    reader: TestClient, path: str
) -> None:
    page = reader.get(path)
    assert page.status_code == 200
    assert reader.head(path).status_code == 200
    assert "not legal advice" in page.text.lower()
    for url in set(re.findall(r'(?:src|href)="(/[^"#]*)', page.text)):
        assert reader.get(url).status_code == 200, url


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/docs/guide", "/problems", "/account", "/legal"]
)
def test_pages_lead_to_the_three_notices(reader: TestClient, path: str) -> None:
    page = reader.get(path).text
    for place in ("/legal", "/terms", "/privacy"):
        assert f'href="{place}"' in page


def test_the_page_on_law_names_its_laws_sources_and_doubts(reader: TestClient) -> None:
    page = reader.get("/legal").text
    for law in ("2024/1689", "GB 45438-2025", "AB 853", "SB 942", "1202", "2001/29"):
        assert law in page
    assert len(re.findall(r'href="https://', page)) >= 8
    assert "not verified" in page


@pytest.mark.parametrize(
    ("setting", "path"), [("terms_url", "/terms"), ("privacy_url", "/privacy")]
)
def test_an_operators_own_page_replaces_the_template(
    server: Callable[..., TestClient], setting: str, path: str
) -> None:
    client = server(**{setting: "https://operator.example/legal?a=1"})
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        302,
        "https://operator.example/legal?a=1",
    )


@pytest.mark.parametrize(
    "url", ["operator.example", "javascript:alert(1)", "ftp://a.example", "/x"]
)
@pytest.mark.parametrize("setting", ["terms_url", "privacy_url"])
def test_an_own_page_needs_a_web_address(setting: str, url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(**{setting: url})


def test_the_terms_follow_from_the_settings(server: Callable[..., TestClient]) -> None:
    page = server(modes=("metadata", "detect"), scopes=("ai",), purpose_required=True).get("/terms")
    assert "<code>ai</code>" in page.text
    assert "<code>metadata</code>" in page.text
    assert "<code>invisible</code>" not in page.text
    assert "needs a statement of its purpose" in page.text


def test_the_privacy_page_says_what_is_stored_here(server: Callable[..., TestClient]) -> None:
    plain = server().get("/privacy").text
    assert "24 hours" in plain
    assert "30 minutes after its end" in plain
    assert "30 days after its end" in plain
    assert "Stripe" not in plain
    stored = server(
        faces_storage=True,
        openid_client_id="id",
        openid_client_secret="secret",
        stripe_key="sk",
        stripe_webhook_secret="whsec",
        purpose_required=True,
    ).get("/privacy")
    assert "Stripe" in stored.text
    assert "accounts.google.com" in stored.text
    assert "with its purpose" in stored.text
    assert plain.count("not stored") > stored.text.count("not stored") - 1


def test_crawlers_read_pages_and_leave_the_rest(reader: TestClient) -> None:
    answer = reader.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    for path in ("/", "/docs", "/docs/guide", "/legal", "/problems/mode_disabled"):
        assert rules.can_fetch("anybot", path)
    for path in ("/api/v1/clean?image=x", "/objects/out/x", "/console", "/account", "/sign-in"):
        assert not rules.can_fetch("anybot", path)


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_a_contact_gives_a_valid_security_txt(server: Callable[..., TestClient]) -> None:
    """RFC 9116: Contact and Expires are required, Expires once and less than a year ahead."""
    client = server(security_contact="mailto:security@example.org", public_url="https://x.example")
    answer = client.get(SECURITY, headers={"host": "x.example"})
    found = fields(answer.text)

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert found["Contact"] == "mailto:security@example.org"
    assert found["Canonical"] == f"https://x.example{SECURITY}"
    expires = datetime.strptime(found["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert answer.text.count("Expires:") == 1


def test_without_a_contact_there_is_no_security_txt(reader: TestClient) -> None:
    answer = reader.get(SECURITY)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_host_header_gets_into_no_file_that_caches_keep(
    server: Callable[..., TestClient],
) -> None:
    client = server(security_contact="https://example.org/report", hosts=("*",))
    text = client.get(f"https://evil.example{SECURITY}").text
    assert "evil" not in text
    assert fields(text).keys() == {"Contact", "Expires", "Preferred-Languages"}


@pytest.mark.parametrize(
    "contact", ["security@example.org", "http://example.org", "mailto:", "mailto:a@b\nX: y", "x"]
)
def test_a_contact_is_a_url(contact: str) -> None:
    with pytest.raises(ValidationError):
        Settings(security_contact=contact)
