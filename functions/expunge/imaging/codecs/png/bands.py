"""Decode a PNG band by band, so that only one band of rows is in memory at a time.

Each band becomes a small PNG of its own for the decoder. Its image data is stored without
compression. The row above the band comes first, unfiltered, since the band's filters refer to it.
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
"""Approximate bytes of filtered rows in a band."""
_PIECE = 1 << 12
"""Bytes that are inflated at a time, and the most that are lost before a defect."""


class Inflater:
    """Inflate a zlib stream piece by piece, to its end or its first defect."""

    def __init__(self, stream: bytes) -> None:
        self._engine = zlib.decompressobj()
        self._rest = memoryview(stream)
        self._pending = b""
        self.total = 0
        """Bytes read so far."""

    def read(self, size: int) -> bytes:
        """Read the next ``size`` bytes, or fewer at the end."""
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
        """Whether ``size`` more bytes follow; reads them."""
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
    """Yield the samples of an image, or of one interlacing pass, as ``(rows, W, channels)``.

    Rows missing from the stream are zeros.

    Parameters
    ----------
    decode
        Decodes a small PNG from a header and image data.

    Raises
    ------
    MalformedImage
        If the stream is empty.
    """
    length = 1 + header.row_bytes
    step = max(1, BAND_BYTES // length)
    above = bytes(header.row_bytes)
    for top in range(0, header.height, step):
        count = min(step, header.height - top)
        raw = inflater.read(count * length)
        if not inflater.total:
            raise MalformedImage("the PNG image data is damaged and cannot be decoded")
        raw = b"\0" + above + raw.ljust(count * length, b"\0")
        samples = decode(replace(header, height=count + 1), zlib.compress(raw, 0))[1:]
        above = rows.packed(np.ascontiguousarray(samples[-1:]), header.depth).tobytes()
        yield samples
