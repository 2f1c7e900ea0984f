"""Read EXIF into facts: a bounds-checked walk over every directory of its TIFF structure.

The tags are from Exif 3.0 (CIPA DC-008-2023); `expunge.imaging.tiff` reads the structure. Each
directory is read only once, even if several pointers refer to it. No length may exceed the data.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging import tiff
from expunge.imaging.auxiliary import maker_note
from expunge.imaging.provenance import exif_tags as tags
from expunge.imaging.provenance import iptc, xmp
from expunge.imaging.provenance.exif_values import value_text
from expunge.imaging.provenance.fact import Fact, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.fact import Budget

MAX_DIRECTORIES = 24
MAX_CLAIMED = 4
"""Limit for the total length of all values, in data lengths. Values should not overlap."""
HDR_NUMBERS = "HDR headroom and gain"
"""Value of a maker note that holds only what a gain map needs."""
_PREFIX = b"Exif\0\0"
_POINTERS = {
    tags.EXIF_IFD: "Exif",
    tags.GPS_IFD: "GPS",
    tags.INTEROP_IFD: "Interop",
    tags.SUB_IFD: "SubIFD",
}
_POINTER_TYPES = (tiff.SHORT, tiff.LONG, 13)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry and its directory. Offsets count from the TIFF header."""

    directory: str
    """``IFD0``, ``IFD1``, ``Exif``, ``GPS``, ``Interop``, ``SubIFD``."""
    directory_at: int
    raw: tiff.Entry

    @property
    def name(self) -> str:
        return tags.tag_name(self.directory, self.raw.tag)

    @property
    def path(self) -> str:
        return f"{self.directory}/{self.name}"

    @property
    def is_pointer(self) -> bool:
        return self.raw.tag in _POINTERS and self.raw.type in _POINTER_TYPES


def header_length(data: memoryview) -> int:
    """Return the number of bytes before the TIFF header: 6 if the ``Exif`` identifier is there."""
    return len(_PREFIX) if bytes(data[:6]) == _PREFIX else 0


def is_tiff(data: memoryview) -> bool:
    """Whether a block begins with a TIFF header. If not, it may continue the previous block."""
    return tiff.Reader.of(data[header_length(data) :]) is not None


def read(data: memoryview, budget: Budget | None = None) -> Iterator[Fact]:
    """Yield the facts of an EXIF block, in directory order.

    A broken part yields a fact with the key ``(unreadable)``. Everything before it is still read.
    """
    start = header_length(data)
    reader = tiff.Reader.of(data[start:])
    if reader is None:
        yield unreadable("exif", "header", "no TIFF header", start, min(8, len(data) - start))
        return
    thumbnail: dict[tuple[str, int], int] = {}
    for found in entries(reader):
        if isinstance(found, Fact):
            yield found
            continue
        if found.raw.tag in (tags.THUMBNAIL_OFFSET, tags.THUMBNAIL_LENGTH):
            thumbnail[found.directory, found.raw.tag] = _integer(reader, found)
        if not found.is_pointer:
            yield from facts_of_entry(reader, found, start, budget)
    yield from _thumbnails(reader, thumbnail, start)


def entries(reader: tiff.Reader) -> Iterator[Entry | Fact]:
    """Yield every entry of every directory, and a fact for each unreadable part."""
    waiting = deque([("IFD0", reader.first_ifd)])
    seen: set[int] = set()
    chained = claimed = 0
    while waiting:
        directory, at = waiting.popleft()
        if at in seen:
            continue
        seen.add(at)
        if len(seen) > MAX_DIRECTORIES:
            yield unreadable("exif", directory, f"more than {MAX_DIRECTORIES} directories", at)
            return
        if at < 8 or at + 2 > len(reader.content):
            yield unreadable("exif", directory, f"the directory is outside the data: {at}", at)
            continue
        for found in _directory(reader, directory, at):
            claimed += found.length if isinstance(found, Fact) else found.raw.length
            if claimed > MAX_CLAIMED * len(reader.content):
                yield unreadable("exif", directory, "values overlap", at)
                return
            yield found
            if isinstance(found, Entry) and found.is_pointer:
                waiting.append((_POINTERS[found.raw.tag], _integer(reader, found)))
        if directory.startswith("IFD") and (following := reader.following(at)):
            chained += 1
            waiting.append((f"IFD{chained}", following))


def _directory(reader: tiff.Reader, directory: str, at: int) -> Iterator[Entry | Fact]:
    count = 0
    for raw in reader.entries(at):
        count += 1
        entry = Entry(directory, at, raw)
        if raw.type not in tiff.SIZES:
            yield unreadable("exif", entry.path, f"unknown field type {raw.type}", raw.at, 12)
        elif raw.start + raw.length > len(reader.content):
            yield unreadable("exif", entry.path, "the value runs past the data", raw.at, 12)
        else:
            yield entry
    if count < reader.count(at):
        yield unreadable("exif", directory, f"{reader.count(at)} entries do not fit", at, 2)


def _integer(reader: tiff.Reader, entry: Entry) -> int:
    """The first number of a SHORT, LONG or IFD entry, else 0."""
    size = 2 if entry.raw.type == tiff.SHORT else 4
    if entry.raw.type not in _POINTER_TYPES or entry.raw.length < size:
        return 0
    code = "H" if size == 2 else "I"
    return int(struct.unpack_from(reader.order + code, reader.content, entry.raw.start)[0])


def facts_of_entry(
    reader: tiff.Reader, entry: Entry, start: int = 0, budget: Budget | None = None
) -> Iterator[Fact]:
    """Yield the fact of one entry, and those of an embedded XMP packet."""
    raw = entry.raw
    data = reader.content[raw.start : raw.start + raw.length]
    value = value_text(data, reader.order, raw, entry.name)
    if raw.tag == tags.MAKER_NOTE and maker_note.is_hdr_note(data):
        value = HDR_NUMBERS
    yield Fact("exif", entry.name, entry.path, value, start + raw.start, raw.length)
    embedded = {tags.XMP_PACKET: xmp.read, tags.IPTC_NAA: iptc.read}.get(raw.tag)
    if embedded is not None and entry.directory.startswith("IFD"):
        for fact in embedded(data, budget):
            path = f"{entry.path}/{fact.path}"
            at = start + raw.start + fact.offset
            yield Fact(fact.reader, fact.key, path, fact.value, at, fact.length)


def _thumbnails(
    reader: tiff.Reader, found: dict[tuple[str, int], int], start: int
) -> Iterator[Fact]:
    for (directory, tag), offset in found.items():
        length = found.get((directory, tags.THUMBNAIL_LENGTH), 0)
        if tag != tags.THUMBNAIL_OFFSET or not length:
            continue
        path = f"{directory}/Thumbnail"
        if offset + length > len(reader.content):
            yield unreadable("exif", path, "the thumbnail runs past the data", start)
        else:
            yield Fact("exif", "Thumbnail", path, f"JPEG, {length} bytes", start + offset, length)
