"""Find the first bit of each block of a sequential scan, with a parallel search in NumPy.

A Huffman-coded scan must normally be read from its start, which is too slow in Python. But a
reader that starts anywhere soon synchronises with the true one, since wrong codes do not fit for
long. So the stream is cut into lanes. A reader that starts a little before a lane shows where the
lane's first block begins. Then all lanes are read in parallel, a few symbols at a time. Each lane
that the lane before does not lead to is read again, until its reader joins the earlier one's path.
Source: Klein and Wiseman, "Parallel Huffman decoding with applications to JPEG files", The Computer
Journal 46, 2003.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.codecs.jpeg.ends import Ends
from expunge.imaging.codecs.jpeg.frame import NotInPlace
from expunge.imaging.codecs.jpeg.readers import Places, Readers, reader_of_one
from expunge.imaging.codecs.jpeg.transitions import Transitions, transitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from expunge.imaging.codecs.jpeg.frame import Scan
    from expunge.imaging.codecs.jpeg.readers import Ended
    from expunge.imaging.codecs.jpeg.stream import Bits, Stream, Units

_LANE = 2048
"""Bits of a lane: more than any block has. From `_MANY` lanes on, lanes are twice as long."""
_MANY = 2048
_BEFORE = 1024
"""Bits before a lane that are read to synchronise: some hundred symbols."""
_STEPS = 16
"""Table look-ups between two checks of which lanes are done."""
_MAX_ROUNDS = 4
_FEW = 48
"""Up to this number, lanes are read faster one after another than in parallel."""


def block_bits(stream: Stream, scan: Scan, units: Units) -> tuple[Bits, Bits]:
    """Return the first bit and the end of each block of the scan, in coding order.

    Raises
    ------
    NotInPlace
        If the data is damaged or ends early.
    """
    if len(stream.raw) != units.intervals:
        raise NotInPlace("restart intervals are missing")
    ends, wrong = _Walk(stream, transitions(scan, units.members)).found()
    sizes = units.sizes
    first = np.searchsorted(ends, stream.starts[:-1], "right")
    if (np.searchsorted(ends, stream.starts[1:], "right") - first < sizes).any():
        raise NotInPlace("the entropy-coded data ends early")
    before = np.cumsum(sizes) - sizes
    chosen = np.repeat(first - before, sizes) + np.arange(sizes.sum())
    if wrong[chosen].any():
        raise NotInPlace("the entropy-coded data is damaged")
    ends = ends[chosen]
    starts = np.concatenate(([0], ends[:-1]))
    starts[before] = stream.starts[:-1]
    return starts, ends


class _Walk:
    def __init__(self, stream: Stream, tables: Transitions) -> None:
        self._stream = stream
        self._tables = tables
        bits = int(stream.starts[-1])
        lane = _LANE if bits < _MANY * _LANE else 2 * _LANE
        grid = np.arange(0, bits, lane, dtype=np.int64)
        self._first = np.unique(np.concatenate((stream.starts[:-1], grid)))
        self._stops = np.append(self._first[1:], stream.starts[-1])
        interval = np.searchsorted(stream.starts[:-1], self._first, "right") - 1
        self._begin, self._limits = stream.starts[interval], stream.starts[interval + 1]
        self._known = self._begin == self._first
        self._ends = Ends()
        self._wrong = np.zeros(len(self._first), bool)

    def found(self) -> tuple[Bits, NDArray[np.bool_]]:
        """Return where blocks end, in order, and whether an invalid code led there.

        Each lane is read from its true entry. Ends that lie beyond a restart interval are left
        out; there may be more than an interval has blocks.
        """
        lanes = np.arange(len(self._first))
        entries = self._guessed()
        exits = entries.take(lanes)
        for left in reversed(range(_MAX_ROUNDS)):
            self._read(entries.take(lanes), exits, lanes)
            true = self._from_exits(exits)
            lanes = np.flatnonzero(true.differ(entries))
            if len(lanes) < _FEW or not left:
                break
            entries.put(lanes, true.take(lanes))
        entries, exits = self._swept(entries, exits)
        inside = (exits.at > entries.at) & (exits.at <= self._limits)
        return self._ends.found(exits.at[inside], self._wrong[inside])

    def _guessed(self) -> Places:
        """Return where a reader that starts before each lane enters it."""
        at = np.maximum(self._first - _BEFORE, self._begin)
        places = Places(at, np.zeros_like(at))
        for _ in self._run(places, self._first):
            pass
        return places

    def _from_exits(self, exits: Places) -> Places:
        """Return each lane's entry: the exit of the lane before it, or a restart's position."""
        before = np.maximum(np.arange(len(self._first)) - 1, 0)
        entries = exits.take(before)
        entries.at[self._known] = self._first[self._known]
        entries.block[self._known] = 0
        return entries

    def _read(self, places: Places, exits: Places, lanes: NDArray[np.intp]) -> None:
        """Read lanes in parallel from some places; update their exits and the ends of blocks.

        A reader stops where an earlier one of its lane was.
        """
        stops = self._stops[lanes]
        until = stops.copy()
        for live, ended, readers in self._run(places, stops):
            those = live[ended.which]
            inside = ended.at < stops[those]
            met = inside & self._ends.met(ended.at, ended.block)
            until[those[met]] = ended.at[met]
            readers.stop(ended.which[met])
            self._ends.add(ended, inside & ~met)
            self._wrong[lanes[those[~inside]]] = ended.wrong[~inside]
        self._ends.settle(self._first[lanes], until)
        alone = np.flatnonzero(until == stops)
        exits.put(lanes[alone], places.take(alone))

    def _run(
        self, places: Places, stops: Bits
    ) -> Iterator[tuple[NDArray[np.intp], Ended, Readers]]:
        """Advance places to the first block that begins at or after each stop.

        Yield the ends of blocks on the way, with the numbers of the readers' places.
        """
        live = np.flatnonzero(places.at < stops)
        readers = Readers(self._stream, self._tables, places.take(live), stops[live])
        while len(live):
            for _ in range(_STEPS):
                yield live, readers.step(), readers
            stopped, where = readers.stopped()
            places.put(live[stopped], where)
            going = np.delete(np.arange(len(live)), stopped)
            readers.keep(going)
            live = live[going]

    def _swept(self, entries: Places, exits: Places) -> tuple[Places, Places]:
        """Read again, one by one, the lanes whose entry is not the exit of the lane before."""
        read = reader_of_one(self._stream, self._tables)
        came_in, came_out = entries.tuples(), exits.tuples()
        stops, known, again = self._stops.tolist(), self._known.tolist(), []
        for lane in range(1, len(came_in)):
            if not known[lane] and came_in[lane] != came_out[lane - 1]:
                came_in[lane] = came_out[lane - 1]
                came_out[lane], ends = read(came_in[lane], stops[lane])
                again.append(lane)
                self._wrong[lane] = ends.wrong[-1] if len(ends.wrong) else False
                self._ends.add(ends, ends.at < stops[lane])
        lanes = np.array(again, np.intp)
        self._ends.settle(self._first[lanes], self._stops[lanes])
        return Places.of(came_in), Places.of(came_out)
