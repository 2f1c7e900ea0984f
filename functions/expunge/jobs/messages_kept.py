"""Notes that the webhook message of a deleted job is kept, by which an erasure finds it.

The message outlives the job, since it may still have to be delivered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.stores.ports import Key, Put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.jobs.job import Job

NOTE = "message#"
NOTE_SECONDS = 4 * 24 * 3600
"""Longer than a message is kept (`hooks.deliveries`)."""


def noted(job: Job, now: float) -> Sequence[Put]:
    """The change that notes it for a deleted job, if it has a receiver and an account."""
    if job.webhook_url is None or job.is_anonymous:
        return ()
    key = Key(f"owner#{job.owner}", f"{NOTE}{job.id}")
    return (Put(key, {}, expires_at=int(now) + NOTE_SECONDS),)
