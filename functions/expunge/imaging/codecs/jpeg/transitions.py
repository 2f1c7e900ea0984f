"""Tables that say what the next 16 bits of a scan do to a reader of its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from expunge.imaging.codecs.jpeg.frame import Scan
    from expunge.imaging.codecs.jpeg.huffman import HuffmanTable

POSITION = 10
"""Shift of the bits to advance by: codes and magnitudes together, at most 31."""
PROGRESS = 0x3FF
"""Mask of what is read of a block: the coefficients, and how it ended."""
COEFFICIENTS = 0xFF
ENDED, WRONG = 0x100, 0x200
"""Flags: an end of block; bits that begin no code, of which one is read, and the block ends."""
DONE = 0x3C0
"""Bits of which one is set in the progress of a block that has ended: it has 64 or a flag."""
SIZE = 1 << 16
_MOST_BEFORE = 32
"""An entry with more coefficients takes no further symbol, so that the sum has eight bits."""
_MORE_SYMBOLS = 3
"""Symbols in an entry after the first; a fourth rarely fits."""

Steps = NDArray[np.uint16]
"""For each 16 bits: bits to advance by, and progress."""


@dataclass(frozen=True)
class Transitions:
    """What the next 16 bits do, and where the entries for each block of an MCU begin."""

    steps: Steps
    """Several tables, one after another."""
    first: NDArray[np.int64]
    """Where the entries for a block's first coefficient begin."""
    others: NDArray[np.int64]
    """Where those for the other coefficients begin, with as many symbols as 16 bits hold; those
    with one symbol each are `SIZE` behind."""
    halt: int
    """Where entries begin that do nothing; none are after them."""


def transitions(scan: Scan, members: tuple[int, ...]) -> Transitions:
    """Return the tables of a scan whose MCUs have blocks of these components."""
    pairs = [scan.tables[member] for member in members]
    if len(set(pairs)) == 1:
        pairs = pairs[:1]  # all blocks use the same tables, so their number in the MCU is unneeded
    kinds = list(dict.fromkeys(pairs))
    parts = [part for dc, ac in kinds for part in _of_tables(scan.dc[dc], scan.ac[ac])]
    halt = len(parts) * SIZE
    first = np.array([3 * kinds.index(pair) for pair in pairs], np.int64) * SIZE
    steps = np.concatenate([*parts, np.zeros(SIZE, np.uint16)])
    return Transitions(steps, first, first + SIZE, halt)


@lru_cache(maxsize=4)
def _of_tables(dc: HuffmanTable, ac: HuffmanTable) -> tuple[Steps, Steps, Steps]:
    """Return entries for a block's first coefficient, for the others, and for one of those."""
    single = _ac_steps(ac.lookup)
    return _with_more(_dc_steps(dc.lookup), single), _with_more(single, single), single


def _dc_steps(lookup: NDArray[np.uint16]) -> Steps:
    length, size = lookup >> 8, lookup & 0xFF
    return _steps((length > 0) & (size <= 15), length + size, np.ones_like(lookup))


def _ac_steps(lookup: NDArray[np.uint16]) -> Steps:
    length, run, size = lookup >> 8, lookup >> 4 & 15, lookup & 15
    ends_block = (size == 0) & (run < 15)
    return _steps(length > 0, length + size, np.where(ends_block, ENDED, run + 1))


def _steps(
    valid: NDArray[np.bool_], bits: NDArray[np.uint16], progress: NDArray[np.uint16]
) -> Steps:
    steps = np.where(valid, bits << POSITION | progress, 1 << POSITION | WRONG)
    return steps.astype(np.uint16)


def _with_more(steps: Steps, others: Steps) -> Steps:
    """Add to entries the next symbols of the same block that fit entirely in the 16 bits."""
    steps = steps.copy()
    window = np.arange(SIZE)
    for _ in range(_MORE_SYMBOLS):
        now = steps[window]
        fits = (now >> POSITION < 16) & (now & PROGRESS <= _MOST_BEFORE)
        window, now = window[fits], now[fits]
        more = others[(window << (now >> POSITION)) & (SIZE - 1)]
        fits = ((now >> POSITION) + (more >> POSITION) <= 16) & (more & WRONG == 0)
        window = window[fits]
        steps[window] += more[fits]
    return steps
