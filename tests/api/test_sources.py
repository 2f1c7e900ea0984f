"""Source URLs: no circles, a few at a time, and failures count."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.bootstrap import build
from expunge.jobs.sources import MAX_PER_CALLER
from expunge.net.fetcher import Fetcher, Timeouts
from expunge.net.guard import Guard
from expunge.net.origins import LOOP_HEADERS, is_looping, origin, origin_of
from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.websites.authority import authority
from tests.websites.site import Site, drips, redirects, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service

JOBS = "/api/v1/jobs"
CLEAN = "/api/v1/clean"
OWN = "https://images.example"


@pytest.fixture
def site(photo: bytes) -> Iterator[Site]:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"
    pages = {
        "/photo.jpg": says(photo),
        "/circle": redirects(f"{OWN}/api/v1/clean?mode=metadata&image=x"),
        "/drip": drips(head, b"x", every=0.05),
    }
    with Site(pages) as site:
        yield site


@pytest.fixture
def service(tmp_path: Path, site: Site) -> Iterator[Service]:
    service = built(tmp_path, site)
    yield service
    service.close()


def built(tmp_path: Path, site: Site, **settings: object) -> Service:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
    fetcher = Fetcher(guard, tls=authority().trust, own=[OWN], reading=Timeouts(total=5.0))
    given = {"data": tmp_path / "data", "public_url": OWN} | settings
    return build(Settings(**given), fetcher=fetcher)


def test_every_fetch_says_who_sends_it(service: Service, site: Site) -> None:
    client_at(service, "203.0.113.5").post(
        JOBS, json={"image_url": site.url("/photo.jpg"), "mode": "metadata"}
    )
    (asked,) = site.asked

    assert asked.headers["cdn-loop"] == "expunge"
    assert asked.headers["via"] == "1.1 expunge"


@pytest.mark.parametrize("headers", [{name: value} for name, value in LOOP_HEADERS.items()])
def test_a_fetch_of_a_service_of_this_kind_is_not_fetched_for(
    service: Service, site: Site, headers: dict[str, str]
) -> None:
    client = client_at(service, "203.0.113.5")
    url = site.url("/photo.jpg")
    answer = client.post(JOBS, json={"image_url": url, "mode": "metadata"}, headers=headers)
    embed = client.get(CLEAN, params={"image": url, "mode": "metadata"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (508, "loop_detected")
    assert (embed.status_code, embed.headers["x-error-type"]) == (508, "loop_detected")
    assert site.asked == []


@pytest.mark.parametrize(
    "url", [f"{OWN}/api/v1/clean?image=x", "https://IMAGES.example./photo.jpg"]
)
def test_the_service_is_no_source_of_its_own(service: Service, url: str) -> None:
    client = client_at(service, "203.0.113.5")
    answer = client.post(JOBS, json={"image_url": url, "mode": "metadata"})

    assert (answer.status_code, answer.json()["code"]) == (508, "loop_detected")


def test_nor_is_the_host_that_the_caller_dialled(tmp_path: Path, site: Site) -> None:
    service = built(tmp_path, site, public_url=None, hosts=("*",))
    client = client_at(service, "203.0.113.5")
    answer = client.post(
        JOBS,
        json={"image_url": site.url("/photo.jpg"), "mode": "metadata"},
        headers={"host": site.url().removeprefix("https://").strip("/")},
    )
    service.close()

    assert (answer.status_code, answer.json()["code"]) == (508, "loop_detected")
    assert site.asked == []


def test_a_redirect_back_to_the_service_ends_there(service: Service, site: Site) -> None:
    client = client_at(service, "203.0.113.5")
    answer = client.get(CLEAN, params={"image": site.url("/circle"), "mode": "metadata"})

    assert (answer.status_code, answer.headers["x-error-type"]) == (508, "loop_detected")
    assert [asked.path for asked in site.asked] == ["/circle"]


hosts = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,2}", fullmatch=True)


@given(hosts, st.sampled_from([None, 80, 443, 8000]), st.sampled_from(["http", "https"]))
def test_an_origin_is_known_however_it_is_written(host: str, port: int | None, scheme: str) -> None:
    written = f"{scheme}://{host.upper()}.{f':{port}' if port else ''}/x"

    assert origin_of(written) == origin(host, port or 443)


@given(st.lists(st.sampled_from(["a.example", "expunge-of-mine", "expunges", "b;x=expunge"])))
def test_other_networks_are_no_loop(names: list[str]) -> None:
    assert not is_looping([", ".join(names)], [f"1.1 {name}" for name in names])
    assert is_looping([", ".join([*names, "expunge;v=1"])], [])


def test_failed_fetches_count_and_then_cost_nothing_any_more(tmp_path: Path, site: Site) -> None:
    service = built(tmp_path, site, limits=("anonymous.failed-fetches.hour=3",))
    client = client_at(service, "203.0.113.5")
    body = {"image_url": site.url("/none.jpg"), "mode": "metadata"}
    codes = [client.post(JOBS, json=body).json()["code"] for _ in range(4)]
    embed = client.get(CLEAN, params={"image": site.url("/other.jpg"), "mode": "metadata"})
    stranger = client_at(service, "198.51.100.7").post(JOBS, json=body).json()["code"]
    upload = client.post(JOBS, files={"image": b""}, data={"mode": "metadata"}).json()["code"]
    service.close()

    assert codes == ["source_unreachable"] * 3 + ["quota_exceeded"]
    assert embed.headers["x-error-type"] == "quota_exceeded"
    assert stranger == "source_unreachable"
    assert upload not in ("quota_exceeded", "source_unreachable")
    assert len(site.asked) == 4


def test_a_fetch_that_succeeds_does_not_count(service: Service, site: Site) -> None:
    client = client_at(service, "203.0.113.5")
    for _ in range(3):
        client.post(JOBS, json={"image_url": site.url("/photo.jpg"), "mode": "metadata"})
    limit, *_ = service.meter.quotas(_caller("203.0.113.5"), "failed-fetches")

    assert limit.used == 0


def test_one_caller_has_a_few_fetches_at_a_time_and_the_others_are_served(
    service: Service, site: Site
) -> None:
    dripping, other = client_at(service, "203.0.113.5"), client_at(service, "198.51.100.7")
    body = {"image_url": site.url("/drip"), "mode": "metadata"}
    codes: list[str] = []

    def post() -> None:
        codes.append(dripping.post(JOBS, json=body).json()["code"])

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(site.asked) < MAX_PER_CALLER:
        time.sleep(0.01)
    assert other.get("/health").status_code in (200, 503)
    assert "source_unavailable" not in codes, "a route that fetches nothing waited for a fetch"
    for thread in threads:
        thread.join()

    assert sorted(set(codes)) == ["rate_limited_concurrent", "source_unavailable"]
    assert codes.count("rate_limited_concurrent") == 8 - MAX_PER_CALLER


def _caller(address: str):
    from expunge.accounts.callers import anonymous

    traits = "testclient\n\n\n"
    return anonymous(address, traits=traits)
