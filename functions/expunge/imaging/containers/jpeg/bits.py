"""Huffman lookup tables, and the bit stream that they decode."""

from __future__ import annotations

from bisect import bisect
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.containers.jpeg.coding import Code

BLOCK_END = 64
WRONG = 2 * BLOCK_END
"""Coefficient count that marks an invalid code. It exceeds any run of zeros."""
END_OF_BLOCK = 4 * BLOCK_END
INVALID = -1
"""The symbol of bits that begin with no code."""

_LONGEST_CODE = 16
_BYTE = 8
_PAGE = 2_048
"""Bytes of the stream that are prepared at once."""
_MARGIN = 256
"""Bytes that are prepared beyond a page: the longest block has 64 × (16 + 15) bits."""

Entry = tuple[int, int]
"""The number of bits to skip, and the number of coefficients or the symbol."""


class Truncated(Exception):
    """The data ends before the codes do."""


class Bits:
    """A bit stream, prepared page by page, so that a decoder needs no arithmetic for each code.

    ``ahead`` holds the eight bits that follow each bit of the page, and ``place`` is the next bit
    to read there. The page must be turned if ``place`` exceeds ``last``.
    """

    def __init__(self, data: bytes) -> None:
        self.total = _BYTE * len(data)
        self._data = data
        self._page = self.place = 0
        self.turn_page()

    @property
    def at(self) -> int:
        """Number of bits read."""
        return _BYTE * self._page + self.place

    def turn_page(self) -> None:
        """Begin a page at the next bit. After the end of the data, it has zeros.

        Raises
        ------
        Truncated
            The reader is past the end.
        """
        whole, self.place = divmod(self.place, _BYTE)
        self._page += whole
        if self._page > len(self._data):
            raise Truncated
        part = self._data[self._page : self._page + _PAGE + _MARGIN]
        size = min(len(part), _PAGE) + _MARGIN
        number = int.from_bytes(part.ljust(size + 1, b"\0"), "big")
        ahead = bytearray(_BYTE * size)
        for bit in range(_BYTE):
            ahead[bit::_BYTE] = (number >> (_BYTE - bit)).to_bytes(size + 1, "big")[1:]
        self.ahead = bytes(ahead)
        self.last = _BYTE * (size - _MARGIN)

    def skip(self, count: int) -> None:
        """Skip some bits."""
        self.place += count

    def take(self, count: int) -> int:
        """Read a number of up to 16 bits."""
        if self.place > self.last:
            self.turn_page()
        found = (self.ahead[self.place] << _BYTE) | self.ahead[self.place + _BYTE]
        self.place += count
        return found >> (2 * _BYTE - count)

    def symbol(self, table: Table) -> int:
        """Read one code with a table of symbols; `INVALID` if no code matches."""
        if self.place > self.last:
            self.turn_page()
        step, symbol = table.short[self.ahead[self.place]] or table.long(self.ahead, self.place)
        self.place += step
        return symbol

    def skip_repeats(self, since: int, most: int) -> int:
        """Skip bits that repeat those read since a position. Return how many times they do.

        At most ``most`` repetitions are skipped. Nothing is skipped if the bits since that
        position are not whole bytes.
        """
        period, rest = divmod(self.at - since, _BYTE)
        start, end = since // _BYTE, since // _BYTE + period
        pattern = self._data[start:end]
        if rest or not pattern or not self._data.startswith(pattern, end):
            return 0
        for piece in (pattern * _PAGE, pattern):
            while self._data.startswith(piece, end):
                end += len(piece)
        # One byte less, since the repeated bits may begin within the first byte.
        count = min((end - start - period - 1) // period, most)
        self.skip(_BYTE * period * count)
        return count

    def padding(self) -> bool:
        """Whether less than a byte is left, with equal bits (F.1.2.3 prescribes ones)."""
        rest = self.total - self.at
        if not 0 <= rest < _BYTE:
            return False
        last = self._data[-1] & ((1 << rest) - 1) if self._data else 0
        return last in (0, (1 << rest) - 1)


class Table:
    """A Huffman table. ``short`` has an entry by the next eight bits, if that is a whole code.

    ``several`` has one for all codes that are whole in the next eight bits, once it was needed.
    """

    def __init__(self, code: Code, entry: Callable[[int, int], Entry], missing: Entry) -> None:
        counts, values = code
        self.short: list[Entry | None] = []
        self.several: list[Entry | None] = [None] * (1 << _BYTE)
        self._lengths = bytearray()
        """Code lengths, by the next eight bits."""
        self._starts: list[int] = []
        self._entries: list[Entry] = []
        # Longer codes have higher values (annex C.2), so the codes are sorted by their bits.
        start = at = 0
        for length, count in enumerate(counts, 1):
            for symbol in values[at : at + count]:
                found = entry(length, symbol)
                self._starts.append(start)
                self._entries.append(found)
                if length <= _BYTE:
                    repeated = 1 << (_BYTE - length)
                    self.short += [found] * repeated
                    self._lengths += bytes((length,)) * repeated
                start += 1 << (_LONGEST_CODE - length)
            at += count
        self._starts.append(start)
        self._entries.append(missing)
        self.short = (self.short + [None] * (1 << _BYTE))[: 1 << _BYTE]

    def combined(self, ahead: bytes, place: int) -> Entry:
        """The entry of the next codes together, up to the end of a block.

        A block may be full before that. Then the sum exceeds it.
        """
        window = ahead[place]
        found = self.short[window]
        if found is None:
            return self.long(ahead, place)
        step, run = found
        while step < _BYTE and run < END_OF_BLOCK:
            rest = (window << step) & 0xFF
            following = self.short[rest]
            if following is None or self._lengths[rest] > _BYTE - step:
                break
            step += following[0]
            run += following[1]
        self.several[window] = step, run
        return step, run

    def long(self, ahead: bytes, place: int) -> Entry:
        """The entry of a code of any length."""
        code = (ahead[place] << _BYTE) | ahead[place + _BYTE]
        return self._entries[bisect(self._starts, code) - 1]


@lru_cache(maxsize=8)
def symbols(code: Code) -> Table:
    """Return a table with the length and the symbol of each code."""
    return Table(code, lambda length, symbol: (length, symbol), (0, INVALID))


@lru_cache(maxsize=8)
def differences(code: Code) -> Table:
    """Return the table for a block's first coefficient (F.2.2.1)."""
    return Table(code, _difference, _NO_CODE)


@lru_cache(maxsize=8)
def coefficients(code: Code) -> Table:
    """Return the table for the other coefficients (F.2.2.2)."""
    return Table(code, _coefficient, _NO_CODE)


_NO_CODE = (1, WRONG)


def _difference(length: int, symbol: int) -> Entry:
    return _NO_CODE if symbol > 15 else (length + symbol, 1)


def _coefficient(length: int, symbol: int) -> Entry:
    run, size = symbol >> 4, symbol & 15
    step = END_OF_BLOCK if not size and run < 15 else run + 1
    return length + size, step
