"""Recognise an ICC profile and find its end (ICC.1:2022, 7.2).

Decoders ignore an invalid profile and all bytes after the stated length. So neither describes a
colour, and both can go.
"""

from __future__ import annotations

HEADER_BYTES = 128
_SIGNATURE = slice(36, 40)


def length(head: bytes | memoryview) -> int | None:
    """Return the profile length in bytes from its header, or ``None`` if it is no profile."""
    size = int.from_bytes(head[:4], "big")
    if bytes(head[_SIGNATURE]) != b"acsp" or size < HEADER_BYTES:
        return None
    return size
