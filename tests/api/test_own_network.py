"""One's own network: opened to keys and own pages, and to no page of another site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Caller, Tier
from expunge.bootstrap import build
from expunge.clean.signature import PATH
from expunge.errors import SourceUnreachable
from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.api.hooks.conftest import deliver
from tests.websites.site import Site, redirects, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

JOBS, HOOKS, BATCHES = "/api/v1/jobs", "/api/v1/hooks", "/api/v1/batches"
OWN_PAGE = {"sec-fetch-site": "same-origin"}
OWN_CALLER = Caller("anyone", Tier.FREE, reaches_private=True)
OTHERS = [
    {},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://testserver.evil.example"},
    {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
]
"""What a browser sends for pages of other sites, their images and their forms; or nothing."""


@pytest.fixture(scope="module")
def site(photo: bytes) -> Iterator[Site]:
    """A machine on the own network, which speaks http."""
    pages = {
        "/photo.jpg": says(photo, content_type="image/jpeg", cache_control="public, max-age=9"),
        "/hook": says(b"", "204 No Content"),
    }
    with Site(pages, names=()) as site:
        site.pages["/moved"] = redirects(f"http://127.0.0.1:{site.port}/photo.jpg")
        site.pages["/away"] = redirects("http://127.0.0.1:9/photo.jpg")
        site.pages["/metadata"] = redirects("http://169.254.169.254/latest/meta-data")
        yield site


def settings(path: object, site: Site, **more: object) -> Settings:
    allow = (f"localhost:{site.port}",)
    return Settings(data=path, quotas="off", fetch_allow=allow, **more)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Service]:
    service = build(settings(tmp_path_factory.mktemp("own"), site))
    yield service
    service.close()


@pytest.fixture(scope="module")
def stranger(service: Service) -> TestClient:
    return client_at(service, "192.168.1.7")


@pytest.fixture(scope="module")
def holder(service: Service) -> TestClient:
    """A client with an API key."""
    client = client_at(service, "192.168.1.7")
    client.headers["x-api-key"] = key(service)
    return client


def key(service: Service) -> str:
    account = service.accounts.create(Tier.FREE)
    return service.accounts.create_key(account.id, "tests")[1]


def url(site: Site, path: str = "/photo.jpg", host: str = "127.0.0.1") -> str:
    return f"http://{host}:{site.port}{path}"


def clean(client: TestClient, image: str, headers: dict[str, str] | None = None):
    return client.get(PATH, params={"image": image, "mode": "metadata"}, headers=headers)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("path", ["/photo.jpg", "/moved"])
def test_a_key_reaches_an_image_over_http(
    holder: TestClient, site: Site, host: str, path: str
) -> None:
    body = {"image_url": url(site, path, host), "mode": "metadata"}
    assert holder.post(JOBS, json=body).json()["status"] == "succeeded"
    assert clean(holder, body["image_url"]).status_code == 200


def test_an_own_page_reaches_it_too(stranger: TestClient, site: Site) -> None:
    body = {"image_url": url(site), "mode": "metadata"}
    for own in (OWN_PAGE, {"origin": "http://testserver"}):
        assert stranger.post(JOBS, json=body, headers=own).json()["status"] == "succeeded"
        assert clean(stranger, url(site), own).status_code == 200


@pytest.mark.parametrize("sent", OTHERS)
def test_no_other_page_does(
    holder: TestClient, stranger: TestClient, site: Site, sent: dict[str, str]
) -> None:
    assert clean(holder, url(site)).status_code == 200, "so a result is stored"
    before = len(site.asked)
    body = {"image_url": url(site), "mode": "metadata"}
    for answer in (
        clean(stranger, url(site), sent),
        stranger.post(JOBS, json=body, headers=sent),
        stranger.post(JOBS, files=[(k, (None, v)) for k, v in body.items()], headers=sent),
    ):
        assert answer.status_code == 400, answer.text
        seen = answer.headers.get("x-error-type") or answer.json()["type"]
        assert seen.endswith("source_unreachable")
        assert "access-control-allow-origin" not in answer.headers
    assert len(site.asked) == before


def test_a_page_that_points_its_name_here_is_refused(stranger: TestClient, site: Site) -> None:
    rebound = OWN_PAGE | {"host": "evil.example", "origin": "http://evil.example"}
    assert clean(stranger, url(site), rebound).status_code == 421


@pytest.mark.parametrize("sent", OTHERS)
def test_no_other_page_names_a_receiver(
    stranger: TestClient, site: Site, photo: bytes, sent: dict[str, str]
) -> None:
    data = {"mode": "metadata", "webhook_url": url(site, "/hook")}
    answer = stranger.post(JOBS, files={"image": photo}, data=data, headers=sent)

    assert answer.status_code == 422
    assert "API key" in str(answer.json()["errors"])


def test_webhooks_reach_a_receiver_over_http(
    service: Service, holder: TestClient, stranger: TestClient, site: Site, photo: bytes
) -> None:
    receiver = url(site, "/hook", "localhost")
    assert holder.post(HOOKS, json={"url": receiver}).status_code == 201
    data = {"mode": "metadata", "webhook_url": receiver}
    for client, headers in ((holder, None), (stranger, OWN_PAGE)):
        job = client.post(JOBS, files={"image": photo}, data=data, headers=headers)
        assert job.status_code == 200, job.text
    before = site.hits("/hook")
    deliver(service)

    assert site.hits("/hook") - before == 3  # two callbacks, and the subscription of the account


def test_the_receiver_of_a_batch_is_reached_too(
    service: Service, holder: TestClient, stranger: TestClient, site: Site, photo: bytes
) -> None:
    data = {"mode": "metadata", "webhook_url": url(site, "/hook", "localhost")}
    before = site.hits("/hook")
    for client, headers in ((holder, None), (stranger, OWN_PAGE)):
        batch = client.post(BATCHES, files={"image": photo}, data=data, headers=headers)
        assert batch.status_code == 202, batch.text
        while (message := service.inbox.receive(60)) is not None:
            service.work(message.message)
            service.inbox.ack(message)
        deliver(service)
        found = service.hooks._deliveries.latest(batch.json()["id"])
        assert [one.state for one in found] == ["delivered"]

    assert site.hits("/hook") - before >= 2


def test_a_receiver_of_a_caller_without_leave_is_judged_now_and_when_it_is_called(
    service: Service,
    stranger: TestClient,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A public name may lead to the own network by the time of the message."""
    data = {"mode": "metadata", "webhook_url": "https://hooks.example/hook"}
    guard = service.hooks._courier._post._fetcher._guard
    inside, seen = ["127.0.0.1"], []
    monkeypatch.setattr(guard, "_resolve", lambda *_: inside)
    refused = stranger.post(JOBS, files={"image": photo}, data=data)
    assert refused.json()["errors"][0]["pointer"] == "/webhook_url"
    monkeypatch.setattr(guard, "_resolve", lambda *_: ["93.184.216.34"])
    answer = stranger.post(JOBS, files={"image": photo}, data=data)
    assert answer.status_code == 200
    monkeypatch.setattr(guard, "_resolve", lambda *_: seen.append("resolved") or inside)
    deliver(service)

    assert seen == ["resolved"]
    found = service.hooks._deliveries.latest(answer.json()["id"])
    assert "error" in found[0].attempts[0]


@pytest.mark.parametrize("path", ["/away", "/metadata"])
def test_each_redirect_is_judged(holder: TestClient, site: Site, path: str) -> None:
    body = {"image_url": url(site, path), "mode": "metadata"}
    assert holder.post(JOBS, json=body).json()["type"].endswith("/source_unreachable")


def test_another_port_stays_closed(holder: TestClient, site: Site) -> None:
    with Site({}, names=()) as other:
        body = {"image_url": url(other), "mode": "metadata"}
        assert holder.post(JOBS, json=body).status_code == 400
        assert not other.asked


def test_public_urls_still_need_tls(holder: TestClient) -> None:
    body = {"image_url": "http://photos.example/a.jpg", "mode": "metadata"}
    assert "https://" in holder.post(JOBS, json=body).json()["detail"]


def test_no_cache_keeps_what_comes_from_the_own_network(
    tmp_path_factory: pytest.TempPathFactory, site: Site
) -> None:
    path = tmp_path_factory.mktemp("cached")
    service = build(settings(path, site, embed_ignore_source_cache=True))
    client = client_at(service, "192.168.1.7")
    for _ in range(2):  # the second one is stored
        answer = clean(client, url(site), OWN_PAGE)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
    service.close()


def test_on_a_public_server_a_page_is_not_enough(
    tmp_path_factory: pytest.TempPathFactory, site: Site
) -> None:
    """Any program can send the headers of a page."""
    path = tmp_path_factory.mktemp("public")
    more = {"public_url": "https://h.example", "fetch_allow_while_public": True}
    service = build(settings(path, site, **more))
    client = client_at(service, "203.0.113.5")
    own = OWN_PAGE | {"origin": "https://h.example", "host": "h.example"}

    assert clean(client, url(site), own).status_code == 400
    assert clean(client, url(site), own | {"x-api-key": key(service)}).status_code == 200
    service.close()


def test_without_the_setting_nothing_is_open(tmp_path: Path, site: Site) -> None:
    service = build(Settings(data=tmp_path / "data"))
    client = client_at(service, "192.168.1.7")
    with pytest.raises(SourceUnreachable, match=r"start with https://\.$"):
        service.jobs.sources.check(OWN_CALLER, url(site))
    assert clean(client, url(site), OWN_PAGE).status_code == 400
    service.close()
