"""How both object stores recognise their own signed URLs, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from expunge.errors import SignatureInvalid

if TYPE_CHECKING:
    from expunge.stores.ports import Objects
    from tests.contract.conftest import Clock

BASE = "http://127.0.0.1:8123"
KEY = "in/2026-11-30/up_1.png"


@dataclass
class Signed:
    """A store, and an absolute URL of an object in it."""

    objects: Objects
    url: str

    def key(self, url: str) -> str | None:
        return self.objects.signed_key(url, base_url=BASE)


@pytest.fixture
def signed(objects: Objects) -> Signed:
    url = objects.presign_get(KEY, expires_in=900)
    return Signed(objects, BASE + url if url.startswith("/") else url)


def test_a_signed_url_leads_to_its_object(signed: Signed) -> None:
    named = signed.objects.presign_get("out/x.png", expires_in=60, filename="Grüße & so.png")

    assert signed.key(signed.url) == KEY
    assert signed.key(BASE + named if named.startswith("/") else named) == "out/x.png"


def test_the_scheme_and_the_case_of_the_host_make_no_difference(signed: Signed) -> None:
    parts = urlsplit(signed.url)
    other = "https" if parts.scheme == "http" else "http"
    assert signed.key(parts._replace(scheme=other, netloc=parts.netloc.upper()).geturl()) == KEY


def test_a_signature_is_over_after_its_time(signed: Signed, clock: Clock) -> None:
    clock.advance(899)
    assert signed.key(signed.url) == KEY
    clock.advance(1)
    with pytest.raises(SignatureInvalid, match="expired"):
        signed.key(signed.url)


FORGERIES = {
    "another key": lambda url: url.replace("up_1", "up_2"),
    "no signature": lambda url: url.partition("?")[0],
    "a longer life": lambda url: url.replace("expires=1", "expires=2").replace(
        "x-expunge=1", "x-expunge=2"
    ),
    "another signature": lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
    "an empty signature": lambda url: url.partition("?")[0] + "?signature=&expires=9&x-expunge=.",
    "no number": lambda url: url.partition("?")[0] + "?signature=ä&expires=x&x-expunge=x.ä",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_url_of_the_store_is_refused(signed: Signed, forge) -> None:
    parts = urlsplit(signed.url)
    own = next((p for p in parts.query.split("&") if p.startswith("x-expunge=")), None)
    url = f"{parts._replace(query='').geturl()}?{own}" if own else signed.url

    with pytest.raises(SignatureInvalid):
        signed.key(forge(url))


@pytest.mark.parametrize(
    "alike",
    [
        lambda host: f"evil.example/{host}",
        lambda host: f"{host}.evil.example",
        lambda host: f"{host}@evil.example",
        lambda host: f"user@{host}",
        lambda host: host.rpartition(":")[0] + ":1",
        lambda host: "[",
        lambda host: f"{host}:x",
    ],
)
def test_a_foreign_url_that_looks_alike_is_not_the_stores(signed: Signed, alike) -> None:
    parts = urlsplit(signed.url)
    rest = signed.url.partition(parts.netloc)[2]

    assert signed.key(f"{parts.scheme}://{alike(parts.netloc)}{rest}") is None


@pytest.mark.parametrize("url", ["", "x", "/objects/in/x", "http://", "data:image/png;base64,AA"])
def test_what_is_no_url_of_the_store_is_none(signed: Signed, url: str) -> None:
    assert signed.key(url) is None


def test_a_base_url_may_have_a_path(local_objects) -> None:
    url = local_objects.presign_get(KEY, expires_in=60)
    base = "https://clean.example/images"

    assert local_objects.signed_key(base + url, base_url=base) == KEY
    assert local_objects.signed_key("https://clean.example" + url, base_url=base) is None
