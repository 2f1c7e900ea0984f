"""Signed URLs of the local object store.

A URL is ``/objects/{key}?…`` with the signed values and their MAC in the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from expunge.errors import SignatureInvalid
from expunge.stores.signed_urls import EXPIRED, below, is_mac, mac

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATH = "/objects/"
_PUT = frozenset({"expires", "length", "type", "signature"})
_GET = frozenset({"expires", "signature"})
_NAMED_GET = _GET | {"filename"}


class Signer:
    """Signs requests and verifies signatures.

    Parameters
    ----------
    secret
        The key of the HMAC.
    clock
        Unix seconds.
    """

    def __init__(self, secret: bytes, clock: Callable[[], float]) -> None:
        self._secret = secret
        self._clock = clock

    def expiry(self, expires_in: int) -> int:
        """The expiry, in Unix seconds, of a request signed now."""
        return int(self._clock()) + expires_in

    def url(self, method: str, key: str, query: Mapping[str, str]) -> str:
        """The signed URL of a request; ``query`` holds the values signed besides method and key."""
        signature = mac(self._secret, method, key, sorted(query.items()))
        return f"{PATH}{key}?{urlencode({**query, 'signature': signature})}"

    def authorize_put(
        self, key: str, query: Mapping[str, str], *, content_type: str | None, length: int | None
    ) -> None:
        """Raise ``SignatureInvalid`` unless this PUT was signed as declared and has not expired."""
        self._authorize("PUT", key, query, _PUT)
        if length is None or str(length) != query["length"]:
            raise SignatureInvalid("The URL was signed for another Content-Length.")
        if content_type is None or content_type.lower() != query["type"].lower():
            raise SignatureInvalid("The URL was signed for another Content-Type.")

    def authorize_get(self, key: str, query: Mapping[str, str]) -> str | None:
        """Return the signed file name, if any; raises ``SignatureInvalid`` as `authorize_put`."""
        self._authorize("GET", key, query, _NAMED_GET if "filename" in query else _GET)
        return query.get("filename")

    def signed_key(self, url: str, base_url: str) -> str | None:
        """See `ports.Objects.signed_key`."""
        found = below(url, base_url + PATH)
        if found is None:
            return None
        key, query = found
        self.authorize_get(key, query)
        return key

    def _authorize(
        self, method: str, key: str, query: Mapping[str, str], names: frozenset[str]
    ) -> None:
        if "signature" not in query:
            raise SignatureInvalid("The URL is not signed.")
        signed = sorted((name, value) for name, value in query.items() if name != "signature")
        if query.keys() != names or not is_mac(
            query["signature"], self._secret, method, key, signed
        ):
            raise SignatureInvalid(f"The URL was changed, or was not signed for a {method}.")
        if self._clock() >= int(query["expires"]):
            raise SignatureInvalid(EXPIRED)
