"""Secret tokens of callers. Only their digests are ever stored."""

from __future__ import annotations

import hashlib
import re
import secrets
import string

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_LENGTH = 43
"""Base-62 digits of 256 bits: 62⁴³ > 2²⁵⁶ > 62⁴²."""
_TOKEN = re.compile(f"[0-9A-Za-z]{{{_LENGTH}}}")


def new_token(prefix: str = "") -> str:
    """Return the prefix and 256 random bits in base62, always 43 digits."""
    return prefix + token_of(secrets.token_bytes(32))


def token_of(data: bytes) -> str:
    """These 32 bytes as a token."""
    number = int.from_bytes(data)
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))


def is_token(text: str, prefix: str = "") -> bool:
    """Whether the text has the form of a token, so that a lookup makes sense."""
    return text.startswith(prefix) and _TOKEN.fullmatch(text[len(prefix) :]) is not None


def digest(token: str) -> str:
    """SHA-256 in hexadecimal, without a salt: a token has 256 random bits already."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
