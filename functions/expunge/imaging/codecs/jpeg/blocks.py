"""Read coefficient blocks from a scan's bits, and write them (ITU-T T.81, annex F.1 and F.2).

Blocks are (n, 64) arrays of quantised coefficients in zigzag order, int16.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.codecs.jpeg.huffman import HuffmanTable
    from expunge.imaging.codecs.jpeg.stream import Bits, Stream

Blocks = NDArray[np.int16]
_ZRL, _EOB = 0xF0, 0x00
"""The symbols for sixteen zeros, and for zeros to the end of the block (F.1.2.2)."""


def dc_differences(stream: Stream, starts: Bits, table: HuffmanTable) -> NDArray[np.int64]:
    """Read the DC difference of each block that begins at ``starts`` (F.2.2.1)."""
    entry = table.lookup[stream.peek(starts)].astype(np.int64)
    return _magnitudes(stream, starts + (entry >> 8), entry & 15)


def read_blocks(stream: Stream, starts: Bits, dc: HuffmanTable, ac: HuffmanTable) -> Blocks:
    """Read the blocks that begin at ``starts``; coefficient 0 is still a difference."""
    blocks = np.zeros((len(starts), 64), np.int16)
    entry = dc.lookup[stream.peek(starts)].astype(np.int64)
    blocks[:, 0] = _magnitudes(stream, starts + (entry >> 8), entry & 15)
    at = starts + (entry >> 8) + (entry & 15)
    index = np.ones(len(starts), np.int64)
    rows = np.arange(len(starts))
    while len(rows):
        entry = ac.lookup[stream.peek(at)].astype(np.int64)
        run, size = entry >> 4 & 15, entry & 15
        at = at + (entry >> 8)
        index = index + np.where((size == 0) & (run < 15), 64, run)
        coded = np.flatnonzero((size > 0) & (index < 64))
        blocks[rows[coded], index[coded]] = _magnitudes(stream, at[coded], size[coded])
        at, index = at + size, index + 1
        live = np.flatnonzero(index < 64)
        rows, at, index = rows[live], at[live], index[live]
    return blocks


def _magnitudes(stream: Stream, at: Bits, size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Read signed numbers of ``size`` bits each (EXTEND, F.2.2.1)."""
    value = stream.peek(at).astype(np.int64) >> (16 - size)
    negative = (value >> np.maximum(size - 1, 0)) == 0
    return value - np.where(negative & (size > 0), (1 << size) - 1, 0)


@dataclass(frozen=True)
class Codes:
    """The Huffman symbols of a run of blocks, with their extra bits, in order."""

    block: NDArray[np.int64]
    """The block of each symbol; never decreases."""
    table: NDArray[np.int64]
    """Twice the number of the block's pair of tables, plus 1 for AC."""
    symbol: NDArray[np.int64]
    extra: NDArray[np.int64]

    def wanted(self, table: int) -> set[int]:
        """Return the symbols that a table must have."""
        return set(np.bincount(self.symbol[self.table == table]).nonzero()[0].tolist())

    def bits(self, tables: Sequence[HuffmanTable]) -> tuple[NDArray[np.uint8], Bits]:
        """Return all bits, one per byte, and the number of bits of each block."""
        lengths = np.stack([table.lengths for table in tables])[self.table, self.symbol]
        codes = np.stack([table.codes for table in tables])[self.table, self.symbol]
        size = self.symbol & 15
        width = lengths + size
        value = np.repeat(codes << size | self.extra, width)
        last = np.cumsum(width)
        below = np.repeat(last, width) - np.arange(last[-1] if len(last) else 0) - 1
        per_block = np.bincount(self.block, width).astype(np.int64)
        return (value >> below & 1).astype(np.uint8), per_block


def codes_of(blocks: Blocks, kinds: NDArray[np.int64]) -> Codes:
    """Convert blocks to symbols; coefficient 0 of each block is a difference.

    ``kinds`` has the number of each block's pair of tables.
    """
    count = len(blocks)
    row, column = np.nonzero(blocks[:, 1:])
    column = column + 1
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    before = np.where(first, 0, np.roll(column, 1))
    run = column - before - 1
    value = blocks[row, column].astype(np.int64)
    size = _sizes(value)
    dc = blocks[:, 0].astype(np.int64)
    open_ended = np.flatnonzero(blocks[:, 63] == 0)
    long = np.repeat(np.arange(len(row)), run >> 4)
    # Order within a block: DC first, zero runs before their coefficient, end of block last.
    order = np.concatenate(
        (np.arange(count) * 256, row[long] * 256 + 2 * column[long],
         row * 256 + 2 * column + 1, open_ended * 256 + 255)
    )  # fmt: skip
    symbol = np.concatenate(
        (_sizes(dc), np.full(len(long), _ZRL), (run & 15) << 4 | size,
         np.full(len(open_ended), _EOB))
    )  # fmt: skip
    zeros = np.zeros(len(long), np.int64), np.zeros(len(open_ended), np.int64)
    extra = np.concatenate((_extra(dc), zeros[0], _extra(value), zeros[1]))
    sequence = np.argsort(order, kind="stable")
    order = order[sequence]
    block = order >> 8
    table = 2 * kinds[block] + (order & 255 > 0)
    return Codes(block, table, symbol[sequence], extra[sequence])


def _sizes(value: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of bits of each magnitude."""
    return np.frexp(np.abs(value).astype(np.float64))[1].astype(np.int64)


def _extra(value: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bits that follow a code and select a number among those of its size."""
    return np.where(value < 0, value + (1 << _sizes(value)) - 1, value)
