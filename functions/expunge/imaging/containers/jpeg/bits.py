"""Huffman lookup tables, and the bit stream that they decode."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.containers.jpeg.coding import Code

LONGEST_CODE = 16
LONGEST_STEP = 32
"""Bits of a code and the number after it: 16 and up to 15."""

# A table entry: the number of bits to skip, and above it the number of coefficients.
BITS, COEFFICIENTS = 0x1F, 5
BLOCK_END = 64
WRONG = 2 * BLOCK_END
"""Coefficient count that marks an invalid code. It exceeds any run of zeros."""
END_OF_BLOCK = 4 * BLOCK_END
_NO_CODE = 1 | WRONG << COEFFICIENTS

_REFILL = 64
"""Bytes added to the window at once."""


class Truncated(Exception):
    """The data ends before the codes do."""


class Bits:
    """A bit stream. The lowest ``left`` bits of ``window`` are still unread."""

    def __init__(self, data: bytes) -> None:
        self.total = 8 * len(data)
        self._data = data
        self._next = 0
        self.window = self.left = 0

    @property
    def at(self) -> int:
        """Number of bits read."""
        return 8 * self._next - self.left

    def fill(self) -> None:
        """Add bytes to the window. After the end of the data, add zeros.

        Raises
        ------
        Truncated
            The reader is more than 64 bytes past the end.
        """
        if self._next > len(self._data) + _REFILL:
            raise Truncated
        part = self._data[self._next : self._next + _REFILL].ljust(_REFILL, b"\0")
        kept = self.window & ((1 << self.left) - 1)
        self.window = kept << 8 * _REFILL | int.from_bytes(part, "big")
        self.left += 8 * _REFILL
        self._next += _REFILL

    def skip(self, count: int) -> None:
        """Skip some bits."""
        if count <= self.left:
            self.left -= count
            return
        at = self.at + count
        self._next, self.window, self.left = at // 8, 0, 0
        self.fill()
        self.left -= at % 8

    def take(self, count: int) -> int:
        """Read a number of up to 16 bits."""
        if self.left < count:
            self.fill()
        self.left -= count
        return self.window >> self.left & ((1 << count) - 1)

    def symbol(self, table: list[int]) -> int:
        """Read one code with a table of symbols; -1 if no code matches."""
        if self.left < LONGEST_CODE:
            self.fill()
        entry = table[self.window >> (self.left - LONGEST_CODE) & 0xFFFF]
        self.left -= entry >> 8
        return entry & 0xFF if entry else -1

    def padding(self) -> bool:
        """Whether less than a byte is left, with equal bits (F.1.2.3 prescribes ones)."""
        rest = self.total - self.at
        if not 0 <= rest < 8:
            return False
        last = self._data[-1] & ((1 << rest) - 1) if self._data else 0
        return last in (0, (1 << rest) - 1)


@lru_cache(maxsize=8)
def symbols(code: Code) -> list[int]:
    """Return a table by the next 16 bits: code length × 256 + symbol; 0 if no code matches."""
    return _spread(code, lambda length, symbol: length << 8 | symbol, 0)


@lru_cache(maxsize=8)
def differences(code: Code) -> list[int]:
    """Return the table for a block's first coefficient (F.2.2.1)."""
    return _spread(code, _difference, _NO_CODE)


@lru_cache(maxsize=8)
def coefficients(code: Code) -> list[int]:
    """Return the table for the other coefficients (F.2.2.2)."""
    return _spread(code, _coefficient, _NO_CODE)


def _difference(length: int, symbol: int) -> int:
    return _NO_CODE if symbol > 15 else length + symbol | 1 << COEFFICIENTS


def _coefficient(length: int, symbol: int) -> int:
    run, size = symbol >> 4, symbol & 15
    step = END_OF_BLOCK if not size and run < 15 else run + 1
    return length + size | step << COEFFICIENTS


def _spread(code: Code, entry: Callable[[int, int], int], missing: int) -> list[int]:
    """A table of 65,536 entries. Each code fills all entries that begin with it (annex C.2)."""
    counts, values = code
    found: list[int] = []
    at = 0
    for length, count in enumerate(counts, 1):
        for symbol in values[at : at + count]:
            found += [entry(length, symbol)] * (1 << (LONGEST_CODE - length))
        at += count
    return (found + [missing] * (1 << LONGEST_CODE))[: 1 << LONGEST_CODE]
