"""``except`` over HTTP: off by default, and in no record after a job's end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from expunge.bootstrap import build
from expunge.jobs.capacity import Capacity
from expunge.operations.options.reference import PREFIX, written
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off
from tests.unit.faces.people import descriptor, install, party, portrait

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

JOBS = "/api/v1/jobs"
IMAGE = party((260, 130), (0, (20, 30, 70, 95)), (1, (110, 30, 160, 95)))
ME = written(descriptor(1).tolist())
WAYS = {"descriptor": ME, "numbers": descriptor(1).tolist(), "picture": portrait(1)}


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)


@pytest.fixture(scope="module")
def willing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose operator lets people be recognised."""
    service = build(
        Settings(data=tmp_path_factory.mktemp("willing"), quotas="off", recognition=True)
    )
    yield service
    service.close()


@pytest.fixture
def guest(willing: Service) -> TestClient:
    return client_at(willing, "203.0.113.5")


def send(client: TestClient, given: Any, *, image: bytes = IMAGE, **headers: str) -> Any:
    data = {"mode": "mask", "options": json.dumps({"except": [given]})}
    return client.post(JOBS, files={"image": image}, data=data, headers=headers)


def record(service: Service, job: dict[str, Any]) -> dict[str, Any]:
    """Everything that the store holds of an anonymous job."""
    found = service.jobs.find(job["id"], job["id"])
    assert found is not None
    return found.item()


def remains(service: Service, job: dict[str, Any], given: Any) -> bool:
    stored = json.dumps(record(service, job), default=str)
    return json.dumps(given) in stored or PREFIX in stored or '"except"' in stored


def test_a_service_recognises_nobody_unless_its_operator_says_so(tmp_path: Path) -> None:
    service = build(Settings(data=tmp_path, quotas="off"))
    client = client_at(service, "203.0.113.5")

    refused = send(client, ME)
    empty = client.post(
        JOBS, files={"image": IMAGE}, data={"mode": "mask", "options": '{"except": []}'}
    )
    service.close()

    assert (refused.status_code, refused.json()["code"]) == (403, "recognition_disabled")
    assert "«except»" in refused.json()["detail"]
    assert empty.status_code == 200


@pytest.mark.parametrize("given", WAYS.values(), ids=WAYS)
def test_a_job_at_once_leaves_the_person_and_keeps_nothing(
    willing: Service, guest: TestClient, given: Any
) -> None:
    answer = send(guest, given)
    report = answer.json()["report"]

    assert (answer.status_code, report["masked_count"]) == (200, 1)
    assert [one["reference"] for one in report["kept"]] == [0]
    assert not remains(willing, answer.json(), given)
    assert PREFIX not in answer.text


@pytest.mark.parametrize("given", WAYS.values(), ids=WAYS)
def test_a_queued_job_keeps_it_until_its_end(
    willing: Service, guest: TestClient, given: Any
) -> None:
    queued = send(guest, given, Prefer="respond-async")
    assert queued.status_code == 202
    assert remains(willing, queued.json(), given)

    work_off(willing)

    ended = guest.get(f"{JOBS}/{queued.json()['id']}").json()
    assert (ended["status"], ended["report"]["masked_count"]) == ("succeeded", 1)
    assert not remains(willing, queued.json(), given)


@pytest.mark.parametrize("wait", [False, True])
def test_a_job_that_fails_keeps_nothing_and_says_which_reference(
    willing: Service, guest: TestClient, *, wait: bool
) -> None:
    both = portrait(0, 1)
    answer = send(guest, both, **({} if wait else {"Prefer": "respond-async"}))
    work_off(willing)
    job = answer.json()

    if wait:
        assert (answer.status_code, job["code"]) == (422, "validation_error")
        assert "/options/except/0: shows 2 faces" in job["detail"]
        return
    ended = guest.get(f"{JOBS}/{job['id']}").json()
    assert (ended["status"], ended["error_code"]) == ("failed", "validation_error")
    assert "/options/except/0: shows 2 faces" in ended["error_message"]
    assert not remains(willing, job, both)


def test_a_job_that_is_canceled_keeps_nothing(willing: Service, guest: TestClient) -> None:
    queued = send(guest, ME, Prefer="respond-async").json()

    assert guest.delete(f"{JOBS}/{queued['id']}").is_success
    assert not remains(willing, queued, ME)


def test_a_batch_forgets_it_at_its_end(willing: Service, guest: TestClient) -> None:
    files = [("image", IMAGE), ("image", IMAGE)]
    data = {"mode": "mask", "options": json.dumps({"except": [ME]})}
    made = guest.post("/api/v1/batches", files=files, data=data)
    assert made.status_code == 202, made.text
    register = willing.batches._register
    batch = register.get(made.json()["id"], made.json()["id"])
    assert batch is not None
    assert ME in json.dumps([one.item() for one in register.plan(batch)])

    assert willing.inbox is not None
    while (delivery := willing.inbox.receive(60)) is not None:
        work = willing.batches if delivery.message.get("kind") == "batch" else willing.jobs
        work.work(delivery.message)
        willing.inbox.ack(delivery)

    assert guest.get(f"/api/v1/batches/{batch.id}").json()["status"] == "finished"
    plan = register.plan(batch)
    assert len(plan) == 2
    assert "except" not in json.dumps([one.item() for one in plan])
    for planned in plan:
        assert not remains(willing, {"id": planned.job}, ME)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/v1/clean", {"mode": "mask", "image": "https://pictures.example/a.png"}),
        ("/api/v1/mask", {}),
        (JOBS, {"mode": "mask"}),
    ],
)
def test_no_url_takes_it(guest: TestClient, path: str, query: dict[str, str]) -> None:
    send_it = guest.get if path.endswith("clean") else guest.post
    more: Any = {} if path.endswith("clean") else {"files": {"image": IMAGE}}
    answer = send_it(path, params=query | {"except": ME}, **more)

    assert 400 <= answer.status_code < 500
    assert PREFIX not in answer.text


def test_a_request_without_the_network_leaves_it_to_a_worker(
    willing: Service, guest: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drafting = willing.jobs._admission._drafting
    monkeypatch.setattr(drafting, "_capacity", Capacity(weights_elsewhere=True))
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))

    queued = send(guest, ME)
    plain = guest.post(JOBS, files={"image": IMAGE}, data={"mode": "mask"})

    assert (queued.status_code, plain.status_code) == (202, 200)
    work_off(willing)
    ended = guest.get(f"{JOBS}/{queued.json()['id']}").json()
    assert ended["report"]["masked_count"] == 1
