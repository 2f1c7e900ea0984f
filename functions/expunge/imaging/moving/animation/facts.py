"""The facts of animations, from their blocks."""

from __future__ import annotations

from itertools import islice, repeat
from typing import TYPE_CHECKING, cast

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Kind
from expunge.imaging.moving.facts import Facts
from expunge.imaging.moving.times import sample_times, timescale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.isobmff.layout import HeifLayout
    from expunge.imaging.source import Source

FASTEST = 0.011
"""Seconds. Chrome, Firefox and Safari show a frame of at most 10 ms for `SLOWED` instead."""
SLOWED = 0.1


def facts(source: Source) -> Facts:
    """Return the facts of an animation; its length is that of one loop."""
    layout = source.layout
    if layout.broken:
        raise MalformedImage(layout.broken)
    width, height = layout.displayed
    seconds = sum(map(shown, durations(source)))
    return Facts(width, height, layout.frames, seconds, has_alpha=True)


def durations(source: Source) -> tuple[float, ...]:
    """Return the stated seconds of each frame, which may be 0; see `shown`."""
    found = tuple(islice(_DURATIONS[source.media_type](source), source.layout.frames))
    return found + (0.0,) * (source.layout.frames - len(found))


def shown(duration: float) -> float:
    """Return how long browsers show a frame with a stated duration.

    >>> shown(0.0), shown(0.02)
    (0.1, 0.02)
    """
    return duration if duration >= FASTEST else SLOWED


def _gif(source: Source) -> Iterator[float]:
    """Delays in hundredths of a second (GIF89a, section 23)."""
    delay = 0
    for block in source.layout.blocks:
        if block.name == "graphic control":
            delay = int.from_bytes(bytes(block.data[4:6]), "little")
        elif block.name == "image":
            yield delay / 100
            delay = 0


def _webp(source: Source) -> Iterator[float]:
    """Durations in milliseconds (RFC 9649, 2.7.1.1)."""
    for block in source.layout.blocks:
        if block.name == "frame header":
            yield int.from_bytes(bytes(block.data[12:15]), "little") / 1000


def _png(source: Source) -> Iterator[float]:
    """Fractions of a second; a denominator of 0 means 100 (PNG, third edition, 11.3.6.2)."""
    for block in source.layout.blocks:
        if block.name == "fcTL" and block.kind is Kind.CODED:
            over = int.from_bytes(bytes(block.data[28:30]), "big")
            under = int.from_bytes(bytes(block.data[30:32]), "big")
            yield over / (under or 100)


def _avif(source: Source) -> Iterator[float]:
    """Durations of the samples of the sequence."""
    file = cast("HeifLayout", source.layout).file
    track = next(track for track in file.tracks if track.handler in {"pict", "vide"})
    header, times = (
        track.node.at("mdia", "mdhd"),
        track.node.at("mdia", "minf", "stbl", "stts"),
    )
    if header is not None and times is not None:
        unit = timescale(file.data[header.box.body : header.box.end])
        for count, ticks in sample_times(file.data[times.box.body : times.box.end]):
            yield from repeat(ticks / unit, count)


_DURATIONS = {"image/gif": _gif, "image/webp": _webp, "image/png": _png, "image/avif": _avif}
