"""Decode a file to pixels, and check the result against the header.

Each format has its own module. This one has the rules for all formats: one frame, the size that
the header states, and no unconverted decoder errors.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.errors import ExpungeError, ImageTooLarge, MalformedImage, UnsupportedMediaType
from expunge.imaging.codecs.orientation import displayed
from expunge.imaging.codecs.picture import Picture
from expunge.imaging.limits import LIMITS
from expunge.imaging.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Samples
    from expunge.imaging.codecs.raster import Raster
    from expunge.imaging.containers.block import Layout
    from expunge.imaging.source import Source

_CODECS = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/jxl": "jxl",
    "image/gif": "gif",
}


def codec_of(media_type: str) -> Any:  # noqa: ANN401 (a module)
    """Return the module for a media type: ``read(source)``, ``write`` and ``convert``.

    A module that cannot read or write every file of its type also has ``refuse``. A format with
    a size limit has ``MAX_SIDE``, in pixels.
    """
    return load(f"expunge.imaging.codecs.{_CODECS[media_type]}")


def refuse(source: Source, *, writing: bool = False, media_type: str | None = None) -> None:
    """Reject, from the file's structure alone, what `decode` would reject later.

    Parameters
    ----------
    writing
        Also reject what cannot be written in the file's own format.
    media_type
        Also reject an image that is too wide or too high for this type.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        For an animation, and for a format whose decoder or encoder is not installed.
    expunge.errors.ImageTooLarge
        For an image of too many pixels, and for one that the other format cannot hold.
    """
    layout, frames = source.layout, source.layout.frames
    if frames > 1:
        raise UnsupportedMediaType(
            f"the file is an animation of {frames:,} frames; only still images are supported"
        )
    if layout.broken:
        raise MalformedImage(layout.broken)
    LIMITS.check_decoded(*(layout.canvas or (layout.width, layout.height)))
    codec = codec_of(source.media_type)
    if hasattr(codec, "refuse"):
        with decoder_errors(source.media_type):
            codec.refuse(source, writing=writing)
    if media_type not in (None, source.media_type):
        _check_fits(layout, media_type)


def decode(source: Source) -> Picture:
    """Decode a still image.

    A truncated JPEG, PNG or GIF is decoded as browsers do: the missing part stays grey, black or
    transparent. Truncated files of other formats are rejected.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        For an animation, and for a format whose decoder is not installed.
    expunge.errors.ImageTooLarge
        For an image of too many pixels.
    expunge.errors.MalformedImage
        If the image data is damaged, or its size differs from the header.
    """
    layout = source.layout
    refuse(source)
    with decoder_errors(source.media_type):
        raster: Raster = codec_of(source.media_type).read(source)
    _check_size(raster, layout)
    alpha = None if raster.alpha is None else _shown(raster.alpha, layout.orientation)
    pixels = _shown(raster.pixels, layout.orientation)
    return Picture(source, pixels, alpha, raster.depth, raster.icc)


def _check_fits(layout: Layout, media_type: str) -> None:
    most = getattr(codec_of(media_type), "MAX_SIDE", None)
    if most is not None and max(layout.width, layout.height) > most:
        kind = media_type.removeprefix("image/").upper()
        raise ImageTooLarge(
            f"{layout.width:,} × {layout.height:,} pixels; {kind} holds at most {most:,} in width "
            "and in height. Request another format, such as PNG"
        )


def _check_size(raster: Raster, layout: Layout) -> None:
    """Compare the size with the header's; a clean aperture (``clap``) may make it smaller."""
    height, width = raster.pixels.shape[:2]
    cropped = any(block.name == "clap" for block in layout.blocks)
    fits = height <= layout.height and width <= layout.width
    if not fits or ((height, width) != (layout.height, layout.width) and not cropped):
        raise MalformedImage(
            f"the image data has {width:,} × {height:,} pixels; "
            f"the header says {layout.width:,} × {layout.height:,}"
        )


@contextmanager
def decoder_errors(media_type: str) -> Iterator[None]:
    """Convert any exception of a decoder to `MalformedImage`."""
    try:
        yield
    except (ExpungeError, MemoryError, ModuleNotFoundError):
        raise
    except Exception as error:
        kind = media_type.removeprefix("image/").upper()
        raise MalformedImage(f"the {kind} image data is damaged and cannot be decoded") from error


def _shown(stored: Samples, orientation: int) -> Samples:
    array = np.ascontiguousarray(displayed(stored, orientation))
    array.flags.writeable = False
    return array
