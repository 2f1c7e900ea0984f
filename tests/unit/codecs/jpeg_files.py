"""Generate JPEGs from random coefficients and Huffman tables, and read them with plain code."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from expunge.imaging.codecs.jpeg.blocks import codes_of
from expunge.imaging.codecs.jpeg.huffman import LONGEST, HuffmanTable
from tests.samples.jpeg import segment, walk

SAMPLINGS = [
    [(1, 1)],
    [(2, 2)],
    [(1, 1), (1, 1), (1, 1)],
    [(2, 1), (1, 1), (1, 1)],
    [(2, 2), (1, 1), (1, 1)],
    [(1, 2), (1, 1), (1, 1)],
    [(4, 1), (1, 1), (1, 1)],
    [(2, 2), (2, 1), (1, 2)],
]


@st.composite
def tables(draw: st.DrawFn, symbols: set[int]) -> HuffmanTable:
    """Draw a valid table for some symbols, with random code lengths; all ones stays unused."""
    order = draw(st.permutations(sorted(symbols)))
    space, lengths = (1 << LONGEST) - 1, []
    for left in range(len(order), 0, -1):
        # A code of this length must leave a 16-bit code for every later symbol.
        least = next(n for n in range(1, 17) if (1 << (LONGEST - n)) <= space - (left - 1))
        lengths.append(draw(st.integers(least, min(16, least + 7))))
        space -= 1 << (LONGEST - lengths[-1])
    pairs = sorted(zip(lengths, order, strict=True), key=lambda pair: pair[0])
    counts = tuple(lengths.count(n) for n in range(1, 17))
    return HuffmanTable(counts, tuple(symbol for _, symbol in pairs))


@dataclass(frozen=True)
class Made:
    """A baseline JPEG, and its blocks in coding order, with DC coefficients as differences."""

    file: bytes
    blocks: np.ndarray
    kinds: np.ndarray
    tables: tuple[HuffmanTable, HuffmanTable]


@st.composite
def jpegs(draw: st.DrawFn) -> Made:
    sampling = draw(st.sampled_from(SAMPLINGS))
    width, height = draw(st.integers(1, 70)), draw(st.integers(1, 50))
    members = [0] if len(sampling) == 1 else [
        index for index, (across, down) in enumerate(sampling) for _ in range(across * down)
    ]  # fmt: skip
    across, down = (1, 1) if len(sampling) == 1 else map(max, zip(*sampling, strict=True))
    mcus = -(-width // (8 * across)) * -(-height // (8 * down))
    interval = draw(st.sampled_from([0, 1, 3, mcus]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    blocks = drawn_blocks(rng, mcus * len(members), draw(st.sampled_from([0.0, 0.05, 0.4, 1.0])))
    kinds = np.tile(np.array(members), mcus)
    codes = codes_of(blocks, np.zeros(len(blocks), np.int64))
    extra = st.sets(st.integers(0, 255), max_size=4)
    dc = draw(tables(codes.wanted(0) | draw(extra.map(lambda found: {n % 12 for n in found}))))
    ac = draw(tables(codes.wanted(1) | draw(extra)))
    frame = struct.pack(">BHHB", 8, height, width, len(sampling))
    frame += b"".join(bytes((n, h << 4 | v, 0)) for n, (h, v) in enumerate(sampling, 1))
    scan = bytes((len(sampling),)) + b"".join(bytes((n, 0)) for n in range(1, len(sampling) + 1))
    file = b"".join(
        (
            b"\xff\xd8",
            segment(0xDB, bytes((0, *draw(st.binary(min_size=64, max_size=64))))
                    .replace(b"\0", b"\1").replace(b"\1", b"\0", 1)),
            segment(0xC0, frame),
            segment(0xC4, dc.segment_content(0x00) + ac.segment_content(0x10)),
            segment(0xDD, struct.pack(">H", interval)) if interval else b"",
            segment(0xDA, scan + bytes((0, 63, 0))),
            entropy(blocks, (dc, ac), (interval or mcus) * len(members)),
            b"\xff\xd9",
        )
    )  # fmt: skip
    return Made(file, blocks, kinds, (dc, ac))


def drawn_blocks(rng: np.random.Generator, count: int, density: float) -> np.ndarray:
    """Draw coefficients that a baseline scan may contain, of every magnitude."""
    size = rng.integers(1, 11, (count, 64))
    value = rng.integers(0, 1 << 30, (count, 64)) % (1 << size)
    signed = np.where(rng.random((count, 64)) < 0.5, value, -value)
    blocks = np.where(rng.random((count, 64)) < density, signed, 0).astype(np.int16)
    blocks[:, 0] = rng.integers(-2047, 2048, count)
    return blocks


def entropy(blocks: np.ndarray, pair: tuple[HuffmanTable, HuffmanTable], interval: int) -> bytes:
    """Return a scan's data: codes with byte stuffing, and a restart marker after each interval."""
    parts = []
    for number, at in enumerate(range(0, len(blocks), interval)):
        some = blocks[at : at + interval]
        bits, _ = codes_of(some, np.zeros(len(some), np.int64)).bits(pair)
        padded = np.concatenate((bits, np.ones(-len(bits) % 8, np.uint8)))
        marker = bytes((0xFF, 0xD0 + (number - 1) % 8)) if number else b""
        parts.append(marker + np.packbits(padded).tobytes().replace(b"\xff", b"\xff\0"))
    return b"".join(parts)


def coefficients(file: bytes) -> list[list[list[int]]]:
    """Return a scan's blocks in coding order, by component, with absolute DC coefficients.

    This reader follows T.81, annex F.2, bit by bit, and uses no code of the service.
    """
    codes: dict[int, dict[tuple[int, int], int]] = {}
    sampling: list[tuple[int, int]] = []
    width = height = interval = 0
    for marker, part in walk(file):
        content = part[4:]
        if marker == 0xC4:
            codes |= _codes(content)
        elif marker == 0xC0:
            height, width = struct.unpack_from(">HH", content, 1)
            sampling = [
                (content[at + 1] >> 4, content[at + 1] & 15)
                for at in range(6, 6 + 3 * content[5], 3)
            ]
        elif marker == 0xDD:
            (interval,) = struct.unpack(">H", content)
        elif marker == 0xDA:
            data = part[2 + int.from_bytes(part[2:4], "big") :]
    members = [0] if len(sampling) == 1 else [
        index for index, (across, down) in enumerate(sampling) for _ in range(across * down)
    ]  # fmt: skip
    across, down = (1, 1) if len(sampling) == 1 else map(max, zip(*sampling, strict=True))
    mcus = -(-width // (8 * across)) * -(-height // (8 * down))
    found: list[list[list[int]]] = [[] for _ in sampling]
    pieces = _intervals(data)
    for number in range(mcus):
        if number % (interval or mcus) == 0:
            bits, last = _bits(next(pieces)), [0] * len(sampling)
        for component in members:
            block = _block(bits, codes)
            block[0] = last[component] = block[0] + last[component]
            found[component].append(block)
    return found


def _codes(content: bytes) -> dict[int, dict[tuple[int, int], int]]:
    found: dict[int, dict[tuple[int, int], int]] = {}
    at = 0
    while at < len(content):
        place, counts = content[at], content[at + 1 : at + 17]
        symbols = iter(content[at + 17 : at + 17 + sum(counts)])
        table, code = {}, 0
        for length, count in enumerate(counts, 1):
            for _ in range(count):
                table[length, code] = next(symbols)
                code += 1
            code <<= 1
        found[place] = table
        at += 17 + sum(counts)
    return found


def _intervals(data: bytes):
    start = at = 0
    while at < len(data):
        if data[at] == 0xFF and at + 1 < len(data) and 0xD0 <= data[at + 1] <= 0xD7:
            yield data[start:at]
            start = at = at + 2
        else:
            at += 2 if data[at] == 0xFF else 1
    yield data[start:]


def _bits(data: bytes):
    for byte in data.replace(b"\xff\0", b"\xff"):
        for shift in range(7, -1, -1):
            yield byte >> shift & 1


def _block(bits, codes) -> list[int]:
    block = [0] * 64
    block[0] = _value(bits, _symbol(bits, codes[0x00]))
    at = 1
    while at < 64:
        symbol = _symbol(bits, codes[0x10])
        run, size = symbol >> 4, symbol & 15
        if size == 0 and run < 15:
            break
        at += run
        if size:
            block[at] = _value(bits, size)
        at += 1
    return block


def _symbol(bits, table: dict[tuple[int, int], int]) -> int:
    code = 0
    for length in range(1, 17):
        code = code << 1 | next(bits)
        if (length, code) in table:
            return table[length, code]
    raise AssertionError("no code of the table")


def _value(bits, size: int) -> int:
    value = 0
    for _ in range(size):
        value = value << 1 | next(bits)
    return value if size == 0 or value >> (size - 1) else value - (1 << size) + 1
