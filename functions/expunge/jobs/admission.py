"""Turns a request into a job: validate, quote, draft, then claim or run.

A job is both charged and stored, or neither, since one write does both. There are two ways:

- **Claimed first.** The write comes before the work, and another one ends the job. So a caller over
  a limit costs no work, and the sweep ends the job of a process that died.
- **Charged at its end.** For work that costs little and whose caller waits, one write comes after
  it. Limits are read before it, and what this process has under way counts too. That write still
  refuses a caller over a limit. Until it there is no charge, so a crash leaves none.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from expunge.accounts.meter import TRIES, MeteredCall, Reservation
from expunge.errors import (
    ExpungeError,
    FieldError,
    SourceUnreachable,
    Unavailable,
    ValidationFailed,
)
from expunge.ids import new_id
from expunge.jobs.charge_at_end import ChargeAtEnd
from expunge.jobs.drafting import Drafting
from expunge.jobs.idempotency import Idempotency
from expunge.jobs.inputs import Inputs, check_companions, url_pointer
from expunge.jobs.job import Job, Retention, Status
from expunge.jobs.request import SubmitResult
from expunge.jobs.uploads import upload_not_found
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.imaging.limits import Limits
    from expunge.imaging.source import Source
    from expunge.jobs.capacity import Capacity, Dispatch
    from expunge.jobs.drafting import Draft
    from expunge.jobs.guard import Guard
    from expunge.jobs.operator_rules import Rules
    from expunge.jobs.register import Register
    from expunge.jobs.request import JobRequest
    from expunge.jobs.runner import Runner
    from expunge.jobs.sources import Sources
    from expunge.jobs.uploads import Uploads
    from expunge.operations import Mode
    from expunge.operations.execution import Executor, Turn
    from expunge.operations.options.base import ModeOptions
    from expunge.stores.ports import Change, Objects, Records

log = logging.getLogger(__name__)


class Admission:
    """Validates job requests and stores them as jobs."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        dispatch: Dispatch,
        register: Register,
        uploads: Uploads,
        runner: Runner,
        meter: Meter,
        sources: Sources,
        *,
        executor: Executor,
        rules: Rules,
        job_guard: Guard,
        capacity: Capacity,
        clock: Callable[[], float],
        check_space: Callable[[int], object],
        limits: Limits,
    ) -> None:
        self._dispatch = dispatch
        self._register = register
        self._runner = runner
        self._meter = meter
        self._sources = sources
        self._executor = executor
        self._rules = rules
        self._guard = job_guard
        self._clock = clock
        self._check_space = check_space
        self._idempotency = Idempotency(records, register)
        self._drafting = Drafting(
            objects,
            Inputs(uploads, sources, limits, objects.scratch),
            capacity=capacity,
            clock=clock,
            check_space=check_space,
        )

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
        mode, options = self._validate(caller, request)
        earlier = self._idempotency.earlier(caller, request)
        if earlier:
            return earlier
        kept = request.retention in (Retention.RESULT, Retention.ALL) or not mode.sync
        sent = sum(len(one.image or b"") for one in request.given.values())
        self._check_space(sent if kept else 0)  # a result is about as large
        call, reservation = self._quote(caller, request, mode, options)
        with self._drafting.draft(caller, request, mode, options, job_id=call.job) as draft:
            return self._submit(caller, request, mode, draft, call, reservation)

    def _submit(
        self,
        caller: Caller,
        request: JobRequest,
        mode: Mode,
        draft: Draft,
        call: MeteredCall,
        reservation: Reservation,
    ) -> SubmitResult:
        """Price and inspect what a request has; then queue the job, or run it at once."""
        if request.priced is not None:
            call = replace(call, price=request.priced(draft.source))
            reservation = self._meter.reserve(caller, call)
        elif mode.moves(draft.source):
            group = request.group or mode.group_for(draft.source)
            call = replace(call, group=group, at_end=False)
            self._meter.check_concurrent(caller, call)
            reservation = self._meter.reserve(caller, call)
        draft = self._inspected(caller, mode, draft)
        draft = replace(draft, job=draft.job.changed(price=call.price))
        if not draft.job.sync:
            self._store(draft)
            submitted = self._claim(caller, request, draft, call, reservation)
            if not submitted.replayed:
                self._send(submitted.job)
            return submitted
        with self._executor.turn(mode, draft.job.memory) as turn:
            if not (call.at_end and reservation.may_wait):
                return self._run_claimed(caller, request, draft, call, reservation, turn)
            with self._meter.under_way.counted(reservation.room) as fits:
                if fits:
                    return self._run_then_charge(caller, draft, call, reservation, turn)
            # Others of this caller are under way: only a write tells which of them get a unit.
            return self._run_claimed(caller, request, draft, call, reservation, turn)

    def earlier(self, caller: Caller, request: JobRequest) -> SubmitResult | None:
        """See `Idempotency.earlier`."""
        return self._idempotency.earlier(caller, request)

    def check(self, caller: Caller, request: JobRequest) -> Source | None:
        """Check a request, and the image in it if there is one, without reading a store.

        Raises
        ------
        expunge.errors.ExpungeError
            As `submit`, for what can be judged without the image of an upload or a URL.
        """
        mode, options = self._validate(caller, request)
        for name, given in request.given.items():
            if given.image_url is not None:
                self._check_url(caller, request, given.image_url, url_pointer(name))
        if request.image is None:
            return None
        return self._drafting.check(request, mode, options)

    def admit_prepaid(
        self,
        caller: Caller,
        request: JobRequest,
        *,
        job_id: str,
        also: Sequence[Change],
        **facts: Any,  # noqa: ANN401  fields of the job
    ) -> Job:
        """Queue a job that another write has charged; ``also`` is part of the write.

        Raises
        ------
        WriteRefused
            If a change of ``also`` was refused; nothing is stored then.
        expunge.errors.ExpungeError
            As `submit`.
        """
        mode, options = self._rules.checked(request)
        self._guard.admit(caller, mode, options)
        with self._drafting.draft(caller, request, mode, options, job_id=job_id) as read:
            draft = self._inspected(caller, mode, read)
            self._store(draft)
        job = draft.job.changed(**facts)
        try:
            self._register.add(job, *also, *draft.claimed)
        except WriteRefused as refused:
            self._drop(job)
            if refused.index < len(also):
                raise
            raise upload_not_found() from None
        self._dispatch.send(job)
        return job

    def _validate(self, caller: Caller, request: JobRequest) -> tuple[Mode, ModeOptions]:
        """Check everything in a request that does not depend on its image."""
        mode, options = self._rules.checked(request)
        self._guard.admit(caller, mode, options)
        check_companions(request.companions, mode, options)
        if request.webhook_url is not None:
            self._check_url(caller, request, request.webhook_url, "/webhook_url")
        return mode, options

    def _inspected(self, caller: Caller, mode: Mode, draft: Draft) -> Draft:
        """The draft of a job that its inputs allow, with the label that they should have."""
        self._guard.inspect(caller, mode, draft.source, draft.options)
        label = self._guard.known(draft.source)
        if label is None:
            return draft
        source = replace(draft.source, label=label)
        return replace(draft, source=source, job=draft.job.changed(own_label=str(label)))

    def _check_url(self, caller: Caller, request: JobRequest, url: str, pointer: str) -> None:
        try:
            self._sources.check(caller, url, schemes=request.schemes)
        except SourceUnreachable as error:
            raise ValidationFailed(FieldError(pointer, error.detail)) from None

    def _quote(
        self, caller: Caller, request: JobRequest, mode: Mode, options: ModeOptions
    ) -> tuple[MeteredCall, Reservation]:
        """Reserve the job's cost; a caller at a limit is refused before the image is read."""
        call = MeteredCall(
            request.group or mode.group,
            job=new_id("job", self._clock()),
            price=request.price,
            cap=request.cap,
            at_end=_is_charged_at_end(request, mode, options),
        )
        if request.fetches:
            self._meter.check_concurrent(caller, call)
        if request.priced is not None and not request.price:
            return call, Reservation()  # it may turn out to have a price, and then counts as no job
        return call, self._meter.reserve(caller, call)

    def _run_claimed(
        self,
        caller: Caller,
        request: JobRequest,
        draft: Draft,
        call: MeteredCall,
        reservation: Reservation,
        turn: Turn,
    ) -> SubmitResult:
        """Claim a synchronous job, and run it."""
        apart = request.idempotency_key is None and not request.price
        leased = replace(draft, job=self._runner.leased(draft.job).changed(apart=apart))
        submitted = self._claim(caller, request, leased, call, reservation)
        if submitted.replayed:
            return submitted
        ended, outcome = self._runner.run(submitted.job, draft.source, draft.options, turn)
        failed = ended.status is Status.FAILED
        quotas = submitted.quotas_if_refunded if failed else submitted.quotas
        return replace(submitted, job=ended, quotas=quotas, outcome=outcome)

    def _run_then_charge(
        self,
        caller: Caller,
        draft: Draft,
        call: MeteredCall,
        reservation: Reservation,
        turn: Turn,
    ) -> SubmitResult:
        """Run a synchronous job, and store and charge it in one write."""
        life = ChargeAtEnd(self._register, self._meter, caller, call, reservation, draft.claimed)
        ended, outcome = self._runner.run(
            draft.job.changed(attempts=1), draft.source, draft.options, turn, life
        )
        charged = life.reservation
        failed = ended.status is Status.FAILED
        quotas = charged.quotas_if_refunded if failed else charged.quotas
        return SubmitResult(ended, quotas=quotas, outcome=outcome)

    def _store(self, draft: Draft) -> None:
        """Store the images of a queued job; if that fails half way, delete them."""
        try:
            self._drafting.store(draft)
        except Exception:
            self._drop(draft.job)
            raise

    def _claim(
        self,
        caller: Caller,
        request: JobRequest,
        draft: Draft,
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
        draft: Draft,
        call: MeteredCall,
        reservation: Reservation,
    ) -> SubmitResult:
        """Write the idempotency claim, the reservation and the job in one transaction.

        A refused claim means a replay. A refused reservation is computed again: either the caller
        has reached a limit, or another pool of credits pays.
        """
        claims = self._idempotency.claims(caller, request, draft.job)
        first = (*claims, *draft.claimed)
        for _ in range(TRIES):
            job = draft.job.changed(refund_data=reservation.refund_data)
            try:
                self._register.add(job, *first, *reservation.changes, *draft.archived)
            except WriteRefused as refused:
                if refused.index < len(claims):
                    return self._idempotency.replay(caller, request, refused.item or {})
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

    def _drop(self, job: Job) -> None:
        """Delete the image of a job that was not created.

        Check first that the job does not exist: a write may succeed and lose its answer. Its
        retry is then refused because of its own first attempt.
        """
        try:
            if self._register.get(job.owner, job.id) is None:
                self._runner.discard_copies(job.changed(retention=Retention.RESULT))
        except Unavailable:
            log.warning("%s is left until it expires", job.input_key)

    def _send(self, job: Job) -> None:
        """Send the queue message. The job is stored already, so the sweep resends a lost one."""
        try:
            self._dispatch.send(job)
        except ExpungeError:
            log.warning("job %s is written but not sent; the sweep will send it", job.id)


def _is_charged_at_end(request: JobRequest, mode: Mode, options: ModeOptions) -> bool:
    """Whether a job may be stored and charged after its work alone.

    A job that decodes pixels costs too much to be refused afterwards; every receipt does. A key, a
    price and a cap are promises about jobs that have begun, and an original that the operator keeps
    needs its entry.
    """
    return (
        mode.sync
        and not (mode.decodes or options.wants_receipt)
        and not request.respond_async
        and not request.price
        and request.idempotency_key is None
        and request.cap is None
        and request.retention is not Retention.ALL
    )
