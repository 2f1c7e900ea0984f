"""Decode only the lower rows of an image, or a smaller copy, to save memory.

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
from expunge.imaging.codecs.orientation import displayed, stored_area_of_last

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.source import Source

WHOLE = 16_000_000
"""Pixels up to which an image is decoded whole, which may be faster."""
FACTORS = (8, 4, 2)
"""Divisors by which libjpeg can decode a JPEG at a smaller size."""


@dataclass(frozen=True, slots=True)
class Lower:
    """The lower rows of an image, indexed like the whole image."""

    rows: NDArray[np.uint8]
    """(h, W, 3) RGB, as displayed."""
    top: int
    """The first available row."""

    @property
    def shape(self) -> tuple[int, int, int]:
        height, width, channels = self.rows.shape
        return self.top + height, width, channels

    def __getitem__(self, area: tuple[slice, slice]) -> NDArray[np.uint8]:
        down, across = area
        start, stop, _ = down.indices(self.shape[0])
        if start < min(self.top, stop):
            raise IndexError(f"row {start} is not decoded; rows from {self.top} on are")
        return self.rows[start - self.top : max(stop - self.top, 0), across]


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


def lower(source: Source, rows: int) -> Lower:
    """Decode the last ``rows`` rows of an image.

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


def _cut(source: Source, rows: int) -> Samples:
    """Return the displayed image's last rows in the encoded orientation."""
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
