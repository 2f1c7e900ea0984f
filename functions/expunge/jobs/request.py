"""What a caller asks for, and what comes of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from expunge.accounts.counters import QuotaStatus
from expunge.jobs.job import Job, Retention
from expunge.operations.outcome import Outcome


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a caller asks for; the image as bytes, as the key of an upload, or by its address."""

    mode: str
    options: dict[str, Any]
    image: bytes | None = None
    declared: str | None = None
    """The media type the sender claims for ``image``; a claim that its content contradicts is
    refused."""
    guessed: str | None = None
    """The type that a client made of a file's name: corrected where the content is another."""
    object_key: str | None = None
    image_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    base_url: str = ""
    """Where the caller reached this service."""
    respond_async: bool = False
    idempotency_key: str | None = None
    price: int = 0
    """Millicredits, set by the surface: a job with a price is not counted by its group."""
    group: str | None = None
    """The group of the policy table that counts it, where it is not the mode's."""
    retention: Retention = Retention.RESULT
    cap: str | None = None
    """The group of the policy table that caps how many of these a key has under way."""

    def digest(self) -> str:
        """What makes two wishes the same."""
        image = hashlib.sha256(self.image).hexdigest() if self.image is not None else None
        object_key = [self.object_key, self.image_url, self.webhook_url]
        parts = [self.mode, self.options, image, self.declared or self.guessed, *object_key]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """A job, and whether an earlier call with the same idempotency key had made it."""

    job: Job
    replayed: bool = False
    quotas: tuple[QuotaStatus, ...] = ()
    """How the caller stands with the limits that were looked at."""
    outcome: Outcome | None = None
    """What came of a job that was run at once."""
    quotas_if_refunded: tuple[QuotaStatus, ...] = ()
    """The same, had this job not been made; so it is once it has failed."""
