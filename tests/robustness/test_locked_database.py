"""Another process holds the database: writes wait, then are refused; reads and health go on."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.robustness.attack import ROUNDS, Attack, attack
from tests.robustness.conftest import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.robustness.conftest import Machine

pytestmark = pytest.mark.attack

CLIENTS = 60
"""More than a web process has threads for requests."""
SHORT, LONG = 1.5, 13.0
"""Seconds of a lock: less, and more, than a write waits for it."""


@contextmanager
def locked(machine: Machine) -> Iterator[None]:
    with closing(sqlite3.connect(machine.data / "expunge.sqlite3", isolation_level=None)) as held:
        held.execute("PRAGMA busy_timeout = 5000")
        held.execute("BEGIN EXCLUSIVE")
        yield
        held.execute("ROLLBACK")


def submitted(machine: Machine, image: bytes, key: str, counts: Attack) -> dict[str, Any] | None:
    answer = counts.ask(
        "POST",
        f"{machine.url}/api/v1/jobs",
        headers={"idempotency-key": key, "prefer": "respond-async"} | machine.known_by,
        data={"mode": "metadata"},
        files={"image": ("a.jpg", image, "image/jpeg")},
    )
    assert answer is not None, "it was cut off"
    if answer.status_code in (200, 202):  # 200: a replay of one that has ended
        return dict(answer.json())
    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "service_unavailable"
    assert int(answer.headers["retry-after"]) > 0
    return None


@pytest.mark.parametrize("seconds", [SHORT, pytest.param(LONG, marks=pytest.mark.long)])
def test_writes_wait_or_are_refused_and_no_job_is_lost(
    standing: Machine,
    image: bytes,
    seconds: float,
    record_property: Callable[[str, object], None],
) -> None:
    for round_ in range(ROUNDS):
        done = standing.ended(standing.queue_job(image))
        url = f"{standing.url}/api/v1/jobs/{done['id']}"
        keys = [f"locked-{seconds}-{round_}-{n}" for n in range(CLIENTS)]
        name = f"database locked for {seconds:g} s"
        with (
            attack(standing, name, record_property, unwell=True) as counts,
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            with locked(standing):
                calls = [pool.submit(submitted, standing, image, key, counts) for key in keys]
                until = time.monotonic() + seconds
                while time.monotonic() < until:
                    assert httpx2.get(url, timeout=60).status_code == 200
                    time.sleep(0.25)
            first = [call.result() for call in calls]
        assert any(first) or seconds == LONG

        eventually(lambda: standing.get("/health").status_code == 200, "it is well again")
        again = [submitted(standing, image, key, Attack()) for key in keys]
        for before, after in zip(first, again, strict=True):
            assert after is not None
            assert before is None or before["id"] == after["id"], "one key, one job"
        assert len({job["id"] for job in again if job}) == CLIENTS
        for job in again:
            assert job is not None
            assert standing.ended(job["id"])["status"] == "succeeded"
    assert "Traceback" not in (standing.data / "log").read_text()
