"""Does the work of a batch: makes its jobs one by one, ends it, deletes it.

Each step is one write under the batch's lease and continues where the last one stopped. So a
worker may crash between any two steps, and a message may arrive twice: every item gets one job.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from expunge.batches.batch import State, caller_of, counted
from expunge.errors import ExpungeError, OperatorNeeded, Unavailable
from expunge.jobs.failures import LeaseHeld
from expunge.jobs.job import Job, Status
from expunge.jobs.register import RESULT_SECONDS
from expunge.jobs.request import JobRequest
from expunge.operations.execution import failure_of
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expunge.batches.archive import Zipper
    from expunge.batches.batch import Batch, Planned
    from expunge.batches.register import BatchRegister
    from expunge.batches.removal import Removal
    from expunge.jobs.jobs import Jobs
    from expunge.jobs.register import Notices
    from expunge.stores.ports import Change, Queue, Value

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""Time in which the worker makes the next job. It is renewed with each."""
ZIP_SECONDS = 600.0
"""Time for the ZIP of a batch."""
SLICE_SECONDS = 20.0
"""A worker makes jobs for this long; then other messages have their turn."""
LONGEST_SECONDS = 2 * 24 * 3600
"""A batch that has not ended after this time is cancelled, so that its charge is given back."""


class LostBatch(Exception):
    """Another worker or the caller has changed the batch."""


class BatchWorker:
    """Processes the queue messages of batches."""

    def __init__(
        self,
        register: BatchRegister,
        jobs: Jobs,
        zipper: Zipper,
        removal: Removal,
        queue: Queue,
        notices: Callable[[Batch], Notices],
        clock: Callable[[], float],
    ) -> None:
        self._register = register
        self._jobs = jobs
        self._zipper = zipper
        self._removal = removal
        self._queue = queue
        self._notices = notices
        self._clock = clock

    def work(self, message: Mapping[str, Value]) -> None:
        """Process a queue message. Processing it twice is harmless.

        Raises
        ------
        LeaseHeld
            While another worker has the batch.
        Unavailable
            If a store failed; the message should be retried.
        """
        owner, batch_id = str(message["owner"]), str(message["batch"])
        batch = self._register.get(owner, batch_id)
        if batch is None or batch.state in (State.FINISHED, State.CANCELED):
            self._register.close(batch_id)
        elif batch.state is State.DELETED:
            if not self._removal.finish(batch):
                self._queue.send(message, delay=5)
        else:
            self._continue(batch)

    def _continue(self, batch: Batch) -> None:
        mine = self._leased(batch)
        try:
            mine = self._make_jobs(mine)
            if mine.planned < mine.total:
                self._register.release(mine)
                self._queue.send(mine.message())
            elif self._open(mine):
                self._register.release(mine)
                if not self._register.has_open_jobs(mine.id):
                    self._queue.send(mine.message())  # its last job has just ended
            else:
                self._end(mine)
        except LostBatch:
            current = self._register.get(batch.owner, batch.id)
            if current is not None and current.lease == mine.lease:
                self._register.release(current)
            self._queue.send(batch.message(), delay=1)

    def _leased(self, batch: Batch) -> Batch:
        left = batch.lease_until - self._clock() if batch.lease else 0.0
        if 0 < left <= 2 * ZIP_SECONDS:  # longer after the clock was set back
            raise LeaseHeld(left)
        if self._clock() - batch.created_at > LONGEST_SECONDS:
            self._register.cancel(batch)
            batch = self._register.get(batch.owner, batch.id) or batch
        mine = self._register.lease(batch, LEASE_SECONDS)
        if mine is None:
            raise LeaseHeld(1.0)
        return mine

    # ── Jobs ─────────────────────────────────────────────────────────────────

    def _make_jobs(self, batch: Batch) -> Batch:
        """Make the jobs of the next items, for `SLICE_SECONDS` at most."""
        until = time.monotonic() + SLICE_SECONDS
        plan = self._register.plan(batch) if batch.planned < batch.total else []
        while batch.planned < len(plan) and time.monotonic() < until:
            advance = self._register.advance(batch, LEASE_SECONDS)
            try:
                self._make_job(batch, plan[batch.planned], advance)
            except WriteRefused:
                batch = self._changed(batch)
                continue
            until_then: Any = advance.set["lease_until"]
            batch = batch.changed(planned=batch.planned + 1, lease_until=until_then)
        return batch

    def _changed(self, batch: Batch) -> Batch:
        """The batch after its caller has cancelled it."""
        current = self._register.get(batch.owner, batch.id)
        if current is None or current.lease != batch.lease or current.state is batch.state:
            raise LostBatch
        return current

    def _make_job(self, batch: Batch, planned: Planned, advance: Change) -> None:
        """Make an item's job: queued, failed if its image is no good, or cancelled."""
        if batch.state is State.CANCELING:
            self._add_ended(batch, planned, advance, Status.CANCELED)
            return
        request = _request_of(batch, planned)
        try:
            self._jobs.admit_prepaid(
                caller_of(batch),
                request,
                job_id=planned.job,
                also=[advance],
                batch=batch.id,
                batch_index=planned.index,
                refund_data=planned.refund_data,
                **({"filename": planned.name} if planned.name else {}),
            )
        except WriteRefused:
            raise
        except Exception as error:  # noqa: BLE001 (each is reported or raised again)
            failure = _failure(error, planned.job)
            self._add_ended(batch, planned, advance, Status.FAILED, failure)

    def _add_ended(
        self,
        batch: Batch,
        planned: Planned,
        advance: Change,
        status: Status,
        error: ExpungeError | None = None,
    ) -> None:
        job = Job(
            id=planned.job,
            owner=batch.owner_of(planned.job),
            browser=batch.browser,
            mode=planned.mode,
            options=planned.options,
            status=Status.QUEUED,
            sync=False,
            media_type="application/octet-stream",
            created_at=self._clock(),
            record_seconds=batch.record_seconds,
            key=caller_of(batch).key,
            purpose=batch.purpose,
            base_url=batch.base_url,
            batch=batch.id,
            batch_index=planned.index,
            refund_data=planned.refund_data,
            filename=planned.name,
        )
        facts = {"error_code": error.code, "error_message": error.detail} if error else {}
        self._jobs.add_ended(job, status, [advance], **facts)

    def _open(self, batch: Batch) -> bool:
        """Whether jobs have not ended. The queued ones of a cancelled batch are ended here."""
        if batch.state is State.CANCELING:
            for planned in self._register.plan(batch):
                job = self._jobs.find(batch.owner_of(planned.job), planned.job)
                if job is not None and not job.status.ended:
                    self._jobs.drop_queued(job)
        return self._register.has_open_jobs(batch.id)

    # ── The end ──────────────────────────────────────────────────────────────

    def _end(self, batch: Batch) -> None:
        """End a batch whose jobs have ended: its ZIP, its counts, its messages."""
        canceled = batch.state is State.CANCELING
        entries = [entry for _, entry in self._register.entries(batch)]
        facts: dict[str, Any] = {}
        if batch.zip and not canceled:
            held = self._register.change(batch, lease_until=self._clock() + ZIP_SECONDS)
            if held is None:
                raise LostBatch
            batch = held
            facts = self._zipper.zipped(batch, entries)
        now = self._clock()
        if "zip_key" in facts:
            facts["zip_expires_at"] = now + RESULT_SECONDS
        facts |= {
            "state": State.CANCELED if canceled else State.FINISHED,
            "counts": counted(entries, batch.total),
            "ended_at": now,
            "lease": None,
        }
        self._register.keep_until_end(batch)
        notices = self._notices(batch.changed(**facts))
        closing: Sequence[Change] = [*self._register.ended(batch), *notices.changes]
        if self._register.change(batch, *closing, **facts) is None:
            raise LostBatch
        notices.send()


def _failure(error: Exception, job: str) -> ExpungeError:
    """The error for the item's caller; an error that a retry may fix is raised instead."""
    if isinstance(error, Unavailable) and not isinstance(error, OperatorNeeded):
        raise error
    return failure_of(error, f"job {job}: its image")


def _request_of(batch: Batch, planned: Planned) -> JobRequest:
    return JobRequest(
        planned.mode,
        planned.options,
        object_key=planned.object_key,
        image_url=planned.image_url,
        purpose=batch.purpose,
        base_url=batch.base_url,
        respond_async=True,
        prepaid=True,
    )
