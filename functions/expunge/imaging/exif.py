"""The EXIF fields that survive a strip (Exif 3.0, sections 4.6.5 and 4.6.6).

Viewers rotate an image by its orientation and print it by its resolution. They detect Adobe RGB
by colour space, gamma or interoperability index (DCF 2.0, 5.1). These fields keep their byte
order and field type, because viewers differ in which ones they read. Each value must have the
expected form, so that no text can hide in it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import Flag
from typing import TYPE_CHECKING, Any

from expunge.imaging.tiff import LONG, SHORT, Field, Reader, ifd, ifd_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_ORIENTATION, _ARTIST, _COPYRIGHT = 0x0112, 0x013B, 0x8298
_DENSITY, _DENSITY_UNIT = (0x011A, 0x011B), 0x0128
_COLOUR_SPACE, _GAMMA = 0xA001, 0xA500
_INTEROPERABILITY_INDEX = 0x0001
_EXIF, _GPS, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005
"""Tags that point to other directories."""
_BELOW: Mapping[int, Any] = {_EXIF: {_INTEROPERABILITY: {}}, _GPS: {}}
_FIRST_TAGS = (
    _ORIENTATION, *_DENSITY, _DENSITY_UNIT, _ARTIST, _COPYRIGHT, _EXIF, _GPS,
)  # fmt: skip
"""Tags of IFD0 that an excerpt reads."""
_INDEXES = (b"R98", b"R03", b"THM")
"""sRGB, Adobe RGB, and a thumbnail (DCF 2.0, table 11)."""
_MAX_VALUE_BYTES = 4096
"""Bytes of one field in an excerpt. Longer fields are dropped."""
_MAX_DENSITY, _MAX_GAMMA = 1_000_000, 100
_MAX_STATED = 4
"""Orientation fields kept per directory. Viewers differ in which one they use."""
_MAX_BYTES = 8
"""Bytes of one orientation field."""
_HEADER, _POINTER = 8, 12
"""Bytes of a TIFF header, and of a field with an offset."""


class Fields(Flag):
    """Optional EXIF fields to keep, in addition to the display facts."""

    NONE = 0
    COPYRIGHT = 1
    """Artist and Copyright."""
    GPS = 2
    """The whole GPS IFD."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The fields of an IFD, and its subdirectories by pointer tag."""

    fields: list[Field]
    below: dict[int, Directory] = field(default_factory=dict)
    following: list[Directory] = field(default_factory=list)
    """The next IFDs of the chain, such as that of the thumbnail. Only IFD0 has any."""

    @property
    def is_empty(self) -> bool:
        return not self.fields and not self.below

    def page(self, number: int) -> Directory:
        """Return IFD0 itself or one of those that follow, made where it is missing."""
        while len(self.following) < number:
            self.following.append(Directory([]))
        return self.following[number - 1] if number else self

    def add(self, other: Directory) -> None:
        """Add the fields of another directory that this one does not have, at every level."""
        known = {entry.tag for entry in self.fields}
        self.fields.extend(entry for entry in other.fields if entry.tag not in known)
        for tag, directory in other.below.items():
            self.below.setdefault(tag, Directory([])).add(directory)
        for number, directory in enumerate(other.following, 1):
            self.page(number).add(directory)

    def written(self, order: str, at: int) -> bytes:
        """Serialise the IFD for offset ``at``, followed by its subdirectories."""
        if not self.below:
            return ifd(order, self.fields, at)
        end = at + ifd_length(self.fields) + _POINTER * len(self.below)
        pointers, tail = [], b""
        for tag, directory in sorted(self.below.items()):
            pointers.append(_long(order, tag, end + len(tail)))
            tail += directory.written(order, end + len(tail))
        return ifd(order, [*self.fields, *pointers], at) + tail

    def structure(self, order: str) -> bytes:
        """Serialise a whole TIFF structure in a byte order (``<`` or ``>``)."""
        whole = bytearray(b"II*\0" if order == "<" else b"MM\0*") + bytes(4)
        link = len(whole) - 4
        for page in (self, *(each for each in self.following if not each.is_empty)):
            struct.pack_into(order + "I", whole, link, len(whole))
            link = len(whole) + 2 + 12 * (len(page.fields) + len(page.below))
            whole += page.written(order, len(whole))
        return bytes(whole)


def directory(content: memoryview) -> Directory | None:
    """Return IFD0 of a structure with its Exif, GPS and interoperability IFDs."""
    reader = Reader.of(content)
    if reader is None:
        return None
    return _tree(reader, reader.first_ifd, _BELOW)


def _chain(content: memoryview) -> Directory | None:
    """IFD0 as `directory` returns it, and the IFDs that follow."""
    first, reader = directory(content), Reader.of(content)
    if first is None or reader is None:
        return None
    at, seen = reader.first_ifd, set[int]()
    while (at := reader.following(at)) and at not in seen:
        seen.add(at)
        first.following.append(_tree(reader, at, _BELOW))
    return first


def _tree(reader: Reader, at: int, below: Mapping[int, Any]) -> Directory:
    fields = list(reader.fields(at))
    found = Directory([entry for entry in fields if entry.tag not in below])
    for tag, deeper in below.items():
        start = next((reader.integer(entry) for entry in fields if entry.tag == tag), None)
        if start:
            found.below[tag] = _tree(reader, start, deeper)
    return found


def orientation(content: memoryview) -> int | None:
    """Return the orientation (1–8) in IFD0, or ``None`` if it is missing or invalid."""
    reader = Reader.of(content)
    if reader is None:
        return None
    for entry in reader.fields(reader.first_ifd, _ORIENTATION):
        value = reader.integer(entry)
        return value if value in range(1, 9) else None
    return None


def minimal(value: int) -> bytes:
    """Return the smallest TIFF structure with an orientation (1–8) and nothing else: 26 bytes."""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, _ORIENTATION, SHORT, 1, value, 0, 0)


def is_rotated(content: memoryview) -> bool:
    """Whether a structure states an orientation of 2 to 8, in a field of any type."""
    reader = Reader.of(content)
    if reader is None:
        return False
    stated = _orientations(reader, reader.fields(reader.first_ifd, _ORIENTATION))
    return any(number > 1 for entry in stated for number in reader.numbers(entry) or ())


def excerpt(
    content: memoryview,
    fields: Fields = Fields.NONE,
    others: bytes | None = None,
    *,
    oriented: bool = True,
) -> bytes | None:
    """Return a TIFF structure with only the display facts and the requested fields.

    ``others`` is a structure of other fields that stay, in the same byte order. Without
    ``oriented``, orientation is left out. The function is idempotent. It returns ``None`` if no
    field remains.
    """
    reader = Reader.of(content)
    if reader is None:
        return None
    first = list(reader.fields(reader.first_ifd, *_FIRST_TAGS))
    kept = Directory(_orientations(reader, first) if oriented else [])
    kept.fields.extend(_resolution(reader, first))
    if Fields.COPYRIGHT in fields:
        kept.fields.extend(_distinct(f for f in first if f.tag in (_ARTIST, _COPYRIGHT)))
    if not (colours := _colours(reader, first)).is_empty:
        kept.below[_EXIF] = colours
    if Fields.GPS in fields:
        position = (entry for entry in _below(reader, first, _GPS) if entry.tag <= 0x1F)
        if gps := _distinct(position):
            kept.below[_GPS] = Directory(gps)
    if others is not None and (added := _chain(memoryview(others))):
        kept.add(added)
    return None if kept.is_empty and not kept.following else kept.structure(reader.order)


def placeholder(content: memoryview) -> bytes:
    """Return a placeholder without fields. It is valid TIFF only if ``content`` was."""
    reader = Reader.of(content)
    if reader is None:
        return bytes(_HEADER)
    return reader.header(_HEADER) + ifd(reader.order, (), _HEADER)


def with_orientation(content: memoryview, value: int) -> bytes | None:
    """Append a new IFD0 that also states the orientation (1–8).

    All other bytes keep their offsets. The result is ``None`` if the structure is broken.
    """
    reader = Reader.of(content)
    if reader is None:
        return None
    kept = {entry.tag: entry for entry in reader.fields(reader.first_ifd)}
    kept[_ORIENTATION] = _short(reader.order, _ORIENTATION, value)
    end = len(content) + len(content) % 2
    body = content[_HEADER:].tobytes().ljust(end - _HEADER, b"\0")
    return reader.header(end) + body + ifd(reader.order, kept.values(), end)


def _orientations(reader: Reader, first: Iterable[Field]) -> list[Field]:
    """The orientation fields of any type. An invalid value becomes 0."""
    stated = [
        entry
        for entry in first
        if entry.tag == _ORIENTATION and len(entry.value) <= _MAX_BYTES and entry.is_number
    ]
    found = []
    for entry in stated[:_MAX_STATED]:
        fits = all(number in range(9) for number in reader.numbers(entry) or (-1,))
        value = entry.value if fits else memoryview(_nothing(reader, entry))
        found.append(Field(entry.tag, entry.type, entry.count, value))
    return found


def _nothing(reader: Reader, entry: Field) -> bytes:
    """Zero in the field's type."""
    if entry.is_ratio:
        return struct.pack(reader.order + "II", 0, 1)
    return bytes(len(entry.value))


def _resolution(reader: Reader, first: Sequence[Field]) -> Iterator[Field]:
    """The horizontal and vertical resolution, and their unit."""
    given = {entry.tag: entry for entry in reversed(first)}
    density = [given[tag] for tag in _DENSITY if tag in given]
    density = [entry for entry in density if _is_ratio(reader, entry, _MAX_DENSITY)]
    yield from density
    unit = given.get(_DENSITY_UNIT)
    if density and unit and reader.integer(unit) in (1, 2, 3):
        yield unit


def _colours(reader: Reader, first: Iterable[Field]) -> Directory:
    """Colour space and gamma, with the interoperability index in a subdirectory."""
    camera = _below(reader, first, _EXIF, _COLOUR_SPACE, _GAMMA, _INTEROPERABILITY)
    given = {entry.tag: entry for entry in reversed(camera)}
    kept = []
    if (space := given.get(_COLOUR_SPACE)) and (reader.integer(space) or 0) in range(1, 0x10000):
        kept.append(space)
    if (gamma := given.get(_GAMMA)) and _is_ratio(reader, gamma, _MAX_GAMMA):
        kept.append(gamma)
    indexes = [
        Field(entry.tag, entry.type, 4, memoryview(word + b"\0"))
        for entry in _below(reader, camera, _INTEROPERABILITY, _INTEROPERABILITY_INDEX)
        if (word := entry.value[:3].tobytes()) in _INDEXES and entry.is_text
    ]
    below = {_INTEROPERABILITY: Directory(indexes[:1])} if indexes else {}
    return Directory(kept, below)


def _below(reader: Reader, fields: Iterable[Field], pointer: int, *tags: int) -> list[Field]:
    """The fields of the subdirectory that the first ``pointer`` field refers to."""
    at = next((reader.integer(entry) for entry in fields if entry.tag == pointer), None)
    return list(reader.fields(at, *tags)) if at else []


def _is_ratio(reader: Reader, entry: Field, most: int) -> bool:
    """Whether a field is one positive number, at most ``most``."""
    if entry.count != 1 or not entry.is_number:
        return False
    numbers = reader.numbers(entry)
    return numbers is not None and 0 < numbers[0] <= most


def _distinct(fields: Iterable[Field]) -> list[Field]:
    kept = {entry.tag: entry for entry in fields if len(entry.value) <= _MAX_VALUE_BYTES}
    return list(kept.values())


def _short(order: str, tag: int, value: int) -> Field:
    return Field(tag, SHORT, 1, memoryview(struct.pack(order + "H", value)))


def _long(order: str, tag: int, value: int) -> Field:
    return Field(tag, LONG, 1, memoryview(struct.pack(order + "I", value)))
