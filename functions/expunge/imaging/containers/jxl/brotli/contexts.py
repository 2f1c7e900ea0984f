"""Which of 64 contexts a literal has, by the two bytes before it (RFC 7932, 7.1)."""

from __future__ import annotations

from functools import cache


@cache
def literal_contexts(mode: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What the last byte and the one before it add to a literal's context (RFC 7932, 7.1)."""
    every = range(256)
    if mode == 0:
        return tuple(byte & 63 for byte in every), (0,) * 256
    if mode == 1:
        return tuple(byte >> 2 for byte in every), (0,) * 256
    if mode == 2:
        return tuple(map(_utf8_last, every)), tuple(map(_utf8_second, every))
    return tuple(_signed(byte) << 3 for byte in every), tuple(map(_signed, every))


_GROUPS = (
    ("\t\n\r", 4), (" ", 8), ("\"'", 16), ("%", 20), ("([{<", 24), (")]}>", 28),
    (",:;", 32), (".", 36), ("=", 40), ("0123456789", 44),
    ("AEIOU", 48), ("BCDFGHJKLMNPQRSTVWXYZ", 52), ("aeiou", 56), ("bcdfghjklmnpqrstvwxyz", 60),
)  # fmt: skip
"""Of printable ASCII; all else there is 12."""


def _utf8_last(byte: int) -> int:
    if byte >= 128:
        return byte & 1 | (2 if byte >= 192 else 0)
    other = 12 if 32 < byte < 127 else 0
    return next((context for group, context in _GROUPS if chr(byte) in group), other)


def _utf8_second(byte: int) -> int:
    if byte >= 128:
        return 2 if byte >= 224 else 0
    character = chr(byte)
    if character.isdigit() or character.isupper():
        return 2
    return 3 if character.islower() else int(32 < byte < 127)


def _signed(byte: int) -> int:
    limits = (1, 16, 64, 128, 192, 240, 255)
    return sum(byte >= limit for limit in limits)
