"""Requests to create a swap that are under way: a cap for each key, and one for equal requests.

Both are short-lived records, so they hold over all processes. Those of a process that died expire.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from expunge.accounts.counters import CONCURRENT_RETRY, QuotaStatus, limit_reached
from expunge.accounts.policies import Period
from expunge.errors import IdempotencyConflict, IdempotencyMismatch, Unavailable
from expunge.stores.ports import Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.accounts.policies import Policy
    from expunge.jobs.request import JobRequest
    from expunge.stores.ports import Item, Records

GROUP = "swap-creates"
"""The group in the policy table."""
EXPIRY_SECONDS = 120
"""Longer than a request lasts whose files come at once."""


class InFlight:
    """The creates under way of all keys."""

    def __init__(self, records: Records, meter: Meter, clock: Callable[[], float]) -> None:
        self._records = records
        self._meter = meter
        self._clock = clock

    @contextmanager
    def place(self, caller: Caller) -> Iterator[None]:
        """Hold one of the key's places.

        Raises
        ------
        TooManyAtOnce
            If all of them are taken.
        """
        policies = self._meter.policies.of(caller.tier, GROUP)
        limit = next((one for one in policies if one.period is Period.CONCURRENT), None)
        if limit is None:
            yield
            return
        held = self._first_free(caller, limit)
        try:
            yield
        finally:
            self._free(held)

    def _first_free(self, caller: Caller, limit: Policy) -> Delete:
        for number in range(limit.limit):
            key = _key(caller, f"{caller.credential or 'all'}#{number}")
            held = self._taken(key)
            if isinstance(held, Delete):
                return held
        now = self._clock()
        full = QuotaStatus(limit, limit.limit, int(now) + CONCURRENT_RETRY, 0)
        raise limit_reached([full], [full], now)

    @contextmanager
    def claim(self, caller: Caller, request: JobRequest) -> Iterator[None]:
        """Hold the request's idempotency key, if it has one.

        Raises
        ------
        IdempotencyConflict
            While an equal request holds it.
        IdempotencyMismatch
            While another request holds it.
        """
        if request.idempotency_key is None:
            yield
            return
        named = hashlib.sha256(request.idempotency_key.encode()).hexdigest()
        digest = request.digest()
        held = self._taken(_key(caller, f"claim#{named}"), digest=digest)
        if not isinstance(held, Delete):
            if held.get("digest") != digest:
                raise IdempotencyMismatch(
                    "This Idempotency-Key was used for another request; use a new key."
                )
            raise IdempotencyConflict(
                "The first request with this Idempotency-Key is still running."
            )
        try:
            yield
        finally:
            self._free(held)

    def _taken(self, key: Key, **facts: str) -> Delete | Item:
        """Take a record: the change that frees it, or the record of who holds it."""
        token = secrets.token_hex(8)
        free = Delete(key, only_if={"token": [token]})
        expires_at = int(self._clock()) + EXPIRY_SECONDS
        try:
            self._records.write(
                Put(key, {"token": token, **facts}, if_absent=True, expires_at=expires_at)
            )
        except WriteRefused as refused:
            return refused.item or {}
        except Unavailable:  # it may have been written
            self._free(free)
            raise
        return free

    def _free(self, held: Delete) -> None:
        with suppress(WriteRefused, Unavailable):
            self._records.write(held)


def _key(caller: Caller, name: str) -> Key:
    return Key(f"owner#{caller.subject}", f"{GROUP}#{name}")
