"""A fetcher for sites of the tests: real TLS on loopback, a private authority, little patience."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from expunge.errors import ExpungeError
from expunge.net.fetcher import Fetcher, Timeouts
from expunge.net.guard import Guard
from tests.websites.authority import authority
from tests.websites.site import Site

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from expunge.net.resolver import Resolver

LIMIT = 100_000
QUICK = Timeouts(connect=0.3, read=0.3, total=0.6)
SLACK = 30.0
"""Seconds that a busy machine may take over what it should."""
SOMEWHERE = "The URL could not be reached."
LATER = "The URL did not answer in time, or broke off."
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"


def everywhere(name: str, _: float) -> Sequence[str]:
    return ["127.0.0.1"]


def fetcher(
    *sites: Site,
    resolve: Resolver = everywhere,
    tls: ssl.SSLContext | None = None,
    patience: Timeouts = QUICK,
    also: Collection[tuple[str, int]] = (),
) -> Fetcher:
    guard = Guard(resolve, also_public=[*(site.endpoint for site in sites), *also])
    return Fetcher(guard, tls=tls or authority().trust, reading=patience, sending=patience)


def refusal(wget: Fetcher, url: str, **more: object) -> ExpungeError:
    with pytest.raises(ExpungeError) as caught:
        wget.get(url, limit=LIMIT, **more)
    return caught.value
