"""ICC profiles (ICC.1:2022, 7.2): whether some bytes are one, and where it ends.

A decoder ignores what is none, so bytes in a profile's place that do not begin like one describe
no colour, and what follows a profile's own length belongs to nothing.
"""

from __future__ import annotations

HEADER_BYTES = 128
_SIGNATURE = slice(36, 40)


def length(head: bytes | memoryview) -> int | None:
    """Bytes of the profile that begins like this, by its size field; ``None`` where none does."""
    size = int.from_bytes(head[:4], "big")
    if bytes(head[_SIGNATURE]) != b"acsp" or size < HEADER_BYTES:
        return None
    return size
