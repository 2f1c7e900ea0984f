"""A job that wants too much memory or too much time harms nobody but itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.robustness.conftest import Machine

GREEDY_WORKER = str(Path(__file__).with_name("greedy_worker.py"))
STUCK_WORKER = str(Path(__file__).with_name("stuck_worker.py"))


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no such limit")
def test_a_job_that_asks_for_too_much_memory_fails_and_its_worker_goes_on(
    machine: Machine, image: bytes
) -> None:
    machine.settings = {"EXPUNGE_JOB_MEMORY_MB": "300"}
    machine.serve(workers=0)
    greedy, fine = machine.queue_job(image), machine.queue_job(image)
    worker = machine.start(GREEDY_WORKER)

    failed = machine.ended(greedy)
    assert (failed["status"], failed["error_code"]) == ("failed", "pipeline_error")
    assert "memory" in failed["error_message"]
    assert machine.ended(fine)["status"] == "succeeded"
    assert worker.poll() is None


def test_a_job_that_hangs_is_ended_and_its_worker_leaves(machine: Machine, image: bytes) -> None:
    machine.settings = {"EXPUNGE_JOB_TIMEOUT_SECONDS": "1"}
    machine.serve(workers=0)
    stuck = machine.queue_job(image)
    victim = machine.start(STUCK_WORKER)

    failed = machine.ended(stuck)
    assert (failed["status"], failed["error_code"]) == ("failed", "pipeline_error")
    assert "longer than 1 second" in failed["error_message"]
    assert victim.wait(timeout=60) == 1
    assert "stuck_worker.py" in (machine.data / "log").read_text(), "it said where it was"

    machine.settings = {}
    machine.start("-m", "expunge.embedded.worker")
    assert machine.ended(machine.queue_job(image))["status"] == "succeeded"
