"""Ids that cannot be guessed and sort by creation time."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80


def new_id(prefix: str, now: float) -> str:
    """``prefix_`` and a ULID: 48 bits of Unix milliseconds, 80 random bits, Crockford base32."""
    number = (int(now * 1000) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    return f"{prefix}_{_digits(number)}"


def earliest(now: float) -> str:
    """A lower bound for the digits of every id made at ``now`` (Unix seconds) or later."""
    return _digits(int(now * 1000) << _RANDOM_BITS)


def made_at(digits: str) -> float | None:
    """Unix seconds at which the id with these 26 digits was made; ``None`` for other text."""
    if len(digits) != 26 or digits[0] > "7" or not set(digits) <= set(_ALPHABET):
        return None
    number = 0
    for digit in digits:
        number = number << 5 | _ALPHABET.index(digit)
    return (number >> _RANDOM_BITS) / 1000


def _digits(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
