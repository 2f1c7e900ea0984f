"""Prefix codes and context maps as a Brotli stream writes them (RFC 7932, 3 and 7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage

if TYPE_CHECKING:
    from expunge.imaging.containers.jxl.bits import BitReader

_CODE_LENGTH_ORDER = (1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15)
_CODE_LENGTH_BITS = (2, 2, 2, 3, 2, 2, 2, 4, 2, 2, 2, 3, 2, 2, 2, 4)
_CODE_LENGTH_VALUES = (0, 4, 3, 2, 0, 4, 3, 1, 0, 4, 3, 2, 0, 4, 3, 5)
"""RFC 7932, 3.5: the code of the code lengths' lengths, by the next four bits."""


class PrefixCode:
    """A canonical prefix code (RFC 7932, 3.2)."""

    __slots__ = ("_lengths", "_symbols")

    def __init__(self, lengths: dict[int, int]) -> None:
        """``lengths`` maps symbols to how many bits they take; one symbol alone takes none."""
        if len(lengths) == 1:
            lengths = dict.fromkeys(lengths, 0)
        self._symbols: dict[int, int] = {}
        """By the bits of a symbol's code, the first of them lowest, below a 1."""
        code = before = 0
        for symbol in sorted(lengths, key=lambda symbol: (lengths[symbol], symbol)):
            length = lengths[symbol]
            code <<= length - before
            self._symbols[int("1" + f"{code:0{length}b}"[::-1], 2) if length else 1] = symbol
            code, before = code + 1, length
        self._lengths = [(length, 1 << length) for length in sorted(set(lengths.values()))]

    def read(self, bits: BitReader) -> int:
        ahead = bits.peek(15)
        for length, above in self._lengths:
            symbol = self._symbols.get(ahead & above - 1 | above)
            if symbol is not None:
                bits.skip(length)
                return symbol
        raise MalformedImage("a Brotli stream holds an unknown code")


def read_code(bits: BitReader, alphabet: int) -> PrefixCode:
    """RFC 7932, 3.4 and 3.5."""
    skip = bits.bits(2)
    return _simple_code(bits, alphabet) if skip == 1 else _complex_code(bits, alphabet, skip)


def _simple_code(bits: BitReader, alphabet: int) -> PrefixCode:
    count = bits.bits(2) + 1
    width = (alphabet - 1).bit_length()
    symbols = [bits.bits(width) for _ in range(count)]
    if len(set(symbols)) < count or max(symbols) >= alphabet:
        raise MalformedImage("a Brotli stream holds a broken prefix code")
    lengths = ((0,), (1, 1), (1, 2, 2), (2, 2, 2, 2))[count - 1]
    if count == 4 and bits.flag():
        lengths = (1, 2, 3, 3)
    return PrefixCode(dict(zip(symbols, lengths, strict=True)))


def _complex_code(bits: BitReader, alphabet: int, skip: int) -> PrefixCode:
    lengths: dict[int, int] = {}
    space = 32
    for symbol in _CODE_LENGTH_ORDER[skip:]:
        peeked = bits.peek(4)
        bits.skip(_CODE_LENGTH_BITS[peeked])
        if value := _CODE_LENGTH_VALUES[peeked]:
            lengths[symbol] = value
            space -= 32 >> value
            if space <= 0:
                break
    if not lengths or (space != 0 and len(lengths) > 1):
        raise MalformedImage("a Brotli stream holds a broken prefix code")
    return PrefixCode(_symbol_lengths(bits, PrefixCode(lengths), alphabet))


def _symbol_lengths(bits: BitReader, code: PrefixCode, alphabet: int) -> dict[int, int]:
    """Lengths of an alphabet's symbols, with their runs: 16 repeats a length, 17 a zero."""
    found: dict[int, int] = {}
    symbol, space, previous = 0, 32_768, 8
    run_of, run = 0, 0
    while symbol < alphabet and space > 0:
        value = code.read(bits)
        if value < 16:
            run_of = 0
            if value:
                found[symbol] = previous = value
                space -= 32_768 >> value
            symbol += 1
            continue
        extra = value - 14
        before = run if run_of == value else 0
        run = ((before - 2) << extra if before else 0) + 3 + bits.bits(extra)
        run_of = value
        if symbol + run - before > alphabet:
            break
        for _ in range(run - before):
            if value == 16:
                found[symbol] = previous
                space -= 32_768 >> previous
            symbol += 1
    if space != 0:
        raise MalformedImage("a Brotli stream holds a broken prefix code")
    return found


def block_type_count(bits: BitReader) -> int:
    """RFC 7932, 9.2: 1 to 256."""
    if not bits.flag():
        return 1
    width = bits.bits(3)
    return (1 << width) + bits.bits(width) + 1


def context_map(bits: BitReader, size: int) -> tuple[list[int], int]:
    """Which prefix code goes with which context, and how many there are (RFC 7932, 7.3)."""
    trees = block_type_count(bits)
    if trees == 1:
        return [0] * size, 1
    longest = bits.bits(4) + 1 if bits.flag() else 0
    code = read_code(bits, trees + longest)
    found: list[int] = []
    while len(found) < size:
        symbol = code.read(bits)
        if 0 < symbol <= longest:
            found += [0] * ((1 << symbol) + bits.bits(symbol))
        else:
            found.append(symbol - longest if symbol else 0)
    if len(found) > size:
        raise MalformedImage("a Brotli stream holds a broken context map")
    if bits.flag():
        ranks = list(range(256))
        for at, rank in enumerate(found):
            ranks.insert(0, ranks.pop(rank))
            found[at] = ranks[0]
    return found, trees
