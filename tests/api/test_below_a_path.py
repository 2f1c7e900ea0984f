"""A service below a path of its host, and behind proxies: every URL leads back to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from expunge.bootstrap import build
from expunge.settings import OWN_PATHS, Settings, SettingsInvalid
from expunge.web.app import create_app
from expunge.web.middleware.below_path import rooted
from expunge.web.proxies import Proxies
from expunge.web.urls import below, own_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from expunge.service import Service

HOME = "https://h.example/expunge"
PAGES = ("/", "/docs", "/docs/guide", "/docs/guide/reference/clean", "/account", "/sign-in")
PAGES += ("/console", "/problems", "/problems/not_found")


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("mounted")
    service = build(Settings(data=data, public_url=HOME, quotas="off"))
    yield service
    service.close()


@pytest.fixture(params=["/expunge", ""], ids=["kept by the proxy", "removed by the proxy"])
def arriving(request: pytest.FixtureRequest) -> str:
    """How the paths of requests start when they arrive."""
    return request.param


@pytest.fixture(scope="module")
def below_path(mounted: Service) -> FastAPI:
    return create_app(mounted)


@pytest.fixture
def client(below_path: FastAPI) -> TestClient:
    return from_peer(below_path, "203.0.113.5")


def test_every_link_of_a_page_leads_to_the_service(client: TestClient, arriving: str) -> None:
    for page in PAGES:
        answer = client.get(arriving + page)
        assert answer.status_code == 200, page
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
        assert links, page
        assert [link for link in links if not link.startswith("/expunge/")] == [], page
        assert client.head(arriving + page).status_code == 200


def test_what_a_page_loads_is_there(client: TestClient, arriving: str) -> None:
    page = client.get(f"{arriving}/").text
    loaded = re.findall(r'(?:href|src)="/expunge(/(?:assets|static)/[^"]+)"', page)

    assert len(loaded) > 20
    for url in loaded:
        assert client.get(arriving + url).status_code == 200, url


def test_no_script_of_the_pages_forgets_the_prefix(client: TestClient) -> None:
    """A path in a script goes through `here`, `ROOT`, or a function that uses them."""
    from expunge.web.shell import FOLDER

    path = re.compile(r"""["'`(]/(?:api|docs|legal|static|tab|account|sign-in|problems|share)\b""")
    known = re.compile(r"here\(|ROOT|ask\(|post\(|send\(|const (url|LIST|ADMIN|ARCHIVE) =|TabError")
    for script in FOLDER.rglob("*.js"):
        if "vendor" in script.parts:
            continue
        for line in script.read_text().splitlines():
            if path.search(line):
                assert known.search(line), f"{script.name}: {line.strip()}"


def test_every_url_in_an_answer_starts_with_the_public_url(
    client: TestClient, photo: bytes, arriving: str
) -> None:
    files = {"image": ("a.jpg", photo)}
    now = client.post(f"{arriving}/api/v1/jobs", files=files, data={"mode": "metadata"})
    later = client.post(
        f"{arriving}/api/v1/jobs/",
        files=files,
        data={"mode": "metadata"},
        headers={"prefer": "respond-async"},
    )

    result = now.json()["result_url"]
    assert result.startswith(f"{HOME}/objects/")
    parts = urlsplit(result)
    path = parts.path.removeprefix("/expunge")
    assert client.get(f"{arriving}{path}?{parts.query}").status_code == 200
    poll = f"/expunge/api/v1/jobs/{later.json()['id']}"
    assert (later.json()["poll_url"], later.headers["location"]) == (poll, poll)
    problem = client.get(f"{arriving}/api/v1/jobs/none").json()
    assert problem["type"] == f"{HOME}/problems/job_not_found"
    asked = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(photo)}
    upload = client.post(f"{arriving}/api/v1/uploads", json=asked).json()
    assert upload["upload_url"].startswith(f"{HOME}/objects/")
    put = urlsplit(upload["upload_url"])
    stored = client.put(
        f"{arriving}{put.path.removeprefix('/expunge')}?{put.query}",
        content=photo,
        headers=upload["headers"],
    )
    assert stored.status_code == 200
    own = {"image_url": upload["source_url"], "mode": "metadata"}
    assert client.post(f"{arriving}/api/v1/jobs", json=own).status_code == 200
    assert client.get(f"{arriving}/openapi.json").json()["servers"] == [{"url": HOME}]


def test_redirects_and_cookies_stay_below_the_path(client: TestClient, arriving: str) -> None:
    english = client.get(f"{arriving}/en/sign-in", follow_redirects=False)
    assert (english.status_code, english.headers["location"]) == (308, "/expunge/sign-in")
    guide = client.get(f"{arriving}/docs/guide/reference/clean")
    assert "</expunge/docs/guide/reference/clean.md>" in guide.headers["link"]
    headers = {"origin": "https://h.example"}
    guest = client.post(f"{arriving}/api/v1/auth/guest", headers=headers)
    cookies = guest.headers.get_list("set-cookie")
    assert guest.status_code == 201
    for cookie in cookies:
        assert cookie.startswith("__Secure-expunge_")
        assert "; Path=/expunge;" in cookie or "Max-Age=0" in cookie


def test_a_path_that_the_service_itself_has_is_refused(below_path: FastAPI) -> None:
    paths = [route.path for route in below_path.routes if isinstance(route, Route | Mount)]

    assert {path.split("/")[1].partition(".")[0] for path in paths} - {
        *OWN_PATHS,
        "",
        "llms",
        "openapi",
        "robots",
        "share-worker",
    } == set()
    for own in OWN_PATHS:
        with pytest.raises(SettingsInvalid, match=f"must not begin with /{own}"):
            Settings.from_env({"EXPUNGE_PUBLIC_URL": f"https://h.example/{own}/x"})


# ── Proxies ──────────────────────────────────────────────────────────────────

TOLD = {
    "x-forwarded-proto": "https",
    "x-forwarded-host": "Pictures.example:8443",
    "x-forwarded-prefix": "/p/",
}


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """An application that trusts proxies of one network."""
    data = tmp_path_factory.mktemp("proxied")
    service = build(Settings(data=data, trusted_proxies="10.0.0.0/8"))
    yield create_app(service)
    service.close()


def from_peer(app: FastAPI, peer: str) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, client=(peer, 50_000))


def behind(app: FastAPI, peer: str, **headers: str) -> dict[str, str]:
    client = from_peer(app, peer)
    told = TOLD | headers
    spec = client.get("/openapi.json", headers=told).json()
    type_ = client.get("/api/v1/jobs/none", headers=told).json()["type"]
    page = client.get("/docs", headers=told)
    strict = "strict-transport-security" in page.headers
    return {"server": spec["servers"][0]["url"], "type": type_, "strict": strict, "page": page.text}


def test_a_trusted_proxy_says_how_the_caller_came(proxied: FastAPI) -> None:
    seen = behind(proxied, "10.1.2.3")

    assert seen["server"] == "https://pictures.example:8443/p"
    assert seen["type"] == "https://pictures.example:8443/p/problems/job_not_found"
    assert seen["strict"]
    assert 'href="/p/docs/guide"' in seen["page"]


def test_nobody_else_does(proxied: FastAPI) -> None:
    seen = behind(proxied, "203.0.113.5")

    assert seen["server"] == "http://testserver"
    assert not seen["strict"]
    assert 'href="/docs/guide"' in seen["page"]


@pytest.mark.parametrize(
    ("name", "value", "server"),
    [
        ("x-forwarded-host", "evil.example/.local", "https://testserver/p"),
        ("x-forwarded-host", "", "https://testserver/p"),
        ("x-forwarded-host", "a@evil.example", "https://testserver/p"),
        ("x-forwarded-proto", "javascript", "http://pictures.example:8443/p"),
        ("x-forwarded-prefix", "//evil.example", "https://pictures.example:8443"),
        ("x-forwarded-prefix", '/a/../b"><script>', "https://pictures.example:8443"),
        ("x-forwarded-host", "spoofed.example, pictures.example", "https://pictures.example/p"),
    ],
)
def test_a_word_of_a_proxy_that_makes_no_url_is_ignored(
    proxied: FastAPI, name: str, value: str, server: str
) -> None:
    assert behind(proxied, "10.1.2.3", **{name: value})["server"] == server


def test_the_host_guard_judges_what_the_connection_said(proxied: FastAPI) -> None:
    client = from_peer(proxied, "10.1.2.3")
    headers = TOLD | {"host": "evil.example"}

    assert client.get("/openapi.json", headers=headers).status_code == 421


@given(
    claimed=st.lists(st.sampled_from(["198.51.100.7", "10.9.9.9", "nonsense"]), max_size=4),
    hosts=st.lists(st.sampled_from(["a.example", "b.example"]), max_size=4),
)
def test_only_as_many_words_count_as_there_are_trusted_proxies(
    claimed: list[str], hosts: list[str]
) -> None:
    proxies = Proxies(["10.0.0.0/8"])
    lines = {"x-forwarded-for": ", ".join(claimed), "x-forwarded-host": ",".join(hosts)}
    headers = Headers(lines)
    path = proxies.passed("10.0.0.1", headers)
    hops = proxies.hops("10.0.0.1", headers)

    assert path[0] == "10.0.0.1"
    assert all(map(proxies.trusts, path[:-1]))
    assert hops >= 1
    if hosts:
        told = proxies.told(headers, "x-forwarded-host", hops)
        assert told == (hosts[-hops] if hops <= len(hosts) else hosts[0])
    assert proxies.told(headers, "x-forwarded-host", 0) == ""


@given(
    st.sampled_from(["/expunge", "/a/b", "/x.y"]),
    st.from_regex(r"/[a-z/.?#&=%-]{0,20}", fullmatch=True),
)
def test_a_path_comes_back_from_below_its_prefix(prefix: str, path: str) -> None:
    url = below(prefix, path)

    assert url == (path if path.startswith("//") else prefix + path)
    if url != path:
        scope = {"path": url, "root_path": prefix}
        assert own_path(scope) == path
        link = b'<a href="%b">'
        assert rooted(link % path.encode(), prefix) == link % url.encode()


def test_an_app_at_the_root_is_left_alone(reader: TestClient) -> None:
    assert reader.get("/openapi.json").json()["servers"] == [{"url": "http://testserver"}]
    assert 'href="/docs"' in reader.get("/docs").text


def test_head_and_a_trailing_slash_work_where_get_does(reader: TestClient, spec: dict) -> None:
    for path, operations in spec["paths"].items():
        if "get" not in operations or path == "/api/v1/clean":
            continue
        url = path.replace("{", "").replace("}", "")
        plain = reader.get(url, follow_redirects=False)
        for variant in (url, f"{url}/"):
            head = reader.head(variant, follow_redirects=False)
            assert (head.status_code, head.content) == (plain.status_code, b""), variant
            type_ = plain.headers.get("content-type")
            assert head.headers.get("content-type") == type_
            slashed = reader.get(variant, follow_redirects=False)
            assert slashed.status_code == plain.status_code, variant


def test_posts_take_a_trailing_slash_too(client: TestClient, spec: dict) -> None:
    for path, operations in spec["paths"].items():
        if "post" in operations and "{" not in path:
            answer = client.post(f"{path}/")
            assert answer.status_code not in (404, 405), path


def test_create_app_has_no_route_that_only_a_root_finds(mounted: Service) -> None:
    app = create_app(mounted)

    assert app.openapi_url is None, "the document is served with the caller's own URL"
