"""Look up a cleaned image, or fetch the source and make it as a job, once for equal requests."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.clean.formats import converted
from expunge.clean.results import Result, Results, SourceFacts
from expunge.clean.single_flight import SingleFlight
from expunge.errors import ExpungeError, JobFailed, TakesTooLong, Unavailable
from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.job import Status
from expunge.jobs.request import JobRequest
from expunge.net.ports import Caching, never
from expunge.operations import mode_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from expunge.accounts.callers import Caller
    from expunge.clean.request import CleanRequest
    from expunge.clean.results import KnownSource
    from expunge.jobs.job import Job
    from expunge.jobs.jobs import Jobs
    from expunge.operations.execution import Executor
    from expunge.stores.ports import Objects, Records

FRESH_SECONDS = 300
"""How long a source URL counts as unchanged after a check."""
PATIENCE_SECONDS = 24.0
"""Longest time to an answer, within the 30 seconds that the gateway allows."""
POLL_SECONDS = 0.1
"""Interval at which another process's job is polled."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A result, and its bytes where this process has just made them."""

    result: Result
    caching: Caching
    """Which caches the source lets keep it."""
    data: bytes | None = None


class Cleaner:
    """Makes and finds the results of ``/clean``.

    Parameters
    ----------
    edge_bytes
        Largest image in one response, in bytes; ``None`` for no limit.
    patience
        Seconds that one call may take.
    """

    def __init__(
        self,
        records: Records,
        objects: Objects,
        jobs: Jobs,
        executor: Executor,
        *,
        clock: Callable[[], float],
        edge_bytes: int | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        # Two pools, so that jobs which wait in the queue do not delay synchronous ones.
        self._light: SingleFlight[Cleaned] = SingleFlight()
        self._heavy: SingleFlight[Cleaned] = SingleFlight()
        self._edge_bytes = edge_bytes
        self._objects = objects
        self._jobs = jobs
        self._executor = executor
        self._results = Results(records, clock)
        self._clock = clock
        self.patience = patience

    def stored(self, clean_request: CleanRequest) -> Cleaned | None:
        """The stored result, if the URL was checked within `FRESH_SECONDS`."""
        found = self._results.found(clean_request.address)
        return Cleaned(found.result, found.caching) if found and self._is_fresh(found) else None

    def _is_fresh(self, found: KnownSource) -> bool:
        return self._clock() - found.checked_at <= FRESH_SECONDS

    def data(self, clean_request: CleanRequest, cleaned: Cleaned) -> bytes:
        """The image's bytes: from the job that just made them, else from the store.

        Raises
        ------
        Unavailable
            If the store has lost them; the result's record is then deleted.
        """
        data = cleaned.data or self._objects.get(cleaned.result.object_key)
        if data is None:
            self._results.forget(clean_request)
            raise Unavailable("The stored result is gone. Please try again.")
        return data

    def link(self, result: Result, filename: str | None) -> str | None:
        """A signed URL, valid for an hour at most, if the image is too large for one response."""
        if self._edge_bytes is None or result.length <= self._edge_bytes:
            return None
        left = max(1, min(3_600, int(result.expires_at - self._clock())))
        return self._objects.presign_get(result.object_key, expires_in=left, filename=filename)

    def begin(
        self, caller: Caller, clean_request: CleanRequest, own: str = ""
    ) -> AbstractContextManager[Future[Cleaned]]:
        """See `clean`. Equal requests share one future, while at least one of them waits.

        Raises
        ------
        Unavailable
            On entering the context, if too many images wait to be fetched.
        """
        shared = self._light if mode_named(clean_request.mode).sync else self._heavy
        return shared.join(
            clean_request.address,
            lambda abandoned: self.clean(caller, clean_request, own, abandoned),
        )

    def clean(
        self,
        caller: Caller,
        clean_request: CleanRequest,
        own: str = "",
        abandoned: Callable[[], bool] = never,
    ) -> Cleaned:
        """Fetch the source, and find or make the result.

        Raises
        ------
        SourceUnreachable, LoopDetected, PayloadTooLarge, UnsupportedMediaType, ImageError
            If the URL gives no supported image.
        LimitReached, TooManyFetches
            If the caller has reached a limit on jobs or fetches.
        TakesTooLong
            If the job takes longer than the response can wait; the job continues.
        JobFailed
            If the job failed.
        """
        until = time.monotonic() + self.patience
        known = self._results.found(clean_request.address)
        if known and self._is_fresh(known):
            return Cleaned(known.result, known.caching)  # stored since this request looked it up
        tag = known.etag if known else None
        sources = self._jobs.sources
        with sources.place(caller):
            fetched = sources.get(
                caller, clean_request.image, known=tag, own=own, abandoned=abandoned
            )
        if fetched is None and known:
            source = SourceFacts(clean_request.address, known.digest, known.etag, known.caching)
            self._results.remember(source, known.result)
            return Cleaned(known.result, known.caching)
        assert fetched is not None
        digest = hashlib.sha256(fetched.data).hexdigest()
        source = SourceFacts(clean_request.address, digest, fetched.etag, fetched.caching)
        return self._made(caller, clean_request, fetched.data, source, until, abandoned)

    def _made(
        self,
        caller: Caller,
        clean_request: CleanRequest,
        image: bytes,
        source: SourceFacts,
        until: float,
        abandoned: Callable[[], bool],
    ) -> Cleaned:
        """The result for these bytes, made by another request or by this one."""
        content = clean_request.content(source.digest)
        while True:
            claimed = self._results.claim(content)
            if claimed is None:
                made = self._make(caller, clean_request, image, source)
                if made is not None:
                    return made
            elif isinstance(claimed, Result):
                self._results.remember(source, claimed)
                return Cleaned(claimed, source.caching)
            finished = self._awaited(clean_request, source, until, abandoned)
            if finished is not None:
                return finished

    def _make(
        self, caller: Caller, clean_request: CleanRequest, image: bytes, source: SourceFacts
    ) -> Cleaned | None:
        """Submit a job; ``None`` if it waits in the queue."""
        content = clean_request.content(source.digest)
        try:
            request = JobRequest(
                clean_request.mode,
                clean_request.options,
                image=image,
                purpose=clean_request.purpose,
                answers_image=True,
            )
            submitted = self._jobs.submit(caller, request)
            job = submitted.job
            if job.status.ended:
                made = submitted.outcome.image if submitted.outcome else None
                return self._publish(clean_request, source, job, made)
            self._results.hand_over(content, job.owner, job.id)
        except BaseException:
            self._results.withdraw(content)
            raise
        return None

    def _awaited(
        self,
        clean_request: CleanRequest,
        source: SourceFacts,
        until: float,
        abandoned: Callable[[], bool],
    ) -> Cleaned | None:
        """The result of another request's job; ``None`` if that request gave up."""
        content = clean_request.content(source.digest)
        while time.monotonic() < until and not abandoned():
            made = self._results.lookup(content)
            if made is None:
                return None
            if isinstance(made, Result):
                self._results.remember(source, made)
                return Cleaned(made, source.caching)
            if made.owner is not None and made.job is not None:
                job = self._jobs.find(made.owner, made.job)
                if job is None or job.status is Status.CANCELED:
                    self._results.withdraw(content)
                    return None
                if job.status.ended:
                    return self._finished(clean_request, source, job)
            time.sleep(POLL_SECONDS)
        raise TakesTooLong(
            "This image takes longer than one response can wait. The job continues: try again "
            "in a minute, or use POST /api/v1/jobs."
        )

    def _finished(self, clean_request: CleanRequest, source: SourceFacts, job: Job) -> Cleaned:
        try:
            return self._publish(clean_request, source, job, None)
        except ExpungeError:
            self._results.withdraw(clean_request.content(source.digest))
            raise

    def _publish(
        self, clean_request: CleanRequest, source: SourceFacts, job: Job, image: bytes | None
    ) -> Cleaned:
        """Record a job's result for later requests; ``image`` if this process made it."""
        if job.status is not Status.SUCCEEDED or job.result_key is None:
            raise JobFailed(job.error_code or "pipeline_error", job.error_message or "")
        data = image or self._objects.get(job.result_key)
        if data is None:
            raise Unavailable("The stored result is gone. Please try again.")
        key = job.result_key
        data, media_type = converted(
            self._executor, data, str(job.result_type), clean_request.targets
        )
        if media_type != job.result_type:
            key = f"{key.rsplit('.', 1)[0]}-auto.{EXTENSIONS[media_type]}"
            self._objects.put(key, data, content_type=media_type)
        etag = hashlib.sha256(data).hexdigest()[:32]
        expires_at = job.result_expires_at or self._clock()
        receipt = job.report.get("receipt")
        result = Result(key, media_type, etag, len(data), expires_at, receipt)
        self._results.publish(clean_request.content(source.digest), source, result)
        return Cleaned(result, source.caching, data)
