"""Idempotency keys: claims in the write that admits a job, and replays of that job."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol

from expunge.accounts.browsers import is_unguessable
from expunge.errors import FieldError, IdempotencyMismatch, IdempotencySpent, ValidationFailed
from expunge.jobs.request import SubmitResult
from expunge.stores.ports import Key, Put

if TYPE_CHECKING:
    from expunge.accounts.callers import Caller
    from expunge.jobs.job import Job
    from expunge.jobs.register import Register
    from expunge.jobs.request import JobRequest
    from expunge.stores.ports import Item, Records

IDEMPOTENCY_SECONDS = 24 * 3600
"""Lifetime of an idempotency key."""
RETRY_SECONDS = 3600
"""Lifetime of a short key from a caller without a secret, valid only for the same request."""


class Claimed(Protocol):
    """A request that may have an idempotency key."""

    @property
    def idempotency_key(self) -> str | None: ...

    def digest(self) -> str: ...


class Idempotency:
    """Finds the jobs of earlier requests by their keys."""

    def __init__(self, records: Records, register: Register) -> None:
        self._records = records
        self._register = register

    def claims(self, caller: Caller, request: JobRequest, job: Job) -> list[Put]:
        """The changes that claim the request's key for a job; none without a key."""
        if request.idempotency_key is None:
            return []
        claim: Item = {"digest": request.digest(), "job": job.id}
        return [
            Put(key, claim, if_absent=True, expires_at=int(job.created_at) + seconds)
            for key, seconds in claim_keys(caller, request).items()
        ]

    def earlier(self, caller: Caller, request: JobRequest) -> SubmitResult | None:
        """The job of an earlier request with the same key; raises like `replay`."""
        if request.idempotency_key is None:
            return None
        item = self._records.get(next(iter(claim_keys(caller, request))))
        return self.replay(caller, request, item) if item else None

    def replay(self, caller: Caller, request: JobRequest, claim: dict[str, Any]) -> SubmitResult:
        """The job that a claim names.

        Raises
        ------
        IdempotencyMismatch
            If the key was used for another request.
        IdempotencySpent
            If the job's record is gone.
        """
        if claim.get("digest") != request.digest():
            raise IdempotencyMismatch(
                "This Idempotency-Key was used for another request; use a new key."
            )
        job = self._register.get(caller.owner_of(claim["job"]), claim["job"])
        if job is None:
            raise IdempotencySpent(
                "This Idempotency-Key belongs to a job whose record has expired or was deleted; "
                "use a new key."
            )
        return SubmitResult(job, replayed=True)


def claim_keys(caller: Caller, request: Claimed) -> dict[Key, int]:
    """The record keys that claim an idempotency key, with their lifetimes in seconds.

    The first one is looked up. Each claim belongs to an account or a browser, never to an IP
    address alone, since another client behind it may use the same key. A long key and the request
    identify a caller without a secret (`Browsers.mint_for`). With a short key, only an identical
    request gets the same job. So no caller sees a job whose image it does not already have.
    """
    key = request.idempotency_key or ""
    if caller.known_as is None:
        reason = "needs an account, or the secret that this service gives each browser"
        raise ValidationFailed(FieldError("/header/idempotency-key", reason))
    own = Key(f"owner#{caller.known_as}", f"idempotency#{_digest(key)}")
    if not caller.has_new_secret or is_unguessable(key):
        return {own: IDEMPOTENCY_SECONDS}
    same = Key(f"owner#{caller.meter}", f"idempotency#{_digest(key, request.digest())}")
    return {same: RETRY_SECONDS, own: IDEMPOTENCY_SECONDS}


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
