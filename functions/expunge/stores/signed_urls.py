"""What the signed URLs of both object stores have in common: a MAC, and how they are recognised."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

EXPIRED = "The URL has expired."


def mac(secret: bytes, *values: object) -> str:
    """HMAC-SHA256 (RFC 2104) of the values in hexadecimal.

    They are signed as a JSON array, so different values never have the same text.
    """
    return hmac.new(secret, json.dumps(values).encode(), "sha256").hexdigest()


def is_mac(given: str, secret: bytes, *values: object) -> bool:
    """Whether the text is the MAC of these values."""
    return hmac.compare_digest(given.encode(errors="replace"), mac(secret, *values).encode())


def below(url: str, base: str) -> tuple[str, dict[str, str]] | None:
    """The path below ``base``, and the query, of a URL of its origin; ``None`` for any other URL.

    Schemes do not count: a proxy may end TLS in front of the store. User names, which would
    make a host look like another, are not accepted.
    """
    try:
        given, own = urlsplit(url), urlsplit(base)
        same = _origin(given) == _origin(own) and "@" not in given.netloc
    except ValueError:  # not a URL, or a port that is no number
        return None
    if not same or not given.path.startswith(own.path):
        return None
    return unquote(given.path[len(own.path) :]), dict(parse_qsl(given.query))


def _origin(parts: SplitResult) -> tuple[str | None, int]:
    """Host in lower case, and port; port 80 counts as 443."""
    port = parts.port or 443
    return parts.hostname, 443 if port == 80 else port
