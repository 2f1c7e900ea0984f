"""Waiting for a job costs next to nothing."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.stores.local.records import SqliteRecords
from expunge.stores.local.signals import SocketSignals
from expunge.web import waiting
from expunge.web.dependencies import MAX_WAIT
from tests.api.conftest import client_at, work_off

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service

JOBS = "/api/v1/jobs"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    counted: list[str] = []
    real = SqliteRecords.get

    def get(self: SqliteRecords, key):
        counted.append(key.sort)
        return real(self, key)

    monkeypatch.setattr(SqliteRecords, "get", get)
    return counted


def queued(service: Service, photo: bytes) -> str:
    answer = client_at(service, "203.0.113.5").post(
        JOBS,
        files={"image": ("p.jpg", photo, "image/jpeg")},
        data={"mode": "metadata"},
        headers={"prefer": "respond-async"},
    )
    assert answer.status_code == 202
    return answer.json()["id"]


def test_a_waiting_caller_is_answered_at_once(
    service: Service, photo: bytes, reads: list[str]
) -> None:
    job = queued(service, photo)
    reads.clear()
    worker = threading.Timer(0.5, work_off, [service])
    worker.start()
    answer = client_at(service, "203.0.113.5").get(f"{JOBS}/{job}", headers={"prefer": "wait=20"})
    worker.join()

    assert answer.json()["status"] == "succeeded"
    looked = sum(sort == f"job#{job}" for sort in reads)
    assert looked <= 6, "the waiter's looks and the worker's own"


def test_without_signals_a_wait_takes_few_reads(
    service: Service, photo: bytes, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queued(service, photo)
    client = client_at(service, "203.0.113.5")
    waiters = client.app.state.waiters
    waiters._signals = None
    reads.clear()
    answer = client.get(f"{JOBS}/{job}", headers={"prefer": "wait=3"})

    assert answer.json()["status"] == "queued"
    assert sum(sort == f"job#{job}" for sort in reads) <= 7


def test_a_whole_wait_without_signals_takes_ten_reads_at_most(
    service: Service, photo: bytes, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queued(service, photo)
    client = client_at(service, "203.0.113.5")
    client.app.state.waiters._signals = None
    now = 0.0

    async def pass_time(_: object, seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(waiting, "_wait_for", pass_time)
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: now))
    reads.clear()
    answer = client.get(f"{JOBS}/{job}", headers={"prefer": f"wait={MAX_WAIT}"})

    assert answer.json()["status"] == "queued"
    assert now == MAX_WAIT
    assert sum(sort == f"job#{job}" for sort in reads) == 10, "one before the wait"


def test_waits_are_metered(tmp_path: Path, photo: bytes) -> None:
    midday = 1_800_000_010.0
    settings = Settings(data=tmp_path / "data", limits=("anonymous.requests.minute=2",))
    service = build(settings, clock=lambda: midday)
    job = queued(service, photo)
    client = client_at(service, "203.0.113.5")
    work_off(service)
    codes = [
        client.get(f"{JOBS}/{job}", headers={"prefer": "wait=1"}).status_code for _ in range(3)
    ]

    assert codes == [200, 200, 429]
    assert client.get(f"{JOBS}/{job}").status_code == 200
    service.close()


def test_a_signal_reaches_every_listener_and_dead_ones_are_forgotten(tmp_path: Path) -> None:
    deep = tmp_path / "a-rather-long-name-for-a-folder" / ("x" * 80)
    one, other = SocketSignals(deep), SocketSignals(deep)
    heard: list[str] = []
    told = threading.Event()

    def hear(name: str) -> None:
        heard.append(name)
        if len(heard) == 2:
            told.set()

    stops = [one.listen(hear), other.listen(hear)]
    (deep / "dead.sock").touch()
    one.send("job_1")
    assert told.wait(5)
    for stop in stops:
        stop()
    one.send("job_2")
    one.close()
    other.close()

    assert heard == ["job_1", "job_1"]
    assert list(deep.glob("*.sock")) == []
