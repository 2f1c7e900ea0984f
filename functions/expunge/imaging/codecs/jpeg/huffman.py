"""JPEG Huffman tables (ITU-T T.81, annexes C and F) as arrays, for many codes at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LONGEST = 16
"""Bits of a code."""


@dataclass(frozen=True)
class HuffmanTable:
    """Numbers of codes by length (1 to 16), and the symbols in the order of their codes."""

    counts: tuple[int, ...]
    symbols: tuple[int, ...]

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(256,) length in bits of each symbol's code; 0 for symbols without a code."""
        found = np.zeros(256, np.int64)
        found[list(self.symbols)] = np.repeat(np.arange(1, LONGEST + 1), self.counts)
        return found

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """(256,) code of each symbol (annex C.2)."""
        found = np.zeros(256, np.int64)
        code = at = 0
        for count in self.counts:
            code <<= 1
            for symbol in self.symbols[at : at + count]:
                found[symbol] = code
                code += 1
            at += count
        return found

    @cached_property
    def lookup(self) -> NDArray[np.uint16]:
        """(65536,) indexed by the next 16 bits: code length times 256, plus symbol; or 0."""
        found = np.zeros(1 << LONGEST, np.uint16)
        for symbol in self.symbols:
            length, code = int(self.lengths[symbol]), int(self.codes[symbol])
            first = code << (LONGEST - length)
            found[first : first + (1 << (LONGEST - length))] = length << 8 | symbol
        return found

    @property
    def is_sound(self) -> bool:
        """Whether the codes fit their lengths and no symbol has two codes."""
        distinct = len(set(self.symbols)) == len(self.symbols) == sum(self.counts)
        return distinct and _space(self.counts) <= 1 << LONGEST

    def with_symbols(self, wanted: set[int]) -> HuffmanTable:
        """Return the table with additional symbols, whose codes have 16 bits.

        The new codes follow all others. If there is no free code, a shorter code is lengthened to
        16 bits to make space, and then other codes change (see `extends`). The code of only ones
        stays unused (annex C.2).
        """
        added = sorted(wanted - set(self.symbols))
        ends = [0, *accumulate(self.counts)]
        by_length = [list(self.symbols[a:b]) for a, b in pairwise(ends)]
        by_length[-1] += added
        for shorter in range(LONGEST - 1, 0, -1):
            if _space(map(len, by_length)) < 1 << LONGEST:
                break
            moved = by_length[shorter - 1][-1:]
            if moved and len(added) < 1 << (LONGEST - shorter):
                del by_length[shorter - 1][-1:]
                by_length[-1] += moved
        symbols = tuple(symbol for group in by_length for symbol in group)
        return HuffmanTable(tuple(map(len, by_length)), symbols)

    def extends(self, other: HuffmanTable) -> bool:
        """Whether every code of another table is the same in this one."""
        known = list(other.symbols)
        same = (self.codes[known] == other.codes[known]) & (
            self.lengths[known] == other.lengths[known]
        )
        return bool(same.all())

    def segment_content(self, place: int) -> bytes:
        """Return the content for a DHT segment; ``place`` is class and destination (B.2.4.2)."""
        return bytes((place, *self.counts, *self.symbols))


def _space(counts: Iterable[int]) -> int:
    """Return how many of the 65,536 sequences of 16 bits begin with one of the codes."""
    return sum(count << (LONGEST - length) for length, count in enumerate(counts, 1))
