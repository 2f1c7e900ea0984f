"""Bounded Brotli (RFC 7932) with the reference library, which is imported on first use."""

from __future__ import annotations

from expunge.errors import MalformedImage


def inflate(stream: bytes, most: int) -> bytes:
    """Decompress a stream.

    Raises
    ------
    expunge.errors.MalformedImage
        The stream is broken, or has more than ``most`` bytes of content.
    """
    import brotli  # noqa: PLC0415

    decoder, out, given = brotli.Decompressor(), bytearray(), stream
    try:
        while not decoder.is_finished():
            piece = decoder.process(given, output_buffer_limit=most + 1 - len(out))
            out += piece
            if len(out) > most:
                raise MalformedImage("a Brotli stream is longer than stated")
            if not piece and not given:
                raise MalformedImage("a Brotli stream is truncated")
            given = b""
    except brotli.error:
        raise MalformedImage("a Brotli stream is broken") from None
    return bytes(out)


def deflate(content: bytes) -> bytes:
    """Compress some bytes."""
    import brotli  # noqa: PLC0415

    compressed: bytes = brotli.compress(content)
    return compressed
