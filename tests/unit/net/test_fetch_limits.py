"""How much the fetcher takes, and how long it waits, before servers that mean no good."""

from __future__ import annotations

import gc
import gzip
import socket
import threading
import time
import zlib
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from expunge.errors import PayloadTooLarge, SourceUnreachable
from expunge.net.fetcher import Fetcher, Timeouts
from expunge.net.guard import Guard
from tests.unit.net.fetching import HEAD, LATER, LIMIT, QUICK, SLACK, SOMEWHERE, fetcher, refusal
from tests.websites.authority import authority
from tests.websites.site import Site, drips, hangs, says

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_length_over_the_limit_is_refused_before_the_body_is_fetched() -> None:
    sent = []

    def page(_: object):
        yield f"HTTP/1.1 200 OK\r\ncontent-length: {LIMIT + 1}\r\n\r\n".encode()
        time.sleep(5)
        sent.append(True)
        yield b"x" * LIMIT

    with Site({"/": page}) as site:
        error = refusal(fetcher(site, patience=Timeouts()), site.url())
        assert not sent

    assert isinstance(error, PayloadTooLarge)


def test_a_body_of_exactly_the_limit_is_taken() -> None:
    with Site({"/": says(b"x" * LIMIT)}) as site:
        assert len(fetcher(site).get(site.url(), limit=LIMIT).data) == LIMIT


@pytest.mark.parametrize("coding", ["chunked", "until the end"])
def test_an_endless_body_is_cut_off_at_the_limit(coding: str) -> None:
    def page(_: object):
        yield b"HTTP/1.1 200 OK\r\n"
        yield b"transfer-encoding: chunked\r\n\r\n" if coding == "chunked" else b"\r\n"
        while True:
            yield (b"1000\r\n" + bytes(4096) + b"\r\n") if coding == "chunked" else bytes(4096)

    with Site({"/": page}) as site:
        assert isinstance(refusal(fetcher(site), site.url()), PayloadTooLarge)


def test_a_length_that_promises_too_much_is_no_picture() -> None:
    with Site({"/": says(b"short", length=50)}) as site:
        assert refusal(fetcher(site), site.url()).detail == LATER


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "٣", "9" * 30, "5, 6"])
def test_a_length_that_is_none_is_survived(length: str) -> None:
    with Site({"/": says(b"short", content_length=length)}) as site:
        assert refusal(fetcher(site), site.url()).code in (
            "source_unreachable",
            "source_unavailable",
            "payload_too_large",
        )


def test_a_packed_body_is_unpacked() -> None:
    with Site({"/": says(gzip.compress(b"picture"), content_encoding="gzip")}) as site:
        assert fetcher(site).get(site.url(), limit=LIMIT).data == b"picture"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_cut_off_while_it_unpacks(encoding: str) -> None:
    packed = zlib.compress(bytes(50_000_000)) if encoding == "deflate" else bytes(50_000_000)
    if encoding == "gzip":
        packed = gzip.compress(packed, 6)
    with Site({"/": says(packed, content_encoding=encoding)}) as site:
        assert isinstance(refusal(fetcher(site), site.url()), PayloadTooLarge)


@pytest.mark.parametrize("layers", [2, 5_000])
def test_what_is_packed_more_than_once_is_not_unpacked(layers: int) -> None:
    encoding = ", ".join(["gzip"] * layers)
    with Site({"/": says(b"x", content_encoding=encoding)}) as site:
        assert refusal(fetcher(site), site.url()).code == "source_unreachable"


def test_a_packing_that_is_none_is_no_picture() -> None:
    with Site({"/": says(b"not gzip", content_encoding="gzip")}) as site:
        assert refusal(fetcher(site), site.url()).detail == SOMEWHERE


@pytest.mark.parametrize("kept", [0, 60])
def test_a_packing_that_breaks_off_gives_no_more_than_its_beginning(kept: int) -> None:
    whole = bytes(range(100))
    body = gzip.compress(whole, mtime=0)[:kept]
    with Site({"/": says(body, content_encoding="gzip")}) as site:
        assert whole.startswith(fetcher(site).get(site.url(), limit=LIMIT).data)


def test_endless_headers_are_cut_off() -> None:
    def page(_: object):
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            yield b"x-more: " + b"a" * 1_000 + b"\r\n"

    with Site({"/": page}) as site:
        assert refusal(fetcher(site), site.url()).detail == SOMEWHERE


@pytest.mark.parametrize(
    "page",
    [
        hangs(60),
        drips(HEAD, b"x", 0.1),
        drips(b"HTTP/1.1 200 OK\r\n", b"x", 0.1),
        drips(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.1),
    ],
    ids=["silence", "body", "header", "chunks"],
)
def test_patience_ends_however_the_server_spends_it(page: object) -> None:
    with Site({"/": page}) as site:
        started = time.monotonic()
        error = refusal(fetcher(site), site.url())

    assert error.detail == LATER
    assert time.monotonic() - started < QUICK.total + SLACK


def test_a_redirect_does_not_start_the_clock_anew() -> None:
    def slow(_: object):
        time.sleep(0.25)
        yield b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"

    with Site({"/": slow}) as site:
        refusal(fetcher(site), site.url())

    assert site.hits("/") <= 3, "four would be allowed, had they the time"


@pytest.mark.parametrize(
    "greeting", [b"220 smtp ready\r\n", bytes(1000), b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_a_server_that_speaks_no_tls_is_left(greeting: bytes) -> None:
    with Site(greeting=greeting) as site:
        assert refusal(fetcher(site), site.url()).detail == SOMEWHERE


def test_a_server_that_never_shakes_hands_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        started = time.monotonic()
        error = refusal(fetcher(also=[("127.0.0.1", port)]), f"https://pictures.example:{port}/")

    assert error.detail == LATER
    assert time.monotonic() - started < QUICK.total + SLACK


def test_a_resolver_that_hangs_holds_nobody() -> None:
    release = threading.Event()

    def stuck(name: str, *_: object, **__: object) -> list[object]:
        release.wait(60)
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", stuck)
        started = time.monotonic()
        wget = Fetcher(Guard(), tls=authority().trust, reading=QUICK)
        assert refusal(wget, "https://pictures.example/").detail == SOMEWHERE
        assert time.monotonic() - started < QUICK.total + SLACK
    release.set()


def test_a_fetch_that_is_abandoned_at_any_step_leaves_no_connection_open() -> None:
    with Site({"/": says(b"picture")}) as site:
        wget = fetcher(site, patience=Timeouts(SLACK, SLACK, SLACK))
        for steps in range(100):
            left = iter(range(steps))
            with suppress(SourceUnreachable):
                wget.get(site.url(), limit=LIMIT, abandoned=partial(_is_used_up, left))
                break

    gc.collect()  # warns of a socket that is still open
    assert steps > 3, "it was abandoned on its way"


def _is_used_up(steps: Iterator[int]) -> bool:
    return next(steps, None) is None
