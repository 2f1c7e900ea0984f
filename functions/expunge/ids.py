"""Ids that cannot be guessed and sort by creation time.

Whoever holds the id of an anonymous job or upload may use it, so an id is a capability. It has
120 random bits, two fewer than a version 4 UUID. Ids of version 0.1 had 80. Old and new ids sort
together, since both start with the same ten digits of time.
"""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 120
_TIME_DIGITS = 10
"""48 bits of Unix milliseconds behind two zeros, as in a ULID."""
_LENGTHS = (26, 34)
"""Digits of an id: of version 0.1, and of today."""


def new_id(prefix: str, now: float) -> str:
    """``prefix_`` and 34 digits: Unix milliseconds, 120 random bits, Crockford base32."""
    number = (int(now * 1000) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    return f"{prefix}_{_digits(number)}"


def earliest(now: float) -> str:
    """A lower bound for the digits of every id made at ``now`` (Unix seconds) or later."""
    return _digits(int(now * 1000) << _RANDOM_BITS)


def made_at(digits: str) -> float | None:
    """Unix seconds at which the id with these digits was made; ``None`` for other text."""
    if len(digits) not in _LENGTHS or digits[0] > "7" or not set(digits) <= set(_ALPHABET):
        return None
    number = 0
    for digit in digits[:_TIME_DIGITS]:
        number = number << 5 | _ALPHABET.index(digit)
    return number / 1000


def _digits(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(165, -1, -5))
