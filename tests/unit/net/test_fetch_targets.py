"""Where a connection may go: addresses, names, redirects and certificates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import SourceUnreachable
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.net.ports import WEB
from tests.unit.net.fetching import LIMIT, QUICK, SOMEWHERE, fetcher, refusal
from tests.websites.authority import Authority, authority
from tests.websites.site import Site, redirects, says

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_a_receiver_is_judged_by_what_its_name_leads_to() -> None:
    asked = []

    def resolve(name: str, seconds: float) -> Sequence[str]:
        asked.append((name, seconds))
        if name == "slow.example":
            raise TimeoutError
        return {
            "hooks.example": ["93.184.216.34"],
            "inside.example": ["10.0.0.5"],
            "mixed.example": ["93.184.216.34", "169.254.169.254"],
        }.get(name, [])

    wget = fetcher(resolve=resolve)
    wget.check_receiver("https://HOOKS.example./in")
    wget.check_receiver("http://hooks.example/in", schemes=WEB)
    for host in ("inside", "mixed", "slow", "nowhere"):
        wget.check(f"https://{host}.example/")
        with pytest.raises(SourceUnreachable) as caught:
            wget.check_receiver(f"https://{host}.example/")
        assert caught.value.detail == SOMEWHERE
    assert {seconds for _, seconds in asked} == {QUICK.connect}
    with pytest.raises(SourceUnreachable):
        wget.check_receiver("https://10.0.0.1/")
    assert len(asked) == 6, "an address needs no DNS"


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
