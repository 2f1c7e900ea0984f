"""Secrets that the service mints, by which an anonymous caller is known again.

A secret is a token and its HMAC-SHA256, so a caller cannot choose a weak one, and none is stored:
jobs are listed under the token's digest. The key is made by whichever process first needs it, and
lies in the records, where all processes of an installation find it.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from expunge.accounts.tokens import digest, is_token, new_token, token_of
from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from expunge.stores.ports import Records

_UNGUESSABLE = 22
"""Characters that 128 random bits take in base64url; a UUID has 36."""
_KEY = Key("secret", "browsers")


def is_unguessable(idempotency_key: str) -> bool:
    """Whether an idempotency key is long enough to be its caller's own secret."""
    return len(idempotency_key) >= _UNGUESSABLE


class Browsers:
    """Mints secrets and knows its own."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def mint(self) -> str:
        """A new secret."""
        return self._signed(new_token())

    def mint_for(self, meter: str, idempotency_key: str, request: str) -> str:
        """A secret for a request that came without one, and the same whenever it comes again.

        So a client whose first answer got lost is known by its next one. The key alone is not
        enough: it may be a number that another behind the same network address can tell.

        Parameters
        ----------
        request
            A digest of all that was sent, the image with it.
        """
        seed = self._mac("idempotency", meter, idempotency_key, request)
        return self._signed(token_of(seed))

    def name(self, secret: str) -> str | None:
        """The opaque name of a secret's holder, or ``None`` where it was not minted here."""
        token, _, signature = secret.partition(".")
        if not is_token(token):
            return None
        expected = self._signed(token).partition(".")[2]
        if not hmac.compare_digest(signature.encode(errors="replace"), expected.encode()):
            return None
        return f"browser_{digest(token)}"

    def _signed(self, token: str) -> str:
        return f"{token}.{self._mac('browser', token).hex()}"

    def _mac(self, *words: str) -> bytes:
        text = "\n".join(words).encode("utf-8", "replace")
        return hmac.new(self._key, text, "sha256").digest()

    @cached_property
    def _key(self) -> bytes:
        item = self._records.get(_KEY)
        if item is None:
            with suppress(WriteRefused):  # another process was faster
                self._records.write(Put(_KEY, {"key": secrets.token_hex(32)}, if_absent=True))
            item = self._records.get(_KEY) or {}
        return bytes.fromhex(str(item["key"]))
