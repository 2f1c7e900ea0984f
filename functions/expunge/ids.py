"""Names that nobody can guess and that sort by the time they were made."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(prefix: str, now: float) -> str:
    """``prefix_`` and a ULID: 48 bits of Unix milliseconds, 80 random bits, Crockford base32."""
    number = (int(now * 1000) << 80) | secrets.randbits(80)
    digits = "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
    return f"{prefix}_{digits}"
