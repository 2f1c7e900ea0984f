"""Readers of a scan that advance together, a few symbols at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.stream import Bits
from expunge.imaging.codecs.jpeg.transitions import (
    COEFFICIENTS,
    DONE,
    POSITION,
    PROGRESS,
    SIZE,
    WRONG,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.imaging.codecs.jpeg.stream import Stream
    from expunge.imaging.codecs.jpeg.transitions import Transitions

Place = tuple[int, int]
"""The first bit of a block, and the block's number in the MCU."""

_FULL = 64
"""Coefficients of a block."""
_BYTE = POSITION + 3
"""Shift of the byte in a reader's state."""


@dataclass(slots=True)
class Places:
    """Places of many readers: the first bit of a block, the block's number in the MCU."""

    at: Bits
    block: Bits

    @classmethod
    def of(cls, places: Sequence[Place]) -> Places:
        return cls(*np.array(places, np.int64).reshape(-1, 2).T.copy())

    def take(self, which: NDArray[np.intp]) -> Places:
        return Places(self.at[which], self.block[which])

    def put(self, which: NDArray[np.intp], places: Places) -> None:
        self.at[which], self.block[which] = places.at, places.block

    def tuples(self) -> list[Place]:
        return list(zip(self.at.tolist(), self.block.tolist(), strict=True))

    def differ(self, other: Places) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (self.at != other.at) | (self.block != other.block)
        return found


@dataclass(slots=True)
class Ended:
    """Ends of blocks."""

    which: NDArray[np.intp]
    """The readers that found them."""
    at: Bits
    block: Bits
    """The block that follows."""
    wrong: NDArray[np.bool_]
    """Whether an invalid code led there."""


class Readers:
    """Readers that each begin with a block and stop at the first block at or after an end.

    A reader's state is its position and the progress of its block: one addition advances both.
    Who stopped, or has still to report a block's end, is moved to entries that do nothing.
    """

    def __init__(self, stream: Stream, tables: Transitions, places: Places, ends: Bits) -> None:
        self._stream = stream
        self._tables = tables
        self._next = np.roll(np.arange(len(tables.first)), -1)
        self._state = places.at << POSITION
        self._block = places.block.copy()
        self._entries = np.zeros(len(ends), np.int64)
        self._ends = ends
        self._begin(np.arange(len(ends)), places.at, places.block)

    def step(self) -> Ended:
        """Advance all readers; return the blocks that ended."""
        tables = self._tables
        window = self._stream.windows[self._state >> _BYTE]
        window <<= (self._state >> POSITION & 7).astype(np.uint32)
        window >>= np.uint32(16)
        entry = self._entries + window
        steps = tables.steps[entry]
        self._state += steps
        done = (self._state & DONE).nonzero()[0]
        state = self._state[done]
        over = _overfull(state).nonzero()[0]
        if len(over):
            alone = tables.steps[entry[done[over]] + SIZE * (steps[done[over]] > 0)]
            state[over] += alone.astype(np.int64) - steps[done[over]]
            self._state[done] = state
            still = state & DONE > 0
            done, state = done[still], state[still]
        at = state >> POSITION
        block = self._next[self._block[done]]
        self._begin(done, at, block)
        return Ended(done, at, block, state & WRONG > 0)

    def _begin(self, which: NDArray[np.intp], at: Bits, block: Bits) -> None:
        """Read the first codes of the next block, except at an end."""
        tables = self._tables
        steps = tables.steps[self._stream.peek(at) + tables.first[block]]
        stopped = at >= self._ends[which]
        steps[stopped] = 0
        self._state[which] = (at << POSITION) + steps
        self._block[which] = block
        after = tables.others[block]
        after[stopped | (steps & DONE > 0)] = tables.halt
        self._entries[which] = after

    def stop(self, which: NDArray[np.intp]) -> None:
        """Stop some readers where they are."""
        self._state[which] &= ~PROGRESS
        self._entries[which] = self._tables.halt

    def stopped(self) -> tuple[NDArray[np.intp], Places]:
        """Return who stopped, and where."""
        halted = (self._entries >= self._tables.halt) & (self._state & PROGRESS == 0)
        which = np.flatnonzero(halted)
        return which, Places(self._state[which] >> POSITION, self._block[which])

    def keep(self, which: NDArray[np.intp]) -> None:
        """Forget all other readers."""
        self._state, self._block = self._state[which], self._block[which]
        self._entries, self._ends = self._entries[which], self._ends[which]


def reader_of_one(
    stream: Stream, tables: Transitions
) -> Callable[[Place, int], tuple[Place, Ended]]:
    """Return a function that reads from a place to an end alone.

    It returns the place where it stopped, and the ends of blocks on the way. It is faster than
    `Readers` for a few.
    """
    windows, steps = stream.windows.data, tables.steps.data
    firsts, others = tables.first.tolist(), tables.others.tolist()

    def read(place: Place, end: int) -> tuple[Place, Ended]:
        at, block = place
        found = []
        while at < end:
            table, progress = firsts[block], 0
            while not progress & DONE:
                step = steps[table + ((windows[at >> 3] << (at & 7) & 0xFFFFFFFF) >> 16)]
                at += step >> POSITION
                progress += step & PROGRESS
                table = others[block] + SIZE
            block = (block + 1) % len(firsts)
            found.append((at, block, progress & WRONG))
        ends = np.array(found, np.int64).reshape(-1, 3).T
        return (at, block), Ended(np.arange(len(found)), ends[0], ends[1], ends[2] > 0)

    return read


def _overfull(state: Bits) -> NDArray[np.bool_]:
    """Whether symbols were read that the block had no space for; or its last run is too long."""
    count = state & COEFFICIENTS
    return np.asarray((count > _FULL) | ((count == _FULL) & (state & PROGRESS > _FULL)), bool)
