"""The samples of a PNG as its image data holds them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Samples
from expunge.imaging.codecs.png.bands import Inflater, bands
from expunge.imaging.codecs.png.chunks import (
    ADAM7,
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    RGBA,
    SIGNATURE,
    Header,
    chunk,
    content,
    image_data,
)
from expunge.imaging.codecs.raster import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Picture
    from expunge.imaging.source import Source

NO_PALETTE = np.empty((0, 4), np.uint8)


@dataclass(frozen=True, slots=True)
class Coded:
    """Samples as IDAT holds them, (H, W, channels), and what gives them meaning."""

    header: Header
    samples: Samples
    palette: NDArray[np.uint8]
    """(n, 4) RGBA of the entries that there are."""
    key: tuple[int, ...] | None
    """The one transparent colour of tRNS, for types without palette and alpha."""


def coded_of(picture: Picture) -> Coded:
    """The samples of a decoded image's file; only palettes and small greys are read again."""
    source = picture.source
    header = Header.of(source)
    if header.depth < 8 or header.colour == PALETTE:
        return decoded(source)
    samples = stored(picture.pixels, source.layout.orientation)
    if header.colour in (GREY_ALPHA, RGBA) and picture.alpha is not None:
        samples = np.dstack((samples, stored(picture.alpha, source.layout.orientation)))
    return Coded(header, samples, NO_PALETTE, _key(source, header))


def refuse(source: Source, *, writing: bool = False) -> None:  # noqa: ARG001 (either way)
    """Refuse an animation, of a single frame too."""
    if any(block.name in ("acTL", "fcTL", "fdAT") for block in source.layout.blocks):
        raise UnsupportedMediaType("the file is an animated PNG; this takes still pictures")


def decoded(source: Source) -> Coded:
    """All samples.

    Whatever else is in the file, a damaged checksum or a text that inflates without end, no
    decoder gets to see.
    """
    refuse(source)
    header = Header.of(source)
    palette = palette_of(source) if header.colour == PALETTE else NO_PALETTE
    samples = np.empty((header.height, header.width, header.channels), _dtype(header))
    for area, part in parts(source, header):
        samples[area] = part
    if header.colour == PALETTE:
        # Indices past the palette show its last colour; named here, they keep it when it grows.
        missing = max(int(samples.max()) + 1 - len(palette), 0)
        palette = np.concatenate((palette, palette[-1:].repeat(missing, axis=0)))
    return Coded(header, samples, palette, _key(source, header))


def parts(source: Source, header: Header) -> Iterator[tuple[tuple[slice, slice], Samples]]:
    """The samples in bands, and where each band belongs: its rows and columns.

    Browsers show what there is of an image that is cut off; the rest is zeros.
    """
    inflater = Inflater(image_data(source))
    plte = content(source, "PLTE")
    for x, y, across, down in ADAM7 if header.interlaced else ((0, 0, 1, 1),):
        wide, high = -(-(header.width - x) // across), -(-(header.height - y) // down)
        if wide <= 0 or high <= 0:
            continue
        layer = replace(header, width=wide, height=high, interlaced=False)
        top = y
        for band in bands(layer, inflater, partial(_samples, plte)):
            below = top + down * len(band)
            yield (slice(top, below, down), slice(x, None, across)), band
            top = below


def _dtype(header: Header) -> type[np.uint8 | np.uint16]:
    return np.uint16 if header.depth == 16 else np.uint8


def _key(source: Source, header: Header) -> tuple[int, ...] | None:
    """The transparent colour of grey and RGB."""
    found = content(source, "tRNS")
    if header.colour not in (GREY, RGB) or len(found) < 2 * header.channels:
        return None
    return struct.unpack_from(f">{header.channels}H", found)


def _samples(plte: bytes, header: Header, idat: bytes) -> Samples:
    """Decoded by a PNG of only the chunks that they need."""
    chunks = [SIGNATURE, header.chunk()]
    if header.colour == PALETTE:
        chunks.append(chunk(b"PLTE", plte))
    data = b"".join((*chunks, chunk(b"IDAT", idat), chunk(b"IEND", b"")))
    if header.depth == 16 and header.colour != GREY:
        return _deep_samples(header, data)
    image = opened(data, "PNG")
    array = np.asarray(image)
    if header.depth < 8 and header.colour == GREY and array.dtype != np.bool_:
        array = array // (255 // ((1 << header.depth) - 1))
    array = array.astype(_dtype(header), copy=False)
    return array.reshape(header.height, header.width, header.channels)


def _deep_samples(header: Header, data: bytes) -> Samples:
    """16 bits and more than one channel, which Pillow would cut to 8."""
    array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None or array.dtype != np.uint16:
        raise MalformedImage("the coded PNG picture is damaged; no decoder reads it")
    order = {RGB: [2, 1, 0], GREY_ALPHA: [0, 3], RGBA: [2, 1, 0, 3]}[header.colour]
    return array[..., order]


def palette_of(source: Source) -> NDArray[np.uint8]:
    """(n, 4) RGBA of the entries that there are."""
    plte, trns = content(source, "PLTE"), content(source, "tRNS")
    count = len(plte) // 3
    if not 1 <= count <= 256 or len(plte) % 3:
        raise MalformedImage(f"PLTE has {len(plte):,} bytes; 1 to 256 colours have 3 each")
    palette = np.full((count, 4), 255, np.uint8)
    palette[:, :3] = np.frombuffer(plte, np.uint8).reshape(-1, 3)
    opacities = np.frombuffer(trns[:count], np.uint8)
    palette[: len(opacities), 3] = opacities
    return palette
