"""Where each block of a sequential scan begins in its bits, found many places at a time.

A Huffman-coded scan can only be read from the start, and Python is too slow for
that. But a reader that begins anywhere, with any guess at what it is in the
middle of, soon falls into step with the true one, since wrong codes do not go
on fitting for long. So the stream is cut into lanes that are all read at once,
one symbol each at a time, as NumPy arrays; then each lane is read again from
where the one before it came out. The few that had not fallen into step are read
one after another. (The idea: Klein and Wiseman, "Parallel Huffman decoding with
applications to JPEG files", The Computer Journal 46, 2003.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.frame import NotInPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.codecs.jpeg.frame import Frame, Scan

_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")
_LANE = 2048
"""Bits of a lane: some hundred symbols, of which the first few dozen find the step."""
_END_OF_BLOCK, _WRONG = 64, 0x8000
_STEPS = 16
"""Symbols between two looks at which lanes are done."""
_MOST_ROUNDS = 4
_FEW = 48
"""Lanes that are read faster one after another than at once."""

Place = tuple[int, int, int]
"""A bit, a block of the MCU, a coefficient in zigzag order."""

Bits = NDArray[np.int64]
"""Positions in the unstuffed stream."""


@dataclass(frozen=True)
class Stream:
    """A scan's entropy-coded data without stuffed zeros and restart markers."""

    data: bytes
    raw: tuple[tuple[int, int], ...]
    """For each restart interval, where its bytes stand in the file, stuffing included."""
    starts: Bits
    """For each, the position of its first bit in ``data``; one more at the end."""
    windows: NDArray[np.uint32]
    """For each byte of ``data`` the 24 bits that begin there."""

    @classmethod
    def of(cls, data: bytes, scan: Scan) -> Stream:
        end = scan.segment.end
        raw, at = [], scan.start
        for number, marker in enumerate(_RESTART.finditer(data, at, end)):
            if marker[0][-1] & 7 != number & 7:
                raise NotInPlace("restart markers are missing or out of order")
            raw.append((at, marker.start()))
            at = marker.end()
        raw.append((at, end))
        parts = [data[first:last].replace(b"\xff\0", b"\xff") for first, last in raw]
        joined = b"".join(parts)
        padded = np.frombuffer(joined + bytes(10), np.uint8).astype(np.uint32)
        windows = (padded[:-2] << 16 | padded[1:-1] << 8 | padded[2:]).astype(np.uint32, copy=False)
        starts = np.cumsum([0, *map(len, parts)], dtype=np.int64) * 8
        return cls(joined, tuple(raw), starts, windows)

    def peek(self, at: Bits) -> NDArray[np.int64]:
        """The 16 bits at each position."""
        found: NDArray[np.int64] = self.windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
        return found


@dataclass(frozen=True)
class Units:
    """The order of a scan's blocks: which component each of an MCU's is of."""

    members: tuple[int, ...]
    """Position in the scan's list of components, for each block of an MCU."""
    mcus: int
    interval: int
    """MCUs from one restart to the next; all of them where there is none."""

    @classmethod
    def of(cls, frame: Frame, scan: Scan) -> Units:
        if len(scan.components) == 1:
            columns, rows = frame.blocks(scan.components[0])
            members: tuple[int, ...] = (0,)
        else:
            columns, rows = frame.mcus
            members = tuple(
                place
                for place, index in enumerate(scan.components)
                for _ in range(frame.components[index].across * frame.components[index].down)
            )
        return cls(members, columns * rows, scan.restart_interval or columns * rows)

    @property
    def intervals(self) -> int:
        return -(-self.mcus // self.interval)


def block_bits(stream: Stream, scan: Scan, units: Units) -> tuple[Bits, Bits]:
    """Where each block of the scan begins and ends, in coding order.

    Raises
    ------
    NotInPlace
        Where the data is damaged or ends early.
    """
    if len(stream.raw) != units.intervals:
        raise NotInPlace("restart intervals are missing")
    return _Walk(stream, scan, units).blocks()


@dataclass(slots=True)
class _Places:
    """Where readers stand: a bit, a block of the MCU, a coefficient in zigzag order."""

    at: Bits
    block: Bits
    index: Bits

    def take(self, lanes: NDArray[np.intp]) -> _Places:
        return _Places(self.at[lanes], self.block[lanes], self.index[lanes])

    def put(self, lanes: NDArray[np.intp], places: _Places) -> None:
        self.at[lanes], self.block[lanes] = places.at, places.block
        self.index[lanes] = places.index

    def tuples(self) -> list[Place]:
        columns = (self.at.tolist(), self.block.tolist(), self.index.tolist())
        return list(zip(*columns, strict=True))

    def differ(self, other: _Places) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (
            (self.at != other.at) | (self.block != other.block) | (self.index != other.index)
        )
        return found


class _Walk:
    def __init__(self, stream: Stream, scan: Scan, units: Units) -> None:
        self._stream = stream
        self._units = units
        self._lookup, self._states = _transitions(scan, units)
        self._idle = len(self._lookup) - (1 << 16)
        self._period = len(self._states) // 2
        grid = np.arange(0, 8 * len(stream.data), _LANE, dtype=np.int64)
        self._first = np.unique(np.concatenate((stream.starts[:-1], grid)))
        self._ends = np.append(self._first[1:], stream.starts[-1])
        self._interval = np.searchsorted(stream.starts[:-1], self._first, "right") - 1
        self._known = stream.starts[self._interval] == self._first

    def blocks(self) -> tuple[Bits, Bits]:
        """Begin and end of each block, once every lane's entry is known."""
        entries = self._entries()
        ended: list[tuple[NDArray[np.intp], Bits]] = []
        wrong: list[tuple[NDArray[np.intp], Bits]] = []
        self._read(entries, np.arange(len(self._first)), ended, wrong)
        lanes, ends = _in_order(ended)
        intervals = self._interval[lanes]
        rank = np.arange(len(ends)) - np.searchsorted(intervals, intervals)
        sizes = self._blocks_in_intervals()
        real = rank < sizes[intervals]
        ends, intervals, rank = ends[real], intervals[real], rank[real]
        if len(ends) != sizes.sum():
            raise NotInPlace("the entropy-coded data ends early")
        last = ends[np.cumsum(sizes) - 1]
        lanes, at = _in_order(wrong)
        if (last > self._stream.starts[1:]).any() or (at < last[self._interval[lanes]]).any():
            raise NotInPlace("the entropy-coded data is damaged")
        starts = np.concatenate(([0], ends[:-1]))
        starts[rank == 0] = self._stream.starts[:-1]
        return starts, ends

    def _blocks_in_intervals(self) -> Bits:
        units = self._units
        sizes = np.full(units.intervals, units.interval, np.int64)
        sizes[-1] = units.mcus - units.interval * (units.intervals - 1)
        return sizes * len(units.members)

    def _entries(self) -> _Places:
        """Where the true reader enters each lane."""
        count = len(self._first)
        entries = _Places(self._first.copy(), np.zeros(count, np.int64), np.zeros(count, np.int64))
        exits = self._read(entries, np.arange(count))
        for _ in range(_MOST_ROUNDS):
            true = self._from_exits(exits)
            lanes = np.flatnonzero(true.differ(entries))
            if len(lanes) < _FEW:
                break
            entries = true
            exits.put(lanes, self._read(entries.take(lanes), lanes))
        return self._swept(entries, exits)

    def _from_exits(self, exits: _Places) -> _Places:
        """Each lane entered where the one before it came out, or where a restart puts it."""
        before = np.maximum(np.arange(len(self._first)) - 1, 0)
        entries = exits.take(before)
        entries.at[self._known] = self._first[self._known]
        entries.block[self._known] = entries.index[self._known] = 0
        return entries

    def _read(
        self,
        entries: _Places,
        lanes: NDArray[np.intp],
        ended: list[tuple[NDArray[np.intp], Bits]] | None = None,
        wrong: list[tuple[NDArray[np.intp], Bits]] | None = None,
    ) -> _Places:
        """Read lanes from their entries to their ends, all at once; where they come out.

        ``ended`` takes up lane and position of each block's end, ``wrong`` of each bit that
        begins no code.
        """
        exits = _Places(entries.at.copy(), entries.block.copy(), entries.index.copy())
        at, block, index = exits.at, exits.block, exits.index
        ends = self._ends[lanes]
        live = np.flatnonzero(at < ends)
        while len(live):
            now = exits.take(live)
            at, block, index = now.at, now.block, now.index
            stop = ends[live]
            for _ in range(_STEPS):
                table = np.where(at < stop, self._states[2 * block + (index > 0)], self._idle)
                entry = self._lookup[table + self._stream.peek(at)].astype(np.int64)
                if wrong is not None and (entry & _WRONG).any():
                    bad = np.flatnonzero(entry & _WRONG)
                    wrong.append((lanes[live[bad]], at[bad]))
                at += entry & 63
                index += entry >> 6 & 127
                done = index >= _END_OF_BLOCK
                index *= ~done
                block += done
                block *= block != self._period
                if ended is not None:
                    found = np.flatnonzero(done)
                    ended.append((lanes[live[found]], at[found]))
            exits.put(live, now)
            live = live[at < stop]
        return exits

    def _swept(self, entries: _Places, exits: _Places) -> _Places:
        """Read one after another the lanes that are entered where their neighbour did not exit."""
        read = _reader_of_one(self._stream, self._lookup, self._states)
        came_in, came_out = entries.tuples(), exits.tuples()
        ends, known = self._ends.tolist(), self._known.tolist()
        for lane in range(1, len(came_in)):
            if not known[lane] and came_in[lane] != came_out[lane - 1]:
                came_in[lane] = came_out[lane - 1]
                came_out[lane] = read(came_in[lane], ends[lane])
        return _Places(*np.array(came_in, np.int64).reshape(-1, 3).T.copy())


def _reader_of_one(
    stream: Stream, lookup: NDArray[np.uint16], states: NDArray[np.int64]
) -> Callable[[Place, int], Place]:
    """What reads one lane alone, for where there are too few to gain from reading them at once."""
    windows, entries, tables = stream.windows.data, lookup.data, states.tolist()
    period = len(tables) // 2

    def read(place: Place, end: int) -> Place:
        at, block, index = place
        while at < end:
            window = windows[at >> 3] >> 8 - (at & 7) & 0xFFFF
            entry = entries[tables[2 * block + (index > 0)] + window]
            at += entry & 63
            index += entry >> 6 & 127
            if index >= _END_OF_BLOCK:
                index = 0
                block = (block + 1) % period
        return at, block, index

    return read


def _in_order(found: list[tuple[NDArray[np.intp], Bits]]) -> tuple[NDArray[np.intp], Bits]:
    """Lanes and positions, first to last."""
    lanes = np.concatenate([lane for lane, _ in found] or [np.empty(0, np.intp)])
    at = np.concatenate([position for _, position in found] or [np.empty(0, np.int64)])
    order = np.lexsort((at, lanes))
    return lanes[order], at[order]


def _transitions(scan: Scan, units: Units) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """What each code does to a reader, and which table is used where.

    The first answer has 65,536 entries a table, by the next 16 bits: bits to go on by (code and
    magnitude together), plus 64 times the coefficients to go on by (F.2.2), plus `_WRONG`. One
    more table, of zeros, keeps a reader where it is. The second has the table's offset for twice
    the block of the MCU, plus 1 behind its first coefficient.
    """
    pairs = [scan.tables[member] for member in units.members]
    if len(set(pairs)) == 1:
        pairs = pairs[:1]  # all blocks are alike: there is no knowing, and no need
    kinds = list(dict.fromkeys(pairs))
    lookups = []
    for dc, ac in kinds:
        lookups += [_dc_transitions(scan.dc[dc].lookup), _ac_transitions(scan.ac[ac].lookup)]
    states = [2 * kinds.index(pair) + coefficient for pair in pairs for coefficient in (0, 1)]
    idle = np.zeros(1 << 16, np.uint16)
    return np.concatenate((*lookups, idle)), np.array(states, np.int64) << 16


def _dc_transitions(lookup: NDArray[np.uint16]) -> NDArray[np.uint16]:
    length, size = lookup >> 8, lookup & 0xFF
    valid = (length > 0) & (size <= 15)
    return np.where(valid, length + size + 64, 1 | _WRONG).astype(np.uint16)


def _ac_transitions(lookup: NDArray[np.uint16]) -> NDArray[np.uint16]:
    length, run, size = lookup >> 8, lookup >> 4 & 15, lookup & 15
    ends_block = (size == 0) & (run < 15)
    step = np.where(ends_block, _END_OF_BLOCK, run + 1)
    return np.where(length > 0, length + size + 64 * step, 1 | _WRONG).astype(np.uint16)
