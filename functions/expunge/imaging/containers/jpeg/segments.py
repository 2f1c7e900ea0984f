"""The marker segments of a JPEG (ITU-T T.81, annex B), from SOI to EOI.

Like every viewer, this reader tolerates small defects: fill bytes, garbage between segments, a
missing EOI.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from expunge.errors import MalformedImage
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SOI, EOI, SOS, DNL = 0xD8, 0xD9, 0xDA, 0xDC
DHT, DRI = 0xC4, 0xDD
END = bytes((0xFF, EOI))
APP0, APP1, APP2, APP15, COM = 0xE0, 0xE1, 0xE2, 0xEF, 0xFE
GARBAGE = 0
"""Pseudo-marker for bytes between segments, which decoders skip."""

FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
"""SOF0–SOF15 without DHT, JPG and DAC, and SOF55 of JPEG-LS (ITU-T T.87)."""

NAMES = {
    **{0xC0 + n: f"SOF{n}" for n in range(16)},
    **{0xE0 + n: f"APP{n}" for n in range(16)},
    **{0xF0 + n: f"JPG{n}" for n in range(14)},
    0xC4: "DHT", 0xC8: "JPG", 0xCC: "DAC", 0xF7: "SOF55",
    SOI: "SOI", EOI: "EOI", SOS: "SOS", 0xDB: "DQT", DNL: "DNL", 0xDD: "DRI", 0xDE: "DHP",
    0xDF: "EXP", COM: "COM", GARBAGE: "garbage",
}  # fmt: skip
MARKERS = {name: marker for marker, name in NAMES.items()}

_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")
"""A marker that ends coded data. It excludes stuffed zeros, restarts, and the reserved codes below
C0, which occur only in damaged data. `re` searches a scan in C, at about 3 GB/s."""
_LONGEST = 0xFFFF


class Segment(NamedTuple):
    """The bytes from a marker, with its fill bytes, to the next marker. SOS includes its scan."""

    marker: int
    offset: int
    end: int
    content: int
    """Offset of the content, after marker and length field."""


def walk(data: bytes, start: int = 0, *, scans: Iterable[int] = ()) -> Iterator[Segment]:
    """Yield the segments from the SOI at ``start`` to EOI or the end of the file.

    ``scans`` are the lengths of the SOS segments of the file that this one was rewritten from. A
    scan of this length is not searched for its end again, so the caller must compare the bytes.

    Raises
    ------
    expunge.errors.MalformedImage
        A length exceeds the file, or there is no scan.
    expunge.errors.ImageTooLarge
        There are too many segments.
    """
    known = iter(scans)
    yield Segment(SOI, start, start + 2, start + 2)
    at, scanned, count = start + 2, False, 1
    size = len(data)
    while found := _MARKER.search(data, at):
        count += 1
        LIMITS.check_blocks(count)
        begin, code_at = found.span()
        code_at -= 1
        marker = data[code_at]
        if begin != at and data.count(0xFF, at, code_at) != code_at - at:
            yield Segment(GARBAGE, at, code_at - 1, at)
            at = code_at - 1
        if marker in (EOI, SOI):
            if not scanned:
                raise MalformedImage(f"{NAMES[marker]} at byte {at:,}, before any scan")
            if marker == EOI:
                yield Segment(EOI, at, code_at + 1, code_at + 1)
            return
        content = code_at + 3
        end = code_at + 1 + int.from_bytes(data[code_at + 1 : content], "big")
        if not content <= end <= size:
            if not scanned:
                yield Segment(marker, at, size, min(content, size))
                raise MalformedImage(f"{NAMES[marker]} at byte {at:,} has an invalid length")
            end = size
        elif marker == SOS:
            scanned = True
            end = _scan_end(data, end, at + next(known, 0))
        yield Segment(marker, at, end, min(content, end))
        at = end
    if not scanned:
        raise MalformedImage("the file ends before any scan")


def segment(marker: int, content: bytes) -> bytes:
    """Serialise a marker segment.

    Raises
    ------
    expunge.errors.MalformedImage
        The content is longer than 65,533 bytes.
    """
    if len(content) + 2 > _LONGEST:
        raise MalformedImage(f"{NAMES[marker]} would need {len(content):,} bytes; 65,533 fit")
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def picture_size(data: bytes, segments: Sequence[Segment]) -> tuple[int, int]:
    """Return width and height from the frame header. A height of 0 there is read from DNL.

    Raises
    ------
    expunge.errors.MalformedImage, expunge.errors.ImageTooLarge
        There is no frame header, or it exceeds the limits.
    """
    width = height = 0
    scanned = False
    for part in segments:
        marker, at = part.marker, part.content
        if marker in FRAME_HEADERS and not width and part.end - at >= 6:
            height = int.from_bytes(data[at + 1 : at + 3], "big")
            width = int.from_bytes(data[at + 3 : at + 5], "big")
        elif marker == DNL and scanned and not height:
            height = int.from_bytes(data[at : at + 2], "big")
        elif marker == SOS:
            scanned = True
            if not width:
                raise MalformedImage(f"the scan at byte {part.offset:,} has no frame header")
    LIMITS.check_picture(width, height)
    return width, height


def _scan_end(data: bytes, header_end: int, expected: int) -> int:
    """The end of the entropy-coded data after a scan header. It is expected at a marker."""
    if expected >= header_end and (expected == len(data) or _MARKER.match(data, expected)):
        return expected
    following = _MARKER.search(data, header_end)
    return following.start() if following else len(data)
