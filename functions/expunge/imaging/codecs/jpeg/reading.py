"""Pixels of a JPEG by Pillow, with CMYK as RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile

from expunge.imaging.codecs.picture import Edits
from expunge.imaging.codecs.raster import Raster, from_image, opened
from expunge.imaging.containers.jpeg.segments import END

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.source import Source


def read(source: Source) -> Raster:
    """Decode with libjpeg's defaults, as browsers do; CMYK becomes RGB without its profile."""
    image = open_jpeg(source)
    if image.mode == "CMYK":
        return Raster(rgb_of(np.asarray(image)))
    return from_image(image)


def open_jpeg(source: Source) -> JpegImageFile:
    """Where the end is missing, a marker stands in for it, and libjpeg fills up with grey."""
    ended = any(block.name == "EOI" and block.length for block in source.layout.blocks)
    image = opened(source.data if ended else source.data + END, "JPEG")
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
