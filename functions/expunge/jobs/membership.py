"""A job's entry in its batch, written with every change of the job's state.

So a batch reads the states of all its jobs with one query, and whether any of them is open with
another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.jobs.job import Status
from expunge.stores.ports import Delete, Key, Put

if TYPE_CHECKING:
    from expunge.jobs.job import Job
    from expunge.stores.ports import Change, Item

ENTRY = "item#"
OPEN, DONE = f"{ENTRY}open#", f"{ENTRY}done#"


def partition(batch: str) -> str:
    """The partition of a batch's plan and entries."""
    return f"batch#{batch}"


def entered(job: Job, expires_at: int) -> list[Change]:
    """The changes that write a job's state into its batch; none for a job without one."""
    if job.batch is None:
        return []
    if not job.status.ended:
        return [Put(_key(job, OPEN), _facts(job), expires_at=expires_at)]
    done = Put(_key(job, DONE), _facts(job), expires_at=expires_at)
    return [Delete(_key(job, OPEN)), done]


def removed(job: Job, expires_at: int) -> list[Change]:
    """The same for a job that is deleted: the entry stays, without its result."""
    stays = job if job.status.ended else job.changed(status=Status.CANCELED)
    return entered(stays.changed(result_key=None), expires_at)


def _key(job: Job, prefix: str) -> Key:
    return Key(partition(job.batch or ""), f"{prefix}{job.batch_index:03d}")


def _facts(job: Job) -> Item:
    facts: Item = {
        "job": job.id,
        "index": job.batch_index,
        "status": job.status.value,
        "mode": job.mode,
        "name": job.filename,
        "result_key": job.result_key,
        "result_type": job.result_type,
        "result_bytes": job.result_bytes,
        "result_expires_at": job.result_expires_at,
        "error_code": job.error_code,
        "error_message": job.error_message,
    }
    return {name: value for name, value in facts.items() if value is not None}
