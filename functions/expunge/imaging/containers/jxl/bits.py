"""Bit fields of JPEG XL and Brotli, lowest bit first (ISO/IEC 18181-1, B.2; RFC 7932, 1.5)."""

from __future__ import annotations

from expunge.errors import MalformedImage

Distribution = tuple[int, int]
"""One of the four encodings of a ``U32``: number of bits, and offset."""


class BitReader:
    """Reads fields in order, never past the end."""

    __slots__ = ("_data", "_end", "_within", "at")

    def __init__(self, data: bytes, within: str) -> None:
        self._data = data
        self._end = 8 * len(data)
        self._within = within
        self.at = 0
        """Bits read so far."""

    def bits(self, count: int) -> int:
        """Read ``u(count)``, for any count."""
        start = self.at
        self.at = end = start + count
        if end > self._end:
            raise self._ends_early()
        piece = self._data[start >> 3 : (end + 7) >> 3]
        return int.from_bytes(piece, "little") >> (start & 7) & (1 << count) - 1

    def flag(self) -> bool:
        return self.bits(1) == 1

    def u32(self, *ways: Distribution) -> int:
        """Read ``U32(d0, d1, d2, d3)``: two bits select one of four distributions."""
        count, offset = ways[self.bits(2)]
        return offset + self.bits(count)

    def skip(self, count: int) -> None:
        self.at += count
        if self.at > self._end:
            raise self._ends_early()

    def _ends_early(self) -> MalformedImage:
        return MalformedImage(f"{self._within} ends early")

    def align(self) -> None:
        """Skip to the next whole byte."""
        self.at = self.at + 7 & ~7


class BitWriter:
    """Writes fields in order."""

    def __init__(self) -> None:
        self._value = 0
        self._at = 0

    def bits(self, value: int, count: int) -> None:
        self._value |= value << self._at
        self._at += count

    def u32(self, value: int, *ways: Distribution) -> None:
        """Write ``value`` in the first of the four distributions that can hold it."""
        way = next(n for n, (count, first) in enumerate(ways) if 0 <= value - first < 1 << count)
        self.bits(way, 2)
        self.bits(value - ways[way][1], ways[way][0])

    def written(self) -> bytes:
        """Return all fields, padded with zeros to a whole byte."""
        return self._value.to_bytes((self._at + 7) // 8, "little")
