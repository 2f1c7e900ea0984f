"""How a wish becomes a job: checked first, then written whole or not at all."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from expunge.accounts.meter import TRIES, Wanted
from expunge.errors import (
    ExpungeError,
    FieldError,
    IdempotencyConflict,
    IdempotencyMismatch,
    ModeDisabled,
    SourceUnreachable,
    Unavailable,
    ValidationFailed,
)
from expunge.ids import new_id
from expunge.imaging.limits import LIMITS
from expunge.imaging.source import Source
from expunge.jobs.archive import KEPT_SECONDS, additions, image_of
from expunge.jobs.job import Job, Keep, Status
from expunge.jobs.request import Admitted
from expunge.operations import mode_named
from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Charge, Meter
    from expunge.jobs.register import Register
    from expunge.jobs.request import Wish
    from expunge.jobs.runner import Runner
    from expunge.jobs.uploads import Uploads
    from expunge.net.ports import Fetch
    from expunge.operations import Mode
    from expunge.stores.ports import Change, Item, Objects, Queue, Records

log = logging.getLogger(__name__)

IDEMPOTENCY_SECONDS = 24 * 3600
"""How long a key is remembered."""


class Admission:
    """Takes wishes in."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        queue: Queue,
        register: Register,
        uploads: Uploads,
        runner: Runner,
        meter: Meter,
        fetch: Fetch,
        *,
        modes: Collection[str],
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._objects = objects
        self._queue = queue
        self._register = register
        self._uploads = uploads
        self._runner = runner
        self._meter = meter
        self._fetch = fetch
        self._modes = modes
        self._clock = clock

    def submit(self, caller: Caller, wish: Wish) -> Admitted:
        """Make a job, and run it at once where its mode is synchronous.

        Raises
        ------
        ValidationFailed
            For an unknown mode or option.
        ModeDisabled
            For a mode the operator has switched off.
        PayloadTooLarge, UnsupportedMediaType, ImageError
            For a file that is not taken.
        UploadNotFound, UploadIncomplete
            For an ``object_key`` that leads nowhere.
        SourceUnreachable
            For an ``image_url`` that gives nothing.
        IdempotencyMismatch
            Where the key came before with another wish.
        LimitReached, InsufficientCredits
            Where the caller may not make another now; nothing is charged then.
        """
        mode = self._mode(wish)
        options = mode.options(wish.options)
        self._check_webhook(wish)
        earlier = self._earlier(caller, wish)
        if earlier:
            return earlier
        wanted = self._wanted(mode, wish)
        charge = self._meter.charge(caller, wanted)
        source, input_key = self._source(caller, wish)
        mode.check(source, options)
        sync = mode.sync and not wish.respond_async
        job = self._job(wanted.job, caller, wish, source, sync=sync)
        if sync:
            job = self._runner.leased(job)
            if job.keep is Keep.ALL:
                job = job.changed(input_key=job.place("in", job.media_type))
        else:
            job = job.changed(input_key=input_key or self._keep(job, source))
        kept = additions(image_of(job, source)) if job.keep is Keep.ALL else ()
        try:
            admitted = self._admit(caller, wish, job, wanted, charge, kept)
        except Unavailable:
            raise  # it may have been written
        except ExpungeError:
            self._drop(job)
            raise
        if admitted.replayed:
            self._drop(job)
            return admitted
        if sync:
            ended, outcome = self._runner.run(admitted.job, source, options)
            failed = ended.status is Status.FAILED
            standings = admitted.undone if failed else admitted.standings
            return replace(admitted, job=ended, standings=standings, outcome=outcome)
        self._dispatch(admitted.job)
        return admitted

    def _wanted(self, mode: Mode, wish: Wish) -> Wanted:
        job_id = new_id("job", self._clock())
        return Wanted(wish.group or mode.group, job=job_id, price=wish.price, cap=wish.cap)

    def _admit(
        self,
        caller: Caller,
        wish: Wish,
        job: Job,
        wanted: Wanted,
        charge: Charge,
        kept: Sequence[Change],
    ) -> Admitted:
        """Write the claim, the charge, the job and what is kept of it together.

        A refused claim is a replay. A refused charge is worked out anew: either
        the caller has come to a limit, or another pool pays.
        """
        claims = self._claims(caller, wish, job)
        for _ in range(TRIES):
            charged = job.changed(charge=charge.receipt)
            try:
                self._register.add(charged, *claims, *charge.changes, *kept)
            except WriteRefused as refused:
                if refused.index < len(claims):
                    return self._replay(caller, wish, refused.item or {})
                index = refused.index - len(claims)
                charge = self._meter.refused(caller, wanted, charge, refused, index)
            else:
                return Admitted(charged, standings=charge.standings, undone=charge.undone)
        raise Unavailable("Too many requests of yours at once. Try again in a moment.")

    def _mode(self, wish: Wish) -> Mode:
        mode = mode_named(wish.mode)
        if mode.name not in self._modes:
            raise ModeDisabled(f"The mode «{mode.name}» is switched off on this server.")
        return mode

    def _check_webhook(self, wish: Wish) -> None:
        try:
            if wish.webhook_url is not None:
                self._fetch.check(wish.webhook_url)
        except SourceUnreachable as error:
            raise ValidationFailed(FieldError("/webhook_url", error.detail)) from None

    def _source(self, caller: Caller, wish: Wish) -> tuple[Source, str | None]:
        image, declared = wish.image or b"", wish.declared
        if wish.object_key is not None:
            uploaded = self._uploads.fetch(caller, wish.object_key)
            image, declared = uploaded.data, uploaded.declared
        elif wish.image_url is not None:
            fetched = self._fetch.get(wish.image_url, limit=LIMITS.file_bytes)
            image = fetched.data if fetched else b""
        LIMITS.check_bytes(len(image))
        partial = mode_named(wish.mode).partial
        return Source.of(image, declared=declared, partial=partial), wish.object_key

    def _job(self, job_id: str, caller: Caller, wish: Wish, source: Source, *, sync: bool) -> Job:
        return Job(
            id=job_id,
            owner=caller.subject,
            mode=wish.mode,
            options=wish.options,
            status=Status.QUEUED,
            sync=sync,
            media_type=source.media_type,
            created_at=self._clock(),
            record_seconds=_record_seconds(caller, wish),
            keep=wish.keep,
            webhook_url=wish.webhook_url,
            webhook_secret=wish.webhook_secret,
            base_url=wish.base_url,
            pixels=source.layout.width * source.layout.height * source.layout.frames,
        )

    def _keep(self, job: Job, source: Source) -> str:
        """Store an image that came in the request, for the worker to find."""
        key = job.place("in", source.media_type)
        self._objects.put(key, source.data, content_type=source.media_type)
        return key

    def _drop(self, job: Job) -> None:
        """Let go of the image of a job that was not made.

        It is asked for first: a write that was done and whose answer was lost may be refused by
        its own result when it is tried again.
        """
        try:
            if self._register.get(job.owner, job.id) is None:
                self._runner.discard_input(job.changed(keep=Keep.RESULT))
        except Unavailable:
            log.warning("%s is left until it expires", job.input_key)

    def _dispatch(self, job: Job) -> None:
        """Tell the queue. The job exists already: a lost message is sent again by the sweep."""
        try:
            self._queue.send(job.message())
        except ExpungeError:
            log.warning("job %s is written but not sent; the sweep will send it", job.id)

    def _claims(self, caller: Caller, wish: Wish, job: Job) -> list[Put]:
        if wish.idempotency_key is None:
            return []
        claim: Item = {"digest": wish.digest(), "job": job.id}
        expires_at = int(job.created_at) + IDEMPOTENCY_SECONDS
        return [Put(_claim_key(caller, wish), claim, if_absent=True, expires_at=expires_at)]

    def _earlier(self, caller: Caller, wish: Wish) -> Admitted | None:
        if wish.idempotency_key is None:
            return None
        item = self._records.get(_claim_key(caller, wish))
        return self._replay(caller, wish, item) if item else None

    def _replay(self, caller: Caller, wish: Wish, claim: dict[str, Any]) -> Admitted:
        if claim.get("digest") != wish.digest():
            raise IdempotencyMismatch(
                "This Idempotency-Key came before with another request; use a new key."
            )
        job = self._register.get(caller.subject, claim["job"])
        if job is None:
            raise IdempotencyConflict(
                "This Idempotency-Key belongs to a job whose record has expired; use a new key."
            )
        return Admitted(job, replayed=True)


def _record_seconds(caller: Caller, wish: Wish) -> int:
    """How long the job can be read: as long as its pictures, where the operator looks at both."""
    if wish.keep is Keep.NOTHING:
        return 0
    return max(caller.record_seconds, KEPT_SECONDS if wish.keep is Keep.ALL else 0)


def _claim_key(caller: Caller, wish: Wish) -> Key:
    digest = hashlib.sha256((wish.idempotency_key or "").encode()).hexdigest()
    return Key(f"owner#{caller.subject}", f"idempotency#{digest}")
