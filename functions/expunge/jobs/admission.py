"""Turns a request into a job: validate, quote, prepare, commit, run.

The commit is one atomic write: the job is both charged and stored, or neither.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from expunge.accounts.browsers import is_unguessable
from expunge.accounts.meter import TRIES, MeteredCall
from expunge.errors import (
    ExpungeError,
    FieldError,
    IdempotencyConflict,
    IdempotencyMismatch,
    SourceUnreachable,
    Unavailable,
    UnsupportedMediaType,
    ValidationFailed,
)
from expunge.ids import new_id
from expunge.imaging.media_types import MOVIES, canonical
from expunge.imaging.source import Source
from expunge.jobs.archive import KEPT_SECONDS, additions, image_of
from expunge.jobs.job import Job, Retention, Status
from expunge.jobs.request import SubmitResult
from expunge.jobs.uploads import Uploaded, upload_not_found
from expunge.operations import mode_named
from expunge.operations.memory import peak_bytes, too_large_for
from expunge.operations.options.base import ModeOptions
from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter, Reservation
    from expunge.imaging.data import FileData
    from expunge.imaging.limits import Limits
    from expunge.jobs.operator_rules import Rules
    from expunge.jobs.register import Register
    from expunge.jobs.request import JobRequest
    from expunge.jobs.runner import Runner
    from expunge.jobs.sources import Sources
    from expunge.jobs.uploads import Uploads
    from expunge.operations import Mode
    from expunge.operations.execution import Executor, Turn
    from expunge.stores.ports import Change, Item, Objects, Queue, Records

log = logging.getLogger(__name__)

IDEMPOTENCY_SECONDS = 24 * 3600
"""Lifetime of an idempotency key."""
RETRY_SECONDS = 3600
"""Lifetime of a short key from a caller without a secret, valid only for the same request."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A validated job that is not stored yet."""

    job: Job
    source: Source
    options: ModeOptions
    upload: Uploaded | None = None
    """The upload that its image came from, if any."""

    @property
    def claimed(self) -> tuple[Change, ...]:
        """The changes that keep its upload from expiring."""
        return (self.upload.claimed_by(self.job),) if self.upload else ()

    @property
    def archived(self) -> tuple[Change, ...]:
        """The changes that add its image to the operator's archive."""
        if self.job.retention is not Retention.ALL:
            return ()
        return tuple(additions(image_of(self.job, self.source)))


class Admission:
    """Validates job requests and stores them as jobs."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        queue: Queue,
        register: Register,
        uploads: Uploads,
        runner: Runner,
        meter: Meter,
        sources: Sources,
        *,
        executor: Executor,
        rules: Rules,
        job_memory: int | None,
        clock: Callable[[], float],
        check_space: Callable[[int], object],
        limits: Limits,
    ) -> None:
        self._records = records
        self._objects = objects
        self._queue = queue
        self._register = register
        self._uploads = uploads
        self._runner = runner
        self._meter = meter
        self._sources = sources
        self._executor = executor
        self._rules = rules
        self._job_memory = job_memory
        self._clock = clock
        self._check_space = check_space
        self._limits = limits

    def submit(self, caller: Caller, request: JobRequest) -> SubmitResult:
        """Create a job, and run it at once if its mode is synchronous.

        Raises
        ------
        ValidationFailed
            For an unknown mode or option.
        ModeDisabled, ScopeDisabled
            For a mode or a scope that the operator has disabled.
        PurposeRequired
            If the operator wants a purpose, and the request has none.
        PayloadTooLarge, UnsupportedMediaType, ImageError
            For an unsupported, oversized or damaged file.
        UploadNotFound, UploadIncomplete
            For an ``object_key`` without an upload or a file.
        SourceUnreachable, LoopDetected
            For an ``image_url`` that returns no image.
        IdempotencyMismatch
            If the key was used for another request.
        LimitReached, InsufficientCredits
            If the caller may not create a job now; nothing is charged.
        Overloaded
            If there is no memory or process to run it now; no job is created.
        StorageFull
            If there is no space for a result.
        """
        mode, options = self._validate(request)
        earlier = self._earlier(caller, request)
        if earlier:
            return earlier
        kept = request.retention in (Retention.RESULT, Retention.ALL) or not mode.sync
        self._check_space(len(request.image or b"") if kept else 0)  # a result is about as large
        call, reservation = self._quote(caller, request, mode)
        draft = self._prepare(caller, request, mode, options, job_id=call.job)
        if not draft.job.sync:
            submitted = self._commit(caller, request, draft, call, reservation)
            if not submitted.replayed:
                self._dispatch(submitted.job)
            return submitted
        with self._executor.turn(mode, draft.job.memory) as turn:
            submitted = self._commit(caller, request, draft, call, reservation)
            return submitted if submitted.replayed else self._run(submitted, draft, turn)

    def _validate(self, request: JobRequest) -> tuple[Mode, ModeOptions]:
        """Check everything in a request that does not depend on its image."""
        mode, options = self._rules.checked(request)
        try:
            if request.webhook_url is not None:
                self._sources.check(request.webhook_url, schemes=request.schemes)
        except SourceUnreachable as error:
            raise ValidationFailed(FieldError("/webhook_url", error.detail)) from None
        return mode, options

    def _quote(
        self, caller: Caller, request: JobRequest, mode: Mode
    ) -> tuple[MeteredCall, Reservation]:
        """Reserve the job's cost; a caller at a limit is refused before the image is read."""
        call = MeteredCall(
            request.group or mode.group,
            job=new_id("job", self._clock()),
            price=request.price,
            cap=request.cap,
        )
        return call, self._meter.reserve(caller, call)

    def _prepare(
        self, caller: Caller, request: JobRequest, mode: Mode, options: ModeOptions, *, job_id: str
    ) -> _Draft:
        """Get the image, check that the mode supports it, and store it for a worker."""
        source, upload = self._source(caller, request)
        if request.answers_image and source.media_type in MOVIES:
            raise UnsupportedMediaType(
                "This is a video or an audio file, and this URL returns images. POST /api/v1/jobs "
                "takes it, with the modes «metadata» and «detect»."
            )
        mode.check(source, options)
        memory = peak_bytes(mode, source, options)
        if self._job_memory is not None and memory > self._job_memory:
            raise too_large_for(mode, source, options, self._job_memory)
        sync = mode.sync and not request.respond_async and source.file is None
        job = self._job(job_id, caller, request, source, memory=memory, sync=sync)
        if upload:
            job = job.changed(
                input_key=upload.object_key,
                input_content=upload.content,
                filename=upload.filename,
            )
        elif not sync:
            job = job.changed(input_key=self._store_input(job, source))
        elif job.retention is Retention.ALL:
            job = job.changed(input_key=job.object_key("in", job.media_type))
        return _Draft(self._runner.leased(job) if sync else job, source, options, upload)

    def _commit(
        self,
        caller: Caller,
        request: JobRequest,
        draft: _Draft,
        call: MeteredCall,
        reservation: Reservation,
    ) -> SubmitResult:
        """Store the job; if that fails, delete the image that was stored for it."""
        try:
            submitted = self._write(caller, request, draft, call, reservation)
        except Unavailable:
            raise  # it may have been written
        except ExpungeError:
            self._drop(draft.job)
            raise
        if submitted.replayed:
            self._drop(draft.job)
        return submitted

    def _write(
        self,
        caller: Caller,
        request: JobRequest,
        draft: _Draft,
        call: MeteredCall,
        reservation: Reservation,
    ) -> SubmitResult:
        """Write the idempotency claim, the reservation and the job in one transaction.

        A refused claim means a replay. A refused reservation is computed again: either the caller
        has reached a limit, or another pool of credits pays.
        """
        claims = self._claims(caller, request, draft.job)
        first = (*claims, *draft.claimed)
        for _ in range(TRIES):
            job = draft.job.changed(refund_data=reservation.refund_data)
            try:
                self._register.add(job, *first, *reservation.changes, *draft.archived)
            except WriteRefused as refused:
                if refused.index < len(claims):
                    return self._replay(caller, request, refused.item or {})
                if refused.index < len(first):
                    raise upload_not_found() from None
                index = refused.index - len(first)
                reservation = self._meter.refused(caller, call, reservation, refused, index)
            else:
                return SubmitResult(
                    job,
                    quotas=reservation.quotas,
                    quotas_if_refunded=reservation.quotas_if_refunded,
                )
        raise Unavailable("You sent too many requests at once. Try again in a moment.")

    def _run(self, submitted: SubmitResult, draft: _Draft, turn: Turn) -> SubmitResult:
        """Run a synchronous job."""
        ended, outcome = self._runner.run(submitted.job, draft.source, draft.options, turn)
        failed = ended.status is Status.FAILED
        quotas = submitted.quotas_if_refunded if failed else submitted.quotas
        return replace(submitted, job=ended, quotas=quotas, outcome=outcome)

    def _source(self, caller: Caller, request: JobRequest) -> tuple[Source, Uploaded | None]:
        image, declared = request.image or b"", request.declared
        upload = None
        if request.object_key is not None:
            upload = self._uploads.fetch(caller, request.object_key)
            image, declared = upload.data, upload.declared
        elif request.image_url is not None:
            fetched = self._sources.get(
                caller, request.image_url, schemes=request.schemes, own=request.base_url
            )
            image = fetched.data if fetched else b""
        partial = mode_named(request.mode).partial
        if upload is not None and upload.file is not None:
            return self._opened(upload.file, declared, partial=partial), upload
        source = Source.of(image, declared=declared, partial=partial, limits=self._limits)
        return source, upload

    def _opened(self, file: FileData, declared: str | None, *, partial: bool) -> Source:
        """Read the structure of a movie in the store; a worker opens it again."""
        try:
            return Source.over(file, declared=declared, partial=partial, limits=self._limits)
        finally:
            file.close()

    def _job(
        self,
        job_id: str,
        caller: Caller,
        request: JobRequest,
        source: Source,
        *,
        memory: int,
        sync: bool,
    ) -> Job:
        return Job(
            id=job_id,
            owner=caller.owner_of(job_id),
            browser=None if caller.account else caller.browser,
            mode=request.mode,
            options=request.options,
            status=Status.QUEUED,
            sync=sync,
            media_type=source.media_type,
            created_at=self._clock(),
            record_seconds=_record_seconds(caller, request),
            surface=request.surface,
            key=caller.key,
            request=request.shown,
            purpose=request.purpose,
            retention=_retention(request, sync=sync),
            webhook_url=request.webhook_url,
            webhook_secret=request.webhook_secret,
            base_url=request.base_url,
            guessed_type=_wrong_guess(request, source),
            pixels=source.layout.width * source.layout.height * source.layout.frames,
            memory=memory,
        )

    def _store_input(self, job: Job, source: Source) -> str:
        """Store an image from the request for the worker."""
        key = job.object_key("in", source.media_type)
        self._objects.put(key, source.data, content_type=source.media_type)
        return key

    def _drop(self, job: Job) -> None:
        """Delete the image of a job that was not created.

        Check first that the job does not exist: a write may succeed and lose its answer. Its
        retry is then refused because of its own first attempt.
        """
        try:
            if self._register.get(job.owner, job.id) is None:
                self._runner.discard_input(job.changed(retention=Retention.RESULT))
        except Unavailable:
            log.warning("%s is left until it expires", job.input_key)

    def _dispatch(self, job: Job) -> None:
        """Send the queue message. The job is stored already, so the sweep resends a lost one."""
        try:
            self._queue.send(job.message())
        except ExpungeError:
            log.warning("job %s is written but not sent; the sweep will send it", job.id)

    def _claims(self, caller: Caller, request: JobRequest, job: Job) -> list[Put]:
        if request.idempotency_key is None:
            return []
        claim: Item = {"digest": request.digest(), "job": job.id}
        return [
            Put(key, claim, if_absent=True, expires_at=int(job.created_at) + seconds)
            for key, seconds in _claim_keys(caller, request).items()
        ]

    def _earlier(self, caller: Caller, request: JobRequest) -> SubmitResult | None:
        if request.idempotency_key is None:
            return None
        item = self._records.get(next(iter(_claim_keys(caller, request))))
        return self._replay(caller, request, item) if item else None

    def _replay(self, caller: Caller, request: JobRequest, claim: dict[str, Any]) -> SubmitResult:
        if claim.get("digest") != request.digest():
            raise IdempotencyMismatch(
                "This Idempotency-Key was used for another request; use a new key."
            )
        job = self._register.get(caller.owner_of(claim["job"]), claim["job"])
        if job is None:
            raise IdempotencyConflict(
                "This Idempotency-Key belongs to a job whose record has expired or was deleted; "
                "use a new key."
            )
        return SubmitResult(job, replayed=True)


def _wrong_guess(request: JobRequest, source: Source) -> str | None:
    guess = request.guessed
    return guess if guess and canonical(guess) != canonical(source.media_type) else None


def _retention(request: JobRequest, *, sync: bool) -> Retention:
    """Which images stay: a worker's result must, for whoever waits for it."""
    if request.retention is Retention.REPORT and not sync:
        return Retention.RESULT
    return request.retention


def _record_seconds(caller: Caller, request: JobRequest) -> int:
    """Seconds for which the job can be read: at least as long as its stored images."""
    if request.retention is Retention.NOTHING:
        return 0
    return max(caller.record_seconds, KEPT_SECONDS if request.retention is Retention.ALL else 0)


def _claim_keys(caller: Caller, request: JobRequest) -> dict[Key, int]:
    """The record keys that claim an idempotency key, with their lifetimes in seconds.

    The first one is looked up. Each claim belongs to an account or a browser, never to an IP
    address alone, since another client behind it may use the same key. A long key and the request
    identify a caller without a secret (`Browsers.mint_for`). With a short key, only an identical
    request gets the same job. So no caller sees a job whose image it does not already have.
    """
    key = request.idempotency_key or ""
    if caller.known_as is None:
        reason = "needs an account, or the secret that this service gives each browser"
        raise ValidationFailed(FieldError("/header/idempotency-key", reason))
    own = Key(f"owner#{caller.known_as}", f"idempotency#{_digest(key)}")
    if not caller.has_new_secret or is_unguessable(key):
        return {own: IDEMPOTENCY_SECONDS}
    same = Key(f"owner#{caller.meter}", f"idempotency#{_digest(key, request.digest())}")
    return {same: RETRY_SECONDS, own: IDEMPOTENCY_SECONDS}


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
