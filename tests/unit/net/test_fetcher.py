"""The fetcher before servers that mean no good: real TLS on loopback, a private authority."""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import threading
import time
import zlib
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ExpungeError, PayloadTooLarge, SourceUnavailable, SourceUnreachable
from expunge.net.failures import retry_after
from expunge.net.fetcher import Fetcher, Timeouts
from expunge.net.guard import Guard
from expunge.net.ports import WEB, Caching
from tests.websites.authority import Authority, authority
from tests.websites.site import Site, drips, hangs, redirects, says

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


def test_a_picture_comes_over_tls_under_its_own_name() -> None:
    with Site({"/a.png": says(b"picture", etag='"v1"')}) as site:
        fetched = fetcher(site).get(site.url("/a.png?size=2"), limit=LIMIT)

    assert (fetched.data, fetched.etag) == (b"picture", '"v1"')
    (asked,) = site.asked
    assert asked.server_name == "pictures.example"
    assert asked.headers["host"] == f"pictures.example:{site.port}"
    assert asked.target == "/a.png?size=2"
    assert "cookie" not in asked.headers
    assert "authorization" not in asked.headers


def test_a_tag_that_still_holds_saves_the_body() -> None:
    with Site({"/a.png": says(status="304 Not Modified")}) as site:
        assert fetcher(site).get(site.url("/a.png"), limit=LIMIT, known='"v1"') is None
    assert site.asked[0].headers["if-none-match"] == '"v1"'


def test_a_304_that_nobody_asked_for_is_no_picture() -> None:
    with Site({"/a.png": says(status="304 Not Modified")}) as site:
        assert refusal(fetcher(site), site.url("/a.png")).detail == "The source answered 304."


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 226])
def test_every_success_is_an_image(status: int) -> None:
    with Site({"/": says(b"picture", f"{status} Fine")}) as site:
        assert fetcher(site).get(site.url(), limit=LIMIT).data == b"picture"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_an_error_that_stays_is_told(status: int) -> None:
    with Site({"/": says(b"secret inside", f"{status} Oops")}) as site:
        error = refusal(fetcher(site), site.url())

    assert error.code == "source_unreachable"
    assert error.detail == f"The source answered {status}."


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 599])
@pytest.mark.parametrize(("field", "seconds"), [("120", 120), ("soon", None), ("9" * 17, 86_400)])
def test_an_error_that_may_pass_says_when(status: int, field: str, seconds: int | None) -> None:
    with Site({"/": says(b"", f"{status} Oops", retry_after=field)}) as site:
        error = refusal(fetcher(site), site.url())

    assert isinstance(error, SourceUnavailable)
    assert (error.code, error.retry_after) == ("source_unavailable", seconds)
    assert error.detail == f"The source answered {status}."


@given(st.integers(-(10**6), 10**6))
def test_a_date_to_come_back_at_is_a_number_of_seconds(left: int) -> None:
    now = 1_800_000_000

    assert retry_after(formatdate(now + left, usegmt=True), now) == min(max(left, 0), 86_400)


@given(st.text(max_size=40))
def test_whatever_a_source_writes_into_retry_after_is_survived(text: str) -> None:
    found = retry_after(text)

    assert found is None or 0 <= found <= 86_400


@pytest.mark.parametrize(
    ("field", "caching"),
    [
        ("", Caching.PUBLIC),
        ("max-age=60", Caching.PUBLIC),
        ("Private, max-age=60", Caching.PRIVATE),
        ('private="set-cookie"', Caching.PRIVATE),
        ("private, no-store", Caching.NONE),
        ("max-age=60,NO-STORE", Caching.NONE),
    ],
)
def test_what_a_source_says_about_caches_is_read(field: str, caching: Caching) -> None:
    with Site({"/": says(b"picture", cache_control=field)}) as site:
        assert fetcher(site).get(site.url(), limit=LIMIT).caching is caching


def test_a_source_learns_whom_to_ask() -> None:
    with Site({"/": says(b"picture")}) as site:
        guard = Guard(everywhere, also_public=[site.endpoint])
        trust = authority().trust
        for own, told in (([], ""), (["https://h.example/x"], " (+https://h.example/x)")):
            fetching = Fetcher(guard, tls=trust, own=own, version="1.2")
            fetching.get(site.url(), limit=LIMIT, own="http://nas.local")
            assert site.asked[-1].headers["user-agent"] == f"expunge/1.2{told}"
            assert "referer" not in site.asked[-1].headers
        named = Fetcher(guard, tls=trust, agent="robot/1", referer="https://h.example/")
        named.get(site.url(), limit=LIMIT)

    asked = site.asked[-1].headers
    assert (asked["user-agent"], asked["referer"]) == ("robot/1", "https://h.example/")


# ── Where a connection may go ────────────────────────────────────────────────


def test_the_same_server_is_out_of_reach_where_nobody_calls_it_public() -> None:
    with Site({"/": says(b"inside")}) as site:
        error = refusal(fetcher(), site.url())
        on_an_open_port = refusal(fetcher(also=[("10.0.0.1", site.port)]), site.url())

    assert error.detail == on_an_open_port.detail == SOMEWHERE
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/a.png",
        "ftp://pictures.example/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//pictures.example/a.png",
        "pictures.example/a.png",
        "https:///a.png",
        "https://",
        "",
        "https://user:password@pictures.example/",
        "https://user@pictures.example/",
        "https://pictures.example:8443/",
        "https://pictures.example:0/",
        "https://pictures.example:-1/",
        "https://pictures.example:99999/",
        "https://pictures.example:443x/",
        "https://pictures.example\\@127.0.0.1/",
        "https://pictures.example/\r\nHost: inside",
        " https://pictures.example/",
        "https://pictures .example/",
        "https://pictures%2eexample/",
        "https://%31%32%37.0.0.1/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://a.localhost/",
        "https://metadata.google.internal/",
        "https://printer.local/",
        "https://intranet/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://127。0。0。1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://１２７.0.0.1/",
        "https://ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://exa_mple..com/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 127 + "example/",
        "https://pictures.example/" + "a" * 9_000,
        "https://\ud800.example/",
        "https://pictures.example/\ud800",
        "https://pictures.example/?\udfff",
    ],
)
def test_an_address_that_is_not_plainly_public_is_never_even_looked_up(url: str) -> None:
    def resolve(name: str, _: float) -> Sequence[str]:
        raise AssertionError(f"{name} was looked up")

    assert refusal(fetcher(resolve=resolve), url).code == "source_unreachable"


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=40).map("https://{}".format)
    | st.text(alphabet="https:/@[]%.\\0127xaf#?-", max_size=30)
    | st.from_regex(r"https://[^/]{1,20}(:\d{1,6})?(/.*)?", fullmatch=True)
)
def test_whatever_is_called_an_address_is_refused_or_asked_for_by_name(url: str) -> None:
    names = []

    def resolve(name: str, _: float) -> Sequence[str]:
        names.append(name)
        return ["10.0.0.1"]

    assert refusal(fetcher(resolve=resolve), url).code == "source_unreachable"
    assert all(re.fullmatch(r"[a-z0-9_.-]+\.[a-z0-9-]*[a-z-][a-z0-9-]*", name) for name in names)


def test_http_goes_where_a_surface_allows_it_and_nowhere_else() -> None:
    with Site({"/": says(b"plain")}, names=()) as site:
        fetched = fetcher(site).get(site.url(), limit=LIMIT, schemes=WEB)
        error = refusal(fetcher(site), site.url())

    assert fetched.data == b"plain"
    assert error.detail == "The URL must start with https://."


def test_a_name_is_asked_once_and_what_was_judged_is_what_is_dialled() -> None:
    """DNS rebinding: public at the first look, loopback at the second."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    asked = []

    def rebinding(name: str, _: float) -> Sequence[str]:
        asked.append(name)
        return answers[min(len(asked), 2) - 1]

    with Site({"/": says(b"inside")}) as site:
        guard = Guard(rebinding, also_public=[("93.184.215.14", site.port)])
        error = refusal(Fetcher(guard, tls=authority().trust, reading=QUICK), site.url())

    assert asked == ["pictures.example"]
    assert error.detail == SOMEWHERE
    assert site.asked == []


def test_a_redirect_is_resolved_and_judged_anew() -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    with Site({"/": redirects("/again"), "/again": says(b"inside")}) as site:
        error = refusal(fetcher(site, resolve=lambda *_: next(answers)), site.url())

    assert error.detail == SOMEWHERE
    assert site.hits("/again") == 0


def test_a_name_with_one_private_address_among_its_public_ones_is_refused() -> None:
    with Site({"/": says(b"inside")}) as site:
        mixed = fetcher(site, resolve=lambda *_: ["127.0.0.1", "10.0.0.1"])
        assert refusal(mixed, site.url()).detail == SOMEWHERE
    assert site.asked == []


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with Site({"/": says(b"picture")}) as site:
        also = [("127.0.0.9", site.port)]
        several = fetcher(site, resolve=lambda *_: ["127.0.0.9", "127.0.0.1"], also=also)
        assert several.get(site.url(), limit=LIMIT).data == b"picture"


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://localhost/",
        "http://pictures.example/",
        "file:///proc/self/environ",
        "gopher://pictures.example/",
        "https://user:password@pictures.example/",
        "//10.0.0.1/",
        "https://0x7f000001/",
        "https://[",
        "\\\\127.0.0.1\\",
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(location: str) -> None:
    with Site({"/": redirects(location)}) as site:
        assert refusal(fetcher(site), site.url()).code == "source_unreachable"
    assert len(site.asked) <= 2


def test_redirects_end_somewhere_at_most_three_further() -> None:
    pages = {f"/{n}": redirects(f"/{n + 1}", "307 Temporary Redirect") for n in range(4)}
    with Site(pages | {"/4": says(b"there")}) as site:
        assert fetcher(site).get(site.url("/1"), limit=LIMIT).data == b"there"
        assert refusal(fetcher(site), site.url("/0")).code == "source_unreachable"


# ── TLS ──────────────────────────────────────────────────────────────────────


def test_a_certificate_must_be_trusted_and_for_the_name_that_was_asked() -> None:
    with Site({"/": says(b"x")}) as site:
        stranger = fetcher(site, tls=Authority().trust)
        assert refusal(stranger, site.url()).detail == SOMEWHERE
        assert refusal(fetcher(site), site.url(name="other.example")).detail == SOMEWHERE
    assert site.asked == []


def test_an_international_name_is_asked_by_its_ascii_form() -> None:
    names = []

    def resolve(name: str, _: float) -> Sequence[str]:
        names.append(name)
        return ["127.0.0.1"]

    with Site({"/": says(b"x")}, names=("xn--bcher-kva.example",)) as site:
        url = f"https://bücher.example:{site.port}/"
        assert fetcher(site, resolve=resolve).get(url, limit=LIMIT).data == b"x"
    assert names == ["xn--bcher-kva.example"]


def test_proxy_variables_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Site(names=()) as proxy, Site({"/": says(b"direct")}) as site:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert fetcher(site).get(site.url(), limit=LIMIT).data == b"direct"
    assert proxy.asked == []


# ── How much ─────────────────────────────────────────────────────────────────


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


# ── How long ─────────────────────────────────────────────────────────────────


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


# ── Sending ──────────────────────────────────────────────────────────────────


def test_a_message_is_sent_once_and_little_of_the_answer_is_read() -> None:
    with Site({"/hook": says(b"thank you " * 1_000, "202 Accepted")}) as site:
        receipt = fetcher(site).post(site.url("/hook"), b'{"a": 1}', {"webhook-id": "msg_1"})

    assert (receipt.status, len(receipt.beginning)) == (202, 1_024)
    (asked,) = site.asked
    assert (asked.method, asked.body) == ("POST", b'{"a": 1}')
    assert asked.headers["webhook-id"] == "msg_1"


def test_a_message_does_not_follow_redirects() -> None:
    with Site({"/hook": redirects("/elsewhere", "307 Temporary Redirect")}) as site:
        assert fetcher(site).post(site.url("/hook"), b"{}", {}).status == 307
    assert site.hits("/elsewhere") == 0


def test_a_receiver_inside_gets_nothing() -> None:
    with Site({"/hook": says()}) as site, pytest.raises(SourceUnreachable):
        fetcher().post(site.url("/hook"), b"{}", {})
    assert site.asked == []


def test_an_answer_without_end_is_not_waited_for() -> None:
    with Site({"/hook": drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 600, 0.05)}) as site:
        assert fetcher(site).post(site.url("/hook"), b"{}", {}).status == 200
