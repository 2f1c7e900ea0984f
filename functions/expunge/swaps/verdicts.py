"""What the content analyser said of a file, by the SHA-256 of its bytes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from expunge.errors import Unavailable
from expunge.stores.ports import Delete, Key, Put, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.stores.ports import Records

KEPT_SECONDS = 24 * 3600
"""Lifetime of a verdict: as long as a result."""
FAILED_SECONDS = 600
"""Lifetime of the note that a file could not be scanned, which may be the service's fault."""
CLAIM_SECONDS = 300
"""How long a queued scan is waited for before the next request queues it again."""
ALLOWED_SECONDS = 365 * 24 * 3600
"""How long the operator's decision on a file holds."""


class Verdicts:
    """Stores verdicts. A queued scan has one without a score."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def of(self, digest: str) -> dict[str, Any] | None:
        """The verdict on a file; ``None`` for one that nobody has asked for."""
        return self._records.get(_key(digest))

    def claim(self, digest: str) -> bool:
        """Note that a scan is being queued; ``False`` if another request did so."""
        until = int(self._clock()) + CLAIM_SECONDS
        try:
            self._records.write(Put(_key(digest), {"tries": 0}, if_absent=True, expires_at=until))
        except WriteRefused:
            return False
        return True

    def release(self, digest: str) -> None:
        """Undo a claim whose scan could not be queued."""
        with suppress(WriteRefused, Unavailable):
            self._records.write(Delete(_key(digest), only_if={"tries": [0]}))

    def tried(self, digest: str, tries: int, seconds: float) -> bool:
        """Count a try of a queued scan, which may take so long; ``False`` if nobody waits for it.

        Until then, no other request queues it.
        """
        until = int(self._clock() + seconds) + CLAIM_SECONDS
        change = Update(
            _key(digest), {"tries": tries + 1}, only_if={"tries": [tries]}, expires_at=until
        )
        try:
            self._records.write(change)
        except WriteRefused:
            return False
        return True

    def scored(self, digest: str, score: float) -> None:
        self._put(digest, {"score": score}, KEPT_SECONDS)

    def failed(self, digest: str, code: str, detail: str) -> None:
        self._put(digest, {"code": code, "detail": detail}, FAILED_SECONDS)

    def allow(self, digest: str) -> None:
        """Let a file pass whatever its score is: the operator has looked at it."""
        until = int(self._clock()) + ALLOWED_SECONDS
        self._records.write(Put(_allowed(digest), {"at": self._clock()}, expires_at=until))

    def is_allowed(self, digest: str) -> bool:
        return self._records.get(_allowed(digest)) is not None

    def refused(self, owner: str, digest: str) -> None:
        """Note that an account's file was refused, so that it may complain."""
        until = int(self._clock()) + KEPT_SECONDS
        self._records.write(Put(_refusal(owner, digest), {"at": self._clock()}, expires_at=until))

    def were_refused(self, owner: str, digest: str) -> bool:
        return self._records.get(_refusal(owner, digest)) is not None

    def _put(self, digest: str, item: dict[str, Any], seconds: int) -> None:
        self._records.write(Put(_key(digest), item, expires_at=int(self._clock()) + seconds))


def _key(digest: str) -> Key:
    return Key(f"scan#{digest}", "verdict")


def _refusal(owner: str, digest: str) -> Key:
    return Key(f"owner#{owner}", f"refused#{digest}")


def _allowed(digest: str) -> Key:
    return Key(f"scan#{digest}", "allowed")
