"""Queued jobs on the embedded server: what they take beyond their work, and under a backlog."""

from __future__ import annotations

import http.client
import json
import statistics
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
from expunge.jobs.admission import Wish
from expunge.jobs.job import Job, Status
from expunge.jobs.register import Register
from expunge.settings import Settings
from expunge.stores.ports import Put
from tests.benchmarks.http import multipart, photo, server

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

ONE_BY_ONE = 60
AT_ONCE = {"metadata": 400, "invisible": 60}
BACKLOGS = (0, 1_000, 10_000, 100_000)
ADMISSIONS = 1_000
CALLER = anonymous("203.0.113.5")


def run(console: Console) -> None:
    console.print(one_by_one())
    console.print(backlog())
    console.print(admission())


def one_by_one() -> Table:
    """From the 202 to the news that a job has succeeded, less what the work itself took."""
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
    """How much of their time two workers spend in jobs, as long as there are any."""
    table = Table(
        "mode", "jobs", "a second", "of two workers' time in jobs", title="A backlog, two workers"
    )
    image = photo(100_000)
    with server() as port:
        for mode, count in AT_ONCE.items():
            request = asynchronous(port, mode, image)
            jobs = [request() for _ in range(count)]
            shown = [ended(port, job["id"]) for job in jobs]
            # The queue was never empty between the first and the last admission's end.
            late = [one for one in shown if one["left"] > jobs[-1]["made"]]
            work = sum(one["processing_ms"] for one in late) / 1e3
            wall = max(one["left"] for one in late) - jobs[-1]["made"]
            table.add_row(mode, str(len(late)), f"{len(late) / wall:.1f}", f"{work / 2 / wall:.0%}")
    return table


def admission() -> Table:
    """The time and the processor time of ``ADMISSIONS`` admissions, by the length of the queue."""
    table = Table("jobs in the queue", "p50 ms", "p99 ms", "CPU ms each", title="Admission")
    image = photo(20_000)
    for length in BACKLOGS:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data=Path(folder), quotas="off")
            fill(settings, length)
            with closing(build(settings)) as service:
                wish = Wish("metadata", {}, image=image, respond_async=True)
                cpu = time.process_time()
                submit = partial(service.jobs.submit, CALLER, wish)
                spans = [timed(submit) for _ in range(ADMISSIONS)]
                cpu = time.process_time() - cpu
        table.add_row(
            f"{length:,}",
            f"{statistics.median(spans):.2f}",
            f"{statistics.quantiles(spans, n=100)[98]:.2f}",
            f"{cpu * 1e3 / ADMISSIONS:.2f}",
        )
    return table


def fill(settings: Settings, length: int) -> None:
    """Queued jobs of many callers, written as admission writes them, many at a time."""
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
    """Writes handed on in tens: nobody else is there to see them come late."""

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
    """Makes a queued job; its answer, and when that came."""
    body, headers = multipart(image)
    body = body.replace(b"\r\n\r\nmetadata\r\n", f"\r\n\r\n{mode}\r\n".encode(), 1)
    headers |= {"prefer": "respond-async"}

    def request() -> dict[str, Any]:
        job = answer(port, "POST", "/api/v1/jobs", body, headers)
        return job | {"made": time.time()}

    return request


def waited(port: int, job: dict[str, Any]) -> tuple[float, float]:
    """Milliseconds from the 202 to the end as its caller hears of it; those of the work."""
    done = answer(port, "GET", f"/api/v1/jobs/{job['id']}", None, {"prefer": "wait=25"})
    return (time.time() - job["made"]) * 1e3, done["processing_ms"]


def ended(port: int, job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = {"status": "queued"}
    while job["status"] in ("queued", "processing"):
        job = answer(port, "GET", f"/api/v1/jobs/{job_id}", None, {"prefer": "wait=25"})
    if job["status"] != "succeeded":
        sys.exit(f"a job of the benchmark is {job}")
    return job | {"left": time.time()}


def answer(
    port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, body, headers)
    shown: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return shown
