"""Pixels of a JPEG by libjpeg-turbo, with CMYK as RGB."""

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
    """Colours in 8 bits; see `expunge.imaging.codecs.looking`."""
    return sliced(from_array(_decoded(source, open_jpeg(source))).pixels)


def reduced(source: Source, factor: int) -> Samples:
    """(H / factor, W / factor, 1 or 3), rounded up, for 2, 4 and 8: libjpeg decodes so much less.

    Its inverse transform leaves out what is too fine; that is close to the mean over squares.
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
    """By libjpeg-turbo right into the array; Pillow would hold four bytes a pixel beside it."""
    if image.mode == "CMYK":
        return _rgb(image)
    try:
        return _by_turbojpeg(source, image)
    except ValueError:  # of a sampling that has no name, or a header that Pillow forgives
        return from_image(image).pixels


def _rgb(image: JpegImageFile) -> Samples:
    """CMYK as RGB, a strip at a time."""
    image.load()
    found = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        found[top : top + STRIP] = rgb_of(np.asarray(strip))
    return found


def _by_turbojpeg(
    source: Source, image: JpegImageFile, min_height: int = 0, min_width: int = 0
) -> Samples:
    """(H, W, 1 or 3), scaled down as far as both sides stay that long; else as coded."""
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
    """Where the end is missing, a marker stands in for it, and libjpeg fills up with grey."""
    ended = any(block.name == "EOI" and block.length for block in source.layout.blocks)
    return source.data if ended else source.data + END


def open_jpeg(source: Source) -> JpegImageFile:
    image = opened(_ended(source), "JPEG")
    assert isinstance(image, JpegImageFile)
    return image


def coded(source: Source, edits: Edits) -> Edits:
    """The edits in the file's own channels: ink for CMYK."""
    image = open_jpeg(source)
    if image.mode != "CMYK":
        return edits
    inks, changed = np.array(image), edits.changed
    inks[changed] = cmyk_of(edits.pixels[changed], inks[changed][..., 3])
    return Edits(inks, (), changed)


def rgb_of(cmyk: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(…, 4) with 255 for full ink, to RGB: what ink leaves of white paper."""
    left = 255 - cmyk.astype(np.uint16)
    return ((left[..., :3] * left[..., 3:] + 127) // 255).astype(np.uint8)


def cmyk_of(rgb: NDArray[np.uint8], black: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The way back from `rgb_of`, with as much of the black given as the colour allows."""
    key = np.minimum(black, 255 - rgb.max(axis=-1))
    paper = np.maximum(255 - key.astype(np.uint16), 1)[..., None]
    inks = 255 - np.minimum((rgb.astype(np.uint16) * 255 + paper // 2) // paper, 255)
    return np.concatenate((inks, key[..., None]), axis=-1).astype(np.uint8)
