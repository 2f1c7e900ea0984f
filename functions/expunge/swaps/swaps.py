"""Swaps as jobs: create, estimate, list, read, cancel."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.errors import JobNotFound, UnsupportedMediaType
from expunge.imaging.loading import load
from expunge.swaps.pricing import Kind, Prices, Size, least_of, price_of

if TYPE_CHECKING:
    from expunge.accounts.callers import Caller
    from expunge.imaging.source import Source
    from expunge.jobs.job import Job
    from expunge.jobs.jobs import Jobs
    from expunge.jobs.request import JobRequest, SubmitResult
    from expunge.swaps.in_flight import InFlight
    from expunge.swaps.terms import Terms

SURFACE = "swaps"
"""The lists of swaps (`Job.surface`), and the group of the policy table that counts them."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Swaps:
    """The swaps of all callers; each belongs to the API key that created it."""

    def __init__(self, jobs: Jobs, in_flight: InFlight, prices: Prices, terms: Terms) -> None:
        self._jobs = jobs
        self._in_flight = in_flight
        self._prices = prices
        self._terms = terms

    def check_open(self) -> None:
        """Raise `SwapsDisabled` until the operator has accepted the terms."""
        self._terms.check_accepted()

    def create(
        self, caller: Caller, kind: Kind, request: JobRequest, *, faces: int = 1
    ) -> SubmitResult:
        """Create a swap. Its price is what its files measure; nothing is stored before it is paid.

        Raises
        ------
        TooManyAtOnce
            If the key creates, or has under way, as many swaps as it may.
        IdempotencyConflict
            While an equal request with the same idempotency key is under way.
        UnsupportedMediaType
            If the target is not of this type.
        InsufficientCredits
            If the account has less than the price.
        expunge.errors.ExpungeError
            As `Jobs.submit`.
        """
        request = replace(
            request,
            price=least_of(kind, faces, self._prices),
            priced=lambda source: self._price(kind, source, faces),
            movies=kind is Kind.VIDEO,
            cap=SURFACE,
            surface=SURFACE,
            respond_async=True,
            idempotency_key=_scoped(caller, request.idempotency_key),
        )
        earlier = self._jobs.earlier(caller, request)
        if earlier:
            return earlier
        with self._in_flight.claim(caller, request), self._in_flight.place(caller):
            return self._jobs.submit(caller, request)

    def estimate(self, kind: Kind, size: Size) -> int:
        """The price in millicredits of a swap of this size, as its caller declares it."""
        return price_of(kind, size, self._prices)

    def page(self, caller: Caller, limit: int, cursor: str | None) -> tuple[list[Job], str | None]:
        """See `Jobs.page_after`."""
        return self._jobs.page_after(caller, SURFACE, limit, cursor)

    def get(self, caller: Caller, swap_id: str) -> Job:
        """Return the key's swap, or one that a session of its account created.

        Raises
        ------
        JobNotFound
            For any other swap; the error is the same as for an unknown id.
        """
        job = self._jobs.find(caller.subject, swap_id) if is_id(swap_id) else None
        own = job is not None and (caller.key is None or job.key in (None, caller.key))
        if job is None or not own or job.surface != SURFACE:
            raise JobNotFound("You have no such swap, or its record has expired.")
        return job

    def cancel(self, caller: Caller, swap_id: str) -> Job:
        """Cancel and refund a swap that no worker has started; return any other unchanged."""
        return self._jobs.cancel(caller, self.get(caller, swap_id).id)

    def _price(self, kind: Kind, source: Source, faces: int) -> int:
        """The price by the file itself, which must be of this type."""
        moving = load("expunge.imaging.moving")
        _check_kind(kind, source, moves=moving.is_moving(source))
        if not kind.moves:
            return price_of(kind, Size(faces), self._prices)
        facts = moving.facts(source)
        size = Size(faces, facts.seconds, len(source.content), facts.width, facts.height)
        return price_of(kind, size, self._prices)


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return _ID.fullmatch(text) is not None


def _check_kind(kind: Kind, source: Source, *, moves: bool) -> None:
    is_video, is_gif = _is_video(source), source.media_type == "image/gif"
    fits = {
        Kind.IMAGE: not moves,
        Kind.MULTI_FACE_IMAGE: not moves,
        Kind.GIF: (moves or is_gif) and not is_video,
        Kind.VIDEO: is_video,
    }[kind]
    if fits:
        return
    seen = "video" if is_video else "moving picture" if moves else "still image"
    right = Kind.VIDEO if is_video else Kind.GIF if moves else Kind.IMAGE
    raise UnsupportedMediaType(
        f"The target is a {seen} ({source.media_type}), which the type «{kind}» does not take. "
        f"Send it with the type «{right}»."
    )


def _is_video(source: Source) -> bool:
    return source.media_type.startswith("video/")


def _scoped(caller: Caller, idempotency_key: str | None) -> str | None:
    """The idempotency key, distinct for each API key; see `web.tasks.routes`.

    No header can hold a line break, so no key of another surface is equal to it.
    """
    return idempotency_key and f"{SURFACE}\n{caller.key}\n{idempotency_key}"
