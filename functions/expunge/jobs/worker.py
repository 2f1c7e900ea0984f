"""Processes the queue's messages about jobs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from expunge.telemetry.tracing import TRACE_PARENT, span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from expunge.jobs.job import Job
    from expunge.jobs.part_runner import PartRunner
    from expunge.jobs.parts import Parts
    from expunge.jobs.register import Register
    from expunge.jobs.runner import Runner
    from expunge.stores.ports import Value


class Worker:
    """Runs whole jobs, or parts of them.

    ``part_runner`` is called for the first job in parts: the function of the API has none.
    """

    def __init__(
        self,
        register: Register,
        runner: Runner,
        parts: Parts,
        part_runner: Callable[[], PartRunner],
        *,
        lease_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._register = register
        self._runner = runner
        self._parts = parts
        self._part_runner = cache(part_runner)
        self._lease_seconds = lease_seconds
        self._clock = clock

    def work(self, message: Mapping[str, Value]) -> None:
        """Process a queue message. Processing it twice is harmless.

        Raises
        ------
        NotNow
            While another worker runs the job, or other jobs use the memory for it.
        Unavailable
            If a store failed; the message should be retried.
        """
        parent = message.get(TRACE_PARENT)
        with span("message", parent=str(parent) if parent else None):
            job = self._register.get(str(message["owner"]), str(message["job"]))
            if job is None:
                return
            if job.status.ended:
                self._runner.discard_copies(job)  # the run that ended it may have crashed before
            elif job.stages:
                self._part_runner().work(job, message)
            else:
                self._runner.start(job)

    def held_for(self, job: Job) -> float:
        """Seconds for which others run the job, 0 if it waits."""
        if job.stages:
            return self._parts.all_held_for(job)
        return job.held_for(self._clock(), self._lease_seconds)
