"""Read the bytes after an image into facts: Samsung trailers, motion photos and unknown data.

The Samsung trailer (SEF) ends with the directory ``SEFH``, a 32-bit length and ``SEFT``. The
directory's entries point back to the records. The format is known from public samples and free
readers, not from a specification.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from expunge.imaging.provenance import afcp
from expunge.imaging.provenance.fact import Fact, decoded, text_or_sample, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RECORDS = 256
_SEARCHED = 1 << 18
"""Bytes searched by pattern at each end of a trailer."""
_GENAI = re.compile(rb'\\?"genAIType\\?"\s*:\s*(-?\d{1,9})')
_RE_EDIT = b"PhotoEditor_Re_Edit_Data"
_PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG", b"RIFF": "RIFF", b"GIF8": "GIF"}
_ARCHIVES = {b"PK\x03\x04": "ZIP", b"Rar!": "RAR", b"7z\xbc\xaf": "7z"}


def read(data: memoryview) -> Iterator[Fact]:
    """Yield the facts of a trailer: its records, or its type without a directory."""
    records = list(_records(data))
    yield from records
    if not records:
        yield _whole(data)
    yield from afcp.read(data)
    yield from generative_edits(data, "trailer")


def generative_edits(data: memoryview, reader: str) -> Iterator[Fact]:
    """Yield the first ``genAIType`` of Samsung's editor in a trailer or vendor block."""
    ends = [0] if len(data) <= 2 * _SEARCHED else [0, len(data) - _SEARCHED]
    for start in ends:
        part = bytes(data[start : start + (_SEARCHED if len(ends) == 2 else len(data))])
        match = _GENAI.search(part)
        if match:
            value, at = match[1].decode("ascii"), start + match.start()
            yield Fact(reader, "genAIType", "genAIType", value, at, match.end() - match.start())
            return


def _records(data: memoryview) -> Iterator[Fact]:
    """The records of a SEF trailer."""
    if len(data) < 20 or bytes(data[-4:]) != b"SEFT":
        return
    (length,) = struct.unpack_from("<I", data, len(data) - 8)
    head = len(data) - 8 - length
    if length < 12 or head < 0 or bytes(data[head : head + 4]) != b"SEFH":
        yield unreadable("trailer", "SEF", "no directory where the trailer says", len(data) - 8, 8)
        return
    (count,) = struct.unpack_from("<I", data, head + 8)
    for index in range(min(count, (length - 12) // 12, MAX_RECORDS)):
        back, size = struct.unpack_from("<II", data, head + 12 + 12 * index + 4)
        start = head - back
        if start < 0 or size < 8 or start + size > head:
            yield unreadable("trailer", f"SEF[{index}]", "the record is outside", head, 12)
            continue
        yield _record(data[start : start + size], start)


def _record(data: memoryview, at: int) -> Fact:
    (length,) = struct.unpack_from("<I", data, 4)
    name = decoded(data[8 : 8 + min(length, 100)])
    content = data[8 + min(length, len(data) - 8) :]
    return Fact("trailer", name, f"SEF/{name}", text_or_sample(content), at, len(data))


def _whole(data: memoryview) -> Fact:
    """A trailer without a directory, classified by its first bytes."""
    head = bytes(data[:16])
    for table, key in ((_PICTURES, "Picture"), (_ARCHIVES, "Archive")):
        for magic, name in table.items():
            if head.startswith(magic):
                return Fact("trailer", key, key, f"{name}, {len(data)} bytes", 0, len(data))
    if head[4:8] == b"ftyp":
        return Fact("trailer", "Video", "Video", f"{len(data)} bytes", 0, len(data))
    start = bytes(data[:4096])
    if b"PEg_Info" in start:
        return Fact("trailer", "PEg_Info", "PEg_Info", decoded(start), 0, len(data))
    if _RE_EDIT in start:
        return Fact("trailer", _RE_EDIT.decode(), "Re_Edit", decoded(start), 0, len(data))
    return Fact("trailer", "bytes", "bytes", text_or_sample(data), 0, len(data))
