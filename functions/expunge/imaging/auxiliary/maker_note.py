"""Apple's two HDR numbers in the EXIF maker note.

Tags 33 (headroom) and 48 (gain) give the brightness of an image with a gain map. The formula is
in Apple's «Applying Apple HDR effect to your photos». The maker note is an IFD whose offsets
count from its own first byte.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from expunge.imaging.tiff import LONG, Field, Reader, ifd

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXIF_IFD, _MAKER_NOTE = 0x8769, 0x927C
_SIGNATURE = b"Apple iOS\0"
_VERSION = b"\0\1"
_ORDERS = {b"MM": ">", b"II": "<"}
_FIRST = 14
"""Offset of the IFD, after signature, version and byte order."""
_HDR = (33, 48)
_SRATIONAL, _UNDEFINED = 10, 7
_HEADER = 8


def hdr_note(content: memoryview) -> bytes | None:
    """Return a maker note with only the HDR numbers of an EXIF block, or ``None`` without any."""
    reader = Reader.of(content)
    note = next(_notes(reader), None) if reader else None
    order = _ORDERS.get(bytes(note[12:_FIRST])) if note is not None else None
    if note is None or order is None or not note.tobytes().startswith(_SIGNATURE):
        return None
    fields = {
        field.tag: field
        for field in Reader(note, order, _FIRST).fields(_FIRST, *_HDR)
        if (field.type, field.count) == (_SRATIONAL, 1)
    }
    if not fields:
        return None
    return _SIGNATURE + _VERSION + bytes(note[12:_FIRST]) + ifd(order, fields.values(), _FIRST)


def is_hdr_note(note: memoryview) -> bool:
    """Whether a maker note holds the HDR numbers and nothing else, as `hdr_note` writes it."""
    order = _ORDERS.get(bytes(note[12:_FIRST]))
    if order is None or not note.tobytes().startswith(_SIGNATURE):
        return False
    fields = list(Reader(note, order, _FIRST).fields(_FIRST))
    own = _SIGNATURE + _VERSION + bytes(note[12:_FIRST]) + ifd(order, fields, _FIRST)
    return own == note and all(field.tag in _HDR for field in fields)


def with_note(structure: bytes | None, note: bytes) -> bytes:
    """Add a maker note to the Exif IFD of a TIFF structure. ``None`` means an empty structure."""
    empty = b"MM\0*" + struct.pack(">IHI", _HEADER, 0, 0)
    content = memoryview(structure or empty)
    reader = Reader.of(content)
    assert reader is not None
    first = {field.tag: field for field in reader.fields(reader.first_ifd)}
    inner = {field.tag: field for field in _inner(reader)}
    inner[_MAKER_NOTE] = Field(_MAKER_NOTE, _UNDEFINED, len(note), memoryview(note))
    at = len(content) + len(content) % 2
    below = ifd(reader.order, inner.values(), at)
    pointer = struct.pack(reader.order + "I", at)
    first[_EXIF_IFD] = Field(_EXIF_IFD, LONG, 1, memoryview(pointer))
    body = content[_HEADER:].tobytes().ljust(at - _HEADER, b"\0") + below
    end = at + len(below)
    return reader.header(end) + body + ifd(reader.order, first.values(), end)


def _notes(reader: Reader) -> Iterator[memoryview]:
    return (field.value for field in _inner(reader) if field.tag == _MAKER_NOTE)


def _inner(reader: Reader) -> Iterator[Field]:
    """The fields of the Exif IFD."""
    for field in reader.fields(reader.first_ifd, _EXIF_IFD):
        if at := reader.integer(field):
            yield from reader.fields(at)
