"""Encryption data in the movie header (``senc``), to which ``saio`` points by its file offset.

ISO/IEC 14496-12, 8.7.9; ISO/IEC 23001-7, 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.containers.isobmff.boxes import boxes
from expunge.imaging.containers.movie.tracks import auxiliary_offsets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.imaging.containers.isobmff.boxes import Box
    from expunge.imaging.containers.movie.parts import Part

_TABLE = ("mdia", "minf", "stbl")


def with_auxiliary(
    movie: bytes, tracks: list[Part], start: int, is_media: Callable[[int], bool]
) -> bytes:
    """Correct the offsets of data that moved with the movie header itself.

    Parameters
    ----------
    movie
        The new ``moov`` box, for offset ``start``.
    tracks
        The old ``trak`` boxes that it holds, in its order.
    is_media
        Whether an old offset lies in media data, which is corrected already.
    """
    old = [table for part in tracks if (table := part.at(*_TABLE)) is not None]
    if not any(table.child("saio") for table in old):
        return movie
    out, view = bytearray(movie), memoryview(movie)
    new = [table for box in _all(view, 8, len(view), "trak") for table in _tables(view, box)]
    for before, after in zip(old, new, strict=True):
        _correct(out, before, list(boxes(view, after.body, after.end, "stbl")), start, is_media)
    return bytes(out)


def _all(view: memoryview, start: int, end: int, kind: str) -> Iterator[Box]:
    return (box for box in boxes(view, start, end, kind) if box.type == kind)


def _tables(view: memoryview, track: Box) -> Iterator[Box]:
    """The sample table of a track."""
    found: Box | None = track
    for name in _TABLE:
        found = next(_all(view, found.body, found.end, name), None) if found else None
    if found:
        yield found


def _correct(
    out: bytearray, before: Part, after: list[Box], start: int, is_media: Callable[[int], bool]
) -> None:
    holders = [part for part in before.children or () if part.type == "senc"]
    moved = [box for box in after if box.type == "senc"]
    places = list(zip(holders, moved, strict=False))
    pairs = zip(before.all("saio"), (box for box in after if box.type == "saio"), strict=False)
    for part, box in pairs:
        width = 8 if part.body[0] else 4
        at = box.body + (12 if part.body[3] & 1 else 4) + 4
        for index, offset in enumerate(auxiliary_offsets(part.body, part.path)):
            for old, new in places:
                if not is_media(offset) and old.start <= offset < old.start + old.length:
                    value = start + new.start + offset - old.start
                    here = at + width * index
                    out[here : here + width] = value.to_bytes(width, "big")
