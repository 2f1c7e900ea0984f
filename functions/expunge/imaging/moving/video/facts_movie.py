"""The facts of MP4 and MOV: track headers, sample tables, edit lists and fragments."""

from __future__ import annotations

import struct
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.boxes import Fields, boxes
from expunge.imaging.moving.facts import Facts
from expunge.imaging.moving.times import sample_times, timescale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.movie.fragments import Fragment, TrackFragment
    from expunge.imaging.containers.movie.layout import MovieLayout
    from expunge.imaging.containers.movie.parts import Part
    from expunge.imaging.containers.movie.tracks import Track

_DESCRIPTION, _DURATION, _BASE = 0x2, 0x8, 0x1
_OFFSET, _FIRST_FLAGS, _DURATIONS = 0x1, 0x4, 0x100
MOST_EDITED = 500_000
"""Samples by edits: FFmpeg may read and decode all samples for each edit, and shows few."""
_COLUMNS = (0x100, 0x200, 0x400, 0x800)


def facts(layout: MovieLayout) -> Facts:
    """Return the facts of a movie.

    Raises
    ------
    expunge.errors.MalformedImage
        It has no track with pictures, or that track has no size or no timescale.
    """
    staying = [t for index, t in enumerate(layout.tracks) if index not in layout.dropped]
    track = next((track for track in staying if track.handler in ("vide", "pict")), None)
    header = track.part.at("mdia", "mdhd") if track else None
    if track is None or header is None:
        raise MalformedImage("the movie has no track with pictures")
    width, height = displayed(track)
    unit = timescale(header.body)
    runs = sum(_run_ticks(layout, track)) / unit
    ticks = sum(count * each for count, each in _times(track))
    return Facts(
        width,
        height,
        None if track.runs else track.samples,
        _edited(layout, track, ticks / unit) + runs,
        has_audio=any(track.handler == "soun" for track in staying),
        has_alpha=track.code in ("ap4h", "ap4x"),
        is_video=True,
        key_frames_apart=None if track.runs else _key_frames_apart(track),
    )


def _key_frames_apart(track: Track) -> int:
    """By the table of sync samples (8.6.2); without one, every sample is a key frame."""
    table = track.part.at("mdia", "minf", "stbl", "stss")
    if table is None:
        return 1
    count = min(int.from_bytes(table.body[4:8], "big"), len(table.body[8:]) // 4)
    keys = struct.unpack_from(f">{count}I", table.body, 8) if count else ()
    inside = sorted({1, track.samples + 1, *(key for key in keys if 1 < key <= track.samples)})
    return max((after - key for key, after in pairwise(inside)), default=1)


def displayed(track: Track) -> tuple[int, int]:
    """Width and height in square pixels, after the matrix of the track header (8.3.2)."""
    entry = track.entries[0] if track.entries else None
    body = entry.body if entry else b""
    width, height = int.from_bytes(body[24:26], "big"), int.from_bytes(body[26:28], "big")
    if not width or not height:
        raise MalformedImage("the movie states no size of its pictures")
    aspect = entry.child("pasp") if entry else None
    if aspect is not None and all(sides := _pair(aspect.body)):
        width = max(1, round(width * Fraction(*sides)))
    return (height, width) if _is_on_its_side(track) else (width, height)


def _pair(body: memoryview) -> tuple[int, int]:
    return int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")


def _is_on_its_side(track: Track) -> bool:
    header = track.part.child("tkhd")
    if header is None:
        return False
    at = 52 if header.body[0] == 1 else 40
    a, b = (int.from_bytes(header.body[i : i + 4], "big", signed=True) for i in (at, at + 4))
    return abs(b) > abs(a)


def _times(track: Track) -> Iterator[tuple[int, int]]:
    table = track.part.at("mdia", "minf", "stbl", "stts")
    return sample_times(table.body) if table else iter(())


def _edited(layout: MovieLayout, track: Track, seconds: float) -> float:
    """The seconds that an edit list (8.6.6) leaves of a track."""
    edits = track.part.at("edts", "elst")
    movie = next((part for part in layout.parts.values() if part.type == "moov"), None)
    header = movie.child("mvhd") if movie else None
    if edits is None or header is None or track.runs:
        return seconds
    count = min(int.from_bytes(edits.body[4:8], "big"), len(edits.body) // 12)
    if count > 1 and count * track.samples > MOST_EDITED:
        raise MalformedImage(
            f"an edit list has {count:,} entries for {track.samples:,} samples; at most "
            f"{MOST_EDITED:,} samples over all entries are read"
        )
    left = sum(_edits(edits)) / timescale(header.body)
    return min(left, seconds) if left else seconds


def _edits(part: Part) -> Iterator[int]:
    """Durations of the edits that show media."""
    long = part.body[0] == 1
    width = 8 if long else 4
    step = 2 * width + 4
    count = int.from_bytes(part.body[4:8], "big")
    for at in range(8, min(8 + count * step, len(part.body) - step + 1), step):
        start = int.from_bytes(part.body[at + width : at + 2 * width], "big", signed=True)
        if start >= 0:
            yield int.from_bytes(part.body[at : at + width], "big")


def _run_ticks(layout: MovieLayout, track: Track) -> Iterator[int]:
    """The durations of the runs of samples in fragments (8.8.7 and 8.8.8)."""
    if not track.runs:
        return
    usual = _usual(layout, track)
    for fragment in layout.fragments.values():
        for part in fragment.tracks:
            if part.track == track.id:
                yield _fragment_ticks(fragment, part, usual)


def _usual(layout: MovieLayout, track: Track) -> int:
    """The duration of a sample for which a fragment states none (``trex``, 8.8.3)."""
    for movie in layout.parts.values():
        for box in (movie.child("mvex") or movie).all("trex"):
            if int.from_bytes(box.body[4:8], "big") == track.id:
                return int.from_bytes(box.body[12:16], "big")
    return 0


def _fragment_ticks(fragment: Fragment, part: TrackFragment, usual: int) -> int:
    inside = boxes(fragment.view, part.box.body, part.box.end, "moof/traf")
    head = next(box for box in inside if box.type == "tfhd")
    fields = Fields(fragment.view, head.body, head.end, "tfhd")
    _, flags = fields.full_box()
    fields.skip(4 + (8 if flags & _BASE else 0) + (4 if flags & _DESCRIPTION else 0))
    if flags & _DURATION:
        usual = fields.unsigned(4)
    return sum(_ticks_of(fragment, run.box.body, run.box.end, usual) for run in part.runs)


def _ticks_of(fragment: Fragment, body: int, end: int, usual: int) -> int:
    fields = Fields(fragment.view, body, end, "trun")
    _, flags = fields.full_box()
    count = fields.unsigned(4)
    fields.skip((4 if flags & _OFFSET else 0) + (4 if flags & _FIRST_FLAGS else 0))
    if not flags & _DURATIONS:
        return count * usual
    columns = sum(bool(flags & each) for each in _COLUMNS)
    return sum(fields.numbers(count * columns, 4)[::columns])
