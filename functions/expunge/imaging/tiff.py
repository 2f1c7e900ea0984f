"""Bounds-checked reader of TIFF structures (TIFF 6.0, section 2), the basis of EXIF and MPF."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import starmap
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
MAX_ENTRIES = 1_000
"""Entries read per IFD. Real files have fewer than 100."""
SHORT, LONG, RATIONAL = 3, 4, 5
_TEXTS = (2, 129)
_CODES = {1: "B", SHORT: "H", LONG: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_ENTRIES = {order: struct.Struct(order + "HHI4x") for order in "<>"}
_ENTRY = {order: struct.Struct(order + "HHI4s") for order in "<>"}
_NUMBER = {order: struct.Struct(order + "I") for order in "<>"}
_COUNT = {order: struct.Struct(order + "H") for order in "<>"}
_RATIONALS = {RATIONAL: "II", 10: "ii"}
SIZES = {1: 1, 2: 1, SHORT: 2, LONG: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
         129: 1}  # fmt: skip
"""Bytes of one value by field type (section 2, IFD pointers of supplement 1, UTF-8 of Exif 3.0)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One raw entry of an IFD. Its value may lie outside the structure."""

    tag: int
    type: int
    count: int
    at: int
    """Offset of the entry's twelve bytes."""
    start: int
    """Offset of its value. A value of up to four bytes is in the entry itself."""
    length: int
    """Bytes of the value; 0 for an unknown type."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an IFD. ``value`` is its raw bytes, in the file's byte order."""

    tag: int
    type: int
    count: int
    value: memoryview

    @property
    def is_text(self) -> bool:
        return self.type in _TEXTS

    @property
    def is_ratio(self) -> bool:
        return self.type in _RATIONALS

    @property
    def is_number(self) -> bool:
        return self.is_ratio or self.type in _CODES


@dataclass(frozen=True, slots=True)
class Reader:
    """A TIFF structure and its byte order (``<`` or ``>``)."""

    content: memoryview
    order: str
    first_ifd: int

    @classmethod
    def of(cls, content: memoryview) -> Reader | None:
        """Return a reader, or ``None`` if there is no TIFF header."""
        order = _BYTE_ORDERS.get(bytes(content[:4]))
        if order is None or len(content) < 8:
            return None
        return cls(content, order, _NUMBER[order].unpack_from(content, 4)[0])

    def header(self, first_ifd: int) -> bytes:
        """Return a TIFF header in the same byte order."""
        return self.content[:4].tobytes() + _NUMBER[self.order].pack(first_ifd)

    def count(self, at: int) -> int:
        """Return the entry count that the IFD at offset ``at`` states."""
        if at + 2 > len(self.content):
            return 0
        return int(_COUNT[self.order].unpack_from(self.content, at)[0])

    def entries(self, at: int, *tags: int) -> Iterator[Entry]:
        """Yield the entries of the IFD at offset ``at`` that fit in the structure.

        ``tags`` limits them to some fields.
        """
        return starmap(Entry, self._entries(at, tags))

    def fields(self, at: int, *tags: int) -> Iterator[Field]:
        """Yield the fields of the IFD at offset ``at``, except those outside the structure.

        ``tags`` limits them to some fields.
        """
        content = self.content
        size = len(content)
        for tag, kind, number, _, start, length in self._entries(at, tags):
            if length and start + length <= size:
                yield Field(tag, kind, number, content[start : start + length])

    def _entries(self, at: int, tags: Collection[int]) -> Iterator[tuple[int, ...]]:
        """The fields of each `Entry`."""
        content = self.content
        first, fitting = at + 2, (len(content) - at - 2) // 12
        stop = first + 12 * min(self.count(at), fitting, MAX_ENTRIES)
        entry_at = first
        for tag, kind, number in _ENTRIES[self.order].iter_unpack(content[first:stop]):
            if not tags or tag in tags:
                length = SIZES.get(kind, 0) * number
                start = entry_at + 8
                if length > 4:
                    (start,) = _NUMBER[self.order].unpack_from(content, start)
                yield tag, kind, number, entry_at, start, length
            entry_at += 12

    def following(self, at: int) -> int:
        """Return the offset of the next IFD in the chain, or 0."""
        end = at + 2 + 12 * self.count(at)
        if end + 4 > len(self.content):
            return 0
        return int(struct.unpack_from(self.order + "I", self.content, end)[0])

    def numbers(self, field: Field) -> tuple[float, ...] | None:
        """Return the values of a numeric field, or ``None`` for other types and division by 0."""
        if field.type in _RATIONALS:
            flat = struct.unpack(self.order + _RATIONALS[field.type] * field.count, field.value)
            pairs = list(zip(flat[::2], flat[1::2], strict=True))
            return tuple(a / b for a, b in pairs) if all(b for _, b in pairs) else None
        code = _CODES.get(field.type)
        if code is None:
            return None
        found: tuple[float, ...] = struct.unpack(f"{self.order}{field.count}{code}", field.value)
        return found

    def integer(self, field: Field) -> int | None:
        """Return the value of a field with a single SHORT or LONG, else ``None``."""
        if field.count != 1 or field.type not in (SHORT, LONG):
            return None
        return int.from_bytes(field.value, "little" if self.order == "<" else "big")


def ifd_length(fields: Sequence[Field]) -> int:
    """Return the length of an IFD in bytes, with the values that follow it."""
    sizes = [len(field.value) for field in fields]
    return 2 + 12 * len(sizes) + 4 + sum([size + size % 2 for size in sizes if size > 4])


def ifd(order: str, fields: Iterable[Field], at: int) -> bytes:
    """Serialise an IFD for offset ``at``. Values longer than four bytes follow it."""
    entries = sorted(fields, key=attrgetter("tag"))
    entry, number = _ENTRY[order].pack, _NUMBER[order].pack
    values_at = at + 2 + 12 * len(entries) + 4
    out, values = _COUNT[order].pack(len(entries)), b""
    for field in entries:
        raw = field.value.tobytes()
        if len(raw) > 4:
            values += b"\0" * (len(values) % 2)
            raw, values = number(values_at + len(values)), values + raw
        out += entry(field.tag, field.type, field.count, raw)
    return out + bytes(4) + values + b"\0" * (len(values) % 2)
