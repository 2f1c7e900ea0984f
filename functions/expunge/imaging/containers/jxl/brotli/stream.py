"""Inflating a Brotli stream, a symbol at a time (RFC 7932, 4 to 9)."""

from __future__ import annotations

from itertools import accumulate

from expunge.errors import MalformedImage
from expunge.imaging.containers.jxl.bits import BitReader
from expunge.imaging.containers.jxl.brotli.codes import block_type_count, context_map, read_code
from expunge.imaging.containers.jxl.brotli.contexts import literal_contexts
from expunge.imaging.containers.jxl.brotli.words import word

_COUNT_BITS = (2,) * 4 + (3,) * 4 + (4,) * 4 + (5,) * 4 + (6, 6, 7, 8, 9, 10, 11, 12, 13, 24)
_INSERT_BITS = (0,) * 6 + (1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 14, 24)
_COPY_BITS = (0,) * 8 + (1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 24)


_MOST_META_BLOCKS = 256
"""Encoders begin a new one after 64 KiB at the earliest; each can cost much and give little."""


def _ranges(first: int, bits: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """What each code adds to its extra bits: the ranges follow each other without a gap."""
    offsets = accumulate((1 << count for count in bits), initial=first)
    return tuple(zip(bits, offsets, strict=False))


_COUNTS = _ranges(1, _COUNT_BITS)
_INSERTS = _ranges(0, _INSERT_BITS)
_COPIES = _ranges(2, _COPY_BITS)

_CELLS = (
    (0, 0),
    (0, 8),
    (0, 0),
    (0, 8),
    (8, 0),
    (8, 8),
    (0, 16),
    (16, 0),
    (8, 16),
    (16, 8),
    (16, 16),
)
"""RFC 7932, 5: first insert and copy code, by the upper bits of an insert-and-copy symbol."""

_RECENT = (0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1)
_NEARBY = (0, 0, 0, 0, -1, 1, -2, 2, -3, 3, -1, 1, -2, 2, -3, 3)
"""RFC 7932, 4: distance codes 0 to 15 are one of the last four distances, give or take a little."""


class _Blocks:
    """The block types of one category, and how long each lasts (RFC 7932, 6)."""

    __slots__ = ("_before", "_bits", "_counts", "_left", "_types", "number", "type")

    def __init__(self, bits: BitReader) -> None:
        self._bits = bits
        self.number = block_type_count(bits)
        self.type, self._before, self._left = 0, 1, 1 << 30
        if self.number > 1:
            self._types = read_code(bits, self.number + 2)
            self._counts = read_code(bits, 26)
            self._left = self._count()

    def _count(self) -> int:
        width, offset = _COUNTS[self._counts.read(self._bits)]
        return offset + self._bits.bits(width)

    def next(self) -> int:
        """The block type of the next symbol."""
        if self._left == 0:
            code = self._types.read(self._bits)
            following = (self._before, (self.type + 1) % self.number)
            self._before, self.type = self.type, following[code] if code < 2 else code - 2
            self._left = self._count()
        self._left -= 1
        return self.type


class _Distances:
    """Distance codes and the last four distances (RFC 7932, 4)."""

    def __init__(self, bits: BitReader) -> None:
        self._bits = bits
        self.postfix = bits.bits(2)
        self.direct = bits.bits(4) << self.postfix
        self.alphabet = 16 + self.direct + (48 << self.postfix)

    def read(self, code: int, recent: list[int]) -> int:
        if code < 16:
            return recent[_RECENT[code]] + _NEARBY[code]
        if code < 16 + self.direct:
            return code - 15
        code -= 16 + self.direct
        width = 1 + (code >> self.postfix + 1)
        upper = (2 + (code >> self.postfix & 1) << width) - 4 + self._bits.bits(width)
        lower = code & (1 << self.postfix) - 1
        return (upper << self.postfix) + lower + self.direct + 1


class Inflate:
    """One stream, into ``out``, no further than ``most``."""

    def __init__(self, stream: bytes, most: int, out: bytearray) -> None:
        self._stream = stream
        self._bits = BitReader(stream, "a Brotli stream")
        self._most = most
        self._out = out
        self._recent = [4, 11, 15, 16]
        self._window = self._window_size()

    def _window_size(self) -> int:
        """RFC 7932, 9.1."""
        bits = self._bits
        if not bits.flag():
            return (1 << 16) - 16
        if wide := bits.bits(3):
            return (1 << 17 + wide) - 16
        narrow = bits.bits(3)
        return (1 << (8 + narrow if narrow else 17)) - 16

    def run(self) -> None:
        for _ in range(_MOST_META_BLOCKS):
            last = self._bits.flag()
            if last and self._bits.flag():
                return
            self._meta_block(last=last)
            if last:
                return
        raise MalformedImage("a Brotli stream has too many meta-blocks")

    def _meta_block(self, *, last: bool) -> None:
        bits = self._bits
        nibbles = bits.bits(2) + 4
        if nibbles == 7:
            bits.skip(1)
            skipped = bits.bits(8 * bits.bits(2))
            bits.align()
            bits.skip(8 * (skipped + 1) if skipped else 0)
            return
        end = len(self._out) + bits.bits(4 * nibbles) + 1
        if end > self._most:
            raise MalformedImage("a Brotli stream holds more than it should")
        if not last and bits.flag():
            bits.align()
            start = bits.at // 8
            bits.skip(8 * (end - len(self._out)))
            self._out += self._stream[start : bits.at // 8]
        else:
            self._compressed(end)

    def _compressed(self, end: int) -> None:
        bits = self._bits
        literals, commands, distances = _Blocks(bits), _Blocks(bits), _Blocks(bits)
        code_of = _Distances(bits)
        contexts = [literal_contexts(bits.bits(2)) for _ in range(literals.number)]
        literal_map, literal_trees = context_map(bits, 64 * literals.number)
        distance_map, distance_trees = context_map(bits, 4 * distances.number)
        literal_codes = [read_code(bits, 256) for _ in range(literal_trees)]
        command_codes = [read_code(bits, 704) for _ in range(commands.number)]
        distance_codes = [read_code(bits, code_of.alphabet) for _ in range(distance_trees)]
        out = self._out
        while len(out) < end:
            symbol = command_codes[commands.next()].read(bits)
            insert, copy = self._lengths(symbol)
            if len(out) + insert > end:
                raise MalformedImage("a Brotli stream holds more than it should")
            second, last = (b"\0\0" + out[-2:])[-2:]
            for _ in range(insert):
                kind = literals.next()
                by_last, by_second = contexts[kind]
                context = by_last[last] | by_second[second]
                second, last = last, literal_codes[literal_map[64 * kind + context]].read(bits)
                out.append(last)
            if len(out) < end:
                code = 0
                if symbol >= 128:
                    context = 4 * distances.next() + min(copy, 5) - 2
                    code = distance_codes[distance_map[context]].read(bits)
                self._copy(code_of.read(code, self._recent), copy, end, again=code == 0)

    def _lengths(self, symbol: int) -> tuple[int, int]:
        """Insert and copy length of a symbol (RFC 7932, 5)."""
        insert, copy = _CELLS[symbol >> 6]
        width, offset = _INSERTS[insert + (symbol >> 3 & 7)]
        inserted = offset + self._bits.bits(width)
        width, offset = _COPIES[copy + (symbol & 7)]
        return inserted, offset + self._bits.bits(width)

    def _copy(self, distance: int, length: int, end: int, *, again: bool) -> None:
        """From what is already there, or from the dictionary for a distance beyond it."""
        out = self._out
        farthest = min(self._window, len(out))
        if distance < 1:
            raise MalformedImage("a Brotli stream looks ahead")
        if distance > farthest:
            piece = word(length, distance - farthest - 1)
        else:
            if not again:
                self._recent.insert(0, distance)
                self._recent.pop()
            start = len(out) - distance
            run = bytes(out[start : start + length])
            piece = (run * (length // len(run) + 1))[:length]
        if len(out) + len(piece) > end:
            raise MalformedImage("a Brotli stream holds more than it should")
        out += piece
