"""Identifies callers by API key or session: one read, cached for seconds."""

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
"""Cache lifetime: a key revoked in another process is refused here within this time."""
_REMEMBERED = 4_096


class Credentials:
    """Looks up credentials by their digests."""

    def __init__(self, records: Records, usage: Usage, clock: Callable[[], float]) -> None:
        self._records = records
        self._usage = usage
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Item | None]] = OrderedDict()
        self._lock = threading.Lock()

    def of_key(self, key: str) -> Caller:
        """The caller with this API key; the call is counted as a use of the key.

        Raises
        ------
        InvalidApiKey
            If the key is unknown, disabled or revoked; the error does not say which.
        """
        item = self._find(digest(key)) if is_token(key, KEY_PREFIX) else None
        if item is None or item["kind"] != "key":
            raise InvalidApiKey("The API key is unknown or has been revoked.")
        caller = _caller(item)
        self._usage.note(caller.subject, str(item["id"]))
        return caller

    def of_session(self, secret: str) -> Caller | None:
        """The caller with this session secret, or ``None`` if the session has ended."""
        item = self._find(digest(secret)) if is_token(secret) else None
        return _caller(item) if item and item["kind"] == "session" else None

    def forget(self, *digests: str) -> None:
        """Drop credentials from the cache, so that a change applies here at once."""
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
