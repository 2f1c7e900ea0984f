"""TIFF structures (TIFF 6.0, section 2), which EXIF and MPF are made of: read within bounds."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_MOST_FIELDS = 1_000
"""Of an IFD that are read; real ones hold fewer than 100."""
SHORT, LONG = 3, 4
SIZES = {1: 1, 2: 1, SHORT: 2, LONG: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of one value by field type (section 2, and IFD pointers of supplement 1)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an IFD; ``value`` is its raw bytes in the file's byte order."""

    tag: int
    type: int
    count: int
    value: memoryview


@dataclass(frozen=True, slots=True)
class Reader:
    """A TIFF structure and its byte order (``<`` or ``>``)."""

    content: memoryview
    order: str
    first_ifd: int

    @classmethod
    def of(cls, content: memoryview) -> Reader | None:
        """A reader, or ``None`` where the header is none of TIFF."""
        order = _BYTE_ORDERS.get(bytes(content[:4]))
        if order is None or len(content) < 8:
            return None
        return cls(content, order, struct.unpack_from(order + "I", content, 4)[0])

    def header(self, first_ifd: int) -> bytes:
        """A header in the same byte order."""
        return self.content[:4].tobytes() + struct.pack(self.order + "I", first_ifd)

    def fields(self, at: int) -> Iterator[Field]:
        """The fields of the IFD at an offset; those that do not fit the structure are skipped."""
        size = len(self.content)
        if at + 2 > size:
            return
        (count,) = struct.unpack_from(self.order + "H", self.content, at)
        entry = struct.Struct(self.order + "HHI")
        first, fitting = at + 2, (size - at - 2) // 12
        for entry_at in range(first, first + 12 * min(count, fitting, _MOST_FIELDS), 12):
            tag, kind, number = entry.unpack_from(self.content, entry_at)
            length = SIZES.get(kind, 0) * number
            start = entry_at + 8
            if length > 4:
                (start,) = struct.unpack_from(self.order + "I", self.content, start)
            if length and start + length <= size:
                yield Field(tag, kind, number, self.content[start : start + length])

    def integer(self, field: Field) -> int | None:
        """The value of a field that holds one SHORT or LONG."""
        if field.count != 1 or field.type not in (SHORT, LONG):
            return None
        return int.from_bytes(field.value, "little" if self.order == "<" else "big")


def ifd(order: str, fields: Iterable[Field], at: int) -> bytes:
    """An IFD that will stand at an offset, values that do not fit its entries behind it."""
    entries = sorted(fields, key=lambda field: field.tag)
    behind = at + 2 + 12 * len(entries) + 4
    out, values = struct.pack(order + "H", len(entries)), b""
    for field in entries:
        raw = field.value.tobytes()
        if len(raw) > 4:
            values += b"\0" * (len(values) % 2)
            raw, values = struct.pack(order + "I", behind + len(values)), values + raw
        out += struct.pack(order + "HHI", field.tag, field.type, field.count) + raw.ljust(4, b"\0")
    return out + bytes(4) + values + b"\0" * (len(values) % 2)
