"""Signed PNG files, which other C2PA readers also take."""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING

from tests.unit.c2pa.builder import store

if TYPE_CHECKING:
    from tests.unit.c2pa.builder import Recipe


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
TAIL = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def signed_png(recipe: Recipe, *others: bytes) -> bytes:
    """A PNG of one pixel whose active manifest is bound to it.

    The signatures in time stamps vary in length, so it is built until the length stays.
    """
    carried, before = b"", -1
    while len(carried) != before:
        before = len(carried)
        recipe.assertions["c2pa.hash.data"] = {
            "exclusions": [{"start": len(HEAD), "length": len(carried)}],
            "alg": "sha256",
            "hash": hashlib.sha256(HEAD + TAIL).digest(),
            "pad": b"",
        }
        carried = chunk(b"caBX", store(*others, recipe.build()))
    return HEAD + carried + TAIL
