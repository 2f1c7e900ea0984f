"""Decode JPEG with libjpeg-turbo; CMYK becomes RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import simplejpeg
from PIL.JpegImagePlugin import JpegImageFile

from expunge.imaging.codecs.picture import Edits
from expunge.imaging.codecs.raster import STRIP, Raster, from_array, from_image, opened, sliced
from expunge.imaging.containers.jpeg.segments import END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.source import Source


def read(source: Source) -> Raster:
    """Decode with libjpeg's defaults, as browsers do; CMYK becomes RGB without its profile."""
    image = open_jpeg(source)
    icc = None if image.mode == "CMYK" else image.info.get("icc_profile") or None
    return from_array(_decoded(source, image), icc=icc)


def strips(source: Source) -> Iterator[Samples]:
    """Strips of the colours in 8 bits; see `expunge.imaging.codecs.partial`."""
    return sliced(from_array(_decoded(source, open_jpeg(source))).pixels)


def reduced(source: Source, factor: int) -> Samples:
    """Decode (H / factor, W / factor, 1 or 3), rounded up, for a factor of 2, 4 or 8.

    libjpeg's inverse transform omits high frequencies, which is faster than decoding all. The
    result is close to the mean over squares.
    """
    image = open_jpeg(source)
    if image.mode == "CMYK":
        image.draft("CMYK", (image.width // factor, image.height // factor))
        return _rgb(image)
    height, width = -(-image.height // factor), -(-image.width // factor)
    try:
        return _by_turbojpeg(source, image, height, width)
    except ValueError:
        image.draft(image.mode, (image.width // factor, image.height // factor))
        return from_image(image).pixels


def _decoded(source: Source, image: JpegImageFile) -> Samples:
    """Decode directly into the array; Pillow would need four more bytes a pixel."""
    if image.mode == "CMYK":
        return _rgb(image)
    try:
        return _by_turbojpeg(source, image)
    except ValueError:  # for a sampling without a name, or a damaged header that Pillow accepts
        return from_image(image).pixels


def _rgb(image: JpegImageFile) -> Samples:
    """Convert CMYK to RGB, strip by strip."""
    image.load()
    found = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        found[top : top + STRIP] = rgb_of(np.asarray(strip))
    return found


def _by_turbojpeg(
    source: Source, image: JpegImageFile, min_height: int = 0, min_width: int = 0
) -> Samples:
    """Decode (H, W, 1 or 3); with minimum sides, at the smallest scale that keeps them."""
    colours = "Gray" if image.mode == "L" else "RGB"
    decoded: Samples = simplejpeg.decode_jpeg(
        _ended(source),
        colours,
        fastdct=False,
        fastupsample=False,
        min_height=min_height,
        min_width=min_width,
        min_factor=1,
        strict=False,
    )
    return decoded


def _ended(source: Source) -> bytes:
    """Return the file with an end marker; libjpeg fills missing data with grey."""
    ended = any(block.name == "EOI" and block.length for block in source.layout.blocks)
    return source.data if ended else source.data + END


def open_jpeg(source: Source) -> JpegImageFile:
    image = opened(_ended(source), "JPEG")
    assert isinstance(image, JpegImageFile)
    return image


def coded(source: Source, edits: Edits) -> Edits:
    """Convert the edits to the file's own channels: ink for CMYK.

    The old black ink stays under a new colour as far as it can, unless it is to be hidden.
    """
    image = open_jpeg(source)
    if image.mode != "CMYK":
        return edits
    inks, changed = np.array(image), edits.changed
    for top in range(0, len(inks), STRIP):
        strip, some = inks[top : top + STRIP], changed[top : top + STRIP]
        black = np.uint8(255) if edits.hiding else strip[some][..., 3]
        strip[some] = cmyk_of(edits.lines(top, top + STRIP)[some], black)
    return Edits(inks, (), changed, edits.remade, edits.hiding)


def rgb_of(cmyk: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert (…, 4) ink, 255 for full, to the RGB that it leaves of white paper."""
    left = 255 - cmyk.astype(np.uint16)
    return ((left[..., :3] * left[..., 3:] + 127) // 255).astype(np.uint8)


def cmyk_of(rgb: NDArray[np.uint8], black: NDArray[np.uint8] | np.uint8) -> NDArray[np.uint8]:
    """Invert `rgb_of`, with as much of the given black as the colour allows."""
    key = np.minimum(black, 255 - rgb.max(axis=-1))
    paper = np.maximum(255 - key.astype(np.uint16), 1)[..., None]
    inks = 255 - np.minimum((rgb.astype(np.uint16) * 255 + paper // 2) // paper, 255)
    return np.concatenate((inks, key[..., None]), axis=-1).astype(np.uint8)
