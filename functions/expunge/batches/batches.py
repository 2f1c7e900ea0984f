"""The public interface of batches."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from expunge.accounts.bulk import BulkMeter
from expunge.batches.admission import BatchAdmission
from expunge.batches.archive import MAX_ZIP_BYTES, Zipper
from expunge.batches.batch import Batch, State, counted
from expunge.batches.register import BatchRegister
from expunge.batches.removal import Removal
from expunge.batches.worker import BatchWorker
from expunge.errors import BatchNotFound, ClientSecretRequired, ExpungeError
from expunge.imaging.media_types import with_extension
from expunge.jobs.attempts import Attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.batches.request import BatchRequest, BatchResult
    from expunge.jobs.job import Job
    from expunge.jobs.jobs import Jobs
    from expunge.jobs.register import Notices
    from expunge.stores.ports import Item, Objects, Queue, Records, Value

log = logging.getLogger(__name__)

EVENT = "batch.finished"
"""The event of a batch's end."""


class Batches:
    """All batches of the service, over its jobs."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        queue: Queue,
        jobs: Jobs,
        meter: Meter,
        notices: Callable[[Batch], Notices],
        *,
        clock: Callable[[], float],
        check_space: Callable[[int], object] = lambda _: None,
        max_zip_bytes: int = MAX_ZIP_BYTES,
    ) -> None:
        self._objects = objects
        self._queue = queue
        self._clock = clock
        self._register = BatchRegister(records, clock)
        bulk = BulkMeter(records, meter, clock)
        self._admission = BatchAdmission(records, self._register, jobs, bulk, queue, clock)
        zipper = Zipper(objects, clock, check_space=check_space, max_bytes=max_zip_bytes)
        self._removal = Removal(self._register, jobs)
        self._worker = BatchWorker(
            self._register, jobs, zipper, self._removal, queue, notices, clock
        )

    def submit(self, caller: Caller, request: BatchRequest) -> BatchResult:
        """See `BatchAdmission.submit`."""
        return self._admission.submit(caller, request)

    def work(self, message: Mapping[str, Value]) -> None:
        """See `BatchWorker.work`."""
        self._worker.work(message)

    def job_ended(self, job: Job) -> None:
        """Let a worker end the batch of a job that has ended, if it was the last one.

        The end of the job is written already. If this fails, the sweep repairs it.
        """
        if job.batch is None or not job.status.ended:
            return
        owner = job.batch if job.is_anonymous else job.owner
        try:
            if self._register.has_open_jobs(job.batch):
                return
            batch = self._register.get(owner, job.batch)
            if batch is not None and not batch.state.ended and batch.planned == batch.total:
                self._queue.send(batch.message())
        except ExpungeError:
            log.warning("batch %s is not told of its last job; the sweep will", job.batch)

    def sweep(self) -> int:
        """Send a message for every batch that is due for a check; return their number."""
        count, attempts = 0, Attempts()
        for message in self._register.due():
            with attempts.one(f"batch {message['batch']}"):
                self._queue.send(message)
                count += 1
        attempts.finish()
        return count

    def get(self, caller: Caller, batch_id: str) -> Batch:
        """Return the account's batch, or an anonymous one, for which the id is enough.

        Raises
        ------
        BatchNotFound
            For another account's batch, an expired one, or an unknown id; the error is the same.
        """
        for owner in dict.fromkeys([caller.owner_of(batch_id), batch_id]):
            batch = self._register.get(owner, batch_id)
            if batch is not None and batch.state is not State.DELETED:
                return batch
        raise _not_found()

    def page(
        self, caller: Caller, limit: int, cursor: str | None
    ) -> tuple[list[Batch], str | None]:
        """The caller's batches, newest first, and the cursor of the next page.

        Raises
        ------
        ClientSecretRequired
            For a caller with neither an account nor a secret.
        """
        _check_known(caller)
        if caller.account is None and caller.browser is not None:
            found, following = self._register.listed(caller.browser, limit, cursor)
        else:
            found, following = self._register.page(caller.subject, limit, cursor)
        return [batch for batch in found if batch.state is not State.DELETED], following

    def remove(self, caller: Caller, batch_id: str) -> Batch:
        """Cancel a batch, or delete an ended one with its jobs and results.

        What has not started is cancelled and refunded. Of a deleted batch, the answer is its last
        state, without its ZIP.

        Raises
        ------
        ClientSecretRequired
            For a caller with neither an account nor a secret.
        BatchNotFound
            As for `get`, and for another browser's batch.
        """
        _check_known(caller)
        batch = self.get(caller, batch_id)
        if caller.known_as not in (batch.owner, batch.browser):
            raise _not_found()
        if not batch.state.ended and self._register.cancel(batch):
            self._tell(batch)
            return batch.changed(state=State.CANCELING)
        batch = self.get(caller, batch_id)
        if batch.state.ended and self._register.hide(batch) is not None:
            self._tell(batch)
            return batch.changed(zip_key=None)
        return batch

    def drop(self, item: Item) -> bool:
        """Delete a batch of an erased owner by its record; ``False`` while it goes on."""
        batch = Batch.of(item)
        gone = self._removal.drop(batch)
        if not gone:
            self._tell(batch)
        return gone

    def _tell(self, batch: Batch) -> None:
        """Send the queue message; if that fails, the sweep sends it."""
        try:
            self._queue.send(batch.message())
        except ExpungeError:
            log.warning("batch %s has changed, which no worker is told; the sweep will", batch.id)

    # ── What a caller sees ───────────────────────────────────────────────────

    def entries(self, batch: Batch) -> list[Item]:
        """The states of the jobs that have been made, in the order of the request."""
        found = [entry for _, entry in self._register.entries(batch)]
        return sorted(found, key=lambda entry: int(str(entry["index"])))

    def counts(self, batch: Batch, entries: Sequence[Item] | None = None) -> dict[str, int]:
        """The number of its jobs by state."""
        if batch.counts:
            return batch.counts
        return counted(self.entries(batch) if entries is None else entries, batch.total)

    def result_url(self, entry: Item) -> str | None:
        """The signed URL of one job's result, or ``None`` if there is none (any more)."""
        key, until = entry.get("result_key"), entry.get("result_expires_at")
        if not key or not until:
            return None
        name = str(entry.get("name") or "")
        saved = with_extension(name, str(entry["result_type"])) if name else None
        return self._url(str(key), float(str(until)), saved)

    def zip_url(self, batch: Batch) -> str | None:
        """The signed URL of the ZIP, or ``None`` if there is none (any more)."""
        if batch.zip_key is None or batch.zip_expires_at is None:
            return None
        return self._url(batch.zip_key, batch.zip_expires_at, f"{batch.id}.zip")

    def _url(self, key: str, until: float, filename: str | None) -> str | None:
        left = int(until) - int(self._clock())
        if left <= 0:
            return None
        return self._objects.presign_get(key, expires_in=left, filename=filename)


def _check_known(caller: Caller) -> None:
    if caller.known_as is None:
        raise ClientSecretRequired(
            "Without an account this needs your browser's cookie, or the X-Client-Secret that "
            "the answer to POST /api/v1/batches gave you."
        )


def _not_found() -> BatchNotFound:
    return BatchNotFound("You have no such batch, or its record has expired.")
