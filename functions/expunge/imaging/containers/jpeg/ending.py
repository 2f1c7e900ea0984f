"""Find the true end of a JPEG's image data, independent of its markers.

Some cameras write no EOI, and some editors leave bytes after the last MCU. Both look like coded
data up to the next marker. Decoding a scan's codes finds its end, but takes 0.2 seconds per
megabyte. So it happens only in these cases: a small image, no EOI after the scan, an end that is
not valid MCUs, or an end that looks like text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from expunge.imaging.containers.jpeg import coding
from expunge.imaging.containers.jpeg.bits import Truncated
from expunge.imaging.containers.jpeg.entropy import Follower, Undecodable, ends_whole
from expunge.imaging.containers.jpeg.segments import (
    APP0,
    APP15,
    COM,
    DNL,
    EOI,
    GARBAGE,
    SOS,
    Segment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from expunge.imaging.containers.jpeg.coding import Coding, Frame

_SMALL = 1 << 13
"""Bytes of all scans up to which they are always decoded."""
_TAIL_LENGTHS = (640, 1_024, 2_048, 2_661, 4_096, 8_192)
"""Bytes at a scan's end to decode, tried in order until the codes are valid. Of 44 real files, 38
pass with 640 bytes, and as many with 1,024. In flat areas a decoder that starts mid-stream may
never synchronise."""
_TEXT = re.compile(rb"[\t\n\r -~]{20}\Z")
_FILLED = re.compile(rb"(.)\1{15}\Z", re.DOTALL)
"""Occurs at the end of real coded data less than once in 10^8."""
_BEFORE_EOI = {*range(APP0, APP15 + 1), COM, DNL, GARBAGE, *range(0xF0, 0xFE)}
"""Markers allowed between the last scan and EOI."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The segments of an image, with garbage after a scan as a segment of its own."""

    segments: list[Segment]
    trailer: int | None = None
    """Offset of trailing bytes that no EOI precedes, if any."""
    followed: bool = True
    """Whether every MCU was counted."""
    separated: bool = True
    """Whether the end of each scan that was decoded is known."""
    suspected: bool = False
    """Whether the data looks as if bytes follow an end that is not known."""


def find_ending(data: bytes, segments: list[Segment], size: tuple[int, int]) -> Ending:
    """Find the true end of an image. ``size`` is its width and height in pixels."""
    found = coding.read(data, segments, size)
    last = _last_scan(segments, found)
    scans = [part for part in segments[: last + 1] if part.marker == SOS]
    ends = _reaches_end(segments[last + 1 :])
    if found.frame is None or any(part.offset not in found.scans for part in scans):
        suspected = not ends or any(_has_foreign_tail(data, part) for part in scans)
        whole = Ending(segments, followed=False, separated=False, suspected=suspected)
        return whole if ends else _cut_trailer(data, whole, last)
    small = sum(part.end - part.offset for part in scans) <= _SMALL
    if ends and not small and all(_has_valid_tail(data, found, part) for part in scans):
        return Ending(segments, followed=False)
    return _cut_scans(data, segments, found, last)


def _last_scan(segments: Sequence[Segment], found: Coding) -> int:
    """Index of the scan that completes the image, else of the last scan."""
    indices = [index for index, part in enumerate(segments) if part.marker == SOS]
    complete = (index for index in indices if segments[index].offset == found.last)
    return next(complete, indices[-1])


def _reaches_end(rest: Iterable[Segment]) -> bool:
    """Whether only segments that a strip drops precede EOI."""
    return next((part.marker for part in rest if part.marker not in _BEFORE_EOI), None) == EOI


def _has_foreign_tail(data: bytes, part: Segment) -> bool:
    """Whether a scan's last bytes are text, or one repeated byte."""
    end = data[max(part.end - 24, part.content) : part.end].rstrip(b"\xff")
    return bool(_TEXT.search(end) or _FILLED.search(end))


def _has_valid_tail(data: bytes, found: Coding, part: Segment) -> bool:
    """Whether a scan's end looks like the end of coded data."""
    if _has_foreign_tail(data, part):
        return False
    frame: Frame | None = found.frame
    if frame is None or frame.progressive:
        return True
    scan = found.scans[part.offset]
    return ends_whole(data, frame, scan, _TAIL_LENGTHS)


def _cut_scans(data: bytes, segments: list[Segment], found: Coding, last: int) -> Ending:
    """Cut each scan where its last MCU ends."""
    ends = _ends(data, segments[: last + 1], found)
    lost = None in ends.values()
    suspected = lost and any(
        not _has_valid_tail(data, found, part) for part in segments if part.offset in ends
    )
    kept: list[Segment] = []
    for index, part in enumerate(segments):
        end = ends.get(part.offset) or part.end
        slack = bool(data[end : part.end].strip(b"\xff"))
        kept.append(part._replace(end=end) if slack else part)
        if index == last and not _reaches_end(rest := segments[index + 1 :]):
            whole = Ending(kept + rest, None, not lost, not lost, lost)
            return _cut_trailer(data, whole, len(kept) - 1)
        if slack:
            kept.append(Segment(GARBAGE, end, part.end, end))
    return Ending(kept, None, not lost, not lost, suspected)


def _ends(data: bytes, segments: Iterable[Segment], found: Coding) -> dict[int, int | None]:
    """Return the end of the codes by scan offset; ``None`` for a scan that cannot be decoded."""
    assert found.frame is not None
    follower = Follower(data, found.frame)
    ends: dict[int, int | None] = {}
    for part in segments:
        if part.marker == SOS:
            try:
                ends[part.offset] = follower.follow(found.scans[part.offset])
            except Truncated:  # a truncated scan has no bytes after its codes
                ends[part.offset] = part.end
            except Undecodable:
                ends[part.offset] = None
                break
    return ends


def _cut_trailer(data: bytes, whole: Ending, last: int) -> Ending:
    """Keep the segments up to the last scan and those allowed after it. The rest is a trailer.

    Unused tables and scans stay if the file still ends properly after them.
    """
    segments = whole.segments
    joined = all(a.end == b.offset for a, b in pairwise(segments[last:]))
    at_end = segments[-1].marker == EOI or segments[-1].end == len(data)
    if joined and at_end and all(part.marker != GARBAGE for part in segments[last:]):
        return whole
    count = last + 1
    while count < len(segments) and segments[count].offset == segments[count - 1].end:
        if segments[count].marker not in _BEFORE_EOI - {GARBAGE}:
            break
        count += 1
    kept = segments[:count]
    return replace(whole, segments=kept, trailer=kept[-1].end)
