"""Waiting for a job's end: by signal where the store has signals, else by a few reads."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from expunge.accounts.callers import Caller
    from expunge.jobs.job import Job
    from expunge.service import Service

LOST_SIGNAL_SECONDS = 5.0
"""Interval between reads where the store has signals, in case one is lost."""
FIRST_READ_SECONDS = 0.25
SLOWER = 1.6
"""Factor by which each pause between reads grows without signals: 9 reads within 25 s."""

_Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class JobWaiters:
    """All requests in this process that wait for a job."""

    def __init__(self, service: Service) -> None:
        self._jobs = service.jobs
        self._signals = service.signals
        self._lock = threading.Lock()
        self._waiters: dict[str, set[_Waiter]] = {}
        self._listening = False

    async def wait(self, caller: Caller, job: Job, seconds: float) -> Job:
        """Return the job once it has ended, or its current state after ``seconds``."""
        until = time.monotonic() + seconds
        pause = LOST_SIGNAL_SECONDS if self._signals else FIRST_READ_SECONDS
        with self._waiting(job.id) as ended:
            if self._signals:  # it may have ended before this listened
                job = await self._read(caller, job)
            while not job.status.ended and (left := until - time.monotonic()) > 0:
                await _wait_for(ended, min(pause, left))
                pause = pause if self._signals else pause * SLOWER
                job = await self._read(caller, job)
        return job

    async def _read(self, caller: Caller, job: Job) -> Job:
        return await run_in_threadpool(self._jobs.get, caller, job.id)

    @contextmanager
    def _waiting(self, job_id: str) -> Iterator[asyncio.Event]:
        waiter = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            if self._signals and not self._listening:
                self._signals.listen(self._heard)
                self._listening = True
            self._waiters.setdefault(job_id, set()).add(waiter)
        try:
            yield waiter[1]
        finally:
            with self._lock:
                self._waiters[job_id].discard(waiter)
                if not self._waiters[job_id]:
                    del self._waiters[job_id]

    def _heard(self, job_id: str) -> None:
        with self._lock:
            waiters = list(self._waiters.get(job_id, ()))
        for loop, ended in waiters:
            loop.call_soon_threadsafe(ended.set)


def waiters_of(request: Request) -> JobWaiters:
    """The application's waiters."""
    waiters: JobWaiters = request.app.state.waiters
    return waiters


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, for at most ``seconds``."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
