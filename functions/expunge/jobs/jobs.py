"""The public interface of the job engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.accounts.meter import TRIES, Meter
from expunge.accounts.policies import Policies
from expunge.errors import (
    ClientSecretRequired,
    FieldError,
    JobNotFound,
    Unavailable,
    ValidationFailed,
)
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.loading import load
from expunge.imaging.media_types import with_extension
from expunge.imaging.provenance.choices import Scope
from expunge.jobs import page_index
from expunge.jobs.admission import Admission
from expunge.jobs.archive import Archive
from expunge.jobs.capacity import Capacity, Dispatch
from expunge.jobs.cleanup import Cleanup, PendingDeletion
from expunge.jobs.deletion import Deletion
from expunge.jobs.guard import Open
from expunge.jobs.job import Job, Status
from expunge.jobs.operator_rules import Rules
from expunge.jobs.part_files import PartFiles
from expunge.jobs.parts import Parts
from expunge.jobs.pending import Pending
from expunge.jobs.register import Outbox, Register, log_job
from expunge.jobs.run_times import RunTimeEstimator
from expunge.jobs.runner import Runner
from expunge.jobs.sources import Sources
from expunge.jobs.sweeper import Sweeper, Swept
from expunge.jobs.uploads import Uploads
from expunge.jobs.worker import Worker
from expunge.operations.execution import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from expunge.accounts.callers import Caller
    from expunge.imaging.source import Source
    from expunge.jobs.guard import Guard
    from expunge.jobs.part_runner import PartRunner
    from expunge.jobs.request import JobRequest, SubmitResult
    from expunge.net.ports import Fetch
    from expunge.operations.execution import Executor
    from expunge.operations.receipt import Issuer
    from expunge.stores.ports import Change, Objects, Queue, Records, Value


class Jobs:
    """All jobs of the service, over three stores and the network.

    Without a ``meter``, everything is free. The ``observer`` is called for every queued and every
    ended job, for metrics and logs. ``check_space`` checks the space for so many bytes, or raises
    `StorageFull`.
    ``answer_bytes`` is the largest image in one answer; ``None`` is no limit.
    The ``capacity`` decides which jobs are queued and which are refused; large jobs go to the
    ``large_queue``.
    The ``issuer`` signs receipts; without one there are none.
    The ``job_guard`` is asked about every job; without one all pass.
    """

    def __init__(
        self,
        records: Records,
        objects: Objects,
        queue: Queue,
        fetch: Fetch,
        outbox: Outbox,
        *,
        modes: Collection[str],
        scopes: Collection[str] = tuple(Scope),
        purpose_required: bool = False,
        recognition: bool = False,
        video_codecs: Collection[str] = ("vp9", "av1"),
        issuer: Issuer | None = None,
        job_guard: Guard | None = None,
        lease_seconds: float,
        longest_run: float = 900.0,
        attempts: int,
        clock: Callable[[], float],
        meter: Meter | None = None,
        executor: Executor | None = None,
        large_queue: Queue | None = None,
        media_queue: Queue | None = None,
        capacity: Capacity | None = None,
        observer: Callable[[Job], None] = log_job,
        check_space: Callable[[int], object] = lambda _: None,
        limits: Limits = LIMITS,
        answer_bytes: int | None = None,
    ) -> None:
        self._objects = objects
        self._clock = clock
        self._register = Register(records, clock, outbox, observer)
        meter = meter or Meter(records, Policies(on=False), clock)
        self.sources = Sources(fetch, objects, meter, limits, check_space)
        self.uploads = Uploads(
            records, objects, self._register, meter, clock, limits=limits, check_space=check_space
        )
        self._estimator = RunTimeEstimator(records, clock)
        parts = Parts(records, clock, lease_seconds)
        files = PartFiles(objects, self._register, parts, clock, longest_run)

        def release(task: PendingDeletion) -> float | None:
            return files.release(task) if task.parts_of else self.uploads.release(task)

        self.cleanup = Cleanup(records, objects, clock, release)
        executor = executor or InProcess()
        capacity, job_guard = capacity or Capacity(), job_guard or Open()
        dispatch = Dispatch(queue, large_queue, capacity, media_queue)
        self._runner = Runner(
            objects,
            self._register,
            self.cleanup,
            self._estimator,
            executor,
            issuer=issuer,
            job_guard=job_guard,
            lease_seconds=lease_seconds,
            longest_run=longest_run,
            attempts=attempts,
            clock=clock,
            answer_bytes=answer_bytes,
        )

        def part_runner() -> PartRunner:
            runner: PartRunner = load("expunge.jobs.part_runner").PartRunner(
                self._register,
                parts,
                files,
                self._runner,
                dispatch,
                executor,
                lease_seconds=lease_seconds,
                longest_run=longest_run,
                attempts=attempts,
                clock=clock,
            )
            return runner

        self._worker = Worker(
            self._register,
            self._runner,
            parts,
            part_runner,
            lease_seconds=lease_seconds,
            clock=clock,
        )
        self._admission = Admission(
            records,
            objects,
            dispatch,
            self._register,
            self.uploads,
            self._runner,
            meter,
            self.sources,
            executor=executor,
            rules=Rules(modes, scopes, purpose_required, recognition, video_codecs),
            job_guard=job_guard,
            capacity=capacity,
            clock=clock,
            check_space=check_space,
            limits=limits,
        )
        self.archive = Archive(records, objects, self._register, self.cleanup, clock)
        self.deletion = Deletion(records, self._register, self.uploads, self.archive, self.cleanup)
        self._sweeper = Sweeper(
            self._register, Pending(records, clock), self._runner, self._worker, dispatch, clock
        )

    def submit(self, caller: Caller, request: JobRequest) -> SubmitResult:
        """See `Admission.submit`."""
        return self._admission.submit(caller, request)

    def earlier(self, caller: Caller, request: JobRequest) -> SubmitResult | None:
        """See `Admission.earlier`."""
        return self._admission.earlier(caller, request)

    def check(self, caller: Caller, request: JobRequest) -> Source | None:
        """See `Admission.check`."""
        return self._admission.check(caller, request)

    def admit_prepaid(
        self,
        caller: Caller,
        request: JobRequest,
        *,
        job_id: str,
        also: Sequence[Change],
        **facts: Any,  # noqa: ANN401  fields of the job
    ) -> Job:
        """See `Admission.admit_prepaid`."""
        return self._admission.admit_prepaid(caller, request, job_id=job_id, also=also, **facts)

    def add_ended(
        self,
        job: Job,
        status: Status,
        claims: Sequence[Change],
        **facts: Any,  # noqa: ANN401  fields of the job
    ) -> None:
        """See `Register.add_ended`."""
        self._register.add_ended(job, status, claims, **facts)

    def work(self, message: Mapping[str, Value]) -> None:
        """See `Worker.work`."""
        self._worker.work(message)

    def sweep(self) -> Swept:
        """See `Sweeper.sweep`."""
        return self._sweeper.sweep()

    def send_waiting(self, *, dry_run: bool = False) -> int:
        """See `Sweeper.send_waiting`."""
        return self._sweeper.send_waiting(dry_run=dry_run)

    def unfinished(self) -> Iterator[Job]:
        """All callers' jobs that have not ended, for the operator."""
        return self._register.unfinished()

    def get(self, caller: Caller, job_id: str) -> Job:
        """Return the account's job, or an anonymous one, for which the id is enough.

        Raises
        ------
        JobNotFound
            For another account's job, an expired one, or an unknown id; the error is the same.
        """
        # Version 0.1 stored anonymous jobs under IP address and fingerprint.
        for owner in dict.fromkeys([caller.owner_of(job_id), job_id, caller.subject]):
            job = self._register.get(owner, job_id)
            if job is not None:
                return job
        raise _not_found()

    def _held(self, caller: Caller, job_id: str) -> Job:
        """Return the job if the caller may change it; an anonymous job's id is not enough.

        Raises
        ------
        ClientSecretRequired
            For a caller with neither an account nor a secret.
        JobNotFound
            As for `get`, and for another browser's job.
        """
        _check_known(caller)
        job = self.get(caller, job_id)
        if caller.known_as not in (job.owner, job.browser):
            raise _not_found()
        return job

    def find(self, owner: str, job_id: str) -> Job | None:
        """Return a job by its owner's subject, for code that created it on the owner's behalf."""
        return self._register.get(owner, job_id)

    def page(self, caller: Caller, limit: int, cursor: str | None) -> tuple[list[Job], str | None]:
        """The caller's jobs, newest first, and the cursor of the next page.

        Raises
        ------
        ClientSecretRequired
            For a caller with neither an account nor a secret.
        """
        _check_known(caller)
        if caller.account is None and caller.browser is not None:
            return self._register.listed(caller.browser, limit, cursor)
        return self._register.page(caller.subject, limit, cursor)

    def numbered_page(
        self, caller: Caller, surface: str, number: int, size: int
    ) -> tuple[list[Job], int]:
        """A numbered page of the jobs that an API key created, or with a session of its account's.

        Newest first, with the number of jobs in the whole list. ``number`` counts from 1.
        """
        return self._register.numbered(caller.subject, surface, caller.key, number, size)

    def page_after(
        self, caller: Caller, surface: str, limit: int, cursor: str | None
    ) -> tuple[list[Job], str | None]:
        """The same jobs after a cursor, and the cursor of the next page.

        Parameters
        ----------
        cursor
            That of the previous page, or the id of a job in the list.

        Raises
        ------
        ValidationFailed
            For any other cursor.
        """
        after = None if cursor is None else page_index.entry_at(cursor)
        if cursor is not None and after is None:
            job = self._register.get(caller.subject, cursor)
            if job is None or job.surface != surface:
                reason = "must be the next_cursor of the previous page"
                raise ValidationFailed(FieldError("/query/cursor", reason))
            after = page_index.entry_of(job)
        jobs, last = self._register.following(caller.subject, surface, caller.key, limit, after)
        return jobs, last and page_index.cursor_of(last)

    def cancel(self, caller: Caller, job_id: str) -> Job:
        """Cancel and refund a queued job; return any other job unchanged."""
        job = self._held(caller, job_id)
        return self._cancel(job) or self.get(caller, job_id)

    def _cancel(self, job: Job) -> Job | None:
        if job.status is not Status.QUEUED:
            return job
        canceled = self._register.end(job, Status.CANCELED, *self._runner.copies_registered(job))
        if canceled:
            self._runner.discard_copies(canceled)
        return canceled

    def remove(self, caller: Caller, job_id: str) -> Job:
        """Cancel a queued job or delete an ended one; return a running job unchanged.

        For a deleted job, the answer is its last state, without a result.
        """
        for _ in range(TRIES):
            job = self._held(caller, job_id)
            if not job.status.ended:
                return self._cancel(job) or self.get(caller, job_id)
            if self.deletion.delete(job):
                return job.changed(result_key=None)
        raise Unavailable("The job's image is used by others. Try again in a moment.")

    def drop(self, job: Job) -> bool:
        """Cancel or delete a job of an erased owner; ``False`` while it is running."""
        stands = self._cancel(job)
        return stands is not None and stands.status.ended and self.deletion.delete(stands)

    def drop_queued(self, job: Job) -> None:
        """Cancel a job of a batch, if no worker has started it."""
        self._cancel(job)

    def poll_after_ms(self, job: Job) -> int:
        """See `RunTimeEstimator.poll_after_ms`."""
        return self._estimator.poll_after_ms(job)

    def result(self, job: Job) -> bytes | None:
        """The stored image of a job; ``None`` if there is none (any more)."""
        expired = (job.result_expires_at or 0.0) <= self._clock()
        return None if job.result_key is None or expired else self._objects.get(job.result_key)

    def result_url(self, job: Job, *, download: bool = False) -> str | None:
        """The signed URL of the result, or ``None`` if there is none (any more).

        Browsers save the result under the caller's name for its image, if there is one. With
        ``download``, they save it under its object key's name.
        """
        if job.result_key is None or job.result_expires_at is None:
            return None
        left = int(job.result_expires_at) - int(self._clock())  # stores count whole seconds, too
        if left <= 0:
            return None
        filename = job.result_key.rsplit("/", 1)[-1] if download else _saved_as(job)
        return self._objects.presign_get(job.result_key, expires_in=left, filename=filename)


def _saved_as(job: Job) -> str | None:
    return with_extension(job.filename, job.result_type or job.media_type) if job.filename else None


def _check_known(caller: Caller) -> None:
    if caller.known_as is None:
        raise ClientSecretRequired(
            "Without an account this needs your browser's cookie, or the X-Client-Secret that "
            "the answer to POST /api/v1/jobs gave you."
        )


def _not_found() -> JobNotFound:
    return JobNotFound("You have no such job, or its record has expired.")
