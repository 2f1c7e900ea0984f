"""The media data of a movie: where it lies, and a digest that a rewrite must not change."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.areas import merge

if TYPE_CHECKING:
    from expunge.imaging.containers.isobmff.areas import Span
    from expunge.imaging.containers.movie.parts import Part
    from expunge.imaging.containers.movie.tracks import Track


def lies_in(offset: int, mdats: list[Span]) -> bool:
    """Whether a byte lies in a box of media data; ``mdats`` are their contents, in order."""
    index = bisect_right(mdats, (offset, 1 << 64)) - 1
    return index >= 0 and offset < mdats[index][1]


def within_media(spans: list[Span], mdats: list[Span]) -> list[Span]:
    """Merge spans, cut at the end of the box that each begins in.

    Raises
    ------
    MalformedImage
        One begins in no such box.
    """
    starts = [start for start, _ in mdats]
    found = []
    for start, end in merge(spans):
        at = start
        while at < end:
            index = bisect_right(starts, at) - 1
            if index < 0 or at >= mdats[index][1]:
                if at > start:
                    break  # the last sample is cut short
                raise MalformedImage(f"samples lie outside the media data, at byte {start:,}")
            found.append((at, min(end, mdats[index][1])))
            at = mdats[index][1]
    return merge(found)


_ADDRESSES = frozenset(("stco", "co64", "saio", "saiz", "tref"))
"""Boxes of a track that a rewrite changes, or whose data the spans cover."""


def identity(movie: Part, tracks: list[Track], coded: list[Span]) -> str:
    """A digest of all that a player needs: tables, parameters, and the place of each sample.

    A place counts from the first byte of the media data that stays, so it does not change when
    other bytes go.
    """
    digest = hashlib.sha256()
    starts = [start for start, _ in coded]
    before = [0, *accumulate(end - start for start, end in coded)]
    parts = [*movie.all("mvhd"), *movie.all("pssh")]
    for part in (*parts, *(part for track in tracks for part in track.part.every())):
        if part.needed and part.type not in _ADDRESSES:
            own = part.cleaned if part.cleaned is not None else part.own
            digest.update(part.type.encode("latin-1") + len(own).to_bytes(8, "big"))
            digest.update(own)
    for track in tracks:
        for start, length in track.spans():
            index = bisect_right(starts, start) - 1
            rank = before[index] + start - starts[index] if length else 0
            digest.update(rank.to_bytes(8, "big") + length.to_bytes(8, "big"))
    return digest.hexdigest()
