"""JPEG XL by libjxl, where the optional plug-in for Pillow is installed.

A JPEG in JPEG XL's clothes (``jbrd``) is edited as the JPEG it is, and dressed again.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from expunge.errors import UnsupportedMediaType
from expunge.imaging.codecs.conversion import eight_bits, metadata
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import Raster, from_image, joined, opened, saved

if TYPE_CHECKING:
    from expunge.imaging.codecs.picture import Picture, Samples
    from expunge.imaging.source import Source


def read(source: Source) -> Raster:
    """Decode with libjxl, which applies the orientation that the codestream states."""
    _plugin()
    raster = from_image(opened(source.data, "JXL"))
    orientation = source.layout.orientation
    alpha = None if raster.alpha is None else stored(raster.alpha, orientation)
    return replace(raster, pixels=stored(raster.pixels, orientation), alpha=alpha)


def write(picture: Picture, edited: Samples, quality: int | None) -> Encoded:
    _plugin()
    samples = joined(edited, picture.alpha)
    data = _coded(samples, quality, lossless=quality is None, **metadata(picture))
    return Encoded(data, picture.source.media_type, exact=quality is None)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """A new JPEG XL in 8 bits: lossless unless a quality is asked for."""
    _plugin()
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    samples = joined(eight_bits(edited, picture.depth), alpha)
    return _coded(samples, quality, lossless=quality is None, **metadata(picture))


def _coded(samples: Samples, quality: int | None, *, lossless: bool, **carried: bytes) -> bytes:
    carried.pop("icc_profile", None)
    if lossless:
        return saved(samples, "JXL", lossless=True, **carried)
    return saved(samples, "JXL", quality=quality, **carried)


def _plugin() -> None:
    """Have Pillow read and write JPEG XL.

    The plug-in's licence (GPL 3) keeps it from being a dependency: an operator may add it.
    """
    if find_spec("pillow_jxl") is None:
        raise UnsupportedMediaType(
            "this installation reads no JPEG XL pixels; it takes the optional pillow-jxl-plugin"
        )
    import pillow_jxl  # noqa: F401, PLC0415
