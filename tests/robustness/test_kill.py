"""kill -9, at the worst moments: no job is lost, none ends twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

import expunge
from tests.robustness.conftest import eventually

if TYPE_CHECKING:
    from tests.robustness.conftest import Machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find workers")

STUCK_WORKER = str(Path(__file__).with_name("stuck_worker.py"))
SLOW_WORKER = str(Path(__file__).with_name("slow_worker.py"))


def test_a_job_whose_worker_is_killed_is_run_again_and_ends_once(
    machine: Machine, image: bytes
) -> None:
    machine.serve(workers=0)
    victim = machine.start(STUCK_WORKER)
    job_id = machine.queue_job(image)
    assert victim.stdout is not None
    assert victim.stdout.readline() == b"in the middle\n"
    assert machine.job(job_id)["status"] == "processing"

    machine.kill(victim.pid)
    machine.start("-m", "expunge.embedded.worker")

    job = machine.ended(job_id)
    assert job["status"] == "succeeded"
    assert httpx2.get(job["result_url"]).content == expunge.run("metadata", image).image
    assert [j["id"] for j in machine.get("/api/v1/jobs").json()["jobs"]] == [job_id]


def test_a_job_that_outlasts_its_lease_is_run_once(machine: Machine, image: bytes) -> None:
    """Three leases long: the other worker leaves it to the one that gives signs of life."""
    machine.lease = 4  # a sign comes each third of it, however busy this computer is
    machine.serve(workers=0)
    workers = [machine.start(SLOW_WORKER) for _ in range(2)]

    assert machine.ended(machine.queue_job(image))["status"] == "succeeded"

    printed = b"".join(_stopped(worker) for worker in workers)
    assert printed == b"in the middle\n", "one run, by one of them"


def _stopped(worker: subprocess.Popen[bytes]) -> bytes:
    worker.terminate()
    return worker.communicate(timeout=60)[0]


def test_a_killed_worker_is_replaced(machine: Machine, image: bytes) -> None:
    server = machine.serve(workers=1)
    [first] = eventually(lambda: machine.workers_of(server), "a worker is there")

    machine.kill(first)

    eventually(
        lambda: [pid for pid in machine.workers_of(server) if pid != first], "another worker comes"
    )
    assert machine.ended(machine.queue_job(image))["status"] == "succeeded"


def test_a_killed_server_loses_no_job_no_batch_and_no_result(
    machine: Machine, image: bytes
) -> None:
    server = machine.serve(workers=0)
    done = httpx2.post(
        f"{machine.url}/api/v1/jobs",
        data={"mode": "metadata"},
        files={"image": ("a.jpg", image, "image/jpeg")},
    ).json()
    queued = [machine.queue_job(image) for _ in range(20)]
    batch = httpx2.post(
        f"{machine.url}/api/v1/batches",
        data={"mode": "metadata", "zip": "true"},
        files=[("image", (f"{name}.jpg", image, "image/jpeg")) for name in "abc"],
    ).json()

    machine.kill(server.pid)
    server.wait()
    machine.serve(workers=2)

    assert {machine.ended(job_id)["status"] for job_id in queued} == {"succeeded"}

    def finished() -> dict[str, Any] | None:
        found: dict[str, Any] = machine.get(f"/api/v1/batches/{batch['id']}").json()
        return found if found["status"] == "finished" else None

    ended = eventually(finished, "the batch ends")
    assert ended["counts"]["succeeded"] == 3
    assert httpx2.get(ended["zip_url"]).content.startswith(b"PK")
    again = machine.job(done["id"])
    assert httpx2.get(again["result_url"]).content == httpx2.get(done["result_url"]).content


def test_workers_do_not_outlive_their_server(machine: Machine) -> None:
    server = machine.serve(workers=2)
    workers = eventually(lambda: machine.workers_of(server), "workers are there")

    machine.kill(server.pid)
    server.wait()

    eventually(lambda: not any(_alive(pid) for pid in workers), "the workers notice and end")


def test_the_server_stops_when_asked(machine: Machine) -> None:
    server = machine.serve(workers=1)

    server.terminate()

    assert server.wait(timeout=60) in (0, -15)


def _alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
    return "State:\tZ" not in status
