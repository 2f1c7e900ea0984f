"""Decode PNG to pixels."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.codecs.png.chunks import GREY, GREY_ALPHA, PALETTE, RGBA, Header, content
from expunge.imaging.codecs.png.samples import decoded, palette_of, parts, refuse
from expunge.imaging.codecs.raster import Raster, sliced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.source import Source

_LARGEST_PROFILE = 1 << 22


def read(source: Source) -> Raster:
    """Decode; grey of fewer than 8 bits is scaled to 8, palette indices become colours."""
    coded = decoded(source)
    header, samples = coded.header, coded.samples
    icc = profile(source)
    if header.colour == PALETTE:
        indices = np.minimum(samples[..., 0], len(coded.palette) - 1)
        alpha = coded.palette[indices, 3] if (coded.palette[:, 3] < 255).any() else None
        return Raster(coded.palette[indices, :3], alpha, icc=icc)
    depth = max(header.depth, 8)
    top = (1 << depth) - 1
    alpha = None
    if header.colour in (GREY_ALPHA, RGBA):
        samples, alpha = samples[..., :-1], samples[..., -1]
    elif coded.key is not None:
        hidden = (samples == np.array(coded.key, samples.dtype)).all(axis=-1)
        alpha = np.where(hidden, samples.dtype.type(0), samples.dtype.type(top))
    if header.depth < 8:
        samples = (samples * (255 // ((1 << header.depth) - 1))).astype(np.uint8)
    return Raster(samples, alpha, depth, icc)


def strips(source: Source) -> Iterator[Samples]:
    """Strips of the colours in 8 bits; see `expunge.imaging.codecs.partial`.

    An interlaced image spreads each row over several passes, so it is decoded whole first.
    """
    refuse(source)
    header = Header.of(source)
    shown = _Shown(source, header)
    if not header.interlaced:
        return (shown(band) for _, band in parts(source, header))
    channels = 1 if header.colour in (GREY, GREY_ALPHA) else 3
    found = np.empty((header.height, header.width, channels), np.uint8)
    for area, band in parts(source, header):
        found[area] = shown(band)
    return sliced(found)


class _Shown:
    """Convert samples to grey or RGB in 8 bits."""

    def __init__(self, source: Source, header: Header) -> None:
        self._header = header
        self._palette = palette_of(source)[:, :3] if header.colour == PALETTE else None

    def __call__(self, samples: Samples) -> Samples:
        header = self._header
        if self._palette is not None:
            return self._palette[np.minimum(samples[..., 0], len(self._palette) - 1)]
        if header.colour in (GREY_ALPHA, RGBA):
            samples = samples[..., :-1]
        if header.depth == 16:
            return (samples >> 8).astype(np.uint8)
        return samples if header.depth == 8 else samples * (255 // ((1 << header.depth) - 1))


def profile(source: Source) -> bytes | None:
    chunk = content(source, "iCCP")
    name_end = chunk.find(b"\0")
    if name_end < 0:
        return None
    try:
        return zlib.decompressobj().decompress(chunk[name_end + 2 :], _LARGEST_PROFILE) or None
    except zlib.error:
        return None
