"""Whose a key or a session is: one read, remembered for seconds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from expunge.accounts.account import KEY_PREFIX, credential_key
from expunge.accounts.callers import Caller, Tier
from expunge.accounts.tokens import digest, is_token
from expunge.errors import InvalidApiKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.usage import Usage
    from expunge.stores.ports import Item, Records

REMEMBERED_SECONDS = 4.0
"""A key that is revoked elsewhere is refused here within this time."""
_REMEMBERED = 4_096


class Credentials:
    """Looks credentials up by their digests."""

    def __init__(self, records: Records, usage: Usage, clock: Callable[[], float]) -> None:
        self._records = records
        self._usage = usage
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Item | None]] = OrderedDict()
        self._lock = threading.Lock()

    def of_key(self, key: str) -> Caller:
        """Who calls with an API key; the call is counted.

        Raises
        ------
        InvalidApiKey
            For one that never was, is switched off, or is revoked: they look the same.
        """
        item = self._find(digest(key)) if is_token(key, KEY_PREFIX) else None
        if item is None or item["kind"] != "key":
            raise InvalidApiKey("The API key is not one of this service, or has been revoked.")
        caller = _caller(item)
        self._usage.note(caller.subject, str(item["id"]))
        return caller

    def of_session(self, secret: str) -> Caller | None:
        """Who calls with a session's cookie, or ``None`` where it has ended."""
        item = self._find(digest(secret)) if is_token(secret) else None
        return _caller(item) if item and item["kind"] == "session" else None

    def forget(self, *digests: str) -> None:
        """Let what was just changed here be known at once."""
        with self._lock:
            for one in digests:
                self._known.pop(one, None)

    def _find(self, name: str) -> Item | None:
        now = self._clock()
        with self._lock:
            until, item = self._known.get(name, (0.0, None))
        if until > now:
            return item
        item = self._records.get(credential_key(name))
        with self._lock:
            self._known[name] = now + REMEMBERED_SECONDS, item
            self._known.move_to_end(name)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return item


def _caller(item: Item) -> Caller:
    return Caller(str(item["account"]), Tier(str(item["tier"])), credential=str(item["id"]))
