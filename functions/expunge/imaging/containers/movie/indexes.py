"""Indexes of fragments: ``sidx`` and ``mfra`` (ISO/IEC 14496-12, 8.16.3 and 8.8.9 to 8.8.11)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.boxes import Fields, boxes
from expunge.imaging.containers.movie.parts import box

if TYPE_CHECKING:
    from expunge.imaging.containers.movie.top import Top


class Moved:
    """The new offset of each box of the file. One that goes has that of the next one."""

    def __init__(self, old: list[int], new: list[int], end: int) -> None:
        self._old = [*old, end]
        self._new = new

    def __call__(self, offset: int) -> int:
        index = bisect_left(self._old, offset)
        return self._new[min(index, len(self._new) - 1)]


def segment_index(body: bytes, top: Top, moved: Moved | None, start: int) -> bytes:
    """``sidx`` with the new sizes of its segments.

    Each size is the distance between the new offsets of the boxes where two segments begin.
    """
    fields = Fields(memoryview(body), 0, len(body), "sidx")
    version, _ = fields.full_box()
    fields.skip(8 + (8 if version else 4))
    at, wide = fields.at, 8 if version else 4
    first = fields.unsigned(wide)
    fields.skip(2)
    count = fields.unsigned(2)
    table = fields.at
    fields.skip(12 * count)
    out = bytearray(body[: fields.at])
    if moved is None:
        return bytes(out)
    old = top.end + first
    new = moved(old)
    anchor = start + 8 + len(out)
    out[at : at + wide] = max(new - anchor, 0).to_bytes(wide, "big")
    for number in range(count):
        entry = table + 12 * number
        word = int.from_bytes(body[entry : entry + 4], "big")
        old += word & 0x7FFFFFFF
        following = moved(old)
        size = following - new
        if not 0 <= size < 1 << 31:
            raise MalformedImage("the segment index (sidx) does not fit the file")
        out[entry : entry + 4] = (word & 0x80000000 | size).to_bytes(4, "big")
        new = following
    return bytes(out)


def random_access(body: bytes, tracks: set[int], moved: Moved | None) -> bytes:
    """``mfra`` with the new offsets of fragments, for the tracks that stay."""
    view, content = memoryview(body), []
    for found in boxes(view, 0, len(view), "mfra"):
        if found.type == "tfra":
            inner = bytes(view[found.body : found.end])
            if int.from_bytes(inner[4:8], "big") in tracks:
                content.append(box("tfra", _fragments(inner, moved)))
    size = 8 + sum(map(len, content)) + 16
    return box("mfra", *content, box("mfro", bytes(4), size.to_bytes(4, "big")))


def _fragments(body: bytes, moved: Moved | None) -> bytes:
    """The entries of ``tfra``: time, offset of the fragment, and numbers within it."""
    fields = Fields(memoryview(body), 0, len(body), "tfra")
    version, _ = fields.full_box()
    fields.skip(4)
    widths = fields.unsigned(4)
    count = fields.unsigned(4)
    wide = 8 if version else 4
    rest = sum((widths >> shift & 3) + 1 for shift in (4, 2, 0))
    entry = 2 * wide + rest
    start = fields.at
    fields.skip(count * entry)
    out = bytearray(body[: fields.at])
    if moved is not None:
        for number in range(count):
            at = start + number * entry + wide
            new = moved(int.from_bytes(out[at : at + wide], "big"))
            out[at : at + wide] = new.to_bytes(wide, "big")
    return bytes(out)
