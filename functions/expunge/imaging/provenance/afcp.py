"""Read the IPTC datasets in an AFCP trailer, in which old press software kept captions and credit.

The format is known from public samples and free readers: a directory of entries (tag, size, offset
in the file) with the head ``AXS``, and a foot of 12 bytes with the directory's offset in the file.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.imaging.provenance import iptc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.fact import Fact

MAX_ENTRIES = 64
_ORDERS = {b"AXS!": ">", b"AXS*": "<"}
"""Byte order by signature."""
_PART = 12
"""Bytes of head, foot and each entry."""


def read(data: memoryview) -> Iterator[Fact]:
    """Yield the facts of a trailer's IPTC entries; nothing if it is no AFCP trailer."""
    signature = bytes(data[-_PART : 4 - _PART])
    order = _ORDERS.get(signature)
    head = bytes(data[:-_PART]).find(signature) if order else -1
    if order is None or head < 0:
        return
    (base,) = struct.unpack_from(order + "I", data, len(data) - _PART + 4)
    (count,) = struct.unpack_from(order + "H", data, head + 6)
    for index in range(1, min(count, MAX_ENTRIES) + 1):
        entry = data[head + _PART * index : head + _PART * (index + 1)]
        if len(entry) < _PART or bytes(entry[:4]) != b"IPTC":
            continue
        size, offset = struct.unpack_from(order + "II", entry, 4)
        start = head + offset - base
        if 0 <= start <= start + size <= len(data):
            for fact in iptc.read(data[start : start + size]):
                path = f"AFCP/{fact.path}"
                yield replace(fact, path=path, offset=start + fact.offset)
