"""Decode only the upper and lower rows of an image, or a smaller copy, to save memory.

Every codec yields its colours strip by strip (``strips(source)``): 8 bits, grey or RGB, from the
top of the encoded image down. Rows that are not needed are discarded at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.errors import MalformedImage
from expunge.imaging.codecs.decode import codec_of, decode, decoder_errors, refuse
from expunge.imaging.codecs.orientation import (
    displayed,
    stored_area_of_first,
    stored_area_of_last,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.source import Source

WHOLE = 16_000_000
"""Pixels up to which an image is decoded whole, which may be faster."""
FACTORS = (8, 4, 2)
"""Divisors by which libjpeg can decode a JPEG at a smaller size."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The upper and lower rows of an image, indexed like the whole image."""

    upper: NDArray[np.uint8]
    """(h, W, 3) RGB, as displayed: the first rows."""
    lower: NDArray[np.uint8]
    """The last rows."""
    height: int
    """Rows of the whole image."""

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.height, self.lower.shape[1], 3

    def __getitem__(self, area: tuple[slice, slice]) -> NDArray[np.uint8]:
        down, across = area
        start, stop, _ = down.indices(self.height)
        top = self.height - len(self.lower)
        if start >= min(top, stop):
            return self.lower[max(start - top, 0) : max(stop - top, 0), across]
        if stop <= len(self.upper):
            return self.upper[start:stop, across]
        raise IndexError(f"not decoded: one of the rows {start} to {stop}")


@dataclass(frozen=True, slots=True)
class Reduced:
    """A displayed image, reduced by a whole-number factor."""

    pixels: NDArray[np.uint8]
    """(h, w, 3) RGB."""
    factor: int
    width: int
    """Width of the whole image."""
    height: int
    channels: int


def ends(source: Source, first: int, last: int) -> Ends:
    """Decode the ``first`` and the ``last`` rows of an image.

    Raises
    ------
    expunge.errors.UnsupportedMediaType, expunge.errors.MalformedImage
        As `decode` does.
    """
    layout = source.layout
    if layout.width * layout.height <= WHOLE or _is_cropped(source):
        whole = decode(source).rgb8()
        return Ends(whole, whole, len(whole))
    shape = layout.height, layout.width
    areas = [
        stored_area_of_first(first, layout.orientation, shape),
        stored_area_of_last(last, layout.orientation, shape),
    ]
    upper, lower = (_rgb(displayed(cut, layout.orientation)) for cut in _cut(source, areas))
    return Ends(upper, lower, layout.displayed[1])


def reduced(source: Source, side: int) -> Reduced:
    """Decode an image reduced as far as its longer side keeps at least ``side`` pixels.

    Raises
    ------
    expunge.errors.UnsupportedMediaType, expunge.errors.MalformedImage
        As `decode` does.
    """
    layout = source.layout
    longer = max(layout.width, layout.height)
    factor = next((by for by in FACTORS if longer >= by * side), 1)
    if factor == 1 or layout.width * layout.height <= WHOLE or _is_cropped(source):
        picture = decode(source)
        channels = picture.pixels.shape[2]
        return Reduced(picture.rgb8(), 1, picture.width, picture.height, channels)
    refuse(source)
    codec = codec_of(source.media_type)
    with decoder_errors(source.media_type):
        if hasattr(codec, "reduced"):
            small = codec.reduced(source, factor)
        else:
            small = np.concatenate(list(_smaller(_checked(source), factor)))
    shown = displayed(small, layout.orientation)
    return Reduced(_rgb(shown), factor, *layout.displayed, small.shape[2])


def _is_cropped(source: Source) -> bool:
    """Whether a clean aperture makes the image smaller than its header says."""
    return any(block.name == "clap" for block in source.layout.blocks)


def _cut(source: Source, areas: list[tuple[slice, slice]]) -> list[Samples]:
    """Return some areas of the encoded image, from one pass over its strips."""
    refuse(source)
    at, found = 0, [np.empty((0, 0, 0), np.uint8) for _ in areas]
    with decoder_errors(source.media_type):
        for strip in _checked(source):
            for number, area in enumerate(areas):
                if not found[number].size:
                    wide, high = (part.stop - part.start for part in area[::-1])
                    found[number] = np.empty((high, wide, strip.shape[2]), np.uint8)
                _copy(strip, at, area, found[number])
            at += len(strip)
    return found


def _copy(strip: Samples, at: int, area: tuple[slice, slice], into: Samples) -> None:
    """Copy the part of a strip, whose first row is ``at``, that belongs to an area."""
    down, across = area
    start, stop = max(down.start - at, 0), min(down.stop - at, len(strip))
    if start < stop:
        first = at + start - down.start
        into[first : first + stop - start] = strip[start:stop, across]


def _checked(source: Source) -> Iterator[Samples]:
    """Yield an image's strips; check that their size matches the header."""
    layout, rows = source.layout, 0
    for strip in codec_of(source.media_type).strips(source):
        rows += len(strip)
        if strip.shape[1] != layout.width or rows > layout.height:
            raise MalformedImage("the image data is larger than the header says")
        yield strip
    if rows < layout.height:
        raise MalformedImage(f"the image data has {rows:,} rows, not {layout.height:,}")


def _smaller(strips: Iterator[Samples], factor: int) -> Iterator[Samples]:
    """Average squares of pixels; incomplete squares at the right and lower edge are dropped."""
    rest = None
    for strip in strips:
        joined = strip if rest is None else np.concatenate((rest, strip))
        whole = len(joined) // factor * factor
        rest = joined[whole:].copy() if whole < len(joined) else None
        if whole:
            width = joined.shape[1] // factor
            part = joined[:whole, : width * factor]
            size = (width, whole // factor)
            small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
            yield np.asarray(small).reshape(size[1], size[0], -1)


def _rgb(shown: Samples) -> NDArray[np.uint8]:
    if shown.shape[2] == 1:
        shown = np.repeat(shown, 3, axis=2)
    return np.ascontiguousarray(shown, np.uint8)
