"""The little of EXIF that outlives a strip (Exif 3.0, sections 4.6.5 and 4.6.6)."""

from __future__ import annotations

import struct
from enum import Flag
from typing import TYPE_CHECKING

from expunge.imaging.tiff import LONG, SHORT, Field, Reader, ifd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ORIENTATION, _ARTIST, _COPYRIGHT, _GPS = 0x0112, 0x013B, 0x8298, 0x8825
_LONGEST_VALUE = 4096
"""Bytes of one field in an excerpt; longer ones stay behind."""
_HEADER = 8


class Fields(Flag):
    """What may be asked to stay of an EXIF block."""

    NONE = 0
    COPYRIGHT = 1
    """Artist and Copyright."""
    GPS = 2
    """The whole GPS IFD."""


def orientation(content: memoryview) -> int | None:
    """The orientation (1–8) that IFD0 states; ``None`` where it states none or is broken."""
    reader = Reader.of(content)
    if reader is None:
        return None
    for field in reader.fields(reader.first_ifd):
        if field.tag == _ORIENTATION:
            value = reader.integer(field)
            return value if value in range(1, 9) else None
    return None


def minimal(value: int) -> bytes:
    """The smallest TIFF structure that states an orientation (1–8) and nothing else: 26 bytes."""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, _ORIENTATION, SHORT, 1, value, 0, 0)


def excerpt(content: memoryview, fields: Fields, value: int) -> bytes | None:
    """A TIFF structure of some fields and the orientation; ``None`` where it has none of them."""
    reader = Reader.of(content)
    if reader is None:
        return None
    first = list(reader.fields(reader.first_ifd))
    copyright_ = [f for f in first if f.tag in (_ARTIST, _COPYRIGHT)]
    kept = _distinct(copyright_ if Fields.COPYRIGHT in fields else ())
    gps = _distinct(_gps(reader, first) if Fields.GPS in fields else ())
    if not kept and not gps:
        return None
    if value > 1:
        kept[_ORIENTATION] = _short(reader, _ORIENTATION, value)
    if gps:
        kept[_GPS] = _long(reader, _GPS, 0)
        kept[_GPS] = _long(reader, _GPS, _HEADER + len(ifd(reader.order, kept.values(), _HEADER)))
    head = ifd(reader.order, kept.values(), _HEADER)
    tail = ifd(reader.order, gps.values(), _HEADER + len(head)) if gps else b""
    return reader.header(_HEADER) + head + tail


def with_orientation(content: memoryview, value: int) -> bytes | None:
    """The structure with a new IFD0 behind its end, which also states the orientation (2–8).

    Everything else stays where it was. ``None`` where the structure is broken.
    """
    reader = Reader.of(content)
    if reader is None:
        return None
    kept = {field.tag: field for field in reader.fields(reader.first_ifd)}
    kept[_ORIENTATION] = _short(reader, _ORIENTATION, value)
    end = len(content) + len(content) % 2
    body = content[_HEADER:].tobytes().ljust(end - _HEADER, b"\0")
    return reader.header(end) + body + ifd(reader.order, kept.values(), end)


def _gps(reader: Reader, first: Iterable[Field]) -> Iterator[Field]:
    for field in first:
        if field.tag == _GPS and (pointer := reader.integer(field)):
            yield from (sub for sub in reader.fields(pointer) if sub.tag <= 0x1F)


def _distinct(fields: Iterable[Field]) -> dict[int, Field]:
    return {field.tag: field for field in fields if len(field.value) <= _LONGEST_VALUE}


def _short(reader: Reader, tag: int, value: int) -> Field:
    return Field(tag, SHORT, 1, memoryview(struct.pack(reader.order + "H", value)))


def _long(reader: Reader, tag: int, value: int) -> Field:
    return Field(tag, LONG, 1, memoryview(struct.pack(reader.order + "I", value)))
