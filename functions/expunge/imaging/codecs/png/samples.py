"""Read the samples of a PNG in their encoded form: palette indices, grey or colours."""

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
    """Samples as encoded in IDAT, (H, W, channels), with header, palette and transparent colour."""

    header: Header
    samples: Samples
    palette: NDArray[np.uint8]
    """(n, 4) RGBA of the palette's entries."""
    key: tuple[int, ...] | None
    """The one transparent colour of tRNS, for types without palette and alpha."""
    alpha: Samples | None = None
    """(H, W): alpha that is not among the samples yet; for a key, 0 where it is transparent."""

    def lines(self, start: int, stop: int) -> Samples:
        """Return some rows of samples, with alpha if the colour type has it."""
        colours = self.samples[start:stop]
        if self.alpha is None or self.header.channels == colours.shape[2]:
            return colours
        return np.dstack((colours, self.alpha[start:stop]))


def coded_of(picture: Picture) -> Coded:
    """Return the encoded samples of a decoded image; only palettes are re-read."""
    source = picture.source
    header = Header.of(source)
    if header.colour == PALETTE:
        return decoded(source)
    samples = stored(picture.pixels, source.layout.orientation)
    alpha = None if picture.alpha is None else stored(picture.alpha, source.layout.orientation)
    return Coded(header, samples, NO_PALETTE, _key(source, header), alpha)


def refuse(source: Source, *, writing: bool = False) -> None:  # noqa: ARG001 (either way)
    """Reject an animated PNG, even with a single frame."""
    if any(block.name in ("acTL", "fcTL", "fdAT") for block in source.layout.blocks):
        raise UnsupportedMediaType("the file is an animated PNG; only still images are supported")


def decoded(source: Source) -> Coded:
    """Decode all samples.

    The decoder sees only the chunks that it needs. So damaged checksums and compressed text that
    inflates without end cannot harm it.
    """
    refuse(source)
    header = Header.of(source)
    palette = palette_of(source) if header.colour == PALETTE else NO_PALETTE
    samples = np.empty((header.height, header.width, header.channels), _dtype(header))
    for area, part in parts(source, header):
        samples[area] = part
    if header.colour == PALETTE:
        # Indices past the palette show its last colour. Explicit entries keep that when it grows.
        missing = max(int(samples.max()) + 1 - len(palette), 0)
        palette = np.concatenate((palette, palette[-1:].repeat(missing, axis=0)))
    return Coded(header, samples, palette, _key(source, header))


def parts(source: Source, header: Header) -> Iterator[tuple[tuple[slice, slice], Samples]]:
    """Yield the samples in bands, with each band's rows and columns in the image.

    A truncated image is accepted, as in browsers; its missing part is zeros.
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
    """Return the transparent colour of a grey or RGB image."""
    found = content(source, "tRNS")
    if header.colour not in (GREY, RGB) or len(found) < 2 * header.channels:
        return None
    return struct.unpack_from(f">{header.channels}H", found)


def _samples(plte: bytes, header: Header, idat: bytes) -> Samples:
    """Decode samples from a PNG with only the necessary chunks."""
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
    """Decode 16-bit samples of several channels, which Pillow would reduce to 8 bits."""
    array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None or array.dtype != np.uint16:
        raise MalformedImage("the PNG image data is damaged and cannot be decoded")
    order = {RGB: [2, 1, 0], GREY_ALPHA: [0, 3], RGBA: [2, 1, 0, 3]}[header.colour]
    return array[..., order]


def palette_of(source: Source) -> NDArray[np.uint8]:
    """Return (n, 4) RGBA of the palette's entries."""
    plte, trns = content(source, "PLTE"), content(source, "tRNS")
    count = len(plte) // 3
    if not 1 <= count <= 256 or len(plte) % 3:
        raise MalformedImage(f"PLTE has {len(plte):,} bytes; 1 to 256 colours have 3 each")
    palette = np.full((count, 4), 255, np.uint8)
    palette[:, :3] = np.frombuffer(plte, np.uint8).reshape(-1, 3)
    opacities = np.frombuffer(trns[:count], np.uint8)
    palette[: len(opacities), 3] = opacities
    return palette
