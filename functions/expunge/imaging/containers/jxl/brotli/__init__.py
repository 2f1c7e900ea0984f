"""Brotli (RFC 7932): inflating short streams, and writing stored ones.

Written to be small: it makes about two megabytes a second. Callers cap the
output, and the work that a stream may ask for is capped with it.
"""

from __future__ import annotations

from expunge.imaging.containers.jxl.brotli.stream import Inflate

__all__ = ["inflate", "stored"]


def stored(content: bytes) -> bytes:
    """A stream that holds ``content`` as it is, in uncompressed meta-blocks."""
    out = bytearray()
    window = 1
    """Bits of the stream's header: a 0 for a window of 64 KiB, before the first meta-block."""
    for at in range(0, len(content), 65_536):
        piece = content[at : at + 65_536]
        # not the last; 4 nibbles of length; length; uncompressed
        head = (len(piece) - 1) << 3 | 1 << 19
        out += (head << window).to_bytes(3, "little") + piece
        window = 0
    out.append(3 << window)
    return bytes(out)


def inflate(stream: bytes, most: int) -> bytes:
    """The content of a stream.

    Raises
    ------
    expunge.errors.MalformedImage
        Where the stream is broken, or has more than ``most`` bytes of content.
    """
    out = bytearray()
    Inflate(stream, most, out).run()
    return bytes(out)
