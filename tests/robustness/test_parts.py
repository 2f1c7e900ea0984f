"""kill -9 in the middle of a part: another worker runs that part again, and no other one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from expunge.accounts.callers import anonymous
from expunge.bootstrap import build
from expunge.jobs import drafting
from expunge.jobs.capacity import Capacity
from expunge.jobs.job import Job, Status
from expunge.jobs.request import JobRequest
from expunge.settings import Settings
from tests.robustness.conftest import eventually
from tests.samples.parts import result_of

if TYPE_CHECKING:
    from expunge.service import Service
    from tests.robustness.conftest import Machine

WORKER = str(Path(__file__).with_name("part_worker.py"))
STAGES = (1, 2, 1)
CALLER = anonymous("203.0.113.5")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")


@pytest.fixture
def service(machine: Machine) -> Iterator[Service]:
    made = build(Settings(data=machine.data, quotas="off", job_lease_seconds=machine.lease))
    with (
        patch.object(Capacity, "stages_for", lambda *_: STAGES),
        patch.object(drafting, "shares", lambda mode, counts: [1 / len(counts)] * len(counts)),
    ):
        yield made
    made.close()


def test_a_killed_worker_costs_its_part_alone(
    machine: Machine, service: Service, image: bytes
) -> None:
    root = Path(__file__).parents[2]
    machine.settings = {"PYTHONPATH": f"{root / 'functions'}:{root}", "STUCK": "1-0"}
    job = service.jobs.submit(CALLER, JobRequest("metadata", {}, image, respond_async=True)).job
    victim = machine.start(WORKER)
    assert victim.stdout is not None
    assert [victim.stdout.readline() for _ in range(2)] == [b"0-0\n", b"1-0\n"]

    machine.kill(victim.pid)
    del machine.settings["STUCK"]
    workers = [machine.start(WORKER) for _ in range(2)]

    def ended() -> Job | None:
        now = service.jobs.get(CALLER, job.id)
        return now if now.status.ended else None

    done = eventually(ended, "the job ends")
    assert done.status is Status.SUCCEEDED
    assert service.jobs.result(done) == result_of(STAGES)
    for worker in workers:
        worker.terminate()
    printed = b"".join(worker.communicate(timeout=60)[0] for worker in workers)
    assert sorted(printed.split()) == [b"1-0", b"1-1", b"2-0"]
