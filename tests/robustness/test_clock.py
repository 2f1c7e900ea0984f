"""The clock is stepped by hours, back and forth, while jobs wait and run."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.robustness.attack import ROUNDS, attack
from tests.robustness.conftest import eventually

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.robustness.conftest import Machine

pytestmark = pytest.mark.attack

HOUR = 3600
STUCK_WORKER = str(Path(__file__).with_name("stuck_worker.py"))
SLOW_WORKER = str(Path(__file__).with_name("slow_worker.py"))
LIMIT = 1_000


class Clock:
    """What every process of a machine takes for the time: ours, and an offset."""

    def __init__(self, machine: Machine) -> None:
        self._offset = machine.data / "clock-offset"
        self.step_to(0)
        machine.settings |= {"ATTACK_CLOCK": str(self._offset)}

    def step_to(self, hours: float) -> None:
        new = self._offset.with_suffix(".new")
        new.write_text(str(hours * HOUR))
        new.replace(self._offset)


@pytest.fixture
def clock(machine: Machine) -> Clock:
    machine.settings = {
        "EXPUNGE_QUOTAS": "on",
        "EXPUNGE_LIMITS": f"anonymous.light.hour={LIMIT} anonymous.light.day={LIMIT}"
        " network.light.hour=none anonymous.requests.minute=none",
    }
    return Clock(machine)


def remaining(machine: Machine, image: bytes) -> list[int]:
    """What is left of each limit, after one more job."""
    answer = httpx2.post(
        f"{machine.url}/api/v1/jobs",
        headers=machine.known_by,
        data={"mode": "metadata"},
        files={"image": ("a.jpg", image, "image/jpeg")},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return [int(left) for left in re.findall(r";r=(-?\d+)", answer.headers["ratelimit"])]


def test_waiting_jobs_are_run_and_quotas_hold(
    machine: Machine, clock: Clock, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    machine.serve(workers=0)
    jobs = []
    with attack(machine, "clock steps, jobs that wait", record_property) as counts:
        for hours in (3, 0, -3, 0.5, -26) * ROUNDS:
            for _ in range(4):
                jobs.append(machine.queue_job(image))
                counts.count(202)
            clock.step_to(hours)
            left = remaining(machine, image)
            counts.count(200)
            assert left
            assert all(0 <= number < LIMIT for number in left)
        machine.start("-m", "expunge.embedded.worker")
        for job in jobs:
            assert machine.ended(job)["status"] == "succeeded"
    assert len(jobs) == len(set(jobs)) == 20 * ROUNDS
    assert "Traceback" not in (machine.data / "log").read_text()


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_dead_workers_lease_ends_though_the_clock_was_stepped(
    machine: Machine,
    clock: Clock,
    image: bytes,
    hours: int,
    record_property: Callable[[str, object], None],
) -> None:
    machine.serve(workers=0)
    with attack(machine, f"clock steps {hours:+} h, worker dead", record_property) as counts:
        victim = machine.start(STUCK_WORKER)
        job = machine.queue_job(image)
        counts.count(202)
        in_the_middle(victim)
        machine.kill(victim.pid)
        clock.step_to(hours)
        machine.start("-m", "expunge.embedded.worker")

        assert machine.ended(job)["status"] == "succeeded"


@pytest.mark.long
@pytest.mark.parametrize("hours", [-5, 5])
def test_a_job_under_way_ends_once_though_the_clock_was_stepped(
    machine: Machine,
    clock: Clock,
    image: bytes,
    hours: int,
    record_property: Callable[[str, object], None],
) -> None:
    machine.serve(workers=0)
    with attack(machine, f"clock steps {hours:+} h, worker busy", record_property) as counts:
        workers = [machine.start(SLOW_WORKER) for _ in range(2)]
        job = machine.queue_job(image)
        counts.count(202)
        eventually(lambda: machine.job(job)["status"] == "processing", "it is run")
        clock.step_to(hours)

        end = machine.ended(job)
        assert end["status"] == "succeeded"
        time.sleep(machine.lease)
        fixed = ("status", "processing_ms")
        assert [machine.job(job)[name] for name in fixed] == [end[name] for name in fixed]
        assert all(worker.poll() is None for worker in workers)


def test_sessions_end_when_their_hours_are_over(
    machine: Machine, clock: Clock, image: bytes
) -> None:
    machine.settings |= {"EXPUNGE_ADMIN_PASSWORD": "a-password-of-the-test"}
    machine.serve(workers=0)
    login = {"username": "admin", "password": "a-password-of-the-test"}
    with httpx2.Client(base_url=machine.url, timeout=60) as client:
        assert client.post("/api/v1/admin/auth/login", json=login).status_code == 204

        def status() -> int:
            return client.get("/api/v1/admin/auth/session").status_code

        assert status() == 200
        clock.step_to(-3)
        assert status() == 200, "back: it holds on"
        clock.step_to(3)
        assert status() == 200
        clock.step_to(13)
        assert status() == 401, "its 12 hours are over"
        assert client.post("/api/v1/admin/auth/login", json=login).status_code == 204


def in_the_middle(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"in the middle\n"
