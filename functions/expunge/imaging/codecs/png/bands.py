"""A PNG's rows, some at a time: no more of it is ever in memory than is asked for.

A band of rows becomes a PNG of its own, which a decoder reads: its image data is stored without
compression, and the row above it, which its filters refer to, goes in front, unfiltered.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from expunge.errors import MalformedImage
from expunge.imaging.codecs.png import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.codecs.png.chunks import Header

BAND_BYTES = 4 << 20
"""Of filtered rows, about."""
_PIECE = 1 << 12
"""Bytes that are inflated at a time: as many at most are lost before a defect."""


class Inflater:
    """What a zlib stream holds, in pieces, to its end or its first defect."""

    def __init__(self, stream: bytes) -> None:
        self._engine = zlib.decompressobj()
        self._rest = memoryview(stream)
        self._pending = b""
        self.total = 0
        """Bytes read so far."""

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, or as many as there are."""
        out = bytearray()
        try:
            while len(out) < size and (piece := self._pending or self._next()):
                out += self._engine.decompress(piece, size - len(out))
                self._pending = self._engine.unconsumed_tail
        except zlib.error:
            self._rest, self._pending = memoryview(b""), b""
        self.total += len(out)
        return bytes(out)

    def holds(self, size: int) -> bool:
        """Whether there are so many bytes more; reads them."""
        before = self.total
        while self.total - before < size:
            if not self.read(min(BAND_BYTES, size - self.total + before)):
                return False
        return True

    def _next(self) -> memoryview:
        piece, self._rest = self._rest[:_PIECE], self._rest[_PIECE:]
        return piece


def bands(
    header: Header, inflater: Inflater, decode: Callable[[Header, bytes], Samples]
) -> Iterator[Samples]:
    """The samples of an image, or of one pass of an interlaced one, ``(rows, W, channels)`` each.

    Rows that the stream does not reach are zeros.

    Parameters
    ----------
    decode
        A small PNG of that header and that image data.

    Raises
    ------
    MalformedImage
        Where the stream holds nothing at all.
    """
    length = 1 + header.row_bytes
    step = max(1, BAND_BYTES // length)
    above = bytes(header.row_bytes)
    for top in range(0, header.height, step):
        count = min(step, header.height - top)
        raw = inflater.read(count * length)
        if not inflater.total:
            raise MalformedImage("the coded PNG picture is damaged; no decoder reads it")
        raw = b"\0" + above + raw.ljust(count * length, b"\0")
        samples = decode(replace(header, height=count + 1), zlib.compress(raw, 0))[1:]
        above = rows.packed(np.ascontiguousarray(samples[-1:]), header.depth).tobytes()
        yield samples
