"""Client secrets, which identify anonymous callers in later requests.

A secret is a token with its HMAC-SHA256. So callers cannot choose weak secrets, and none needs
storage: jobs are listed under the token's digest.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from expunge.accounts.tokens import digest, is_token, new_token, token_of
from expunge.stores.secrets import SharedSecret

if TYPE_CHECKING:
    from expunge.stores.ports import Records

_UNGUESSABLE = 22
"""Characters of 128 random bits in base64url; a UUID has 36."""


def is_unguessable(idempotency_key: str) -> bool:
    """Whether an idempotency key is long enough to serve as a secret of its caller."""
    return len(idempotency_key) >= _UNGUESSABLE


class Browsers:
    """Issues and verifies client secrets."""

    def __init__(self, records: Records) -> None:
        self._secret = SharedSecret(records, "browsers")

    @property
    def has_key(self) -> bool:
        """Whether the HMAC key was read; until then, each method may read the records."""
        return "_key" in self.__dict__

    def mint(self) -> str:
        """Issue a new secret."""
        return self._signed(new_token())

    def mint_for(self, meter: str, idempotency_key: str, request: str) -> str:
        """Issue a secret for a request that came without one; a retry gets the same secret.

        The key alone is not enough: another client behind the same IP address may guess it.

        Parameters
        ----------
        request
            A digest of everything that was sent, including the image.
        """
        seed = self._mac("idempotency", meter, idempotency_key, request)
        return self._signed(token_of(seed))

    def name(self, secret: str) -> str | None:
        """The opaque name of the secret's holder, or ``None`` if this service did not issue it."""
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
        return hmac.new(self._secret.value, text, "sha256").digest()
