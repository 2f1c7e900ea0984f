"""EXIF as facts: every directory of a TIFF structure, read within bounds.

TIFF 6.0 section 2 gives the structure, Exif 3.0 (CIPA DC-008-2023) the tags. Every offset is
checked before it is followed, a directory is read once however often it is pointed to, and no
length field is believed beyond the data.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging.provenance import exif_tags as tags
from expunge.imaging.provenance import iptc, xmp
from expunge.imaging.provenance.fact import Fact, decoded, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
MOST_ENTRIES = 1_000
"""Of one directory; real ones hold fewer than 100."""
MOST_DIRECTORIES = 24
MOST_NUMBERS = 16
"""Of one value that are written out."""

BYTE, ASCII, SHORT, LONG, UNDEFINED, IFD, UTF8 = 1, 2, 3, 4, 7, 13, 129
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_RATIONALS = {5: "II", 10: "ii"}
_POINTERS = {
    tags.EXIF_IFD: "Exif",
    tags.GPS_IFD: "GPS",
    tags.INTEROP_IFD: "Interop",
    0x014A: "SubIFD",
}
_CODED_TEXT = frozenset({"UserComment", "GPSProcessingMethod", "GPSAreaInformation"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a directory; offsets count from the TIFF header."""

    directory: str
    start: int
    """Where its directory begins."""
    tag: int
    kind: int
    count: int
    at: int
    """Where the twelve bytes of the entry stand."""
    offset: int
    """Where its value stands: in the entry where it fits into four bytes."""
    length: int

    @property
    def name(self) -> str:
        return tags.tag_name(self.directory, self.tag)

    @property
    def path(self) -> str:
        return f"{self.directory}/{self.name}"


def header_length(data: memoryview) -> int:
    """How many bytes stand before the TIFF header: 6 where the block kept its ``Exif`` mark."""
    return 6 if bytes(data[:6]) == b"Exif\0\0" else 0


def is_tiff(data: memoryview) -> bool:
    """Whether a block begins with a TIFF header; if not, it may go on where another ended."""
    start = header_length(data)
    return bytes(data[start : start + 4]) in BYTE_ORDERS


def read(data: memoryview) -> Iterator[Fact]:
    """The facts of an EXIF block, in the order of its directories.

    What is broken is a fact of its own (key ``(unreadable)``), and what
    stands before it is still read.
    """
    start = header_length(data)
    tiff = data[start:]
    order = BYTE_ORDERS.get(bytes(tiff[:4]))
    if order is None or len(tiff) < 8:
        yield unreadable("exif", "header", "no TIFF header", start, min(8, len(tiff)))
        return
    thumbnail: dict[tuple[str, int], int] = {}
    for found in entries(tiff, order):
        if isinstance(found, Fact):
            yield found
            continue
        if found.tag in (tags.THUMBNAIL_OFFSET, tags.THUMBNAIL_LENGTH):
            thumbnail[found.directory, found.tag] = _integer(tiff, order, found)
        if found.tag not in _POINTERS or found.kind not in (SHORT, LONG, IFD):
            yield from facts_of_entry(tiff, order, found, start)
    yield from _thumbnails(tiff, thumbnail, start)


def entries(tiff: memoryview, order: str) -> Iterator[Entry | Fact]:
    """Every entry of every directory; a fact in place of what cannot be read."""
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    waiting = deque([("IFD0", first)])
    seen: set[int] = set()
    chained = 0
    while waiting:
        directory, at = waiting.popleft()
        if at in seen:
            continue
        seen.add(at)
        if len(seen) > MOST_DIRECTORIES:
            yield unreadable("exif", directory, f"more than {MOST_DIRECTORIES} directories", at)
            return
        if at < 8 or at + 2 > len(tiff):
            yield unreadable("exif", directory, f"the directory lies outside the data: {at}", at)
            continue
        for found in _directory(tiff, order, directory, at):
            yield found
            if isinstance(found, Entry) and found.tag in _POINTERS and found.length >= 4:
                waiting.append((_POINTERS[found.tag], _integer(tiff, order, found)))
        following = _next_directory(tiff, order, at)
        if following and directory.startswith("IFD"):
            chained += 1
            waiting.append((f"IFD{chained}", following))


def _directory(tiff: memoryview, order: str, directory: str, at: int) -> Iterator[Entry | Fact]:
    (count,) = struct.unpack_from(order + "H", tiff, at)
    fitting = min(count, (len(tiff) - at - 2) // 12, MOST_ENTRIES)
    for position in range(at + 2, at + 2 + 12 * fitting, 12):
        tag, kind, number = struct.unpack_from(order + "HHI", tiff, position)
        size = _SIZES.get(kind)
        if size is None:
            yield unreadable("exif", f"{directory}/{tags.tag_name(directory, tag)}",
                             f"unknown field type {kind}", position, 12)  # fmt: skip
            continue
        length, offset = size * number, position + 8
        if length > 4:
            (offset,) = struct.unpack_from(order + "I", tiff, position + 8)
        entry = Entry(directory, at, tag, kind, number, position, offset, length)
        if offset + length > len(tiff):
            yield unreadable("exif", entry.path, "the value runs past the data", position, 12)
            continue
        yield entry
    if fitting < count:
        yield unreadable("exif", directory, f"{count} entries do not fit", at, 2)


def _next_directory(tiff: memoryview, order: str, at: int) -> int:
    """The offset that ends a directory: of the next one, or 0."""
    (count,) = struct.unpack_from(order + "H", tiff, at)
    end = at + 2 + 12 * count
    if end + 4 > len(tiff):
        return 0
    return int(struct.unpack_from(order + "I", tiff, end)[0])


def _integer(tiff: memoryview, order: str, entry: Entry) -> int:
    """The first number of a SHORT, LONG or IFD entry, else 0."""
    code = _CODES.get(entry.kind)
    if code not in ("H", "I") or entry.length < struct.calcsize(code):
        return 0
    return int(struct.unpack_from(order + code, tiff, entry.offset)[0])


def facts_of_entry(tiff: memoryview, order: str, entry: Entry, start: int = 0) -> Iterator[Fact]:
    """The fact of one entry, and those of a packet that it embeds."""
    data = tiff[entry.offset : entry.offset + entry.length]
    value = value_text(data, order, entry)
    yield Fact("exif", entry.name, entry.path, value, start + entry.offset, entry.length)
    embedded = {tags.XMP_PACKET: xmp.read, tags.IPTC_NAA: iptc.read}.get(entry.tag)
    if embedded is not None and entry.directory.startswith("IFD"):
        for fact in embedded(data):
            path = f"{entry.path}/{fact.path}"
            at = start + entry.offset + fact.offset
            yield Fact(fact.reader, fact.key, path, fact.value, at, fact.length)


def _thumbnails(tiff: memoryview, found: dict[tuple[str, int], int], start: int) -> Iterator[Fact]:
    for (directory, tag), offset in found.items():
        length = found.get((directory, tags.THUMBNAIL_LENGTH), 0)
        if tag != tags.THUMBNAIL_OFFSET or not length:
            continue
        path = f"{directory}/Thumbnail"
        if offset + length > len(tiff):
            yield unreadable("exif", path, "the thumbnail runs past the data", start)
        else:
            yield Fact("exif", "Thumbnail", path, f"JPEG, {length} bytes", start + offset, length)


def value_text(data: memoryview, order: str, entry: Entry) -> str:
    """A value as text: strings decoded, numbers in decimal, other bytes counted and sampled."""
    if entry.kind in (ASCII, UTF8):
        return decoded(data).rstrip()
    if entry.tag in tags.XP_TAGS and entry.kind in (BYTE, UNDEFINED):
        return decoded(data, "utf-16-le")
    if entry.name in _CODED_TEXT:
        return coded_text(data)
    if entry.kind in (BYTE, UNDEFINED) and entry.length > 4:
        return _opaque(data)
    if entry.kind == UNDEFINED:
        return decoded(data, "latin-1")
    return _numbers(data, order, entry)


def coded_text(data: memoryview) -> str:
    """A text with an eight-byte character code before it (Exif 3.0, 4.6.5.F UserComment).

    ``UNICODE`` is read in the byte order that the text itself shows: many
    programs write UTF-16-BE whatever the order of the TIFF structure.
    """
    code, text = bytes(data[:8]), data[8:]
    if code.startswith(b"UNICODE"):
        return decoded(text, _utf16(text)).lstrip("\ufeff")
    if code.startswith(b"JIS"):
        return decoded(text, "iso2022_jp")
    if code.startswith(b"ASCII") or not code.strip(b"\0"):
        return decoded(text)
    return decoded(data)


def _utf16(text: memoryview) -> str:
    """Which UTF-16 a text is: by its mark, else by where the zero bytes of Latin letters stand."""
    head = bytes(text[:512])
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"
    return "utf-16-be" if head[::2].count(0) >= head[1::2].count(0) else "utf-16-le"


def _opaque(data: memoryview) -> str:
    """Printable bytes as text, others as their number and their beginning."""
    head = bytes(data[:64]).rstrip(b"\0")
    if head.isascii() and head.decode("ascii").isprintable() and head:
        return decoded(data)
    return f"{len(data)} bytes: {head[:16].hex(' ')}"


def _numbers(data: memoryview, order: str, entry: Entry) -> str:
    count = min(entry.count, MOST_NUMBERS)
    if entry.kind in _RATIONALS:
        flat = struct.unpack_from(order + _RATIONALS[entry.kind] * count, data)
        words = [_ratio(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
    else:
        numbers = struct.unpack_from(f"{order}{count}{_CODES[entry.kind]}", data)
        words = [f"{n:.8g}" if isinstance(n, float) else str(n) for n in numbers]
    return " ".join(words) + (" …" if entry.count > count else "")


def _ratio(numerator: int, denominator: int) -> str:
    return f"{numerator / denominator:.10g}" if denominator else f"{numerator}/0"
