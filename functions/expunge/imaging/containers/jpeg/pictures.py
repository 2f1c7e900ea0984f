"""Auxiliary images after a JPEG's end: the Multi-Picture Format (CIPA DC-007) and HDR gain maps.

A stated position counts only if a whole JPEG begins there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from expunge.errors import ImageError
from expunge.imaging import gainmap, tiff
from expunge.imaging.auxiliary import directory, packet, views
from expunge.imaging.containers.block import Role
from expunge.imaging.containers.jpeg.segments import APP1, APP2, SOS, picture_size, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expunge.imaging.auxiliary.directory import Entry
    from expunge.imaging.containers.jpeg.segments import Segment

XMP = b"http://ns.adobe.com/xap/1.0/\0"
GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\0"

_VERSION, _NUMBER, _ENTRIES = 0xB000, 0xB001, 0xB002
"""Tags of the MP index IFD (DC-007, 5.2.3)."""
_ENTRY = struct.Struct("IIIHH")
"""An MP entry: attributes, size, offset, two dependent entries."""
_MAX_PICTURES = 64
_TYPE = 0xFFFFFF
_THUMBNAILS = (0x010001, 0x010002)
"""Large thumbnails, VGA and full HD (DC-007, table 4)."""
_DISPARITY = 0x020002
"""A view of a stereo pair (DC-007, table 4)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole JPEG after the first: its span in the file, and its attributes in the MP index."""

    start: int
    end: int
    attributes: int = 0
    role: Role = Role.VIEW

    @property
    def is_thumbnail(self) -> bool:
        return self.attributes & _TYPE in _THUMBNAILS


def locate(
    data: bytes, primary_end: int, index: tuple[int, memoryview] | None, listed: Sequence[Entry]
) -> list[Picture]:
    """Find the images after ``primary_end``, in file order and without overlap.

    Parameters
    ----------
    index
        Offset of the MP header (its TIFF structure), and its content.
    listed
        The directory in the primary image's XMP. An image counts at the offset that the listed
        lengths give. It also counts directly after another image, because lengths may be stale.
    """
    base, content = index or (0, memoryview(b""))
    entries = _entries(content)[1:]
    claims = {start: 0 for start, entry in directory.starts(listed, primary_end) if entry.role}
    if not any(_is_jpeg(data, base + entry[2]) for entry in entries):
        shift = _error([base + entry[2] for entry in entries], data, primary_end)
        claims |= {base + entry[2] + shift: entry[0] for entry in entries}
    claims |= {base + entry[2]: entry[0] for entry in entries}
    adjacent = sum(entry.role is not None for entry in listed)
    found = list(_images_at(data, primary_end, claims, adjacent))
    return _with_roles(data, primary_end, found, listed)


def _error(starts: Sequence[int], data: bytes, primary_end: int) -> int:
    """The error that all offsets have if an editor inserted a segment without an index update.

    Then an image begins at each of them, shifted alike. If none fits all of them, the first image
    counts.
    """
    found = islice(_beginnings(data, primary_end), _MAX_PICTURES)
    errors = [at - starts[0] for at in found] if starts else []
    fitting = (e for e in errors if all(at + e > 0 and _is_jpeg(data, at + e) for at in starts))
    return next(fitting, errors[0] if errors else 0)


def _beginnings(data: bytes, at: int) -> Iterator[int]:
    """Offsets at which a JPEG may begin, in order."""
    while (at := data.find(b"\xff\xd8\xff", at)) >= 0:
        yield at
        at += 1


def _images_at(
    data: bytes, at: int, claims: dict[int, int], adjacent: int
) -> Iterator[tuple[Picture, Sequence[Segment]]]:
    """Yield the images at the claimed offsets, and up to ``adjacent`` that follow directly."""
    while True:
        starts = sorted(start for start in claims if start >= at)
        if adjacent > 0 and _is_jpeg(data, at):
            starts.insert(0, at)
        found = next(((s, parts) for s in starts if (parts := _segments(data, s))), None)
        if found is None:
            return
        start, parts = found
        at = parts[-1].end
        adjacent -= 1
        yield Picture(start, at, claims.get(start, 0)), parts


def _with_roles(
    data: bytes,
    primary_end: int,
    found: Sequence[tuple[Picture, Sequence[Segment]]],
    listed: Sequence[Entry],
) -> list[Picture]:
    """Set each image's purpose, from its own metadata, else the directory, else the MP index."""
    spans = [(picture.start, picture.end) for picture, _ in found]
    entries = directory.matched(listed, primary_end, spans)
    unplaced = sum(1 for entry in listed if entry.role) > sum(1 for entry in entries if entry)
    return [
        replace(
            picture,
            role=_own_role(data, parts)
            or (entry.role if entry else None)
            or (Role.OTHER if unplaced else _indexed_role(picture.attributes)),
        )
        for (picture, parts), entry in zip(found, entries, strict=True)
    ]


def _own_role(data: bytes, parts: Sequence[Segment]) -> Role | None:
    """The purpose of an image, from its own segments before its scans."""
    for part in takewhile(lambda part: part.marker != SOS, parts):
        content = memoryview(data)[part.content : part.end]
        if part.marker == APP1 and bytes(content[: len(XMP)]) == XMP:
            role = packet.role_in(content[len(XMP) :])
            if role:
                return role
        if part.marker == APP2 and bytes(content[: len(GAIN_MAP)]) == GAIN_MAP:
            described = gainmap.metadata(content[len(GAIN_MAP) :])
            if described and len(described) > gainmap.VERSIONS:
                return Role.GAIN_MAP
    return None


def _indexed_role(attributes: int) -> Role:
    return Role.STEREO if attributes & _TYPE == _DISPARITY else Role.VIEW


def mp_header(
    attributes: Sequence[int], spans: Sequence[tuple[int, int]], numbers: views.Numbers
) -> bytes:
    """Serialise an MP header from the attributes and the ``(offset, size)`` of each image.

    ``numbers`` are those of the first image.
    """
    count = len(attributes)
    end = 50 + 16 * count
    own = views.ifd(numbers, end)
    head = struct.pack(">4sIH", b"MM\0*", 8, 3)
    head += struct.pack(">HHI4s", _VERSION, 7, 4, b"0100")
    head += struct.pack(">HHII", _NUMBER, 4, 1, count)
    head += struct.pack(">HHIII", _ENTRIES, 7, 16 * count, 50, end if own else 0)
    entries = b"".join(
        struct.pack(">IIIHH", attribute, size, offset, 0, 0)
        for attribute, (offset, size) in zip(attributes, spans, strict=True)
    )
    return head + entries + own


def first_attributes(content: memoryview) -> int:
    """Return the attributes of the first image in an MP index, or 0."""
    entries = _entries(content)
    return entries[0][0] if entries else 0


def _entries(content: memoryview) -> list[tuple[int, int, int, int, int]]:
    reader = tiff.Reader.of(content)
    if reader is None:
        return []
    for field in reader.fields(reader.first_ifd):
        if field.tag == _ENTRIES:
            entry = struct.Struct(reader.order + _ENTRY.format)
            raw = bytes(field.value[: _MAX_PICTURES * entry.size])
            whole = len(raw) - len(raw) % entry.size
            return list(entry.iter_unpack(raw[:whole]))
    return []


def _is_jpeg(data: bytes, start: int) -> bool:
    return data.startswith(b"\xff\xd8\xff", start)


def _segments(data: bytes, start: int) -> Sequence[Segment]:
    """The segments of the JPEG at ``start``; empty if none begins there."""
    if not _is_jpeg(data, start):
        return ()
    try:
        segments = list(walk(data, start))
        picture_size(data, segments)
    except ImageError:
        return ()
    return segments
