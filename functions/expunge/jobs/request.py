"""The request for a job, and its result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from expunge.accounts.counters import QuotaStatus
from expunge.jobs.job import Job, Retention
from expunge.net.ports import HTTPS
from expunge.operations.outcome import Outcome


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A request for a job. The image is given as bytes, as the key of an upload, or by URL."""

    mode: str
    options: dict[str, Any]
    image: bytes | None = None
    declared: str | None = None
    """The media type that the sender declares for ``image``; if the content has another type, the
    request is refused."""
    guessed: str | None = None
    """The media type that a client guessed from the file name; corrected if it is wrong."""
    object_key: str | None = None
    image_url: str | None = None
    schemes: Collection[str] = HTTPS
    """The schemes that ``image_url`` and ``webhook_url`` may have."""
    webhook_url: str | None = None
    webhook_secret: str | None = None
    base_url: str = ""
    """The service's URL, as the caller used it."""
    respond_async: bool = False
    idempotency_key: str | None = None
    price: int = 0
    """Millicredits, set by the surface; a job with a price does not count toward its group."""
    group: str | None = None
    """The group in the policy table that counts it, if it is not the mode's."""
    retention: Retention = Retention.RESULT
    answers_image: bool = False
    """Whether the answer is the resulting image itself, so that a movie is refused."""
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

    def digest(self) -> str:
        """A digest that is equal for two requests for the same work."""
        image = hashlib.sha256(self.image).hexdigest() if self.image is not None else None
        object_key = [self.object_key, self.image_url, self.webhook_url]
        parts = [self.mode, self.options, image, self.declared or self.guessed, *object_key]
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
