"""Webhooks, as receivers see them: real TLS servers that listen, hang, lie, redirect and leave."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook

from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.errors import Unavailable
from expunge.hooks.courier import LANES, RETRY_SECONDS
from expunge.net.fetcher import Fetcher, Patience
from expunge.net.guard import Guard
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off
from tests.websites.authority import authority
from tests.websites.site import Site, drips, hangs, redirects, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

HOOKS, JOBS = "/api/v1/hooks", "/api/v1/jobs"
DAY = 24 * 3600


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {
        "/good": says(b"thanks", "204 No Content"),
        "/bad": says(b"no", "500 Oops"),
        "/gone": says(b"", "410 Gone"),
        "/moved": redirects("/good", "308 Permanent Redirect"),
        "/hangs": hangs(2),
        "/drips": drips(b"HTTP/1.1 200 OK\r\n", b"x", 0.1),
        "/talks": says(b"x" * 5_000_000),
    }
    with Site(pages, names=("hooks.example",)) as site:
        yield site


class Clock:
    """The service's clock, which tests set forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.ahead)

    def forward(self, seconds: float) -> None:
        self.ahead += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def service(tmp_path: Path, site: Site, clock: Clock) -> Iterator[Service]:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
    quick = Patience(connect=0.5, read=0.5, total=0.5)
    fetcher = Fetcher(guard, tls=authority().trust, sending=quick)
    service = build(Settings(data=tmp_path / "data"), fetcher=fetcher)
    service.deliveries._clock = time.time
    yield service
    service.close()


def subscribe(client: TestClient, site: Site, path: str = "/good", **more: object) -> dict:
    answer = client.post(HOOKS, json={"url": site.url(path)} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def run_job(client: TestClient, photo: bytes, **more: str) -> dict:
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    answer = client.post(JOBS, files=files, data={"mode": "metadata"} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def deliver(service: Service) -> int:
    """Do what waits in the queue for webhooks, as a courier would; how many messages."""
    done = 0
    assert service.deliveries is not None
    while (message := service.deliveries.receive(60)) is not None:
        service.work(message.message)
        service.deliveries.ack(message)
        done += 1
    return done


def deliveries(client: TestClient, hook: str) -> list[dict]:
    return client.get(f"{HOOKS}/{hook}/deliveries").json()["deliveries"]


# ── What is told ─────────────────────────────────────────────────────────────


def test_a_subscriber_is_told_of_an_end_in_a_message_that_verifies(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    hook = subscribe(client, site)
    job = run_job(client, photo)
    assert deliver(service) == 1

    (asked,) = site.asked
    assert asked.method == "POST"
    assert asked.headers["webhook-event"] == "job.succeeded"
    told = Webhook(hook["secret"]).verify(asked.body, asked.headers)
    shown = client.get(f"{JOBS}/{job['id']}").json()
    assert told.pop("result_url").split("?")[0] == shown.pop("result_url").split("?")[0]
    assert told == shown


def test_the_link_in_a_message_can_be_fetched(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    subscribe(client, site)
    run_job(client, photo)
    deliver(service)

    told = json.loads(site.asked[0].body)
    assert told["result_url"].startswith("http://testserver/objects/out/")
    assert client.get(told["result_url"]).status_code == 200


def test_a_job_may_name_a_receiver_of_its_own(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    job = run_job(client, photo, webhook_url=site.url("/good"))
    deliver(service)

    (asked,) = site.asked
    assert Webhook(job["webhook_secret"]).verify(asked.body, asked.headers)["id"] == job["id"]
    assert "webhook_secret" not in asked.body.decode()
    assert "webhook_secret" not in client.get(f"{JOBS}/{job['id']}").json()
    assert deliveries(client, job["id"])[0]["state"] == "delivered"


def test_failed_and_canceled_jobs_are_told_of_where_that_was_asked_for(
    client: TestClient, service: Service, site: Site, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(client, site, events=["job.failed", "job.canceled"])
    run_job(client, photo)
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    queued = client.post(
        JOBS, files=files, data={"mode": "metadata"}, headers={"prefer": "respond-async"}
    ).json()
    client.delete(f"{JOBS}/{queued['id']}")
    monkeypatch.setattr("expunge.operations.metadata.run", None)
    client.post(JOBS, files=files, data={"mode": "metadata"})
    deliver(service)

    events = [asked.headers["webhook-event"] for asked in site.asked]
    assert sorted(events) == ["job.canceled", "job.failed"]


def test_a_queued_job_is_told_of_when_a_worker_has_done_it(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    subscribe(client, site)
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    client.post(JOBS, files=files, data={"mode": "metadata"}, headers={"prefer": "respond-async"})
    assert deliver(service) == 0
    work_off(service)
    assert deliver(service) == 1

    assert json.loads(site.asked[0].body)["status"] == "succeeded"


def test_nobody_else_is_told(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    subscribe(client_at(service, "203.0.113.99"), site)
    run_job(client, photo)

    assert deliver(service) == 0


# ── Subscriptions ────────────────────────────────────────────────────────────


def test_a_secret_is_shown_once(client: TestClient, site: Site) -> None:
    hook = subscribe(client, site)
    assert hook["secret"].startswith("whsec_")
    (listed,) = client.get(HOOKS).json()["hooks"]

    assert listed == {name: hook[name] for name in ("id", "url", "events", "created_at")}
    assert hook["events"] == ["job.succeeded", "job.failed", "job.canceled"]


def test_a_replaced_secret_signs_beside_the_new_one_for_a_day(
    client: TestClient, service: Service, site: Site, photo: bytes, clock: Clock
) -> None:
    old = subscribe(client, site)
    new = client.post(f"{HOOKS}/{old['id']}/secret").json()
    run_job(client, photo)
    deliver(service)
    clock.forward(DAY + 1)
    run_job(client, photo)
    deliver(service)

    first, second = site.asked
    for secret in (old["secret"], new["secret"]):
        Webhook(secret).verify(first.body, first.headers)  # real time has not moved
    assert len(first.headers["webhook-signature"].split()) == 2
    assert len(second.headers["webhook-signature"].split()) == 1


def test_an_unsubscribed_receiver_hears_no_more(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    hook = subscribe(client, site)
    run_job(client, photo)
    assert client.delete(f"{HOOKS}/{hook['id']}").status_code == 204
    assert client.delete(f"{HOOKS}/{hook['id']}").json()["code"] == "hook_not_found"
    deliver(service)

    assert site.asked == []
    assert client.get(HOOKS).json() == {"hooks": []}


def test_somebody_elses_subscription_looks_like_none(
    client: TestClient, service: Service, site: Site
) -> None:
    hook = subscribe(client_at(service, "203.0.113.99"), site)["id"]

    for method, path in (("DELETE", ""), ("POST", "/secret"), ("GET", "/deliveries")):
        answer = client.request(method, f"{HOOKS}/{hook}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "hook_not_found")
    assert client.get(f"{HOOKS}/job_1/deliveries").json()["code"] == "job_not_found"


def test_a_caller_has_ten_subscriptions_at_most(client: TestClient, site: Site) -> None:
    for _ in range(10):
        subscribe(client, site)
    answer = client.post(HOOKS, json={"url": site.url("/good")})

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_subscriptions_made_at_once_are_all_kept(client: TestClient, site: Site) -> None:
    client.get("/health")
    threads = [threading.Thread(target=subscribe, args=(client, site)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(client.get(HOOKS).json()["hooks"]) == 4


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"url": "http://hooks.example/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://localhost/"}, "/url"),
        ({"url": "https://hooks.example:22/"}, "/url"),
        ({"url": "nonsense"}, "/url"),
        ({}, "/url"),
        ({"url": "https://hooks.example/", "events": []}, "/events"),
        ({"url": "https://hooks.example/", "events": ["job.born"]}, "/events/0"),
        ({"url": "https://hooks.example/", "secret": "mine"}, "/secret"),
    ],
)
def test_a_subscription_that_cannot_work_is_refused(
    client: TestClient, wish: dict, pointer: str
) -> None:
    answer = client.post(HOOKS, json=wish)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_job_with_a_receiver_inside_is_refused(client: TestClient, photo: bytes) -> None:
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    data = {"mode": "metadata", "webhook_url": "https://169.254.169.254/"}
    answer = client.post(JOBS, files=files, data=data)

    assert answer.json()["errors"][0]["pointer"] == "/webhook_url"


# ── Receivers that mean no good ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "status"),
    [("/bad", 500), ("/moved", 308), ("/hangs", None), ("/drips", None), ("/none", 404)],
)
def test_a_receiver_that_fails_is_tried_again_with_the_same_id(
    client: TestClient,
    service: Service,
    site: Site,
    photo: bytes,
    clock: Clock,
    path: str,
    status: int | None,
) -> None:
    hook = subscribe(client, site, path)["id"]
    run_job(client, photo)
    deliver(service)
    (delivery,) = deliveries(client, hook)

    assert delivery["state"] == "pending"
    assert [made.get("status") for made in delivery["attempts"]] == [status]
    assert delivery["attempts"][0]["ms"] < 1_500
    clock.forward(RETRY_SECONDS[0] * 1.3)
    deliver(service)
    assert len(deliveries(client, hook)[0]["attempts"]) == 2
    assert len({asked.headers["webhook-id"] for asked in site.asked}) == 1
    assert site.hits("/good") == 0, "a redirect is not followed"


def test_attempts_go_on_over_a_day_and_end_in_a_dead_end(
    client: TestClient, service: Service, site: Site, photo: bytes, clock: Clock
) -> None:
    hook = subscribe(client, site, "/bad")["id"]
    run_job(client, photo)
    started = clock.ahead
    while deliveries(client, hook)[0]["state"] == "pending":
        service.sweep()
        deliver(service)
        clock.forward(300)
        assert clock.ahead - started < 2 * DAY

    (delivery,) = deliveries(client, hook)
    assert delivery["state"] == "failed"
    assert len(delivery["attempts"]) == site.hits("/bad") == len(RETRY_SECONDS) + 1
    assert 0.7 * DAY < clock.ahead - started < 1.3 * DAY
    service.sweep()
    assert deliver(service) == 0


def test_a_receiver_that_says_gone_is_unsubscribed(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    subscribe(client, site, "/gone")
    run_job(client, photo)
    deliver(service)
    run_job(client, photo)
    deliver(service)

    assert client.get(HOOKS).json() == {"hooks": []}
    assert site.hits("/gone") == 1


def test_a_talkative_receiver_is_thanked_and_left(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    hook = subscribe(client, site, "/talks")["id"]
    run_job(client, photo)
    deliver(service)

    assert deliveries(client, hook)[0]["state"] == "delivered"


def test_a_receiver_that_moves_inside_gets_nothing(
    client: TestClient, service: Service, site: Site, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name was public when it subscribed."""
    hook = subscribe(client, site)["id"]
    monkeypatch.setattr(service.hooks._post._guard, "_resolve", lambda *_: ["10.0.0.1"])
    run_job(client, photo)
    deliver(service)

    assert site.asked == []
    (made,) = deliveries(client, hook)[0]["attempts"]
    assert made["error"] == "The address could not be reached."


def test_a_receiver_that_hangs_delays_nobody_else(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    """As the worker of the embedded server sends them, with forty messages before."""
    stuck = subscribe(client, site, "/hangs")["id"]
    for _ in range(40):
        run_job(client, photo)
    subscribe(client, site, "/good")
    run_job(client, photo)
    stop = threading.Event()
    couriers = threading.Thread(target=worker.deliver, args=(service, service.deliveries, stop))
    started = time.monotonic()
    couriers.start()
    while not site.hits("/good") and time.monotonic() - started < 10:
        time.sleep(0.01)
    took = time.monotonic() - started
    stop.set()
    couriers.join()

    assert took < 1.5
    assert site.hits("/hangs") <= LANES * 5
    assert len(deliveries(client, stuck)) > 1


# ── Crashes ──────────────────────────────────────────────────────────────────


def test_a_message_that_was_never_sent_is_sent_by_the_sweep(
    client: TestClient,
    service: Service,
    site: Site,
    photo: bytes,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscribe(client, site)

    def down(*_: object, **__: object) -> None:
        raise Unavailable("The queue did not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(service.deliveries, "send", down)
        run_job(client, photo)
    assert deliver(service) == 0
    assert service.sweep()["deliveries_due"] == 0
    clock.forward(61)
    assert service.sweep()["deliveries_due"] == 1
    deliver(service)

    assert site.hits("/good") == 1


def test_a_message_that_comes_twice_is_told_once(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    subscribe(client, site)
    run_job(client, photo)
    assert service.deliveries is not None
    message = service.deliveries.receive(60)
    assert message is not None
    for _ in range(2):
        service.work(message.message)

    assert site.hits("/good") == 1


def test_a_courier_that_dies_is_followed_by_another_with_the_same_id(
    client: TestClient,
    service: Service,
    site: Site,
    photo: bytes,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It had told the receiver, and died before it could write that down."""
    subscribe(client, site)
    run_job(client, photo)
    with monkeypatch.context() as patch:
        patch.setattr("expunge.hooks.courier.Courier._follow", _die)
        with pytest.raises(SystemExit):
            deliver(service)
    clock.forward(61)
    service.sweep()
    deliver(service)

    first, second = site.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def _die(*_: object) -> None:
    raise SystemExit
