"""Fetches source URLs for callers, with limits on concurrent and failed fetches."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from expunge.accounts.counters import LimitReached
from expunge.accounts.meter import MeteredCall
from expunge.errors import (
    ExpungeError,
    FieldError,
    LoopDetected,
    PayloadTooLarge,
    SignatureInvalid,
    SourceUnreachable,
    ValidationFailed,
)
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.source import HEAD, is_movie
from expunge.net.ports import HTTPS, Fetched, Spool, never

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import BinaryIO

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.net.ports import Fetch
    from expunge.stores.ports import Objects

MAX_PER_CALLER = 5
"""Requests of one caller in this process that fetch at the same time: as many as any tier may have
for new swaps."""
MOVIE_BYTES = 104_857_600
"""Limit for a video or an audio file that is fetched."""
GROUP = "failed-fetches"
"""The group in the policy table."""


class TooManyFetches(ExpungeError):
    """The caller has as many fetches in progress as it may have."""

    code = "rate_limited_concurrent"


class Sources:
    """Fetches URLs over the network port, and counts failures with the meter.

    A signed URL of this service's own store needs no connection: the object is read directly.
    """

    def __init__(
        self,
        fetch: Fetch,
        objects: Objects,
        meter: Meter,
        limits: Limits = LIMITS,
        check_space: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._fetch = fetch
        self._objects = objects
        self._meter = meter
        self._limits = limits
        self._check_space = check_space
        self._lock = threading.Lock()
        self._in_progress: Counter[str] = Counter()

    def check(self, caller: Caller, url: str, *, schemes: Collection[str] = HTTPS) -> None:
        """See `Fetch.check`."""
        self._fetch.check(url, schemes=schemes, private=caller.reaches_private)

    def check_receiver(
        self, caller: Caller, url: str, *, pointer: str, schemes: Collection[str] = HTTPS
    ) -> None:
        """See `Fetch.check_receiver`. A refused receiver counts as a failed fetch.

        Raises
        ------
        LimitReached
            After too many failed fetches of this caller; costs one read.
        ValidationFailed
            If no message may go there; ``pointer`` names the field.
        """
        try:
            with self._counted(caller):
                self._fetch.check_receiver(url, schemes=schemes, private=caller.reaches_private)
        except SourceUnreachable as error:
            raise ValidationFailed(FieldError(pointer, error.detail)) from None

    def get(
        self,
        caller: Caller,
        url: str,
        *,
        schemes: Collection[str] = HTTPS,
        known: str | None = None,
        own: str = "",
        abandoned: Callable[[], bool] = never,
        movies: bool = False,
    ) -> Fetched | None:
        """See `Fetch.get`; returns at most the maximum size of an image.

        Parameters
        ----------
        movies
            Whether the source may be a video or an audio file, which is then a file on disk of at
            most `MOVIE_BYTES`.

        Raises
        ------
        LimitReached
            After too many failed fetches of this caller; costs one read.
        SourceUnreachable, LoopDetected, PayloadTooLarge
            As for `Fetch.get`. Each counts as a failed fetch, with one write.
        """
        with self._counted(caller, abandoned):
            return self._stored(url, own, movies=movies) or self._fetch.get(
                url,
                limit=self._limits.file_bytes,
                schemes=schemes,
                known=known,
                own=own,
                private=caller.reaches_private,
                abandoned=abandoned,
                **{"spool": Spool(self._most, self._scratch)} if movies else {},
            )

    @contextmanager
    def _counted(self, caller: Caller, abandoned: Callable[[], bool] = never) -> Iterator[None]:
        """Refuse a caller with too many failed fetches, and count this one if it fails."""
        self._meter.check(caller, GROUP)
        try:
            yield
        except (SourceUnreachable, LoopDetected, PayloadTooLarge):
            if not abandoned():  # leaving a page is not a failed fetch
                with suppress(LimitReached):
                    self._meter.take(caller, MeteredCall(GROUP))
            raise

    def _most(self, head: bytes) -> int:
        """The bytes that a source may have, by its first ones."""
        if is_movie(head):
            return min(MOVIE_BYTES, max(self._limits.movie_bytes, self._limits.file_bytes))
        return self._limits.file_bytes

    def _scratch(self) -> BinaryIO:
        self._check_space(MOVIE_BYTES)
        return self._objects.scratch()

    def _stored(self, url: str, own: str, *, movies: bool) -> Fetched | None:
        """The object behind a signed URL of this service's store; ``None`` for any other URL."""
        try:
            key = self._objects.signed_key(url, base_url=own)
        except SignatureInvalid as error:
            raise SourceUnreachable(
                f"The image is in this service's own store, but its URL is not valid. "
                f"{error.detail} Upload the image again and use the new source_url."
            ) from None
        if key is None:
            return None
        facts = self._objects.head(key)
        if facts is not None and facts.length > self._limits.file_bytes:
            file = self._objects.open(key, facts) if movies else None
            if file is None or not is_movie(file.read(HEAD)):
                self._limits.check_bytes(facts.length)
            return Fetched(b"", file=file)
        data = self._objects.get(key) if facts else None
        if data is None:
            raise SourceUnreachable(
                "This service's store has no file at this URL. PUT the file to upload_url first; "
                "if you did, it has been deleted since."
            )
        return Fetched(data)

    @contextmanager
    def place(self, caller: Caller) -> Iterator[None]:
        """Hold one of the caller's places, for all that one request fetches.

        Raises
        ------
        TooManyFetches
            If `MAX_PER_CALLER` of them are taken.
        """
        owner = caller.meter or caller.subject
        with self._lock:
            if self._in_progress[owner] >= MAX_PER_CALLER:
                raise TooManyFetches(
                    f"You have {MAX_PER_CALLER} fetches in progress, the most at once. "
                    "Try again when one ends."
                )
            self._in_progress[owner] += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_progress[owner] -= 1
                self._in_progress += Counter()  # drops zeros
