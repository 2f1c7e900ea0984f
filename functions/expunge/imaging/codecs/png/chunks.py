"""Chunks of a PNG, and the header that states its sample encoding (third edition)."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from io import SEEK_END
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BytesIO

    from expunge.imaging.source import Source

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
_CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
_DEPTHS = {GREY: (1, 2, 4, 8, 16), PALETTE: (1, 2, 4, 8)}
"""Allowed bit depths; other colour types allow 8 and 16 (third edition, table 8)."""
ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""First column, first row, and steps of the seven interlacing passes (clause 8.2)."""


@dataclass(frozen=True, slots=True)
class Header:
    """IHDR (third edition, 11.2.1)."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @classmethod
    def of(cls, source: Source) -> Header:
        raw = bytes(chunk_of(source, "IHDR"))[8:21]
        width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", raw)
        if depth not in _DEPTHS.get(colour, (8, 16)) or colour not in _CHANNELS:
            raise MalformedImage(
                f"IHDR states {depth} bits for colour type {colour}, which PNG does not allow"
            )
        return cls(width, height, depth, colour, bool(interlace))

    @property
    def channels(self) -> int:
        return _CHANNELS[self.colour]

    @property
    def row_bytes(self) -> int:
        return (self.width * self.channels * self.depth + 7) // 8

    def chunk(self) -> bytes:
        fields = (self.width, self.height, self.depth, self.colour, 0, 0, int(self.interlaced))
        return chunk(b"IHDR", struct.pack(">IIBBBBB", *fields))


def stream_bytes(header: Header) -> int:
    """Return the length of the inflated image data: all rows, each with a filter type."""
    if not header.interlaced:
        return header.height * (1 + header.row_bytes)
    total = 0
    for x, y, across, down in ADAM7:
        width = (header.width - x + across - 1) // across
        height = (header.height - y + down - 1) // down
        if width > 0 and height > 0:
            total += height * (1 + (width * header.channels * header.depth + 7) // 8)
    return total


def chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(name))
    return b"".join((len(content).to_bytes(4, "big"), name, content, check.to_bytes(4, "big")))


def write_image_data(out: BytesIO, pieces: Iterable[bytes]) -> None:
    """Write IDAT piece by piece, so that memory holds the compressed image once."""
    start, check = out.tell(), zlib.crc32(b"IDAT")
    out.write(bytes(4) + b"IDAT")
    for piece in pieces:
        check = zlib.crc32(piece, check)
        out.write(piece)
    length = out.tell() - start - 8
    out.write(check.to_bytes(4, "big"))
    out.seek(start)
    out.write(length.to_bytes(4, "big"))
    out.seek(0, SEEK_END)


def chunk_of(source: Source, name: str) -> memoryview:
    """Return the whole chunk, by its own length; the parsed block may end before surplus data."""
    view = memoryview(source.data)
    for block in source.layout.blocks:
        if block.name == name:
            length = int.from_bytes(view[block.offset : block.offset + 4], "big")
            return view[block.offset : block.offset + length + 12]
    return memoryview(b"")


def content(source: Source, name: str) -> bytes:
    """Return a chunk's content; empty if the chunk is missing."""
    return bytes(chunk_of(source, name)[8:-4])


def image_data(source: Source) -> bytes:
    """Join the content of the IDAT chunks."""
    run = next(block for block in source.layout.blocks if block.name == "IDAT")
    return b"".join(_contents(memoryview(source.data)[run.offset : run.offset + run.length]))


def _contents(chunks: memoryview) -> Iterator[memoryview]:
    at = 0
    while at + 8 <= len(chunks):
        length = int.from_bytes(chunks[at : at + 4], "big")
        yield chunks[at + 8 : at + 8 + length]
        at += 12 + length
