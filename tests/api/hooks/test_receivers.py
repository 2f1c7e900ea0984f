"""Receivers that listen, hang, lie, redirect and leave; and couriers that die."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from expunge.embedded import courier
from expunge.errors import Unavailable
from expunge.hooks.courier import LANES, RETRY_SECONDS
from tests.websites.site import Site

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service
from tests.api.hooks.conftest import DAY, HOOKS, Clock, deliver, deliveries, run_job, subscribe


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
    assert delivery["attempts"][0]["ms"] < 1_900, "the receiver hangs for 2 s"
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
    monkeypatch.setattr(service.hooks._courier._post._guard, "_resolve", lambda *_: ["10.0.0.1"])
    run_job(client, photo)
    deliver(service)

    assert site.asked == []
    (made,) = deliveries(client, hook)[0]["attempts"]
    assert made["error"] == "The URL could not be reached."


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
    couriers = threading.Thread(
        target=courier.deliver, args=(service, service.deliveries_inbox, stop)
    )
    started = time.monotonic()
    couriers.start()
    while not site.hits("/good") and time.monotonic() - started < 60:
        time.sleep(0.01)
    took = time.monotonic() - started
    stop.set()
    couriers.join()

    assert site.hits("/good") == 1
    assert site.hits("/hangs") <= LANES * (2 + took / 0.5), "the others wait for a lane"
    assert len(deliveries(client, stuck)) > 1


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
        patch.setattr(service.deliveries_inbox, "send", down)
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
    assert service.deliveries_inbox is not None
    message = service.deliveries_inbox.receive(60)
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
        patch.setattr("expunge.hooks.courier.Courier._record", _die)
        with pytest.raises(SystemExit):
            deliver(service)
    clock.forward(61)
    service.sweep()
    deliver(service)

    first, second = site.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def _die(*_: object) -> None:
    raise SystemExit
