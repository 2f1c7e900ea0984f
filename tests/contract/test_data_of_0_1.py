"""A data folder of version 0.1 opens in this version: all data is read, waiting jobs finish.

Stored names stay readable even if code is renamed. ``data_of_0_1`` holds the folder as text,
and ``make.py`` there created it. The tests set the clock to the time of its creation, since
most of its data expires after a day.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import Pool
from expunge.bootstrap import build
from expunge.net.ports import Response
from expunge.settings import Settings
from expunge.stores.local.mail import FolderMail
from expunge.stores.local.objects import FileObjects
from expunge.stores.local.queue import SqliteQueue
from expunge.stores.local.records import SqliteRecords
from expunge.web.app import create_app
from tests.contract.partitions import all_partitions as few_partitions  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from expunge.net.fetcher import Fetcher
    from expunge.service import Service

FOLDER = Path(__file__).parent / "data_of_0_1"
HELD = json.loads((FOLDER / "held.json").read_text(encoding="utf-8"))
JOBS = "/api/v1/jobs"
LATER = 120.0
"""Seconds between writing and opening the folder: the lease of 0.1's running job has expired."""


class Receivers:
    """Stands for all webhook receivers, and records the messages to each."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False
    ) -> Response:
        self.told.append((url, json.loads(body)))
        return Response(204, b"")

    def check(self, url: str, *, schemes: Collection[str] = (), private: bool = False) -> None:
        pass


def _written(data: Path) -> None:
    """Restore the folder from the text."""
    for path, content in HELD["files"].items():
        target = data / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(base64.b64decode(content))
        os.utime(target, (HELD["at"], HELD["at"]))
    for name in ("expunge", "deliveries"):
        connection = sqlite3.connect(data / f"{name}.sqlite3")
        connection.executescript((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
        connection.close()


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receivers: Receivers
) -> Iterator[Service]:
    _written(tmp_path / "data")
    ahead = time.time() - HELD["at"] - LATER

    def then() -> float:
        return time.time() - ahead

    for adapter in (SqliteRecords, SqliteQueue, FileObjects, FolderMail):
        defaults: Any = adapter.__init__.__kwdefaults__
        monkeypatch.setitem(defaults, "clock", then)
    # Version 0.1 kept images by default; a version with that default off must still show them.
    settings = Settings(data=tmp_path / "data", public_url="https://testserver", faces_storage=True)
    fetcher: Fetcher = receivers  # type: ignore[assignment]
    service = build(settings, clock=then, fetcher=fetcher)
    yield service
    service.close()


def client(service: Service, **headers: str) -> TestClient:
    app = create_app(service)
    return TestClient(app, "https://testserver", headers=headers, follow_redirects=False)


@pytest.fixture
def http(service: Service) -> TestClient:
    return client(service, authorization=f"Bearer {HELD['key']}")


def work_off(service: Service) -> None:
    """Do the work of a worker and the courier until the queues are empty."""
    for inbox in (service.inbox, service.deliveries_inbox):
        assert inbox is not None
        while (delivery := inbox.receive(60)) is not None:
            service.work(delivery.message)
            inbox.ack(delivery)


def test_the_account_is_who_it_was(service: Service, http: TestClient) -> None:
    account = service.accounts.get(HELD["account"])

    assert (account.tier, account.email_verified, account.guest) == (Tier.PRO, True, False)
    assert account.billing == {"customer": "cus_1"}
    assert [(key.name, key.enabled) for key in account.keys] == [
        ("a key of 0.1", True),
        ("switched off", False),
    ]
    assert http.get("/api/v1/me").status_code == 200
    assert service.sign_in.find(HELD["mailbox"]) == HELD["account"]
    caller = Caller(account.id, account.tier)
    assert service.meter.credits.wallet(caller).balance(Pool.PERMANENT) >= 5_000


@pytest.mark.parametrize("whose", ["session", "guest_session"])
def test_browsers_are_still_signed_in(service: Service, whose: str) -> None:
    browser = client(service, cookie=f"__Host-expunge_session={HELD[whose]}")

    assert browser.get("/api/v1/me").status_code == 200


def test_a_key_that_was_switched_off_stays_off(service: Service) -> None:
    answer = client(service, authorization=f"Bearer {HELD['key_off']}").get("/api/v1/me")

    assert answer.json()["code"] == "invalid_api_key"


def test_accounts_can_be_changed(service: Service, http: TestClient) -> None:
    _, key = service.accounts.create_key(HELD["account"], "new")
    service.accounts.delete_key(HELD["account"], HELD["key_id"])

    assert client(service, authorization=f"Bearer {key}").get("/api/v1/me").status_code == 200
    assert http.get("/api/v1/me").json()["code"] == "invalid_api_key"


@pytest.mark.parametrize(
    ("name", "status"), [("finished", "succeeded"), ("failed", "failed"), ("canceled", "canceled")]
)
def test_a_job_that_ended_is_shown_as_it_ended(http: TestClient, name: str, status: str) -> None:
    job = http.get(f"{JOBS}/{HELD[name]}").json()

    assert job["status"] == status
    if name == "failed":
        assert job["error_code"] == "malformed_image"


def test_its_result_is_there_by_a_new_url_and_by_the_old_one(http: TestClient) -> None:
    job = http.get(f"{JOBS}/{HELD['finished']}").json()

    result = http.get(job["result_url"])
    assert result.status_code == 200
    assert result.headers["content-type"] == "image/jpeg"
    assert b"Camera Maker" not in result.content
    assert http.get(HELD["result_url"]).content == result.content


def test_all_jobs_are_listed(http: TestClient) -> None:
    listed = {job["id"] for job in http.get(JOBS).json()["jobs"]}

    names = ("finished", "failed", "canceled", "queued", "running")
    assert listed == {HELD[name] for name in names}


@pytest.mark.parametrize("name", ["queued", "running"])
def test_a_job_that_waits_or_was_interrupted_is_finished(
    service: Service, http: TestClient, name: str
) -> None:
    work_off(service)

    job = http.get(f"{JOBS}/{HELD[name]}").json()
    assert job["status"] == "succeeded", job
    assert http.get(job["result_url"]).status_code == 200


def test_a_waiting_job_can_be_canceled_and_gives_back_what_it_cost(
    service: Service, http: TestClient
) -> None:
    caller = Caller(HELD["account"], Tier.PRO)
    (before, *_) = service.meter.quotas(caller, "heavy")

    assert http.delete(f"{JOBS}/{HELD['queued']}").status_code == 200

    (after, *_) = service.meter.quotas(caller, "heavy")
    assert after.remaining == before.remaining + 1


def test_a_repeated_request_is_known_by_its_idempotency_key(http: TestClient) -> None:
    image = base64.b64decode(HELD["image"])
    again = http.post(
        JOBS,
        files={"image": image},
        data={"mode": "metadata"},
        headers={"idempotency-key": "order-17"},
    )

    assert again.json()["id"] == HELD["finished"]


def test_an_upload_that_was_promised_is_taken(http: TestClient) -> None:
    sent = http.put(
        HELD["upload_url"],
        content=b"x" * 77,
        headers={"content-type": "image/png", "if-none-match": "*"},
    )

    assert sent.status_code in (200, 201, 204)


def test_webhooks_go_out_to_whom_they_are_owed(
    service: Service, http: TestClient, receivers: Receivers
) -> None:
    work_off(service)

    told = {(url, body["status"], body["id"]) for url, body in receivers.told}
    subscriber = "https://hooks.example/expunge"
    assert {
        (subscriber, "succeeded", HELD["finished"]),
        (subscriber, "failed", HELD["failed"]),
        (subscriber, "succeeded", HELD["queued"]),
        ("https://hooks.example/one", "succeeded", HELD["anonymous"]),
    } <= told
    shown = http.get(f"/api/v1/hooks/{HELD['hook']}/deliveries").json()["deliveries"]
    assert {delivery["state"] for delivery in shown} == {"delivered"}


def test_the_administrator_gets_in_and_sees_what_was_kept(service: Service) -> None:
    signed_in = client(service, cookie=f"__Host-expunge_admin={HELD['admin_session']}")
    anew = client(service)
    login = {"username": "admin", "password": HELD["password"]}

    assert anew.post("/api/v1/admin/auth/login", json=login).status_code == 204
    images = signed_in.get("/api/v1/admin/images").json()
    assert images["total"] == 1
    assert service.administrator.ensure_password() is None


def test_keys_of_the_operator_still_open_the_faces_surface(service: Service) -> None:
    answer = client(service, **{"x-api-key": HELD["operator_key"]}).post(
        "/api/v1/mask", files={"image": base64.b64decode(HELD["image"])}
    )

    assert answer.status_code == 200


def test_housekeeping_and_sweeps_understand_what_lies_there(service: Service) -> None:
    service.sweep()
    service.housekeeping()

    assert service.jobs.cleanup.sweep().cleanups_failed == 0
