"""Measure queued jobs on the embedded server: their overhead, and their rate under a backlog."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from expunge.accounts.callers import anonymous
from expunge.bootstrap import build, stores
from expunge.ids import new_id
from expunge.jobs.job import Job, Status
from expunge.jobs.register import Register
from expunge.jobs.request import JobRequest
from expunge.settings import Settings
from expunge.stores.ports import Put
from tests.benchmarks.http import FUNCTIONS, multipart, photo, server

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

ONE_BY_ONE = 60
AT_ONCE = {"metadata": 400, "invisible": 80}
BACKLOGS = (0, 1_000, 10_000, 100_000)
ADMISSIONS = 1_000
CALLER = anonymous("203.0.113.5")


def run(console: Console) -> None:
    console.print(one_by_one())
    console.print(backlog())
    console.print(admission())


def one_by_one() -> Table:
    """Measure the time from the 202 until a job is reported as succeeded, minus the work."""
    table = Table(
        "mode", "operation, p50 ms", "beyond it, p50 ms", "p90 ms", title="One queued job at a time"
    )
    image = photo(100_000)
    with server() as port:
        for mode in AT_ONCE:
            request = asynchronous(port, mode, image)
            spans = [waited(port, request()) for _ in range(ONE_BY_ONE)][5:]
            over = [total - work for total, work in spans]
            table.add_row(
                mode,
                f"{statistics.median(work for _, work in spans):.0f}",
                f"{statistics.median(over):.0f}",
                f"{statistics.quantiles(over, n=10)[8]:.0f}",
            )
    return table


def backlog() -> Table:
    """Measure the share of time that two workers spend in jobs while the queue has any."""
    table = Table(
        "mode",
        "operation, p50 ms",
        "jobs a second",
        "workers' time in jobs",
        title="A backlog, two workers",
    )
    for mode, count in AT_ONCE.items():
        jobs = drained(mode, photo(500_000), count)
        jobs.sort(key=lambda job: job.ended_at or 0)
        jobs = jobs[count // 5 :]  # each worker imports the mode's libraries at first
        ms = [float(job.processing_ms or 0) for job in jobs]
        ends = [job.ended_at or 0 for job in jobs]
        wall = ends[-1] - ends[0]
        table.add_row(
            mode,
            f"{statistics.median(ms):.0f}",
            f"{(len(jobs) - 1) / wall:.0f}",
            f"{sum(ms[1:]) / 1e3 / 2 / wall:.0%}",
        )
    return table


def drained(mode: str, image: bytes, count: int) -> list[Job]:
    """Create ``count`` jobs without workers, then return them after two workers ended them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), quotas="off")
        with closing(build(settings)) as service:
            job_request = JobRequest(mode, {}, image=image, respond_async=True)
            made = [service.jobs.submit(CALLER, job_request).job for _ in range(count)]
            workers = [worker(folder) for _ in range(2)]
            while next(service.jobs.unfinished(), None):
                time.sleep(0.5)
            for each in workers:
                each.terminate()
                each.communicate()
            return [service.jobs.get(CALLER, job.id) for job in made]


def worker(folder: str) -> subprocess.Popen[bytes]:
    settings = {
        "PYTHONPATH": str(FUNCTIONS),
        "EXPUNGE_DATA": folder,
        "EXPUNGE_QUOTAS": "off",
        "EXPUNGE_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "expunge.embedded.worker"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | settings)


def admission() -> Table:
    """Measure wall and CPU time of ``ADMISSIONS`` admissions, by queue length."""
    table = Table(
        "jobs in the queue", "p50 ms", "p99 ms", "CPU ms each", "a sweep, ms", title="Admission"
    )
    image = photo(20_000)
    for length in BACKLOGS:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data=Path(folder), quotas="off")
            fill(settings, length)
            with closing(build(settings)) as service:
                job_request = JobRequest("metadata", {}, image=image, respond_async=True)
                cpu = time.process_time()
                submit = partial(service.jobs.submit, CALLER, job_request)
                spans = [timed(submit) for _ in range(ADMISSIONS)]
                cpu = time.process_time() - cpu
                sweep = timed(service.sweep)
        table.add_row(
            f"{length:,}",
            f"{statistics.median(spans):.2f}",
            f"{statistics.quantiles(spans, n=100)[98]:.2f}",
            f"{cpu * 1e3 / ADMISSIONS:.2f}",
            f"{sweep:.0f}",
        )
    return table


def fill(settings: Settings, length: int) -> None:
    """Write queued jobs of many callers as admission does, many at a time."""
    wired = stores(settings)
    register = Register(Collected(wired.records), time.time, None, lambda _: None)  # type: ignore[arg-type]
    for number in range(length):
        job = Job(
            id=new_id("job", time.time()),
            owner=f"ip_{number % 5_000}",
            mode="metadata",
            options={},
            status=Status.QUEUED,
            sync=False,
            media_type="image/jpeg",
            created_at=time.time(),
            record_seconds=1800,
            input_key="in/2026-01-01/nothing.jpg",
        )
        register.add(job)
        wired.queue.send(job.message())
    register._records.flush()  # type: ignore[attr-defined]
    wired.close()


class Collected:
    """Groups writes in tens; no other process reads them, so the delay is harmless."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._held: list[Put] = []

    def write(self, *changes: Put) -> None:
        self._held += changes
        if len(self._held) >= 100:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._inner.write(*self._held)
        self._held = []


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1e3


def asynchronous(port: int, mode: str, image: bytes) -> Callable[[], dict[str, Any]]:
    """Return a function that creates a queued job and returns its answer and the time."""
    body, headers = multipart(image)
    body = body.replace(b"\r\n\r\nmetadata\r\n", f"\r\n\r\n{mode}\r\n".encode(), 1)
    headers |= {"prefer": "respond-async"}

    def request() -> dict[str, Any]:
        job = answer(port, "POST", "/api/v1/jobs", body, headers)
        return job | {"made": time.time()}

    return request


def waited(port: int, job: dict[str, Any]) -> tuple[float, float]:
    """Return milliseconds from the 202 until the caller sees the end, and those of the work."""
    done = answer(port, "GET", f"/api/v1/jobs/{job['id']}", None, {"prefer": "wait=25"})
    return (time.time() - job["made"]) * 1e3, done["processing_ms"]


def answer(
    port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, body, headers)
    shown: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return shown
