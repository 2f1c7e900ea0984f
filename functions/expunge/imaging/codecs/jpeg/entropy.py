"""Find the first bit of each block of a sequential scan, with a parallel search in NumPy.

A Huffman-coded scan must normally be read from its start, which is too slow in Python. But a
reader that starts anywhere soon synchronises with the true one, since wrong codes do not fit for
long. So the stream is cut into lanes. All lanes are read in parallel, a few symbols at a time.
Then each lane is read again from the exit of the lane before it. The few lanes that did not
synchronise are read one after another. Source: Klein and Wiseman, "Parallel Huffman decoding with
applications to JPEG files", The Computer Journal 46, 2003.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.frame import NotInPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.imaging.codecs.jpeg.frame import Frame, Scan
    from expunge.imaging.codecs.jpeg.huffman import HuffmanTable

_RESTART = re.compile(rb"(?<!\xff)\xff++[\xd0-\xd7]")
_LANE = 2048
"""Bits of a lane: some hundred symbols; a reader synchronises within the first few dozen."""
_STEPS = 16
"""Table look-ups between two checks of which lanes are done."""
_MAX_ROUNDS = 4
_BITS_AT_ONCE = 1 << 20
_FEW = 48
"""Up to this number, lanes are read faster one after another than in parallel."""

# An entry of a table of transitions says what the next 16 bits do to a reader.
_BITS = 0x3F
"""Mask of the bits to advance by: codes and magnitudes together."""
_WRONG = 0x40
"""Flag: the bits begin no code; the block counts as ended."""
_ADVANCE, _ADVANCE_MASK = 7, 0x7F
"""Shift and mask of the coefficients to advance by; an end of block counts as 64."""
_BEFORE = 14
"""Shift of the coefficients of all symbols but the last, which must not fill the block."""
_END_OF_BLOCK = 64
_NO_CODE = 1 | _WRONG | _END_OF_BLOCK << _ADVANCE
_MAX_BEFORE = 32
_MORE_SYMBOLS = 3
"""Symbols in an entry after the first; a fourth rarely fits."""

Place = tuple[int, int, int]
"""A bit, a block of the MCU, a coefficient in zigzag order."""

Bits = NDArray[np.int64]
"""Positions in the unstuffed stream."""


@dataclass(frozen=True)
class Stream:
    """A scan's entropy-coded data without stuffed zeros and restart markers."""

    data: bytes
    raw: tuple[tuple[int, int], ...]
    """Start and end in the file of each restart interval's bytes, stuffing included."""
    starts: Bits
    """The position of each interval's first bit in ``data``, then the end of the last."""
    windows: NDArray[np.uint32]
    """For each byte of ``data`` the 23 bits that begin there."""

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
        padded = np.frombuffer(joined + bytes(10), np.uint8)
        windows = np.left_shift(padded[:-2], 15, dtype=np.uint32)
        windows |= np.left_shift(padded[1:-1], 7, dtype=np.uint32)
        windows |= padded[2:] >> 1
        starts = np.cumsum([0, *map(len, parts)], dtype=np.int64) * 8
        return cls(joined, tuple(raw), starts, windows)

    def peek(self, at: Bits) -> NDArray[np.int64]:
        """Return the 16 bits at each position."""
        found: NDArray[np.int64] = self.windows[at >> 3] >> (~at & 7) & 0xFFFF
        return found

    def bits(self, first: int, last: int) -> Iterator[NDArray[np.uint8]]:
        """Yield the bits between two positions, one per byte, in pieces."""
        for at in range(first & ~7, last, _BITS_AT_ONCE):
            end = min(at + _BITS_AT_ONCE, last)
            part = np.frombuffer(self.data, np.uint8, (end + 7) // 8 - at // 8, at // 8)
            yield np.unpackbits(part)[max(first - at, 0) : end - at]


@dataclass(frozen=True)
class Units:
    """The order of a scan's blocks: the component of each block in an MCU."""

    members: tuple[int, ...]
    """Position in the scan's list of components, for each block of an MCU."""
    mcus: int
    interval: int
    """MCUs between restarts; all MCUs if there are no restarts."""

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
    """Return the first bit and the end of each block of the scan, in coding order.

    Raises
    ------
    NotInPlace
        If the data is damaged or ends early.
    """
    if len(stream.raw) != units.intervals:
        raise NotInPlace("restart intervals are missing")
    return _Walk(stream, scan, units).blocks()


@dataclass(slots=True)
class _Places:
    """Positions of many readers: a bit, a block of the MCU, a coefficient in zigzag order."""

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


@dataclass(slots=True)
class _Record:
    """The block ends that were found, lane by lane; reading a lane again replaces its ends."""

    lanes: int
    readings: NDArray[np.int32] = field(init=False)
    """How often each lane was read."""
    events: list[tuple[NDArray[np.int32], NDArray[np.int32], Bits, NDArray[np.bool_]]] = field(
        default_factory=list
    )
    """For each block end: lane, reading, position, and whether an invalid code led there."""

    def __post_init__(self) -> None:
        self.readings = np.zeros(self.lanes, np.int32)

    def add(self, lanes: NDArray[np.intp], at: Bits, entries: NDArray[np.int64]) -> None:
        wrong = entries & _WRONG > 0
        self.events.append((lanes.astype(np.int32), self.readings[lanes], at, wrong))

    def found(self) -> tuple[NDArray[np.int32], Bits, NDArray[np.bool_]]:
        """Return each block end in order: lane, position, whether an invalid code led there."""
        if not self.events:
            return np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, bool)
        lanes, readings, at, wrong = map(np.concatenate, zip(*self.events, strict=True))
        self.events.clear()
        order = np.lexsort((at, lanes))
        order = order[readings[order] == self.readings[lanes[order]]]
        return lanes[order], at[order], wrong[order]


class _Walk:
    def __init__(self, stream: Stream, scan: Scan, units: Units) -> None:
        self._stream = stream
        self._units = units
        self._lookup, self._states = _transitions(scan, units)
        self._single = len(self._lookup) // 2
        self._next = np.roll(np.arange(len(self._states) // 2), -1)
        grid = np.arange(0, 8 * len(stream.data), _LANE, dtype=np.int64)
        self._first = np.unique(np.concatenate((stream.starts[:-1], grid)))
        self._ends = np.append(self._first[1:], stream.starts[-1])
        self._interval = np.searchsorted(stream.starts[:-1], self._first, "right") - 1
        self._known = stream.starts[self._interval] == self._first

    def blocks(self) -> tuple[Bits, Bits]:
        """Return the begin and end of each block, after reading each lane from its true entry."""
        lanes, ends, wrong = self._recorded().found()
        intervals = self._interval[lanes]
        rank = np.arange(len(ends)) - np.searchsorted(intervals, intervals)
        sizes = self._blocks_in_intervals()
        real = rank < sizes[intervals]
        ends, rank = ends[real], rank[real]
        if len(ends) != sizes.sum():
            raise NotInPlace("the entropy-coded data ends early")
        last = ends[np.cumsum(sizes) - 1]
        if wrong[real].any() or (last > self._stream.starts[1:]).any():
            raise NotInPlace("the entropy-coded data is damaged")
        starts = np.concatenate(([0], ends[:-1]))
        starts[rank == 0] = self._stream.starts[:-1]
        return starts, ends

    def _blocks_in_intervals(self) -> Bits:
        units = self._units
        sizes = np.full(units.intervals, units.interval, np.int64)
        sizes[-1] = units.mcus - units.interval * (units.intervals - 1)
        return sizes * len(units.members)

    def _recorded(self) -> _Record:
        """Return the block ends of every lane, read from where the true reader enters it."""
        count = len(self._first)
        record = _Record(count)
        guess = _Places(self._first.copy(), np.zeros(count, np.int64), np.zeros(count, np.int64))
        exits = self._read(guess, np.arange(count))
        entries = self._from_exits(exits)
        lanes = np.arange(count)
        for left in reversed(range(_MAX_ROUNDS)):
            exits.put(lanes, self._read(entries.take(lanes), lanes, record))
            true = self._from_exits(exits)
            lanes = np.flatnonzero(true.differ(entries))
            if len(lanes) < _FEW or not left:
                break
            entries = true
        true = self._swept(entries, exits)
        lanes = np.flatnonzero(true.differ(entries))
        self._read(true.take(lanes), lanes, record)
        return record

    def _from_exits(self, exits: _Places) -> _Places:
        """Return each lane's entry: the exit of the lane before it, or a restart's position."""
        before = np.maximum(np.arange(len(self._first)) - 1, 0)
        entries = exits.take(before)
        entries.at[self._known] = self._first[self._known]
        entries.block[self._known] = entries.index[self._known] = 0
        return entries

    def _read(
        self, entries: _Places, lanes: NDArray[np.intp], record: _Record | None = None
    ) -> _Places:
        """Read lanes from their entries to their ends in parallel; return their exits."""
        exits = _Places(entries.at.copy(), entries.block.copy(), entries.index.copy())
        if record is not None:
            record.readings[lanes] += 1
        ends = self._ends[lanes]
        live = np.flatnonzero(exits.at < ends)
        while len(live):
            now = exits.take(live)
            at, block, index = now.at, now.block, now.index
            stop = ends[live]
            for _ in range(_STEPS):
                table = self._states[2 * block + (index > 0)]
                table += self._stream.peek(at)
                entry = self._lookup[table]
                full = index + (entry >> _BEFORE) >= _END_OF_BLOCK
                if full.any():
                    entry[full] = self._lookup[table[full] + self._single]
                entry *= at < stop
                at += entry & _BITS
                index += entry >> _ADVANCE & _ADVANCE_MASK
                done = np.flatnonzero(index >= _END_OF_BLOCK)
                index[done] = 0
                block[done] = self._next[block[done]]
                if record is not None:
                    record.add(lanes[live[done]], at[done], entry[done])
            exits.put(live, now)
            live = live[at < stop]
        return exits

    def _swept(self, entries: _Places, exits: _Places) -> _Places:
        """Read again, one by one, the lanes whose entry is not the exit of the lane before."""
        read = _reader_of_one(self._stream, self._lookup, self._states)
        came_in, came_out = entries.tuples(), exits.tuples()
        ends, known = self._ends.tolist(), self._known.tolist()
        for lane in range(1, len(came_in)):
            if not known[lane] and came_in[lane] != came_out[lane - 1]:
                came_in[lane] = came_out[lane - 1]
                came_out[lane] = read(came_in[lane], ends[lane])
        return _Places(*np.array(came_in, np.int64).reshape(-1, 3).T.copy())


def _reader_of_one(
    stream: Stream, lookup: NDArray[np.int64], states: NDArray[np.int64]
) -> Callable[[Place, int], Place]:
    """Return a function that reads one lane, for when there are too few to read in parallel.

    It uses the same entries, since others would give another exit.
    """
    windows, entries, tables = stream.windows.data, lookup.data, states.tolist()
    single, period = len(lookup) // 2, len(tables) // 2

    def read(place: Place, end: int) -> Place:
        at, block, index = place
        while at < end:
            window = windows[at >> 3] >> (~at & 7) & 0xFFFF
            table = tables[2 * block + (index > 0)] + window
            entry = entries[table]
            if index + (entry >> _BEFORE) >= _END_OF_BLOCK:
                entry = entries[table + single]
            at += entry & _BITS
            index += entry >> _ADVANCE & _ADVANCE_MASK
            if index >= _END_OF_BLOCK:
                index = 0
                block = (block + 1) % period
        return at, block, index

    return read


def _transitions(scan: Scan, units: Units) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the transition tables, indexed by the next 16 bits, and the offset for each state.

    Entries of the first half decode as many symbols of a block as the 16 bits hold; those of the
    second half decode one. The state is twice the block of the MCU, plus 1 after the block's
    first coefficient.
    """
    pairs = [scan.tables[member] for member in units.members]
    if len(set(pairs)) == 1:
        pairs = pairs[:1]  # all blocks use the same tables, so their number in the MCU is unneeded
    kinds = list(dict.fromkeys(pairs))
    of_kinds = [_of_tables(scan.dc[dc], scan.ac[ac]) for dc, ac in kinds]
    lookup = np.concatenate([tables[half] for half in (0, 1) for tables in of_kinds])
    states = [2 * kinds.index(pair) + coefficient for pair in pairs for coefficient in (0, 1)]
    return lookup, np.array(states, np.int64) << 16


@lru_cache(maxsize=4)
def _of_tables(dc: HuffmanTable, ac: HuffmanTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return entries for a block's first coefficient and the others: many symbols, and one."""
    first, others = _dc_transitions(dc.lookup), _ac_transitions(ac.lookup)
    many = _with_more(first, others), _with_more(others, others)
    return np.concatenate(many), np.concatenate((first, others))


def _dc_transitions(lookup: NDArray[np.uint16]) -> NDArray[np.int64]:
    length, size = (lookup >> 8).astype(np.int64), lookup & 0xFF
    valid = (length > 0) & (size <= 15)
    return np.where(valid, length + size + (1 << _ADVANCE), _NO_CODE)


def _ac_transitions(lookup: NDArray[np.uint16]) -> NDArray[np.int64]:
    length, run, size = (lookup >> 8).astype(np.int64), lookup >> 4 & 15, lookup & 15
    ends_block = (size == 0) & (run < 15)
    step = np.where(ends_block, _END_OF_BLOCK, run + 1)
    return np.where(length > 0, length + size + (step << _ADVANCE), _NO_CODE)


def _with_more(entries: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add to entries the next symbols of the same block that fit entirely in the 16 bits."""
    entries = entries.copy()
    window = np.arange(1 << 16)
    for _ in range(_MORE_SYMBOLS):
        bits, advance = entries & _BITS, entries >> _ADVANCE & _ADVANCE_MASK
        more = others[(window << np.minimum(bits, 16)) & 0xFFFF]
        fits = (bits + (more & _BITS) <= 16) & (more & _WRONG == 0) & (advance <= _MAX_BEFORE)
        both = (bits + (more & _BITS)) | (advance << _BEFORE)
        both += advance + (more >> _ADVANCE & _ADVANCE_MASK) << _ADVANCE
        entries = np.where(fits, both, entries)
    return entries
