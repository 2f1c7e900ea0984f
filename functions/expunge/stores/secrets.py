"""A secret that all processes of one installation share."""

from __future__ import annotations

import secrets
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from expunge.stores.ports import Records


class SharedSecret:
    """256 random bits in the records. The first process that needs them creates them."""

    def __init__(self, records: Records, name: str) -> None:
        self._records = records
        self._key = Key("secret", name)

    @cached_property
    def value(self) -> bytes:
        """The secret, read once for each process."""
        found = self.existing()
        if found is not None:
            return found
        with suppress(WriteRefused):  # another process was faster
            fresh = {"key": secrets.token_hex(32)}
            self._records.write(Put(self._key, dict(fresh), if_absent=True))
        item = self._records.get(self._key) or {}
        return bytes.fromhex(str(item["key"]))

    def existing(self) -> bytes | None:
        """The secret, if a process has created it."""
        item = self._records.get(self._key)
        return None if item is None else bytes.fromhex(str(item["key"]))
