"""How a wish becomes a job: checked first, then written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from expunge.errors import (
    ExpungeError,
    IdempotencyConflict,
    IdempotencyMismatch,
    ModeDisabled,
)
from expunge.imaging.limits import LIMITS
from expunge.imaging.media_types import EXTENSIONS
from expunge.imaging.source import Source
from expunge.jobs.ids import new_id
from expunge.jobs.job import Job, Status
from expunge.operations import mode_named
from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from expunge.accounts.callers import Caller
    from expunge.jobs.register import Register
    from expunge.jobs.runner import Runner
    from expunge.jobs.uploads import Uploads
    from expunge.operations import Mode
    from expunge.stores.ports import Item, Objects, Queue, Records

log = logging.getLogger(__name__)

IDEMPOTENCY_SECONDS = 24 * 3600
"""How long a key is remembered."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks for. The image is given as bytes or as the key of an upload."""

    mode: str
    options: dict[str, Any]
    image: bytes | None = None
    declared: str | None = None
    """The media type the sender claims for ``image``."""
    object_key: str | None = None
    respond_async: bool = False
    idempotency_key: str | None = None

    def digest(self) -> str:
        """What makes two wishes the same."""
        image = hashlib.sha256(self.image).hexdigest() if self.image is not None else None
        parts = [self.mode, self.options, image, self.declared, self.object_key]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Admitted:
    """A job, and whether an earlier call with the same idempotency key had made it."""

    job: Job
    replayed: bool = False


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
        IdempotencyMismatch
            Where the key came before with another wish.
        """
        mode = self._mode(wish)
        options = mode.options(wish.options)
        earlier = self._earlier(caller, wish)
        if earlier:
            return earlier
        source, input_key = self._source(caller, wish)
        sync = mode.sync and not wish.respond_async
        job = self._job(caller, wish, source, sync=sync)
        if sync:
            job = self._runner.leased(job)
        else:
            job = job.changed(input_key=input_key or self._keep(job, source))
        try:
            self._register.add(job, *self._claims(caller, wish, job))
        except WriteRefused as refused:
            return self._replay(caller, wish, refused.item or {})
        if sync:
            return Admitted(self._runner.run(job, source, options))
        self._dispatch(job)
        return Admitted(job)

    def _mode(self, wish: Wish) -> Mode:
        mode = mode_named(wish.mode)
        if mode.name not in self._modes:
            raise ModeDisabled(f"The mode «{mode.name}» is switched off on this server.")
        return mode

    def _source(self, caller: Caller, wish: Wish) -> tuple[Source, str | None]:
        if wish.object_key is None:
            image, declared = wish.image or b"", wish.declared
        else:
            uploaded = self._uploads.fetch(caller, wish.object_key)
            image, declared = uploaded.data, uploaded.declared
        LIMITS.check_bytes(len(image))
        return Source.of(image, declared=declared), wish.object_key

    def _job(self, caller: Caller, wish: Wish, source: Source, *, sync: bool) -> Job:
        now = self._clock()
        return Job(
            id=new_id("job", now),
            owner=caller.subject,
            mode=wish.mode,
            options=wish.options,
            status=Status.QUEUED,
            sync=sync,
            media_type=source.media_type,
            created_at=now,
            record_seconds=caller.record_seconds,
        )

    def _keep(self, job: Job, source: Source) -> str:
        """Store an image that came in the request, for the worker to find."""
        day = datetime.fromtimestamp(job.created_at, UTC).date().isoformat()
        key = f"in/{day}/{job.id}.{EXTENSIONS[source.media_type]}"
        self._objects.put(key, source.data, content_type=source.media_type)
        return key

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


def _claim_key(caller: Caller, wish: Wish) -> Key:
    digest = hashlib.sha256((wish.idempotency_key or "").encode()).hexdigest()
    return Key(f"owner#{caller.subject}", f"idempotency#{digest}")
