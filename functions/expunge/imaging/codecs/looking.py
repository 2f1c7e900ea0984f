"""Pixels for whoever only looks: the lower part of an image, or all of it made smaller.

Every codec gives its colours strip by strip (``strips(source)``): 8 bits, grey or RGB, from the
top of the coded image down. What is not asked for is let go at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.errors import MalformedImage
from expunge.imaging.codecs.decode import codec_of, decode, decoder_errors, refuse
from expunge.imaging.codecs.orientation import displayed, stored_area_of_last

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.source import Source

WHOLE = 16_000_000
"""Pixels up to which an image is simply decoded, which may be faster."""
FACTORS = (8, 4, 2)
"""By which a JPEG can be decoded smaller."""


@dataclass(frozen=True, slots=True)
class Lower:
    """An image of which only the lower rows are there; indexed like the whole of it."""

    rows: NDArray[np.uint8]
    """(h, W, 3) RGB, as displayed."""
    top: int
    """The first row that is there."""

    @property
    def shape(self) -> tuple[int, int, int]:
        height, width, channels = self.rows.shape
        return self.top + height, width, channels

    def __getitem__(self, area: tuple[slice, slice]) -> NDArray[np.uint8]:
        down, across = area
        start, stop, _ = down.indices(self.shape[0])
        if start < min(self.top, stop):
            raise IndexError(f"row {start} is not among those from {self.top} on")
        return self.rows[start - self.top : max(stop - self.top, 0), across]


@dataclass(frozen=True, slots=True)
class Reduced:
    """An image made smaller by a whole number, as displayed."""

    pixels: NDArray[np.uint8]
    """(h, w, 3) RGB."""
    factor: int
    width: int
    """Of the whole image."""
    height: int
    channels: int


def lower(source: Source, rows: int) -> Lower:
    """The last so many rows of an image.

    Raises
    ------
    expunge.errors.UnsupportedMediaType, expunge.errors.MalformedImage
        As `decode` does.
    """
    layout = source.layout
    if layout.width * layout.height <= WHOLE or _is_cropped(source):
        return Lower(decode(source).rgb8(), 0)
    shown = displayed(_cut(source, rows), layout.orientation)
    return Lower(_rgb(shown), layout.displayed[1] - shown.shape[0])


def reduced(source: Source, side: int) -> Reduced:
    """An image whose longer side still has ``side`` pixels, by the largest factor that does.

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


def _cut(source: Source, rows: int) -> Samples:
    """The displayed image's last rows, as coded."""
    layout = source.layout
    down, across = stored_area_of_last(rows, layout.orientation, (layout.height, layout.width))
    refuse(source)
    at, found = 0, np.empty((0, 0, 0), np.uint8)
    with decoder_errors(source.media_type):
        for strip in _checked(source):
            if not found.size:
                wide, high = across.stop - across.start, down.stop - down.start
                found = np.empty((high, wide, strip.shape[2]), np.uint8)
            start, stop = max(down.start - at, 0), min(down.stop - at, len(strip))
            if start < stop:
                first = at + start - down.start
                found[first : first + stop - start] = strip[start:stop, across]
            at += len(strip)
    return found


def _checked(source: Source) -> Iterator[Samples]:
    """The strips of an image, which must be as large as its header says."""
    layout, rows = source.layout, 0
    for strip in codec_of(source.media_type).strips(source):
        rows += len(strip)
        if strip.shape[1] != layout.width or rows > layout.height:
            raise MalformedImage("the coded picture is larger than the header says")
        yield strip
    if rows < layout.height:
        raise MalformedImage(f"the coded picture has {rows:,} rows, not {layout.height:,}")


def _smaller(strips: Iterator[Samples], factor: int) -> Iterator[Samples]:
    """Means over squares; what is left at the right and lower edge is cut off."""
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
