"""Replace some blocks of a sequential JPEG, and copy the encoded bits of all others.

The bits of unchanged blocks are copied even if they now start at another bit of a byte. A block's
first coefficient is encoded as the difference from its component's previous block. So the first
unchanged block after a changed one is rewritten too, with the same coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.blocks import Blocks, codes_of, dc_differences, read_blocks
from expunge.imaging.codecs.jpeg.entropy import block_bits
from expunge.imaging.codecs.jpeg.frame import NotInPlace, read_frame
from expunge.imaging.codecs.jpeg.stream import Stream, Units
from expunge.imaging.codecs.jpeg.targets import targets_of
from expunge.imaging.codecs.jpeg.transform import blocks_of, samples_of
from expunge.imaging.containers.jpeg.segments import segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from expunge.imaging.codecs.jpeg.blocks import Codes
    from expunge.imaging.codecs.jpeg.frame import Frame, Scan
    from expunge.imaging.codecs.jpeg.huffman import HuffmanTable
    from expunge.imaging.codecs.jpeg.targets import Targets
    from expunge.imaging.codecs.picture import Edits

MAX_BLOCKS = 120_000
"""Most blocks that are rewritten: an edit of more than 5 megapixels is not local."""
_AT_ONCE = 4096
"""Blocks that are processed at a time; they need at most some 15 MB."""
_DHT = 0xC4

Use = tuple[int, int]
"""Class (0 for DC, 1 for AC) and destination of a Huffman table."""


def spliced(data: bytes, edits: Edits) -> bytes:
    """Re-encode the blocks of the changed pixels in the file.

    Parameters
    ----------
    edits
        Edits in stored coordinates and channels; see `targets_of`.

    Raises
    ------
    NotInPlace
        If the encoding, damage, or the size of the edit does not allow it.
    """
    if np.count_nonzero(edits.changed) > 64 * MAX_BLOCKS:  # before work that grows with the edit
        raise NotInPlace("the edit is too large")
    frame = read_frame(data)
    targets = targets_of(frame, edits)
    if sum(len(target.row) for target in targets) > MAX_BLOCKS:
        raise NotInPlace("the edit is too large")
    pieces: list[bytes] = []
    at = 0
    for scan in frame.scans:
        pieces.append(data[at : scan.segment.offset])
        pieces.append(_Splice(data, frame, scan, targets).written())
        at = scan.segment.end
    return b"".join((*pieces, data[at:]))


@dataclass(frozen=True)
class _Edits:
    """The blocks of a scan that are rewritten, in coding order."""

    sequence: NDArray[np.int64]
    blocks: Blocks
    kinds: NDArray[np.int64]
    """The scan's component that each block belongs to."""

    @classmethod
    def of(cls, parts: Iterable[tuple[NDArray[np.int64], Blocks]]) -> _Edits:
        """From sequence numbers and blocks of each component."""
        sequences, blocks = zip(*parts, strict=True)
        kinds = np.repeat(np.arange(len(blocks)), [len(part) for part in blocks])
        sequence = np.concatenate(sequences)
        order = np.argsort(sequence)
        return cls(sequence[order], np.concatenate(blocks)[order], kinds[order])

    def codes(self) -> Iterator[Codes]:
        """Yield the blocks' symbols, some at a time."""
        for at in range(0, len(self.blocks), _AT_ONCE):
            yield codes_of(self.blocks[at : at + _AT_ONCE], self.kinds[at : at + _AT_ONCE])


class _Splice:
    """One scan and its edits."""

    def __init__(self, data: bytes, frame: Frame, scan: Scan, targets: list[Targets]) -> None:
        self._data = data
        self._frame = frame
        self._scan = scan
        self._units = Units.of(frame, scan)
        self._stream = Stream.of(data, scan)
        self._starts, self._ends = block_bits(self._stream, scan, self._units)
        self._targets = [targets[index] for index in scan.components]

    def written(self) -> bytes:
        """Return the scan, after any tables that new symbols made necessary."""
        edits = _Edits.of(self._rewritten(place) for place in range(len(self._targets)))
        local = list(edits.codes())
        coded: Iterable[Codes] = local
        tables = self._tables(local)
        if not all(new.extends(old) for new, old in tables.values()):
            # Codes have changed, so every block is rewritten with the new ones.
            edits = _Edits.of(
                self._rewritten(place, whole=True) for place in range(len(self._targets))
            )
            coded = edits.codes()
        bits, sizes = _bits(coded, [tables[use][0] for use in self._uses()])
        header = self._data[self._scan.segment.offset : self._scan.start]
        entropy = self._intervals(edits.sequence, bits, sizes)
        grown = {use: pair for use, pair in tables.items() if pair[0] is not pair[1]}
        before = _definitions({use: new for use, (new, _) in grown.items()})
        # Later scans may depend on the old tables.
        behind = _definitions({use: old for use, (_, old) in grown.items()})
        return before + header + entropy + (behind if len(self._frame.scans) > 1 else b"")

    # Blocks

    def _rewritten(self, place: int, *, whole: bool = False) -> tuple[NDArray[np.int64], Blocks]:
        """Return sequence numbers and new content of one component's rewritten blocks."""
        index, (dc, ac) = self._scan.components[place], self._scan.tables[place]
        sequence, period = self._sequence(place)
        touched, chosen = self._touched(place)
        ranks = _with_next(touched, len(sequence), period)
        if whole:
            ranks = np.arange(len(sequence))
        tables = self._scan.dc[dc], self._scan.ac[ac]
        starts = self._starts[sequence[: ranks.max(initial=-1) + 1]]
        direct = _without_prediction(dc_differences(self._stream, starts, tables[0]), period)
        at = np.searchsorted(ranks, touched)
        blocks = self._known(ranks, starts, at[self._targets[place].whole[chosen]], tables)
        blocks[:, 0] = direct[ranks]
        quantiser = self._scan.quantisers[self._frame.components[index].quantiser]
        for first in range(0, len(touched), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            samples = samples_of(blocks[at[some]], quantiser)
            edited = self._targets[place].applied(samples, chosen[some])
            blocks[at[some]] = blocks_of(edited, quantiser)
        direct[touched] = blocks[at, 0]
        before = np.where(ranks % period > 0, direct[ranks - 1], 0)
        blocks[:, 0] = direct[ranks] - before
        return sequence[ranks], blocks

    def _known(
        self,
        ranks: NDArray[np.int64],
        starts: NDArray[np.int64],
        new: NDArray[np.intp],
        tables: tuple[HuffmanTable, HuffmanTable],
    ) -> Blocks:
        """Read some blocks, except the new ones, of which nothing stays."""
        known = np.ones(len(ranks), bool)
        known[new] = False
        blocks = np.zeros((len(ranks), 64), np.int16)
        blocks[known] = read_blocks(self._stream, starts[ranks[known]], *tables)
        return blocks

    def _sequence(self, place: int) -> tuple[NDArray[np.int64], int]:
        """Return the scan numbers of a component's blocks, and how many a restart interval has."""
        members = np.array(self._units.members)
        mine = np.flatnonzero(members == place)
        mcus = np.arange(self._units.mcus)[:, None] * len(members)
        return (mcus + mine).reshape(-1), len(mine) * self._units.interval

    def _touched(self, place: int) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """Return the ranks of changed blocks in the component, in order, and their targets."""
        index, target = self._scan.components[place], self._targets[place]
        component = self._frame.components[index]
        if len(self._scan.components) == 1:
            columns, rows = self._frame.blocks(index)
            ranks = target.row * columns + target.column
            inside = (target.row < rows) & (target.column < columns)
        else:
            across, down = component.across, component.down
            mcu = target.row // down * self._frame.mcus[0] + target.column // across
            ranks = (mcu * down + target.row % down) * across + target.column % across
            inside = np.ones(len(ranks), bool)
        chosen = np.flatnonzero(inside)
        chosen = chosen[np.argsort(ranks[chosen])]
        return ranks[chosen], chosen

    # Codes

    def _uses(self) -> list[Use]:
        """Return the uses of each component's two tables."""
        return [(kind, place) for pair in self._scan.tables for kind, place in enumerate(pair)]

    def _tables(self, coded: list[Codes]) -> dict[Use, tuple[HuffmanTable, HuffmanTable]]:
        """Map class and destination to a table with all needed symbols, and the file's own."""
        wanted: dict[Use, set[int]] = {}
        for number, use in enumerate(self._uses()):
            symbols = wanted.setdefault(use, set())
            symbols.update(*(codes.wanted(number) for codes in coded))
        found = {}
        for (kind, place), symbols in wanted.items():
            old = (self._scan.ac if kind else self._scan.dc)[place]
            missing = symbols - set(old.symbols)
            found[kind, place] = (old.with_symbols(missing) if missing else old, old)
        return found

    # Bits

    def _intervals(
        self, sequence: NDArray[np.int64], bits: NDArray[np.uint8], sizes: NDArray[np.int64]
    ) -> bytes:
        """Return the entropy-coded data; restart intervals without edits are unchanged."""
        whole = self._units.interval * len(self._units.members)
        interval = sequence // whole
        edges = np.searchsorted(interval, np.arange(self._units.intervals + 1))
        ends = np.append(0, np.cumsum(sizes))
        pieces: list[bytes] = []
        for number, (start, stop) in enumerate(self._stream.raw):
            first, last = edges[number], edges[number + 1]
            if number:
                pieces.append(bytes((0xFF, 0xD0 + (number - 1) % 8)))
            if first == last:
                pieces.append(self._data[start:stop])
                continue
            final = min((number + 1) * whole, len(self._ends)) - 1
            mixed = self._mixed(number, final, sequence[first:last], bits, ends[first : last + 1])
            pieces.append(mixed.replace(b"\xff", b"\xff\0"))
        return b"".join(pieces)

    def _mixed(
        self,
        number: int,
        final: int,
        sequence: NDArray[np.int64],
        bits: NDArray[np.uint8],
        ends: NDArray[np.int64],
    ) -> bytes:
        """Return one interval up to block ``final``: old bits, with the new blocks in place."""
        begin = int(self._stream.starts[number]) // 8
        byte = int(self._starts[sequence[0]]) // 8
        stop = int(self._ends[final])
        breaks = np.flatnonzero(np.diff(sequence) > 1) + 1
        firsts, lasts = np.append(0, breaks), np.append(breaks, len(sequence))

        def pieces() -> Iterator[NDArray[np.uint8]]:
            at = 8 * byte
            for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
                yield from self._stream.bits(at, int(self._starts[sequence[first]]))
                yield bits[ends[first] : ends[last]]
                at = int(self._ends[sequence[last - 1]])
            yield from self._stream.bits(at, stop)

        return self._stream.data[begin:byte] + _packed(pieces())


def _bits(
    coded: Iterable[Codes], tables: Sequence[HuffmanTable]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the blocks' bits, one per byte, and the length of each; see `Codes.bits`."""
    bits, sizes = zip(*(codes.bits(tables) for codes in coded), strict=True)
    return np.concatenate(bits), np.concatenate(sizes)


def _packed(pieces: Iterable[NDArray[np.uint8]]) -> bytes:
    """Pack bits, one per byte, into bytes; the last byte is padded with ones (F.1.2.3)."""
    packed, carry = [], np.empty(0, np.uint8)
    for piece in pieces:
        joined = np.concatenate((carry, piece))
        whole = len(joined) // 8 * 8
        packed.append(np.packbits(joined[:whole]).tobytes())
        carry = joined[whole:]
    last = np.concatenate((carry, np.ones(-len(carry) % 8, np.uint8)))
    return b"".join((*packed, np.packbits(last).tobytes()))


def _definitions(tables: dict[Use, HuffmanTable]) -> bytes:
    """Return DHT segments for tables."""
    return b"".join(
        segment(_DHT, table.segment_content(kind << 4 | place))
        for (kind, place), table in tables.items()
    )


def _with_next(touched: NDArray[np.int64], count: int, period: int) -> NDArray[np.int64]:
    """Return blocks and those whose prediction depends on them, in order."""
    chosen = np.zeros(count, bool)
    chosen[1:][touched[touched + 1 < count]] = True
    chosen[::period] = False
    chosen[touched] = True
    return np.flatnonzero(chosen)


def _without_prediction(differences: NDArray[np.int64], period: int) -> NDArray[np.int64]:
    """Sum differences to first coefficients; the sum starts at 0 after a restart (F.2.1.3)."""
    total = np.cumsum(differences)
    first = np.arange(len(total)) // period * period
    return total - total[first] + differences[first]
