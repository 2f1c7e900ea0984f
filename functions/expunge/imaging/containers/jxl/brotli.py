"""Brotli (RFC 7932): inflating short streams, and writing stored ones.

Written to be small: a symbol at a time, about a megabyte a second. The
output is capped by the caller, who knows how long it has to be.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate

from expunge.errors import MalformedImage
from expunge.imaging.containers.jxl.bits import BitReader
from expunge.imaging.containers.jxl.brotli_words import word

_CODE_LENGTH_ORDER = (1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15)
_CODE_LENGTH_BITS = (2, 2, 2, 3, 2, 2, 2, 4, 2, 2, 2, 3, 2, 2, 2, 4)
_CODE_LENGTH_VALUES = (0, 4, 3, 2, 0, 4, 3, 1, 0, 4, 3, 2, 0, 4, 3, 5)
"""RFC 7932, 3.5: the code of the code lengths' lengths, by the next four bits."""

_COUNT_BITS = (2,) * 4 + (3,) * 4 + (4,) * 4 + (5,) * 4 + (6, 6, 7, 8, 9, 10, 11, 12, 13, 24)
_INSERT_BITS = (0,) * 6 + (1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 14, 24)
_COPY_BITS = (0,) * 8 + (1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 24)


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


def stored(content: bytes) -> bytes:
    """A stream that holds ``content`` as it is, in uncompressed meta-blocks."""
    out = bytearray()
    window = 1
    """Bits of the stream's header: a 0 for a window of 64 KiB, before the first meta-block."""
    for at in range(0, len(content), 65_536):
        piece = content[at : at + 65_536]
        # not the last; 4 nibbles of length; length; uncompressed
        head = (len(piece) - 1) << 3 | 1 << 19
        out += (head << window).to_bytes(3, "little") + piece
        window = 0
    out.append(3 << window)
    return bytes(out)


def inflate(stream: bytes, length: int) -> bytes:
    """The content of a stream that must be ``length`` bytes long.

    Raises
    ------
    expunge.errors.MalformedImage
        Where the stream is broken, or longer or shorter than that.
    """
    out = bytearray()
    _Inflate(stream, length, out).run()
    if len(out) != length:
        raise MalformedImage(f"a Brotli stream holds {len(out)} bytes in place of {length}")
    return bytes(out)


class _Code:
    """A canonical prefix code (RFC 7932, 3.2) as a table by the next bits."""

    __slots__ = ("_longest", "_table")

    def __init__(self, lengths: dict[int, int]) -> None:
        """``lengths`` maps symbols to how many bits they take; one symbol alone takes none.

        The lengths of several symbols must fill the code, as those who read them check.
        """
        self._longest = max(lengths.values()) if len(lengths) > 1 else 0
        self._table = (
            [(0, symbol) for symbol in lengths] if len(lengths) == 1 else self._filled(lengths)
        )

    def _filled(self, lengths: dict[int, int]) -> list[tuple[int, int]]:
        """Length and symbol by the next ``_longest`` bits, of which the first is the lowest."""
        table = [(0, 0)] * (1 << self._longest)
        code, before = 0, 0
        for symbol in sorted(lengths, key=lambda symbol: (lengths[symbol], symbol)):
            length = lengths[symbol]
            code <<= length - before
            turned = int(f"{code:0{length}b}"[::-1], 2)
            step = 1 << length
            table[turned::step] = [(length, symbol)] * (len(table) // step)
            code, before = code + 1, length
        return table

    def read(self, bits: BitReader) -> int:
        length, symbol = self._table[bits.peek(self._longest)]
        bits.skip(length)
        return symbol


def _read_code(bits: BitReader, alphabet: int) -> _Code:
    """RFC 7932, 3.4 and 3.5."""
    skip = bits.bits(2)
    return _simple_code(bits, alphabet) if skip == 1 else _complex_code(bits, alphabet, skip)


def _simple_code(bits: BitReader, alphabet: int) -> _Code:
    count = bits.bits(2) + 1
    width = (alphabet - 1).bit_length()
    symbols = [bits.bits(width) for _ in range(count)]
    if len(set(symbols)) < count or max(symbols) >= alphabet:
        raise MalformedImage("a Brotli stream holds a broken prefix code")
    lengths = ((0,), (1, 1), (1, 2, 2), (2, 2, 2, 2))[count - 1]
    if count == 4 and bits.flag():
        lengths = (1, 2, 3, 3)
    return _Code(dict(zip(symbols, lengths, strict=True)))


def _complex_code(bits: BitReader, alphabet: int, skip: int) -> _Code:
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
    return _Code(_symbol_lengths(bits, _Code(lengths), alphabet))


def _symbol_lengths(bits: BitReader, code: _Code, alphabet: int) -> dict[int, int]:
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


def _block_type_count(bits: BitReader) -> int:
    """RFC 7932, 9.2: 1 to 256."""
    if not bits.flag():
        return 1
    width = bits.bits(3)
    return (1 << width) + bits.bits(width) + 1


def _context_map(bits: BitReader, size: int) -> tuple[list[int], int]:
    """Which prefix code goes with which context, and how many there are (RFC 7932, 7.3)."""
    trees = _block_type_count(bits)
    if trees == 1:
        return [0] * size, 1
    longest = bits.bits(4) + 1 if bits.flag() else 0
    code = _read_code(bits, trees + longest)
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


class _Blocks:
    """The block types of one category, and how long each lasts (RFC 7932, 6)."""

    __slots__ = ("_before", "_bits", "_counts", "_left", "_types", "number", "type")

    def __init__(self, bits: BitReader) -> None:
        self._bits = bits
        self.number = _block_type_count(bits)
        self.type, self._before, self._left = 0, 1, 1 << 30
        if self.number > 1:
            self._types = _read_code(bits, self.number + 2)
            self._counts = _read_code(bits, 26)
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


def _literal_context(mode: int, last: int, second: int) -> int:
    """RFC 7932, 7.1."""
    if mode == 0:
        return last & 63
    if mode == 1:
        return last >> 2
    if mode == 2:
        return _utf8_last(last) | _utf8_second(second)
    return _signed(last) << 3 | _signed(second)


@cache
def _utf8_last(byte: int) -> int:
    if byte >= 128:
        return byte & 1 | (2 if byte >= 192 else 0)
    character = chr(byte)
    if character.isalpha():
        vowel = character.lower() in "aeiou"
        return (48 if character.isupper() else 56) + (0 if vowel else 4)
    if character.isdigit():
        return 44
    groups = (
        ("\t\n\r", 4), (" ", 8), ('"\'', 16), ("%", 20), ("([{<", 24), (")]}>", 28),
        (",:;", 32), (".", 36), ("=", 40),
    )  # fmt: skip
    return next(
        (context for group, context in groups if character in group), 12 if 32 < byte < 127 else 0
    )


@cache
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


class _Inflate:
    """One stream, into ``out``, no further than ``length``."""

    def __init__(self, stream: bytes, length: int, out: bytearray) -> None:
        self._stream = stream
        self._bits = BitReader(stream, "a Brotli stream")
        self._length = length
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
        last = False
        while not last:
            last = self._bits.flag()
            if last and self._bits.flag():
                return
            self._meta_block(last=last)

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
        if end > self._length:
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
        modes = [bits.bits(2) for _ in range(literals.number)]
        literal_map, literal_trees = _context_map(bits, 64 * literals.number)
        distance_map, distance_trees = _context_map(bits, 4 * distances.number)
        literal_codes = [_read_code(bits, 256) for _ in range(literal_trees)]
        command_codes = [_read_code(bits, 704) for _ in range(commands.number)]
        distance_codes = [_read_code(bits, code_of.alphabet) for _ in range(distance_trees)]
        out, recent = self._out, self._recent
        while len(out) < end:
            symbol = command_codes[commands.next()].read(bits)
            insert, copy = self._lengths(symbol)
            if len(out) + insert > end:
                raise MalformedImage("a Brotli stream holds more than it should")
            for _ in range(insert):
                kind = literals.next()
                second, last = out[-2:] if len(out) > 1 else (0, out[-1] if out else 0)
                context = _literal_context(modes[kind], last, second)
                out.append(literal_codes[literal_map[64 * kind + context]].read(bits))
            if len(out) == end:
                return
            code = 0
            if symbol >= 128:
                context = 4 * distances.next() + min(copy, 5) - 2
                code = distance_codes[distance_map[context]].read(bits)
            self._copy(code_of.read(code, recent), copy, end, again=code == 0)

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
