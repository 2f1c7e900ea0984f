"""The administrator's view of the queues, the dead letters and the alarms."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.errors import Unavailable
from expunge.jobs.cleanup import OLD_SECONDS
from expunge.web.admin import alarms
from tests.api.conftest import work_off
from tests.api.faces.conftest import ADMIN, PNG, send

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service

QUEUES = f"{ADMIN}/queues"


def queue_a_job(client: TestClient) -> str:
    answer = client.post(
        "/api/v1/jobs",
        files={"image": ("photo.png", PNG)},
        data={"mode": "metadata"},
        headers={"prefer": "respond-async"},
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def bury(service: Service) -> None:
    """Let every attempt of each waiting message fail."""
    assert service.inbox is not None
    while (delivery := service.inbox.receive(60)) is not None:
        service.inbox.release(delivery)


def depths(admin: TestClient) -> dict[str, Any]:
    answer = admin.get(QUEUES).json()
    return {queue.pop("name"): queue for queue in answer["queues"]} | {
        "dead": answer["dead_letters"]
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/queues"),
        ("GET", "/queues/unfinished"),
        ("GET", "/queues/dead-letters"),
        ("POST", "/queues/dead-letters/redrive"),
        ("GET", "/alarms"),
        ("GET", "/stats/timeline"),
    ],
)
def test_only_the_administrator_sees_them(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, ADMIN + path)
    assert (answer.status_code, answer.json()["code"]) == (401, "admin_required")


def test_a_queued_job_is_counted_and_listed_until_it_ends(
    client: TestClient, admin: TestClient, service: Service
) -> None:
    jobs = [queue_a_job(client) for _ in range(3)]

    assert depths(admin)["jobs"] == {"waiting": 3, "in_flight": 0, "delayed": 0}
    listed = admin.get(f"{QUEUES}/unfinished").json()
    assert [job["id"] for job in listed["items"]] == jobs
    assert listed["has_more"] is False
    assert listed["items"][0] | {"created_at": ""} == {
        "id": jobs[0],
        "mode": "metadata",
        "status": "queued",
        "progress": 0,
        "attempts": 0,
        "created_at": "",
    }
    first = admin.get(f"{QUEUES}/unfinished?limit=2").json()
    assert [job["id"] for job in first["items"]] == jobs[:2]
    assert first["has_more"] is True

    assert service.inbox is not None
    service.inbox.receive(60)
    assert depths(admin)["jobs"] == {"waiting": 2, "in_flight": 1, "delayed": 0}
    assert work_off(service) == 2
    assert len(admin.get(f"{QUEUES}/unfinished").json()["items"]) == 1


def test_a_dead_letter_is_shown_raises_an_alarm_and_is_sent_again(
    client: TestClient, admin: TestClient, service: Service
) -> None:
    job = queue_a_job(client)
    bury(service)

    letters = admin.get(f"{QUEUES}/dead-letters").json()
    assert letters["total"] == 1
    (letter,) = letters["items"]
    assert letter["since"]
    assert letter | {"since": ""} == {
        "queue": "jobs",
        "job_id": job,
        "job_status": "queued",
        "delivery_id": None,
        "batch_id": None,
        "since": "",
    }
    assert state(admin, "dead_letters") == "alarm"

    assert admin.post(f"{QUEUES}/dead-letters/redrive").json() == {"sent": 1, "left": 0}
    assert depths(admin)["dead"] == 0
    assert work_off(service) == 1
    assert client.get(f"/api/v1/jobs/{job}").json()["status"] == "succeeded"
    assert state(admin, "dead_letters") == "ok"


def test_a_dead_webhook_goes_back_to_its_own_queue(admin: TestClient, service: Service) -> None:
    inbox = service.deliveries_inbox
    assert inbox is not None
    service.queues["deliveries"].send({"kind": "delivery", "hook": "h", "delivery": "msg_1"})
    while (delivery := inbox.receive(60)) is not None:
        inbox.release(delivery)

    (letter,) = admin.get(f"{QUEUES}/dead-letters").json()["items"]
    assert (letter["queue"], letter["delivery_id"]) == ("deliveries", "msg_1")
    admin.post(f"{QUEUES}/dead-letters/redrive")
    assert depths(admin)["deliveries"]["waiting"] == 1
    assert depths(admin)["jobs"]["waiting"] == 0


def state(admin: TestClient, name: str) -> str:
    found = {alarm["name"]: alarm for alarm in admin.get(f"{ADMIN}/alarms").json()["alarms"]}
    assert (found[name]["remedy"] is not None) == (found[name]["state"] == "alarm")
    return str(found[name]["state"])


def test_a_service_that_is_well_has_no_alarm(admin: TestClient) -> None:
    answer = admin.get(f"{ADMIN}/alarms").json()
    assert {alarm["state"] for alarm in answer["alarms"]} == {"ok"}
    assert answer["provider_url"] is None


def test_a_job_that_waits_too_long_raises_an_alarm(client: TestClient, admin: TestClient) -> None:
    queue_a_job(client)
    assert state(admin, "late_jobs") == "ok"
    later = time.time() + alarms.LATE_SECONDS + 120
    with patch.object(alarms.time, "time", lambda: later):
        assert state(admin, "late_jobs") == "alarm"


def test_a_file_that_cannot_be_deleted_raises_an_alarm(admin: TestClient, service: Service) -> None:
    cleanup = service.jobs.cleanup
    (task,) = cleanup.tasks(["in/2026-01-01/stuck.png"])
    cleanup._records.write(task.registration())
    assert state(admin, "cleanups_old") == "ok"
    with patch.object(cleanup, "_clock", lambda: time.time() + OLD_SECONDS + 600):
        assert state(admin, "cleanups_old") == "alarm"


def test_an_alarm_whose_store_is_away_is_unknown(admin: TestClient, service: Service) -> None:
    with patch.object(type(service.dead_letters[0]), "count", side_effect=Unavailable("away")):
        assert state(admin, "dead_letters") == "unknown"
        assert state(admin, "late_jobs") == "ok"


def test_the_timeline_has_every_quarter_of_the_day_and_adds_up(admin: TestClient) -> None:
    for _ in range(2):
        assert admin.post(f"{ADMIN}/test/mask", **send(PNG)).status_code == 200

    timeline = admin.get(f"{ADMIN}/stats/timeline").json()
    assert timeline["slot_seconds"] == 900
    assert len(timeline["points"]) == 96
    assert [p["start"] for p in timeline["points"]] == sorted(
        p["start"] for p in timeline["points"]
    )
    assert sum(point["mask"] for point in timeline["points"]) == 2
    assert sum(point["detect"] for point in timeline["points"]) == 0
    assert admin.get(f"{ADMIN}/stats").json()["jobs_by_type"] == {"detect": 0, "mask": 2}
