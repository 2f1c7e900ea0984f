"""Leases are renewed while work runs, and light work pays for no thread."""

from __future__ import annotations

import threading

import pytest

from expunge.errors import Unavailable, UploadNotFound
from expunge.jobs import heartbeat
from expunge.jobs.heartbeat import Heartbeat

PATIENCE = 60


def test_work_that_goes_on_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LATE_SECONDS", 0.01)
    beats = threading.Semaphore(0)

    with Heartbeat(beats.release, lease=0.09, limit=PATIENCE):
        assert all(beats.acquire(timeout=PATIENCE) for _ in range(3))


@pytest.mark.parametrize("error", [Unavailable("It is down."), UploadNotFound("Gone."), KeyError()])
def test_a_beat_that_fails_is_followed_by_the_next(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(heartbeat, "LATE_SECONDS", 0.01)
    beats = threading.Semaphore(0)

    def beat() -> None:
        beats.release()
        raise error

    with Heartbeat(beat, lease=0.09, limit=PATIENCE):
        assert all(beats.acquire(timeout=PATIENCE) for _ in range(3))


def test_work_that_takes_too_long_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LATE_SECONDS", 0.01)
    overrun = threading.Event()

    with Heartbeat(lambda: None, lease=PATIENCE, limit=0.05, overrun=overrun.set):
        assert overrun.wait(PATIENCE)


def test_a_heartbeat_that_gets_no_thread_starts_later(monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = iter([True, True])
    started = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name == "heartbeat" and next(refusals, False):
            raise RuntimeError("can't start new thread")
        started(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    beat = threading.Event()

    with Heartbeat(beat.set, lease=0.03, limit=PATIENCE):
        assert beat.wait(PATIENCE)


def test_light_work_gets_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LATE_SECONDS", PATIENCE)
    monkeypatch.setattr(heartbeat, "_nursery", heartbeat._Nursery())

    with Heartbeat(lambda: None, lease=100 * PATIENCE, limit=100 * PATIENCE) as light:
        pass

    assert not light.started
