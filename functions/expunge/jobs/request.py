"""What a caller asks for, and what comes of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from expunge.accounts.counters import Standing
from expunge.jobs.job import Job, Keep
from expunge.operations.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks for; the image as bytes, as the key of an upload, or by its address."""

    mode: str
    options: dict[str, Any]
    image: bytes | None = None
    declared: str | None = None
    """The media type the sender claims for ``image``."""
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
    keep: Keep = Keep.RESULT
    cap: str | None = None
    """The group of the policy table that caps how many of these a key has under way."""

    def digest(self) -> str:
        """What makes two wishes the same."""
        image = hashlib.sha256(self.image).hexdigest() if self.image is not None else None
        place = [self.object_key, self.image_url, self.webhook_url]
        parts = [self.mode, self.options, image, self.declared, *place]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Admitted:
    """A job, and whether an earlier call with the same idempotency key had made it."""

    job: Job
    replayed: bool = False
    standings: tuple[Standing, ...] = ()
    """How the caller stands with the limits that were looked at."""
    outcome: Outcome | None = None
    """What came of a job that was run at once."""
    undone: tuple[Standing, ...] = ()
    """The same, had this job not been made; so it is once it has failed."""
