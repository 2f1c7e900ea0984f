"""Looking after jobs that nobody looks after: lost messages, dead workers, vanished servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.jobs.job import Job
    from expunge.jobs.register import Register
    from expunge.jobs.runner import Runner
    from expunge.stores.ports import Queue

HOPELESS_SECONDS = 2 * 24 * 3600
"""After so long the picture of a queued job has expired. It is ended well before its record
would be, since only an end gives back what the job was charged."""


@dataclass(slots=True)
class Swept:
    """What one sweep did."""

    sent_again: int = 0
    given_up: int = 0


class Sweeper:
    """Finds jobs that should have ended by now and sets them going again."""

    def __init__(
        self, register: Register, runner: Runner, queue: Queue, clock: Callable[[], float]
    ) -> None:
        self._register = register
        self._runner = runner
        self._queue = queue
        self._clock = clock

    def sweep(self) -> Swept:
        """Look once at every pending job whose time has come."""
        swept = Swept()
        for owner, job_id, _ in self._register.due():
            job = self._register.get(owner, job_id)
            if job is None or job.status.ended:
                self._register.forget(job_id)
            else:
                self._look_at(job, swept)
        return swept

    def send_waiting(self, *, dry_run: bool = False) -> int:
        """Send a message for every job that waits, without regard to when its turn is."""
        count = 0
        for job in self._register.unfinished():
            if not job.sync and not self._runner.held_for(job):
                count += 1
                if not dry_run:
                    self._queue.send(job.message())
        return count

    def _look_at(self, job: Job, swept: Swept) -> None:
        running = self._runner.held_for(job) > 0
        hopeless = self._clock() - job.created_at > HOPELESS_SECONDS
        if (job.sync or hopeless) and not running:
            # The caller of a sync job is gone, and so is whoever served it.
            self._runner.give_up(job)
            swept.given_up += 1
            return
        if not running:
            self._queue.send(job.message())
            swept.sent_again += 1
        self._register.look_again(job)
