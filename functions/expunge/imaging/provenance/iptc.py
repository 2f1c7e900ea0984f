"""Read IPTC-IIM datasets into facts.

IPTC-IIM 4.2: section 1.6 defines the dataset format, sections 5 and 6 the records.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging.provenance.fact import Fact, decoded, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.fact import Budget

TAG = 0x1C
MAX_DATASETS = 2_000
CHARACTER_SET = (1, 90)
_UTF8 = b"\x1b%G"

NAMES = {
    (1, 90): "CodedCharacterSet", (2, 0): "RecordVersion", (2, 3): "ObjectType",
    (2, 5): "ObjectName", (2, 7): "EditStatus", (2, 10): "Urgency", (2, 12): "Subject",
    (2, 15): "Category", (2, 20): "SupplementalCategory", (2, 25): "Keywords",
    (2, 26): "LocationCode", (2, 27): "LocationName", (2, 30): "ReleaseDate",
    (2, 35): "ReleaseTime", (2, 37): "ExpirationDate", (2, 40): "SpecialInstructions",
    (2, 55): "DateCreated", (2, 60): "TimeCreated", (2, 62): "DigitalCreationDate",
    (2, 63): "DigitalCreationTime", (2, 65): "OriginatingProgram", (2, 70): "ProgramVersion",
    (2, 75): "ObjectCycle", (2, 80): "Byline", (2, 85): "BylineTitle", (2, 90): "City",
    (2, 92): "Sublocation", (2, 95): "ProvinceState", (2, 100): "CountryCode",
    (2, 101): "CountryName", (2, 103): "TransmissionReference", (2, 105): "Headline",
    (2, 110): "Credit", (2, 115): "Source", (2, 116): "CopyrightNotice", (2, 118): "Contact",
    (2, 120): "Caption", (2, 122): "WriterEditor", (2, 130): "ImageType", (2, 131): "Orientation",
    (2, 135): "Language",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataSet:
    """One dataset. ``offset`` and ``length`` include its header; ``data`` is its content."""

    record: int
    number: int
    offset: int
    length: int
    data: memoryview

    @property
    def name(self) -> str:
        return NAMES.get((self.record, self.number), f"{self.record}:{self.number:02d}")


def datasets(data: memoryview) -> Iterator[DataSet | Fact]:
    """Yield the datasets in order. At an unreadable part, yield a fact and stop."""
    at = 0
    for _ in range(MAX_DATASETS):
        if at + 5 > len(data) or data[at] != TAG:
            break
        record, number, length = struct.unpack_from(">BBH", data, at + 1)
        header = 5
        if length & 0x8000:
            width = length & 0x7FFF
            if not 0 < width <= 4 or at + 5 + width > len(data):
                yield unreadable("iptc", f"{record}:{number:02d}", "bad extended length", at, 5)
                return
            header, length = 5 + width, int.from_bytes(data[at + 5 : at + 5 + width], "big")
        if at + header + length > len(data):
            yield unreadable("iptc", f"{record}:{number:02d}", "runs past the data", at, header)
            return
        content = data[at + header : at + header + length]
        yield DataSet(record, number, at, header + length, content)
        at += header + length
    if bytes(data[at : at + 64]).strip(b"\0"):
        yield unreadable("iptc", "end", "bytes that are not a dataset", at, len(data) - at)


def read(data: memoryview, _: Budget | None = None) -> Iterator[Fact]:
    """Yield the facts of a sequence of datasets (the content of Photoshop's resource 0x0404)."""
    for found in datasets(data):
        if isinstance(found, Fact):
            yield found
            continue
        yield fact_of(found)


def fact_of(dataset: DataSet) -> Fact:
    """Return a dataset as a fact that spans all of it."""
    # Many programs write undeclared UTF-8, and Latin-1 is hardly ever valid UTF-8.
    value = "UTF-8" if _declares_utf8(dataset) else decoded(dataset.data)
    path = f"{dataset.record}:{dataset.number:02d}"
    return Fact("iptc", dataset.name, path, value, dataset.offset, dataset.length)


def _declares_utf8(dataset: DataSet) -> bool:
    is_character_set = (dataset.record, dataset.number) == CHARACTER_SET
    return is_character_set and bytes(dataset.data[:3]) == _UTF8
