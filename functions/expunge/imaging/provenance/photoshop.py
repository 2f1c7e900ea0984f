"""Read Photoshop image resources (``8BIM``) into facts, including embedded IPTC, EXIF and XMP.

Adobe Photoshop File Formats Specification, «Image Resources Section».
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from expunge.imaging.provenance import exif, iptc, xmp
from expunge.imaging.provenance.fact import Fact, decoded, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.fact import Budget

SIGNATURES = (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR")
MAX_RESOURCES = 1_000
IPTC, EXIF, EXIF_3, XMP = 0x0404, 0x0422, 0x0423, 0x0424
READERS = {IPTC: iptc.read, EXIF: exif.read, EXIF_3: exif.read, XMP: xmp.read}
_TEXTS = {0x040B: "CopyrightURL", 0x0BB7: "ClippingPath"}
_THUMBNAILS = (0x0409, 0x040C)
_COPYRIGHT_FLAG = 0x040A


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. ``offset`` and ``length`` include its padding."""

    number: int
    offset: int
    length: int
    start: int
    """Offset of its content."""
    data: memoryview

    @property
    def path(self) -> str:
        return f"8BIM-{self.number:04X}"


def is_resources(data: memoryview) -> bool:
    """Whether a block begins with an image resource."""
    return bytes(data[:4]) in SIGNATURES


def resources(data: memoryview) -> Iterator[Resource | Fact]:
    """Yield the resources in order. At an unreadable part, yield a fact and stop."""
    at = 0
    for _ in range(MAX_RESOURCES):
        if at + 12 > len(data) or bytes(data[at : at + 4]) not in SIGNATURES:
            break
        (number,) = struct.unpack_from(">H", data, at + 4)
        sized = at + 6 + (data[at + 6] + 2 & ~1)
        if sized + 4 > len(data):
            yield unreadable("photoshop", f"8BIM-{number:04X}", "runs past the data", at, 12)
            return
        (length,) = struct.unpack_from(">I", data, sized)
        start = sized + 4
        if start + length > len(data):
            yield unreadable("photoshop", f"8BIM-{number:04X}", "runs past the data", at, 12)
            return
        end = min(start + length + (length & 1), len(data))
        yield Resource(number, at, end - at, start, data[start : start + length])
        at = end
    if bytes(data[at : at + 64]).strip(b"\0"):
        yield unreadable("photoshop", "end", "bytes that are no image resource", at, len(data) - at)


def read(data: memoryview, budget: Budget | None = None) -> Iterator[Fact]:
    """Yield the facts of a sequence of image resources, or of bare IPTC datasets."""
    if not is_resources(data):
        yield from iptc.read(data)
        return
    for found in resources(data):
        if isinstance(found, Fact):
            yield found
        elif found.number in READERS:
            for fact in READERS[found.number](found.data, budget):
                path = f"{found.path}/{fact.path}"
                yield replace(fact, path=path, offset=found.start + fact.offset)
        else:
            yield fact_of(found)


def fact_of(found: Resource) -> Fact:
    """Return a resource as a single fact."""
    key, value = found.path, f"{len(found.data)} bytes"
    if found.number in _TEXTS:
        key, value = _TEXTS[found.number], decoded(found.data)
    elif found.number in _THUMBNAILS:
        key = "Thumbnail"
    elif found.number == _COPYRIGHT_FLAG and len(found.data) == 1:
        key, value = "CopyrightFlag", str(found.data[0])
    return Fact("photoshop", key, found.path, value, found.start, len(found.data))
