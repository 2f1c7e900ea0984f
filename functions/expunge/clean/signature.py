"""Signed queries: ``sig`` and ``exp``.

The signature is HMAC-SHA256 over the path and every other parameter, in base64url without
padding. Parameters are sorted, so their order does not matter; tracking parameters do not count.
Without the secret, a query cannot be extended, shortened or changed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from expunge.clean.tracking import without_tracking
from expunge.errors import SignatureInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    Query = Sequence[tuple[str, str]]

PATH = "/api/v1/clean"
"""The signed path, wherever the service is mounted."""


def sign(secret: str, path: str, query: Query) -> str:
    """The ``sig`` parameter for a path and its other parameters."""
    rest = sorted((name, value) for name, value in without_tracking(query) if name != "sig")
    # As the WHATWG URL standard serialises a form, which is what URLSearchParams does.
    form = urlencode(rest, safe="*").replace("~", "%7E")
    message = f"{path}?{form}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def verify(
    secrets: Sequence[str], path: str, query: Query, *, unsigned: bool, now: float
) -> float | None:
    """Check a query's signature; return its remaining seconds, or ``None`` without ``exp``.

    Parameters
    ----------
    secrets
        Any of them may have signed; there are two during a rotation.
    unsigned
        Whether queries without a signature are accepted.

    Raises
    ------
    SignatureInvalid
        For a signature that is wrong, missing or expired.
    """
    signatures = [value for name, value in query if name == "sig"]
    if not signatures:
        if unsigned:
            return None
        raise SignatureInvalid("This service answers only URLs that the site's owner has signed.")
    if len(signatures) > 1 or not any(
        hmac.compare_digest(sign(secret, path, query).encode(), signatures[0].encode())
        for secret in secrets
    ):
        raise SignatureInvalid("The signature does not match this URL.")
    ends = [value for name, value in query if name == "exp"]
    if not ends:
        return None
    if len(ends) > 1 or not (ends[0].isascii() and ends[0].isdigit() and len(ends[0]) < 12):
        raise SignatureInvalid("exp must be a time in Unix seconds, given once.")
    left = int(ends[0]) - now
    if left <= 0:
        raise SignatureInvalid("The URL has expired.")
    return left
