"""Find the end of a scan's entropy-coded data. Codes are decoded, but no coefficient is computed.

ITU-T T.81, annexes F.2 and G.2, with the standard library only. `Follower` counts every MCU from
the first one. `ends_whole` reads only the last few thousand bytes. A decoder that starts
mid-stream synchronises after some dozen codes (Klein and Wiseman, "Parallel Huffman decoding with
applications to JPEG files", 2003).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.imaging.containers.jpeg.bits import (
    BLOCK_END,
    END_OF_BLOCK,
    WRONG,
    Bits,
    Table,
    Truncated,
    coefficients,
    differences,
    symbols,
)
from expunge.imaging.containers.jpeg.coding import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.imaging.containers.jpeg.coding import Scan

_RESTART = re.compile(rb"(?<!\xff)\xff++([\xd0-\xd7])")
MAX_STEPS = 12_000_000
"""Steps of the decoder in one file: about 10 MB of a photograph. A step is one code or several."""
_INTERVAL_STEPS = 64
"""Steps that the beginning of a restart interval counts as, by the time that it takes."""
_IN_STEP = 4_096
"""Valid bits after which a decoder counts as synchronised."""

_ALIKE = 8
"""MCUs after which repeated codes are looked for. Any eight MCUs of one length are whole bytes."""

Pattern = list[tuple[Table, Table]]
"""For each block of an MCU: the tables of the first coefficient and of the others."""


class Undecodable(Exception):
    """The codes cannot be decoded: they are damaged, or there are too many."""


@dataclass
class Follower:
    """Decodes the scans of one image in order. Progressive scans depend on earlier ones."""

    data: bytes
    frame: Frame
    left: int = MAX_STEPS
    nonzero: dict[int, list[int]] = field(default_factory=dict)
    """Nonzero coefficients of a progressive image: by component, a bit mask for each block."""

    def follow(self, scan: Scan) -> int:
        """Return the file offset where the data of a scan ends.

        Raises
        ------
        Undecodable
            The codes cannot be decoded.
        Truncated
            The data ends before the last MCU.
        """
        units = self._units(scan)
        done = 0
        for start, end in _intervals(self.data, scan):
            self._spend(_INTERVAL_STEPS)
            count = min(scan.interval or units, units - done)
            bits = Bits(unstuffed(self.data[start:end]))
            self._read(bits, scan, done, count)
            if bits.at > bits.total:
                raise Truncated
            done += count
            reached = _in_file(self.data, start, -(-bits.at // 8))
            if done == units:
                return reached
            if self.data[reached:end].strip(b"\xff"):
                raise Undecodable
        raise Truncated

    def _units(self, scan: Scan) -> int:
        """Number of MCUs in a scan. With one component, each block is an MCU."""
        if len(scan.components) > 1:
            return self.frame.mcus
        alone = self.frame.components[scan.components[0]]
        return alone.columns * alone.rows

    def _spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise Undecodable

    def _read(self, bits: Bits, scan: Scan, done: int, count: int) -> None:
        if not self.frame.progressive:
            self._mcus(bits, pattern_of(self.frame, scan), count)
        elif scan.first == 0:
            self._dc_bits(bits, scan, count)
        else:
            blocks = self.nonzero.setdefault(scan.components[0], [0] * self._units(scan))
            read = self._next_ac_bits if scan.refines else self._first_ac_bits
            read(bits, scan, blocks, done, done + count)

    def _mcus(self, bits: Bits, pattern: Pattern, count: int) -> None:
        """Skip MCUs of a sequential scan. In flat areas, all MCUs have the same codes."""
        since = 0
        while count:
            for _ in range(min(count, _ALIKE)):
                codes = read_mcu(bits, pattern)
                self._spend(abs(codes))
                if codes < 0:
                    raise Undecodable
            count -= min(count, _ALIKE)
            count -= _ALIKE * bits.skip_repeats(since, count // _ALIKE)
            since = bits.at

    def _dc_bits(self, bits: Bits, scan: Scan, count: int) -> None:
        """Skip DC coefficients of a progressive image: differences or one more bit (G.1.2.1)."""
        members = _members(self.frame, scan)
        if scan.refines:
            bits.skip(count * len(members))
            return
        tables = [differences(code) for place in members if (code := scan.dc[place])]
        self._spend(count * len(tables))
        for _ in range(count):
            for table in tables:
                if bits.symbol(table) == WRONG:
                    raise Undecodable

    def _first_ac_bits(self, bits: Bits, scan: Scan, blocks: list[int], at: int, end: int) -> None:
        """Skip the first bits of AC coefficients (G.1.2.2)."""
        table = symbols(scan.ac[0] or (b"", b""))
        while at < end:
            index = scan.first
            while index <= scan.last:
                self._spend(1)
                symbol = bits.symbol(table)
                run, size = symbol >> 4, symbol & 15
                if size == 0 and run < 15:
                    at += (1 << run) + bits.take(run) - 1
                    break
                index += run + 1
                if symbol < 0 or index > scan.last + 1:
                    raise Undecodable
                if size:
                    blocks[at] |= 1 << (index - 1)
                    bits.skip(size)
            at += 1
        if at > end:
            raise Undecodable

    def _next_ac_bits(self, bits: Bits, scan: Scan, blocks: list[int], at: int, end: int) -> None:
        """Skip one more bit of AC coefficients, and new coefficients of one bit (G.1.2.3)."""
        table = symbols(scan.ac[0] or (b"", b""))
        spectrum = (2 << scan.last) - (1 << scan.first)
        ended = 0
        for place in range(at, end):
            if ended:
                self._spend(1)
                ended -= 1
                bits.skip((blocks[place] & spectrum).bit_count())
            else:
                ended = self._next_ac_bits_of_block(bits, scan, table, blocks, place)
        if ended:
            raise Undecodable

    def _next_ac_bits_of_block(
        self, bits: Bits, scan: Scan, table: Table, blocks: list[int], place: int
    ) -> int:
        """Skip one block. Return how many later blocks contain only correction bits."""
        known, begun, index = blocks[place], 0, scan.first
        while index <= scan.last:
            self._spend(1)
            symbol = bits.symbol(table)
            run, size = symbol >> 4, symbol & 15
            if symbol < 0 or size > 1:
                raise Undecodable
            if size == 0 and run < 15:
                blocks[place] |= begun
                ended = (1 << run) + bits.take(run) - 1
                rest = (2 << scan.last) - (1 << index)
                bits.skip((known & rest).bit_count())
                return ended
            bits.skip(size)
            index, passed = _skip_zeros(known, index, scan.last, run)
            bits.skip(passed)
            begun |= size << index
            index += 1
        blocks[place] |= begun & ((2 << scan.last) - 1)
        return 0


def _skip_zeros(known: int, index: int, last: int, run: int) -> tuple[int, int]:
    """Skip ``run`` zeros. Return the next index, and the number of known coefficients passed."""
    passed = 0
    while index <= last:
        if known >> index & 1:
            passed += 1
        elif run == 0:
            break
        else:
            run -= 1
        index += 1
    return index, passed


def read_mcu(bits: Bits, pattern: Pattern) -> int:
    """Read one MCU of a sequential scan. Return its number of steps, negative if it is invalid."""
    steps = 0
    for first, others in pattern:
        if bits.place > bits.last:
            bits.turn_page()
        ahead, place, several = bits.ahead, bits.place, others.several
        step, index = first.short[ahead[place]] or first.long(ahead, place)
        place += step
        step = run = 0
        steps += 1
        while index < BLOCK_END:
            step, run = several[ahead[place]] or others.combined(ahead, place)
            place += step
            index += run
            steps += 1
        if index != BLOCK_END and not END_OF_BLOCK <= index < END_OF_BLOCK + BLOCK_END:
            place, index = _read_singly(others, ahead, place - step, index - run)
        bits.place = place
        if BLOCK_END < index < END_OF_BLOCK:
            return -steps
    return steps


def _read_singly(table: Table, ahead: bytes, place: int, index: int) -> tuple[int, int]:
    """Read the last codes of a block again, one by one.

    Return the next bit and the coefficient reached.
    """
    while index < BLOCK_END:
        step, run = table.short[ahead[place]] or table.long(ahead, place)
        place += step
        index += run
    return place, index


def ends_whole(data: bytes, frame: Frame, scan: Scan, lengths: Iterable[int]) -> bool:
    """Whether the last bytes of a sequential scan are valid MCUs, up to the final padding.

    ``lengths`` are numbers of bytes to decode, tried in order. This is always true if nothing
    follows the last MCU. A few extra bytes pass by chance about once in a hundred, and more bytes
    pass less often.
    """
    valid: set[int] = set()
    return any(_ends_whole(data, frame, scan, length, valid) for length in lengths)


def _ends_whole(data: bytes, frame: Frame, scan: Scan, length: int, valid: set[int]) -> bool:
    """Try one length. ``valid`` holds places, as bits from the end, from where all MCUs are valid.

    Where a decoder comes to such a place, it need not read the rest again.
    """
    start, end = _last_bytes(data, scan, length)
    if data[start - 1] == 0xFF:
        start += 1
    bits = Bits(unstuffed(data[start:end]))
    pattern = pattern_of(frame, scan)
    wrong = 0
    passed: set[int] = set()
    try:
        while (left := bits.total - bits.at) > 7 and left not in valid:
            passed.add(left)
            if read_mcu(bits, pattern) < 0:
                wrong = bits.at
                passed.clear()
    except Truncated:
        return False
    if left not in valid and not bits.padding():
        return False
    valid |= passed
    return bits.total - wrong >= min(_IN_STEP, bits.total)


def pattern_of(frame: Frame, scan: Scan) -> Pattern:
    """Return the tables of an MCU's blocks."""
    return [
        (differences(dc), coefficients(ac))
        for place in _members(frame, scan)
        if (dc := scan.dc[place]) and (ac := scan.ac[place])
    ]


def _members(frame: Frame, scan: Scan) -> list[int]:
    """For each block of an MCU, the index of its component in the scan."""
    if len(scan.components) == 1:
        return [0]
    return [
        place
        for place, index in enumerate(scan.components)
        for _ in range(frame.components[index].across * frame.components[index].down)
    ]


def _intervals(data: bytes, scan: Scan) -> Iterator[tuple[int, int]]:
    """Yield the spans of codes between restart markers."""
    at, end = scan.start, scan.segment.end
    if scan.interval:
        for number, marker in enumerate(_RESTART.finditer(data, at, end)):
            if marker[1][0] & 7 != number & 7:
                raise Undecodable
            yield at, marker.start()
            at = marker.end()
    yield at, end


def _last_bytes(data: bytes, scan: Scan, length: int) -> tuple[int, int]:
    """The span of the last bytes of codes, at most ``length``, after any restart marker."""
    start, end = scan.start, scan.segment.end
    if data[end - 1 : end] == b"\xff":
        end = start + len(data[start:end].rstrip(b"\xff"))
    start = max(start, end - length)
    if scan.interval:
        for marker in _RESTART.finditer(data, max(start - 1, scan.start), end):
            start = marker.end()
    return start, end


def unstuffed(raw: bytes) -> bytes:
    """Return entropy-coded data without the zero after each FF (B.1.1.5)."""
    return raw.replace(b"\xff\0", b"\xff")


def _in_file(data: bytes, start: int, count: int) -> int:
    """File offset after ``count`` bytes of codes from ``start``, including stuffed zeros."""
    end = start + count
    while (reached := start + count + data.count(b"\xff\0", start, end)) != end:
        end = reached
    return end + (data[end - 1 : end + 1] == b"\xff\0")
