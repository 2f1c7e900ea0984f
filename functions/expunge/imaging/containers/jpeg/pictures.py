"""Second pictures behind a JPEG's end: the Multi-Picture Format (CIPA DC-007) and HDR gain maps.

Their positions are believed only where a whole JPEG stands there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import ImageError
from expunge.imaging import tiff
from expunge.imaging.containers.jpeg.segments import picture_size, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERSION, _NUMBER, _ENTRIES = 0xB000, 0xB001, 0xB002
"""Tags of the MP index IFD (DC-007, 5.2.3)."""
_ENTRY = struct.Struct("IIIHH")
"""Of an MP entry: attributes, size, offset, two dependent entries."""
_MAX_PICTURES = 64
_TYPE = 0xFFFFFF
_THUMBNAILS = (0x010001, 0x010002)
"""Large thumbnails of VGA and of full HD size (DC-007, table 4)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole JPEG behind the first: where it stands, and its attributes in the MP index."""

    start: int
    end: int
    attributes: int = 0

    @property
    def is_thumbnail(self) -> bool:
        return self.attributes & _TYPE in _THUMBNAILS


def locate(
    data: bytes, primary_end: int, index: tuple[int, memoryview] | None, *, adjacent: bool
) -> list[Picture]:
    """Find the pictures behind ``primary_end``, in file order, none overlapping.

    ``index`` is where the MP header (its TIFF structure) stands, and its
    content. With ``adjacent`` a picture that follows at once counts without
    being listed, as gain maps that only XMP announces do.
    """
    claims = {primary_end: 0} if adjacent else {}
    base, content = index or (0, memoryview(b""))
    entries = _entries(content)[1:]
    # Editors that insert a segment and forget the index leave every offset wrong by as much.
    shift = primary_end - base - entries[0][2] if entries else 0
    if shift and not any(_is_jpeg(data, base + entry[2]) for entry in entries):
        claims |= {base + entry[2] + shift: entry[0] for entry in entries}
    claims |= {base + entry[2]: entry[0] for entry in entries}
    found: list[Picture] = []
    at = primary_end
    for start in sorted(claims):
        if start >= at and (end := _end_of(data, start)):
            found.append(Picture(start, end, claims[start]))
            at = end
    return found


def mp_header(attributes: Sequence[int], spans: Sequence[tuple[int, int]]) -> bytes:
    """An MP header that lists pictures: attributes, then ``(offset, size)`` of each."""
    count = len(attributes)
    head = struct.pack(">4sIH", b"MM\0*", 8, 3)
    head += struct.pack(">HHI4s", _VERSION, 7, 4, b"0100")
    head += struct.pack(">HHII", _NUMBER, 4, 1, count)
    head += struct.pack(">HHIII", _ENTRIES, 7, 16 * count, 50, 0)
    return head + b"".join(
        struct.pack(">IIIHH", attribute, size, offset, 0, 0)
        for attribute, (offset, size) in zip(attributes, spans, strict=True)
    )


def first_attributes(content: memoryview) -> int:
    """Attributes of the first picture in an MP index; 0 where there are none."""
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


def _end_of(data: bytes, start: int) -> int | None:
    """Where the JPEG at ``start`` ends, if one stands there."""
    if not _is_jpeg(data, start):
        return None
    try:
        segments = list(walk(data, start))
        picture_size(data, segments)
        return segments[-1].end
    except ImageError:
        return None
