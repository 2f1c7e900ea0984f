"""What the fetcher makes of a source's answer, and what a webhook's receiver gets."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.errors import SourceUnavailable, SourceUnreachable
from expunge.net.failures import retry_after
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.net.ports import Caching
from tests.unit.net.fetching import LIMIT, everywhere, fetcher, refusal
from tests.websites.authority import authority
from tests.websites.site import Site, drips, redirects, says


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
