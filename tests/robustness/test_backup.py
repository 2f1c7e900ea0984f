"""A backup of a server under load holds together: nothing that a record speaks of is missing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

import httpx2

from expunge.adapters import stores
from expunge.jobs.job import Job, Status
from expunge.settings import Settings
from tests.robustness.conftest import Machine, eventually

if TYPE_CHECKING:
    from pathlib import Path

BACKUPS = 2


class Load:
    """Callers who make jobs, wait for some, cancel some, as fast as they are answered."""

    def __init__(self, machine: Machine, image: bytes) -> None:
        self._machine, self._image = machine, image
        self._over = threading.Event()
        self.answered: list[int] = []
        self._threads = [
            threading.Thread(target=caller)
            for caller in (self._submit, self._submit, self._ask, self._cancel)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, prefer: str = "") -> httpx2.Response:
        answer = httpx2.post(
            f"{self._machine.url}/api/v1/jobs",
            headers={"prefer": prefer} if prefer else {},
            data={"mode": "metadata"},
            files={"image": ("a.jpg", self._image, "image/jpeg")},
            timeout=60,
        )
        self.answered.append(answer.status_code)
        return answer

    def _submit(self) -> None:
        while not self._over.is_set():
            self._send("respond-async")

    def _ask(self) -> None:
        while not self._over.is_set():
            self._send()

    def _cancel(self) -> None:
        while not self._over.is_set():
            made = self._send("respond-async").json()
            httpx2.delete(f"{self._machine.url}/api/v1/jobs/{made['id']}", timeout=60)


def jobs_in(data: Path) -> list[Job]:
    connection = sqlite3.connect(data / "expunge.sqlite3")
    rows = connection.execute("SELECT body FROM items WHERE sort LIKE 'job#%'").fetchall()
    connection.close()
    return [Job.of(json.loads(body)) for (body,) in rows]


def missing(data: Path, jobs: list[Job]) -> list[str]:
    """Objects that the records speak of, and that are not there."""
    wired = stores(Settings(data=data))
    needed: list[Any] = []
    for job in jobs:
        if job.status in (Status.QUEUED, Status.PROCESSING) and not job.sync:
            needed.append(job.input_key)
        if job.status is Status.SUCCEEDED:
            needed.append(job.result_key)
    lost = [key for key in needed if key and wired.objects.head(key) is None]
    wired.close()
    return lost


def expunge(*words: str) -> None:
    command = [sys.executable, "-m", "expunge", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def test_backups_under_load_are_restored_whole(
    machine: Machine, image: bytes, tmp_path_factory: Any, record_property: Any
) -> None:
    elsewhere = tmp_path_factory.mktemp("restored")
    machine.serve(workers=2, web_workers=2)
    with Load(machine, image) as load:
        eventually(lambda: len(load.answered) > 40, "some jobs lie there")
        for number in range(BACKUPS):
            archive = str(elsewhere / f"{number}.tar")
            expunge("backup", archive, "--data", str(machine.data))
    assert set(load.answered) <= {200, 202}, "nobody was refused for a backup"

    counts = []
    for number in range(BACKUPS):
        data = elsewhere / str(number)
        expunge("restore", str(elsewhere / f"{number}.tar"), "--data", str(data))
        jobs = jobs_in(data)
        assert missing(data, jobs) == []
        counts.append(len(jobs))
    assert counts == sorted(counts)
    assert counts[0] > 0
    record_property("measured", f"backups under load: {counts} jobs in {BACKUPS} of them")


def test_a_restored_server_finishes_what_waited(
    machine: Machine, image: bytes, tmp_path_factory: Any
) -> None:
    elsewhere = tmp_path_factory.mktemp("restored")
    server = machine.serve(workers=0)
    waiting = [machine.queue_job(image) for _ in range(5)]
    expunge("backup", str(elsewhere / "b.tar"), "--data", str(machine.data))
    machine.kill(server.pid)
    server.wait()

    machine.data = elsewhere / "data"
    expunge("restore", str(elsewhere / "b.tar"), "--data", str(machine.data))
    machine.serve(workers=1, web_workers=2)

    assert {machine.ended(job)["status"] for job in waiting} == {"succeeded"}
