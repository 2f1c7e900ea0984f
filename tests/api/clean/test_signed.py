"""Signed URLs, which only a site's owner can make."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from expunge.clean.signature import sign
from expunge.cli import main
from tests.api.conftest import client_at
from tests.websites.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from httpx2 import Response

from tests.api.clean.conftest import CLEAN, ask, built, refused

NEW, OLD = "new-secret-0123456789", "old-secret-0123456789"


@pytest.fixture
def signing(site: Site, tmp_path: Path) -> Iterator[Callable[..., Response]]:
    service = built(site, tmp_path / "signed", embed_secrets=f"{NEW},{OLD}", embed_unsigned=False)
    client = client_at(service, "203.0.113.5")

    def signed(secret: str, sent: dict | None = None, **more: object) -> Response:
        query = {"image": site.url("/photo.jpg"), "mode": "metadata"} | more
        query["sig"] = sign(secret, CLEAN, [(n, str(v)) for n, v in query.items()])
        return client.get(CLEAN, params=query | (sent or {}))

    signed.client = client
    yield signed
    service.close()


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_a_signed_address_is_answered_whichever_secret_signed_it(
    signing: Callable[..., Response], secret: str
) -> None:
    assert signing(secret).status_code == 200


def test_caches_keep_a_signed_picture_no_longer_than_its_address_holds(
    signing: Callable[..., Response],
) -> None:
    age = signing(NEW, exp=int(time.time()) + 100).headers["cache-control"]

    assert 90 <= int(age.removeprefix("public, max-age=")) <= 100


@pytest.mark.parametrize(
    ("more", "sent"),
    [
        ({}, {"keep": "exif"}),
        ({}, {"image": "https://other.example/a.png"}),
        ({}, {"sig": ""}),
        ({}, {"sig": "AAAA"}),
        ({}, {"sig": "ü"}),
        ({}, {"exp": "99999999999"}),
        ({"exp": 1_000_000_000}, {}),
        ({"exp": "soon"}, {}),
        ({"exp": "9" * 40}, {}),
    ],
)
def test_an_address_that_was_changed_or_is_over_is_refused(
    signing: Callable[..., Response], site: Site, more: dict, sent: dict
) -> None:
    refused(signing(NEW, sent, **more), 403, "signature_invalid")
    assert site.asked == []


def test_an_unknown_secret_signs_nothing(signing: Callable[..., Response]) -> None:
    refused(signing("another-secret-0123456"), 403, "signature_invalid")


def test_unsigned_addresses_can_be_switched_off(
    signing: Callable[..., Response], site: Site
) -> None:
    refused(ask(signing.client, site), 403, "signature_invalid")


def test_a_wrong_signature_is_refused_where_none_is_needed(client: TestClient, site: Site) -> None:
    refused(ask(client, site, sig="AAAA"), 403, "signature_invalid")


def test_the_tag_tells_pictures_apart(client: TestClient, site: Site) -> None:
    answer = ask(client, site)
    digest = hashlib.sha256(answer.content).hexdigest()

    assert answer.headers["etag"] == f'"{digest[:32]}"'


def test_the_command_line_signs_what_the_service_answers(
    signing: Callable[..., Response], site: Site
) -> None:
    runner = CliRunner(env={"EXPUNGE_EMBED_SECRETS": f"{NEW} {OLD}"})
    url = f"http://testserver{CLEAN}?mode=metadata&image={quote(site.url('/photo.jpg'), safe='')}"

    signed = runner.invoke(main, ["sign", url, "--days", "30"]).output.strip()
    assert signing.client.get(signed).status_code == 200
    assert signing.client.get(signed + "&keep=exif").status_code == 403
    again = runner.invoke(main, ["sign", signed]).output.strip()
    assert signing.client.get(again).status_code == 200


def test_a_signature_is_what_other_languages_make_of_the_documented_rule() -> None:
    """Made once with URLSearchParams and node:crypto."""
    query = [("mode", "metadata"), ("image", "https://a.example/b c*~é.png?x=1&y=(2)")]

    assert (
        sign("new-secret-0123456789", CLEAN, query) == "9DchxVdynOFlMtiQVf_DI0YPlZ6ZGvvNF0pbmpxTFqs"
    )


def test_the_command_line_says_what_it_needs_to_sign() -> None:
    url = f"http://testserver{CLEAN}?mode=metadata"

    assert "EXPUNGE_EMBED_SECRETS is not set" in CliRunner().invoke(main, ["sign", url]).output
    runner = CliRunner(env={"EXPUNGE_EMBED_SECRETS": NEW})
    assert runner.invoke(main, ["sign", "https://expunge.example/"]).exit_code == 2
