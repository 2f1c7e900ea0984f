"""Read IFDs of TIFF and BigTIFF, with every offset and count checked.

TIFF 6.0, section 2; BigTIFF as libtiff defines it: 64-bit offsets and counts, and three types.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from expunge.errors import MalformedImage
from expunge.imaging import tiff

MAX_ENTRIES = 1_000
MAX_VALUES = 2_000_000
"""Offsets or lengths in one field. A page of that many tiles takes 150 MB to read."""
LONG8, IFD8 = 16, 18
SIZES = tiff.SIZES | {LONG8: 8, 17: 8, IFD8: 8}
_WHOLE = {1: "B", 3: "H", 4: "I", 13: "I", LONG8: "Q", IFD8: "Q"}
"""Types of whole numbers that are not negative."""


@dataclass(frozen=True, slots=True)
class Form:
    """Byte order (``<`` or ``>``), and whether the file is a BigTIFF."""

    order: str
    big: bool

    @property
    def header(self) -> int:
        """Bytes before the first IFD can begin."""
        return 16 if self.big else 8

    @property
    def word(self) -> str:
        """Format of an offset."""
        return "Q" if self.big else "I"

    @property
    def entry(self) -> struct.Struct:
        return struct.Struct(f"{self.order}HH{self.word}{8 if self.big else 4}s")

    @property
    def inline(self) -> int:
        """Bytes of a value that the entry itself holds."""
        return 8 if self.big else 4

    def pack(self, code: str, *numbers: int) -> bytes:
        return struct.pack(f"{self.order}{code}", *numbers)

    def unpack(self, code: str, raw: bytes | memoryview) -> tuple[int, ...]:
        return struct.unpack(f"{self.order}{code}", raw)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field. ``start`` is the offset of its value in the file."""

    tag: int
    type: int
    count: int
    start: int
    length: int
    """Bytes of the value; 0 for an unknown type."""
    fits: bool
    """Whether the value has a known type and lies in the file."""
    inline: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """One IFD and the offset of the next one in the chain, or 0."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    following: int

    def entry(self, tag: int) -> Entry | None:
        return next((entry for entry in self.entries if entry.tag == tag), None)


class File:
    """A TIFF file: its form, and access to its IFDs."""

    def __init__(self, data: bytes) -> None:
        self.view = memoryview(data)
        order = "<" if data[:2] == b"II" else ">"
        self.form = Form(order, big=data[2:4] in (b"+\0", b"\0+"))
        if len(data) < self.form.header:
            raise MalformedImage("the file ends within the TIFF header")
        if self.form.big and self.form.unpack("HH", data[4:8]) != (8, 0):
            raise MalformedImage("the BigTIFF header does not announce 8-byte offsets")
        at = self.form.header - self.form.inline
        (self.first,) = self.form.unpack(self.form.word, data[at : at + self.form.inline])

    def directory(self, at: int) -> Directory:
        """Read the IFD at an offset.

        Raises
        ------
        MalformedImage
            It does not lie in the file, or has too many entries.
        """
        form, view = self.form, self.view
        code = "Q" if form.big else "H"
        first = at + (8 if form.big else 2)
        if at < form.header or first > len(view):
            raise MalformedImage(f"an IFD lies outside the file, at byte {at:,}")
        (count,) = form.unpack(code, view[at:first])
        end = first + count * form.entry.size
        if not 0 < count <= MAX_ENTRIES or end > len(view):
            raise MalformedImage(f"the IFD at byte {at:,} has {count:,} entries, which do not fit")
        entries = tuple(self._entry(start) for start in range(first, end, form.entry.size))
        following = bytes(view[end : end + form.inline])
        whole = len(following) == form.inline
        link = form.unpack(form.word, following)[0] if whole else 0
        return Directory(at, end + (form.inline if whole else 0), entries, link)

    def _entry(self, at: int) -> Entry:
        form = self.form
        tag, kind, count, value = form.entry.unpack_from(self.view, at)
        length = SIZES.get(kind, 0) * count
        inline = length <= form.inline
        start = at + form.entry.size - form.inline
        if not inline:
            (start,) = form.unpack(form.word, value)
        return Entry(
            tag,
            kind,
            count,
            start,
            length,
            bool(length) and start + length <= len(self.view),
            inline,
        )

    def value(self, entry: Entry) -> memoryview:
        """The bytes of a value; none if it does not lie in the file."""
        return self.view[entry.start : entry.start + entry.length] if entry.fits else self.view[:0]

    def numbers(self, entry: Entry | None) -> tuple[int, ...]:
        """The values of a field of whole numbers; none for another type or an absent field.

        Raises
        ------
        MalformedImage
            There are too many values.
        """
        if entry is None or not entry.fits or entry.type not in _WHOLE:
            return ()
        if entry.count > MAX_VALUES:
            raise MalformedImage(f"the field {entry.tag} has {entry.count:,} values")
        return self.form.unpack(f"{entry.count}{_WHOLE[entry.type]}", self.value(entry))

    def number(self, entry: Entry | None) -> int | None:
        """The first value of a field of whole numbers, or ``None``."""
        if entry is None or not entry.fits or entry.type not in _WHOLE:
            return None
        size = SIZES[entry.type]
        return self.form.unpack(_WHOLE[entry.type], self.value(entry)[:size])[0]


def packed(form: Form, kind: int, numbers: list[int]) -> bytes:
    """Serialise the values of a field of whole numbers."""
    return form.pack(f"{len(numbers)}{_WHOLE[kind]}", *numbers)
