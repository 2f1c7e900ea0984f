"""Turns a request into a batch: check every item, store its files, charge all, write once.

One write has the charge of all items, the batch and the claim on its idempotency key. So a batch
is charged completely, or there is none.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

from expunge.accounts.meter import TRIES
from expunge.batches.batch import MAX_ITEMS, Batch, Planned, State, remembered
from expunge.batches.planning import plan_of, with_keys, with_refunds
from expunge.batches.request import BatchResult
from expunge.errors import (
    ExpungeError,
    FieldError,
    IdempotencyMismatch,
    IdempotencySpent,
    PurposeRequired,
    SourceUnreachable,
    Unavailable,
    UploadNotFound,
    ValidationFailed,
)
from expunge.ids import new_id
from expunge.jobs.idempotency import claim_keys
from expunge.jobs.uploads import Sent
from expunge.operations import MODES, mode_named
from expunge.stores.ports import Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from expunge.accounts.bulk import BulkCharge, BulkMeter
    from expunge.accounts.callers import Caller
    from expunge.batches.register import BatchRegister
    from expunge.batches.request import BatchRequest, ItemRequest
    from expunge.jobs.jobs import Jobs
    from expunge.stores.ports import Item, Key, Queue, Records

log = logging.getLogger(__name__)


class BatchAdmission:
    """Validates requests for batches, and stores them."""

    def __init__(
        self,
        records: Records,
        register: BatchRegister,
        jobs: Jobs,
        meter: BulkMeter,
        queue: Queue,
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._register = register
        self._jobs = jobs
        self._meter = meter
        self._queue = queue
        self._clock = clock

    def submit(self, caller: Caller, request: BatchRequest) -> BatchResult:
        """Create a batch; a worker makes its jobs.

        Raises
        ------
        ValidationFailed
            For wrong items; each error names its item.
        ModeDisabled, ScopeDisabled, PayloadTooLarge, UnsupportedMediaType, ImageError
            For an item that cannot be processed here; the message names it.
        UploadNotFound
            For an ``object_key`` without an upload.
        LimitReached
            If not all items fit into the caller's limits; nothing is charged.
        IdempotencyMismatch
            If the key was used for another request.
        StorageFull
            If there is no space for the files.
        """
        earlier = self._earlier(caller, request)
        if earlier:
            return earlier
        types = self._checked(caller, request)
        groups = [MODES[item.mode].group for item in request.items]
        batch_id = new_id("batch", self._clock())
        charge = self._meter.reserve(caller, Counter(groups), batch_id)  # before files are stored
        if request.webhook_url is not None:
            self._jobs.sources.check_receiver(caller, request.webhook_url, pointer="/webhook_url")
        plan = self._plan(caller, request, types)
        batch = self._batch(batch_id, caller, request)
        sent = {index for index, item in enumerate(request.items) if item.image is not None}
        files = [one.object_key for one in plan if one.object_key and one.index in sent]
        try:
            made = self._write(caller, request, batch, plan, groups, charge)
        except Unavailable:
            raise  # it may have been written
        except ExpungeError:
            self._drop(files)
            raise
        if made.replayed:
            self._drop(files)
        return made

    def _drop(self, files: Sequence[str]) -> None:
        """Delete the files of a batch that was not created. What stays expires after a day."""
        if files:
            self._jobs.cleanup.delete(files)

    def _checked(self, caller: Caller, request: BatchRequest) -> list[str]:
        """Check every item; return the media types of their files, ``""`` for other items."""
        if not 1 <= len(request.items) <= MAX_ITEMS:
            reason = f"must be 1 to {MAX_ITEMS} items, not {len(request.items):,}"
            raise ValidationFailed(FieldError("/items", reason))
        if request.webhook_url is not None:
            try:
                self._jobs.sources.check(caller, request.webhook_url)
            except SourceUnreachable as error:
                raise ValidationFailed(FieldError("/webhook_url", error.detail)) from None
        wrong: dict[FieldError, None] = {}  # items may share a wrong field
        types = []
        for item in request.items:
            try:
                types.append(self._check(caller, request, item))
            except (PurposeRequired, Unavailable):
                raise
            except ValidationFailed as error:
                found = [FieldError(item.below(one.pointer), one.detail) for one in error.errors]
                wrong |= dict.fromkeys(found)
            except ExpungeError as error:
                _raise_of(item, error)
        if wrong:
            raise ValidationFailed(*wrong)
        return types

    def _check(self, caller: Caller, request: BatchRequest, item: ItemRequest) -> str:
        if mode_named(item.mode).companions:
            reason = f"«{item.mode}» needs a second image; create a job for each image"
            raise ValidationFailed(FieldError("/mode", reason))
        source = self._jobs.check(caller, request.job(item))
        key = item.object_key
        if key is not None and not self._jobs.uploads.exists(caller, key):
            raise UploadNotFound(
                "There is no such upload, or its 15 minutes are over. Request a new upload_url."
            )
        return source.media_type if source else ""

    def _plan(self, caller: Caller, request: BatchRequest, types: Sequence[str]) -> list[Planned]:
        """The items in the order of the work: uploads first, since they expire."""
        sent = {
            index: Sent(item.image, types[index], item.filename)
            for index, item in enumerate(request.items)
            if item.image is not None
        }
        plan = plan_of(request, self._clock())
        kept = dict(zip(sent, self._jobs.uploads.keep(caller, list(sent.values())), strict=True))
        return with_keys(plan, kept)

    def _batch(self, batch_id: str, caller: Caller, request: BatchRequest) -> Batch:
        return Batch(
            id=batch_id,
            owner=caller.owner_of(batch_id),
            browser=None if caller.account else caller.browser,
            caller=remembered(caller),
            state=State.PROCESSING,
            total=len(request.items),
            created_at=self._clock(),
            record_seconds=caller.record_seconds,
            zip=request.zip,
            purpose=request.purpose,
            webhook_url=request.webhook_url,
            webhook_secret=request.webhook_secret,
            base_url=request.base_url,
        )

    def _write(
        self,
        caller: Caller,
        request: BatchRequest,
        batch: Batch,
        plan: Sequence[Planned],
        groups: Sequence[str],
        charge: BulkCharge,
    ) -> BatchResult:
        """Write the claim, the charge and the batch in one transaction."""
        claims = self._claims(caller, request, batch)
        for _ in range(TRIES):
            try:
                charged = with_refunds(plan, groups, charge)
                self._register.add(batch, charged, *claims, *charge.changes)
            except WriteRefused as refused:
                if refused.index < len(claims):
                    return self._replay(caller, request, refused.item or {})
                self._meter.check(charge, refused, refused.index - len(claims))
                charge = self._meter.reserve(caller, Counter(groups), batch.id)
            else:
                self._send(batch)
                return BatchResult(batch, quotas=charge.quotas)
        raise Unavailable("You sent too many requests at once. Try again in a moment.")

    def _send(self, batch: Batch) -> None:
        """Send the queue message. The batch is stored already, so the sweep resends a lost one."""
        try:
            self._queue.send(batch.message())
        except ExpungeError:
            log.warning("batch %s is written but not sent; the sweep will send it", batch.id)

    def _claims(self, caller: Caller, request: BatchRequest, batch: Batch) -> list[Put]:
        if request.idempotency_key is None:
            return []
        claim: Item = {"digest": request.digest(), "batch": batch.id}
        keys: Iterable[tuple[Key, int]] = claim_keys(caller, request).items()
        return [
            Put(key, claim, if_absent=True, expires_at=int(batch.created_at) + seconds)
            for key, seconds in keys
        ]

    def _earlier(self, caller: Caller, request: BatchRequest) -> BatchResult | None:
        if request.idempotency_key is None:
            return None
        item = self._records.get(next(iter(claim_keys(caller, request))))
        return self._replay(caller, request, item) if item else None

    def _replay(self, caller: Caller, request: BatchRequest, claim: Item) -> BatchResult:
        if claim.get("digest") != request.digest():
            raise IdempotencyMismatch(
                "This Idempotency-Key was used for another request; use a new key."
            )
        batch_id = str(claim["batch"])
        batch = self._register.get(caller.owner_of(batch_id), batch_id)
        if batch is None or batch.state is State.DELETED:
            raise IdempotencySpent(
                "This Idempotency-Key belongs to a batch whose record has expired or was deleted; "
                "use a new key."
            )
        return BatchResult(batch, replayed=True)


def _raise_of(item: ItemRequest, error: ExpungeError) -> NoReturn:
    """Raise an item's error with the item in its message."""
    error.detail = f"{item.pointer}: {error.detail}"
    raise error
