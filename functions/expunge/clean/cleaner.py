"""A picture that is found, or fetched and made into a job: once for all who ask."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from expunge.clean.flights import Flights
from expunge.clean.formats import converted
from expunge.clean.results import Making, Result, Results
from expunge.errors import ExpungeError, JobFailed, TakesTooLong, Unavailable
from expunge.imaging.limits import LIMITS
from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.job import Status
from expunge.jobs.request import Wish
from expunge.operations import mode_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from expunge.accounts.callers import Caller
    from expunge.clean.embed import Embed
    from expunge.clean.results import Found
    from expunge.jobs.job import Job
    from expunge.jobs.jobs import Jobs
    from expunge.net.ports import Fetch
    from expunge.stores.ports import Objects, Records

FRESH_SECONDS = 300
"""How long an address is taken to hold the picture that was found there."""
PATIENCE_SECONDS = 24.0
"""Of one answer, within the 30 that the edge allows."""
LOOK_SECONDS = 0.1
"""Between looks at somebody else's work."""


class Cleaner:
    """Over the jobs, the object store, the records and the network.

    Parameters
    ----------
    admit
        Called once for every embed that costs work, before the work; raises where the
        caller has had enough. An answer from the store does not ask it.
    edge_bytes
        What one answer may carry; ``None`` for any size.
    patience
        Seconds that one call may take.
    """

    def __init__(
        self,
        records: Records,
        objects: Objects,
        jobs: Jobs,
        fetch: Fetch,
        *,
        clock: Callable[[], float],
        edge_bytes: int | None = None,
        admit: Callable[[Caller, Embed], object] = lambda *_: None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        # Apart, so that pictures which wait in line hold up none that need not.
        self._light: Flights[Result] = Flights()
        self._heavy: Flights[Result] = Flights()
        self._edge_bytes = edge_bytes
        self._objects = objects
        self._jobs = jobs
        self._fetch = fetch
        self._results = Results(records, clock)
        self._clock = clock
        self._admit = admit
        self.patience = patience

    def stored(self, embed: Embed) -> Result | None:
        """The result, where the address was looked at lately."""
        found = self._results.found(embed.address)
        return found.result if found and self._is_fresh(found) else None

    def _is_fresh(self, found: Found) -> bool:
        return self._clock() - found.looked_at <= FRESH_SECONDS

    def data(self, embed: Embed, result: Result) -> bytes:
        """The picture's bytes.

        Raises
        ------
        Unavailable
            Where the store has lost them; what was known of them is forgotten.
        """
        data = self._objects.get(result.object_key)
        if data is None:
            self._results.forget(embed)
            raise Unavailable("The result is not to be found any more; please try again.")
        return data

    def link(self, result: Result, filename: str | None) -> str | None:
        """Where a picture can be fetched, for an hour at most, that one answer cannot carry."""
        if self._edge_bytes is None or result.length <= self._edge_bytes:
            return None
        left = max(1, min(3_600, int(result.expires_at - self._clock())))
        return self._objects.presign_get(result.object_key, expires_in=left, filename=filename)

    def begin(self, caller: Caller, embed: Embed) -> Future[Result]:
        """See `clean`; whoever asks for the same meanwhile gets the same future."""
        flights = self._light if mode_named(embed.mode).sync else self._heavy
        return flights.join(embed.address, lambda: self.clean(caller, embed))

    def clean(self, caller: Caller, embed: Embed) -> Result:
        """Fetch, and find or make the result.

        Raises
        ------
        SourceUnreachable, PayloadTooLarge, UnsupportedMediaType, ImageError
            For an address that gives no picture.
        TakesTooLong
            Where the work goes on, but the answer may not.
        JobFailed
            Where the work came to no good end.
        """
        until = time.monotonic() + self.patience
        known = self._results.found(embed.address)
        if known and self._is_fresh(known):
            return known.result  # it came while this call was on its way
        self._admit(caller, embed)
        tag = known.etag if known else None
        fetched = self._fetch.get(embed.image, limit=LIMITS.file_bytes, known=tag)
        if fetched is None and known:
            self._results.remember(embed.address, known.digest, known.etag, known.result)
            return known.result
        assert fetched is not None
        digest = hashlib.sha256(fetched.data).hexdigest()
        result = self._made(caller, embed, fetched.data, embed.content(digest), until)
        self._results.remember(embed.address, digest, fetched.etag, result)
        return result

    def _made(
        self, caller: Caller, embed: Embed, image: bytes, content: str, until: float
    ) -> Result:
        """The result for these bytes: somebody's, or our own."""
        while True:
            made = self._results.claim(content)
            if made is None:
                made = self._make(caller, embed, image, content)
            if made is not None and not isinstance(made, Making):
                return made
            made = self._awaited(embed, content, until)
            if made is not None:
                return made

    def _make(self, caller: Caller, embed: Embed, image: bytes, content: str) -> Result | None:
        """Make a job of it; ``None`` where the job waits in line."""
        try:
            wish = Wish(embed.mode, embed.options, image=image)
            job = self._jobs.submit(caller, wish).job
            if job.status.ended:
                return self._published(embed, content, job)
            self._results.hand_over(content, job.owner, job.id)
        except BaseException:
            self._results.withdraw(content)
            raise
        return None

    def _awaited(self, embed: Embed, content: str, until: float) -> Result | None:
        """What somebody else makes, once it is there; ``None`` where they gave up."""
        while time.monotonic() < until:
            made = self._results.look(content)
            if made is None or isinstance(made, Result):
                return made
            if made.owner is not None and made.job is not None:
                job = self._jobs.find(made.owner, made.job)
                if job is None or job.status is Status.CANCELED:
                    self._results.withdraw(content)
                    return None
                if job.status.ended:
                    return self._finished(embed, content, job)
            time.sleep(LOOK_SECONDS)
        raise TakesTooLong(
            "This picture takes longer than an answer may. It is still being worked on: ask "
            "again in a minute, or use POST /api/v1/jobs."
        )

    def _finished(self, embed: Embed, content: str, job: Job) -> Result:
        try:
            return self._published(embed, content, job)
        except ExpungeError:
            self._results.withdraw(content)
            raise

    def _published(self, embed: Embed, content: str, job: Job) -> Result:
        """Tell everybody of a job's result."""
        if job.status is not Status.SUCCEEDED or job.result_key is None:
            raise JobFailed(job.error_code or "pipeline_error", job.error_message or "")
        data = self._objects.get(job.result_key)
        if data is None:
            raise Unavailable("The result is not to be found; please try again.")
        key = job.result_key
        data, media_type = converted(data, str(job.result_type), embed.targets)
        if media_type != job.result_type:
            key = f"{key.rsplit('.', 1)[0]}-auto.{EXTENSIONS[media_type]}"
            self._objects.put(key, data, content_type=media_type)
        etag = hashlib.sha256(data).hexdigest()[:32]
        expires_at = job.result_expires_at or self._clock()
        result = Result(key, media_type, etag, len(data), expires_at)
        self._results.publish(content, result)
        return result
