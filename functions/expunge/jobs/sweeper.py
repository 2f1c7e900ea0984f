"""Recovers jobs after lost messages, crashed workers and crashed servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.jobs.attempts import Attempts

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.jobs.capacity import Dispatch
    from expunge.jobs.job import Job
    from expunge.jobs.pending import Entry, Pending
    from expunge.jobs.register import Register
    from expunge.jobs.runner import Runner
    from expunge.jobs.worker import Worker

MAX_QUEUED_SECONDS = 2 * 24 * 3600
"""After this time the image of a queued job has expired, so the job is ended. This is long before
its record expires, since only the end refunds the charge."""

_TOO_LONG = "The parts of the job did not end within two days."


@dataclass(slots=True)
class Swept:
    """The result of one sweep."""

    sent_again: int = 0
    given_up: int = 0


class Sweeper:
    """Finds overdue jobs and restarts them."""

    def __init__(
        self,
        register: Register,
        pending: Pending,
        runner: Runner,
        worker: Worker,
        dispatch: Dispatch,
        clock: Callable[[], float],
    ) -> None:
        self._register = register
        self._pending = pending
        self._runner = runner
        self._worker = worker
        self._dispatch = dispatch
        self._clock = clock

    def sweep(self) -> Swept:
        """Check every pending job that is due, once; see `Attempts` for one that fails."""
        swept, attempts = Swept(), Attempts()
        for entry in self._pending.due():
            with attempts.one(f"the check of job {entry.job_id}"):
                self._look(entry, swept)
        attempts.finish()
        return swept

    def _look(self, entry: Entry, swept: Swept) -> None:
        job = self._register.get(entry.owner, entry.job_id)
        if job is None and self._pending.may_wait(entry):
            return
        if job is None or job.status.ended:
            self._pending.forget(entry)
        else:
            self._check(entry, job, swept)

    def send_waiting(self, *, dry_run: bool = False) -> int:
        """Send a message for every waiting job, whether or not its check is due."""
        count = 0
        for job in self._register.unfinished():
            if not job.sync and not self._worker.held_for(job):
                count += 1
                if not dry_run:
                    self._dispatch.send(job)
        return count

    def _check(self, entry: Entry, job: Job, swept: Swept) -> None:
        running = self._worker.held_for(job) > 0
        too_old = self._clock() - job.created_at > MAX_QUEUED_SECONDS
        if (job.sync or too_old) and not running:
            # The process that ran a synchronous job has crashed, and its caller is gone.
            self._runner.give_up(job, _TOO_LONG if job.started_at else None)
            swept.given_up += 1
            return
        if not running:
            self._dispatch.send(job)
            swept.sent_again += 1
        self._pending.postpone(entry, job)
