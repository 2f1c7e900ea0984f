"""PNG to pixels."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.codecs.png.chunks import GREY_ALPHA, PALETTE, RGBA, content
from expunge.imaging.codecs.png.samples import decoded
from expunge.imaging.codecs.raster import Raster

if TYPE_CHECKING:
    from expunge.imaging.source import Source

_LARGEST_PROFILE = 1 << 22


def read(source: Source) -> Raster:
    """Decode; grey of fewer than 8 bits is scaled to 8, palettes are looked up."""
    coded = decoded(source)
    header, samples = coded.header, coded.samples
    icc = profile(source)
    if header.colour == PALETTE:
        colours = coded.palette[np.minimum(samples[..., 0], len(coded.palette) - 1)]
        alpha = colours[..., 3] if (coded.palette[:, 3] < 255).any() else None
        return Raster(colours[..., :3], alpha, icc=icc)
    depth = max(header.depth, 8)
    top = (1 << depth) - 1
    alpha = None
    if header.colour in (GREY_ALPHA, RGBA):
        samples, alpha = samples[..., :-1], samples[..., -1]
    elif coded.key is not None:
        hidden = (samples == np.array(coded.key, samples.dtype)).all(axis=-1)
        alpha = np.where(hidden, 0, top).astype(samples.dtype)
    if header.depth < 8:
        samples = (samples * (255 // ((1 << header.depth) - 1))).astype(np.uint8)
    return Raster(samples, alpha, depth, icc)


def profile(source: Source) -> bytes | None:
    chunk = content(source, "iCCP")
    name_end = chunk.find(b"\0")
    if name_end < 0:
        return None
    try:
        return zlib.decompressobj().decompress(chunk[name_end + 2 :], _LARGEST_PROFILE) or None
    except zlib.error:
        return None
