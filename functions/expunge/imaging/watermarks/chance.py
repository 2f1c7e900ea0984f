"""How many bits must match before a match is no accident."""

from __future__ import annotations

from functools import cache
from math import comb

FALSE_POSITIVES = 1e-4
"""Highest probability that a scheme is reported for an image without its mark."""


@cache
def tail(bits: int, matched: int) -> float:
    """Probability that at least ``matched`` of ``bits`` fair coins show what was expected."""
    return float(sum(comb(bits, count) for count in range(matched, bits + 1)) / 2**bits)


@cache
def needed(bits: int, hypotheses: int, rate: float = FALSE_POSITIVES) -> int:
    """Fewest matching bits that ``hypotheses`` guesses reach with probability ``rate`` or less.

    The result is ``bits + 1``, which nothing reaches, where even a full match is too likely.

    Examples
    --------
    >>> [needed(bits, 50) for bits in (32, 48, 136)]
    [29, 40, 96]
    """
    matched = bits + 1
    while matched and hypotheses * tail(bits, matched - 1) <= rate:
        matched -= 1
    return matched
