"""Webhook subscriptions and their messages."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook

from tests.api.conftest import client_at, work_off
from tests.websites.site import Site

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service
from tests.api.hooks.conftest import (
    DAY,
    HOOKS,
    JOBS,
    Clock,
    account_client,
    deliver,
    deliveries,
    run_job,
    subscribe,
)


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
    subscribe(account_client(service, "203.0.113.99"), site)
    run_job(client, photo)

    assert deliver(service) == 0


def test_a_secret_is_shown_once(client: TestClient, site: Site) -> None:
    hook = subscribe(client, site)
    assert hook["secret"].startswith("whsec_")
    (listed,) = client.get(HOOKS).json()["hooks"]

    assert listed == {name: hook[name] for name in ("id", "url", "events", "created_at")}
    assert hook["events"] == ["job.succeeded", "job.failed", "job.canceled", "batch.finished"]


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
    hook = subscribe(account_client(service, "203.0.113.99"), site)["id"]

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
    ("job_request", "pointer"),
    [
        ({"url": "http://hooks.example/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://localhost/"}, "/url"),
        ({"url": "https://inside.example/"}, "/url"),
        ({"url": "https://hooks.example:22/"}, "/url"),
        ({"url": "nonsense"}, "/url"),
        ({}, "/url"),
        ({"url": "https://hooks.example/", "events": []}, "/events"),
        ({"url": "https://hooks.example/", "events": ["job.born"]}, "/events/0"),
        ({"url": "https://hooks.example/", "secret": "mine"}, "/secret"),
    ],
)
def test_a_subscription_that_cannot_work_is_refused(
    client: TestClient, job_request: dict, pointer: str
) -> None:
    answer = client.post(HOOKS, json=job_request)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("host", ["169.254.169.254", "inside.example"])
def test_a_job_with_a_receiver_inside_is_refused(
    client: TestClient, photo: bytes, host: str
) -> None:
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    data = {"mode": "metadata", "webhook_url": f"https://{host}/"}
    answer = client.post(JOBS, files=files, data=data)

    assert answer.json()["errors"][0]["pointer"] == "/webhook_url"


def test_a_caller_without_an_account_cannot_subscribe(service: Service, site: Site) -> None:
    answer = client_at(service, "203.0.113.5").post(HOOKS, json={"url": site.url("/good")})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
