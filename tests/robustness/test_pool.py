"""Synchronous operations on pixels: stopped at their limit, survived where they die."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from threading import Semaphore
from typing import TYPE_CHECKING, Any

import pytest

from expunge.accounts.callers import Caller, Tier
from expunge.bootstrap import build
from expunge.embedded.pool import child
from expunge.embedded.pool import pool as pool_module
from expunge.embedded.pool.pool import Pool
from expunge.errors import Overloaded
from expunge.jobs.job import Status
from expunge.jobs.request import JobRequest
from expunge.operations import MODES
from expunge.settings import Settings
from tests.robustness.conftest import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.service import Service

CALLER = Caller("anonymous#1", Tier.ANONYMOUS)
ROOT = Path(__file__).parents[2]
SLOW_PROCESS = (sys.executable, "-m", "tests.robustness.slow_process")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills processes")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Settings for this process and for image processes alike."""
    settings = {"data": tmp_path, "memory_mb": 1024}
    for name, value in settings.items():
        monkeypatch.setenv(f"EXPUNGE_{name.upper()}", str(value))
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'functions'}:{ROOT}")
    return settings


@pytest.fixture
def pool(environment: dict[str, Any]) -> Iterator[Pool]:
    with Pool(1, patience=60) as pool:
        yield pool


@pytest.fixture
def service(pool: Pool, environment: dict[str, Any]) -> Iterator[Service]:
    service = build(Settings(**environment), executor=pool)
    yield service
    service.close()


def submitted(service: Service, mode: str, image: bytes) -> Any:
    return service.jobs.submit(CALLER, JobRequest(mode, {}, image=image))


def left(service: Service, mode: str) -> int:
    group = MODES[mode].group
    [hour, *_] = service.meter.quotas(CALLER, group)
    return hour.remaining


def test_an_operation_in_a_process_gives_what_it_gives_here(service: Service, image: bytes) -> None:
    job = submitted(service, "detect", image)

    assert job.job.status is Status.SUCCEEDED
    assert job.outcome.report["visible"]["status"] == "examined"


def test_a_job_over_its_limit_is_answered_at_the_limit_and_gives_its_quota_back(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, Any], image: bytes
) -> None:
    monkeypatch.setattr(child, "COMMAND", SLOW_PROCESS)
    with Pool(1) as pool:
        service = build(Settings(**environment, job_timeout_seconds=2), executor=pool)
        before = left(service, "detect")

        job = submitted(service, "detect", image).job

        assert job.status is Status.FAILED
        assert "longer than 2 seconds" in (job.error_message or "")
        assert left(service, "detect") == before
        service.close()

        monkeypatch.undo()
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "functions"))
        patient = build(Settings(**environment), executor=pool)
        assert submitted(patient, "detect", image).job.status is Status.SUCCEEDED, "replaced"
        patient.close()


def test_a_job_whose_process_dies_fails_and_gives_its_quota_back(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, Any], image: bytes
) -> None:
    monkeypatch.setattr(child, "COMMAND", SLOW_PROCESS)
    with Pool(1) as pool:
        service = build(Settings(**environment), executor=pool)
        before = left(service, "visible")

        for _ in range(2):
            job = submitted(service, "visible", image).job
            assert (job.status, job.error_code) == (Status.FAILED, "pipeline_error")

        assert left(service, "visible") == before
        service.close()


def test_an_idle_process_that_is_killed_leaves_no_zombie(
    environment: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "CHECK_SECONDS", 0.01)
    with Pool(1) as pool:
        with pool.turn(MODES["detect"], 1) as turn:
            pid = turn._child.pid
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not Path(f"/proc/{pid}").exists(), "it is reaped")


def test_an_image_process_gives_way_to_processes_that_answer(environment: dict[str, Any]) -> None:
    with Pool(1) as pool, pool.turn(MODES["detect"], 1) as turn:
        theirs = os.getpriority(os.PRIO_PROCESS, turn._child.pid)
        assert theirs > os.getpriority(os.PRIO_PROCESS, 0)


def test_metadata_needs_no_process(service: Service, pool: Pool, image: bytes) -> None:
    with pool.turn(MODES["detect"], 1):
        assert submitted(service, "metadata", image).job.status is Status.SUCCEEDED


def test_of_many_that_wait_for_a_process_all_but_the_first_are_refused_at_once(
    environment: dict[str, Any],
) -> None:
    """Each that waits holds a thread: with all of them held, nothing else would be answered."""
    served, refused = Semaphore(0), Semaphore(0)

    def wait() -> None:
        try:
            with pool.turn(MODES["detect"], 1):
                served.release()
        except Overloaded:
            refused.release()

    with Pool(1, patience=600, max_waiting=2) as pool:
        with pool.turn(MODES["detect"], 1):
            waiting = [threading.Thread(target=wait) for _ in range(10)]
            for thread in waiting:
                thread.start()
            assert all(refused.acquire(timeout=60) for _ in range(8)), "while two still wait"
            assert not served.acquire(blocking=False)
        for thread in waiting:
            thread.join()

    assert all(served.acquire(blocking=False) for _ in range(2))


def test_where_all_processes_are_busy_no_job_is_made(
    service: Service, pool: Pool, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left(service, "detect")
    with monkeypatch.context() as impatient, pool.turn(MODES["detect"], 1):
        impatient.setattr(pool, "_patience", 1.0)
        with pytest.raises(Overloaded):
            submitted(service, "detect", image)

    assert left(service, "detect") == before
    assert list(service.jobs.unfinished()) == []
    assert submitted(service, "detect", image).job.status is Status.SUCCEEDED


def test_where_all_memory_is_taken_a_job_waits_and_is_refused(
    environment: dict[str, Any], image: bytes
) -> None:
    with Pool(2, patience=1.0) as pool, pool.turn(MODES["detect"], 1 << 30):
        with pytest.raises(Overloaded), pool.turn(MODES["detect"], 1):
            pass

        freed = threading.Event()

    with Pool(2, patience=60) as pool:
        with pool.turn(MODES["detect"], 1 << 30):
            waiting = threading.Thread(target=_wait_for_a_turn, args=(pool, freed))
            waiting.start()
            assert not freed.wait(0.3)
        assert freed.wait(60)
        waiting.join()


def _wait_for_a_turn(pool: Pool, got_it: threading.Event) -> None:
    with pool.turn(MODES["detect"], 1 << 30):
        got_it.set()
