"""The request for a job, and its result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from expunge.accounts.counters import QuotaStatus
from expunge.imaging.source import Source
from expunge.jobs.job import Job, Retention
from expunge.net.ports import HTTPS
from expunge.operations.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Given:
    """An image in a request: as bytes, as the key of an upload, or by URL."""

    image: bytes | None = None
    declared: str | None = None
    """The media type that the sender declares for ``image``; if the content has another type, the
    request is refused."""
    guessed: str | None = None
    """The media type that a client guessed from the file name; corrected if it is wrong."""
    object_key: str | None = None
    image_url: str | None = None

    def facts(self) -> list[str | None]:
        """What tells it from another one."""
        image = hashlib.sha256(self.image).hexdigest() if self.image is not None else None
        return [image, self.declared or self.guessed, self.object_key, self.image_url]


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A request for a job. The image is given as bytes, as the key of an upload, or by URL."""

    mode: str
    options: dict[str, Any]
    image: bytes | None = None
    declared: str | None = None
    """See `Given`, as for the next three."""
    guessed: str | None = None
    object_key: str | None = None
    image_url: str | None = None
    movies: bool = True
    """Whether ``image_url`` may lead to a movie, which has a limit of its own."""
    companions: Mapping[str, Given] = field(default_factory=dict)
    """Other images that the options name (`ModeOptions.companions`)."""
    schemes: Collection[str] = HTTPS
    """The schemes that ``image_url``, ``webhook_url`` and companions' URLs may have."""
    webhook_url: str | None = None
    webhook_secret: str | None = None
    base_url: str = ""
    """The service's URL, as the caller used it."""
    respond_async: bool = False
    idempotency_key: str | None = None
    price: int = 0
    """Millicredits, set by the surface; a job with a price does not count toward its group."""
    priced: Callable[[Source], int] | None = None
    """The price by the images, once they are read; ``price`` is then the least that it can be."""
    group: str | None = None
    """The group in the policy table that counts it, if it is not the mode's."""
    retention: Retention = Retention.RESULT
    answers_image: bool = False
    """Whether the answer is the resulting image itself, so that a movie is refused."""
    prepaid: bool = False
    """Whether another write charges it, before its image is known."""
    needs_outcome: bool = False
    """Whether the answer can only be the outcome of a run within the request."""
    purpose: str | None = None
    """What the caller says it is for."""
    surface: str | None = None
    """The surface whose lists hold the job; see `Job.surface`."""
    shown: dict[str, Any] = field(default_factory=dict)
    """The request as that surface shows it."""
    cap: str | None = None
    """The group in the policy table that limits a key's concurrent jobs of this kind."""

    @property
    def of_still(self) -> bool:
        """Whether it is for a still image alone: it was priced as one, or waits for the outcome."""
        return self.needs_outcome or self.prepaid or (self.price > 0 and self.priced is None)

    @property
    def main(self) -> Given:
        """The image that the job is about."""
        return Given(self.image, self.declared, self.guessed, self.object_key, self.image_url)

    @property
    def given(self) -> Mapping[str, Given]:
        """Every image of the request; the one that the job is about has the name ``""``."""
        return {"": self.main, **self.companions}

    @property
    def elsewhere(self) -> bool:
        """Whether an image is not in the request itself."""
        return any(one.image is None for one in self.given.values())

    @property
    def fetches(self) -> bool:
        """Whether it names a URL to fetch."""
        return any(one.image_url is not None for one in self.given.values())

    @property
    def reaches_out(self) -> bool:
        """Whether it waits for another host: for one that has an image, or for the DNS."""
        return self.fetches or self.webhook_url is not None

    def digest(self) -> str:
        """A digest that is equal for two requests for the same work."""
        parts = [self.mode, self.options, *self.main.facts(), self.webhook_url]
        if self.companions:
            parts.append({name: one.facts() for name, one in self.companions.items()})
        if self.purpose:
            parts.append(self.purpose)
        if self.shown:
            parts.append(self.shown)
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """A job, and whether an earlier request with the same idempotency key created it."""

    job: Job
    replayed: bool = False
    quotas: tuple[QuotaStatus, ...] = ()
    """The caller's quotas for the limits that apply."""
    outcome: Outcome | None = None
    """The outcome of a job that ran at once."""
    quotas_if_refunded: tuple[QuotaStatus, ...] = ()
    """The quotas without this job, which apply after it has failed."""
