"""What keeps a run from its end: for a while, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import ExpungeError, OperatorNeeded, Unavailable
from expunge.operations.execution import failure_of

if TYPE_CHECKING:
    from expunge.jobs.job import Job

MEMORY_RETRY_SECONDS = 5.0
"""Delay before the retry of a queued job for which there was no memory."""


class NotStored(Unavailable):
    """A job's end was certainly not written, so nothing names its result."""


class NotNow(Exception):
    """The job cannot run now; its message should be retried in ``seconds``."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(f"{why} for {seconds:.1f} s")
        self.seconds = seconds


class LeaseHeld(NotNow):
    """Another worker has the job."""

    def __init__(self, seconds: float) -> None:
        super().__init__("held by another worker", seconds)


class NoRoom(NotNow):
    """Other jobs use the memory that this one needs."""

    def __init__(self) -> None:
        super().__init__("postponed for lack of memory", MEMORY_RETRY_SECONDS)


class JobOver(Exception):
    """The job has ended meanwhile, or another worker has taken over this run."""


def may_pass(error: Exception) -> bool:
    """Whether a retry may succeed without the operator."""
    return isinstance(error, Unavailable) and not isinstance(error, OperatorNeeded)


def failure_for(job: Job, error: Exception, *, last: bool) -> ExpungeError:
    """The error for the job's caller; an error that leaves the job alive is raised instead.

    Parameters
    ----------
    last
        Whether the job has no further attempt, so that no error leaves it alive.
    """
    if isinstance(error, JobOver):
        raise error
    failure = failure_of(error, f"job {job.id}: {job.mode}")
    if not may_pass(failure):
        return failure
    if job.sync:
        return Unavailable("A store did not answer. Please try again.")
    if not last:
        raise failure
    return failure
