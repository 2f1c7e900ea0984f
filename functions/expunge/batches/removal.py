"""Deletes an ended batch: its jobs with their results, its ZIP, and its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.batches.archive import zip_key
from expunge.batches.batch import State

if TYPE_CHECKING:
    from expunge.batches.batch import Batch
    from expunge.batches.register import BatchRegister
    from expunge.jobs.jobs import Jobs


class Removal:
    """Deletes batches. Each step may be repeated."""

    def __init__(self, register: BatchRegister, jobs: Jobs) -> None:
        self._register = register
        self._jobs = jobs

    def finish(self, batch: Batch) -> bool:
        """Delete everything of a hidden batch; ``False`` if a job has just changed."""
        jobs = [
            self._jobs.find(batch.owner_of(planned.job), planned.job)
            for planned in self._register.plan(batch)
        ]
        dropped = [self._jobs.drop(job) for job in jobs if job is not None]
        if not all(dropped):
            return False
        tasks = self._jobs.cleanup.tasks([zip_key(batch)] if batch.zip else [])
        self._register.forget(batch, *(task.registration() for task in tasks))
        self._jobs.cleanup.attempt(tasks)
        return True

    def drop(self, batch: Batch) -> bool:
        """Delete a batch of an erased owner; ``False`` while it is being worked on."""
        if not batch.state.ended:
            self._register.cancel(batch)
            return False
        if batch.state is not State.DELETED:
            hidden = self._register.hide(batch)
            if hidden is None:
                return False
            batch = hidden
        return self.finish(batch)
