"""Decode animations with Pillow, which applies disposal, blending and transparency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.errors import MalformedImage
from expunge.imaging.codecs.decode import decoder_errors
from expunge.imaging.codecs.orientation import displayed
from expunge.imaging.codecs.raster import opened
from expunge.imaging.moving.animation.facts import durations, shown
from expunge.imaging.moving.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from expunge.imaging.moving.frame import Ceilings
    from expunge.imaging.source import Source

FORMATS = {"image/gif": "GIF", "image/webp": "WEBP", "image/avif": "AVIF", "image/png": "PNG"}
"""Names of Pillow's decoders and encoders."""


def frames(source: Source, ceilings: Ceilings) -> Generator[Frame]:
    """Yield whole frames of the canvas; see `expunge.imaging.moving.frames`."""
    layout = source.layout
    ceilings.check_size(*(layout.canvas or (layout.width, layout.height)))
    time = 0.0
    images = canvases(source)
    for index, duration in enumerate(durations(source)):
        with decoder_errors(source.media_type):
            samples = next(images)
        alpha = samples[..., 3] if samples.shape[2] == 4 else None
        yield Frame(index, time, samples[..., :3], alpha)
        time += shown(duration)


def canvases(source: Source) -> Iterator[NDArray[np.uint8]]:
    """Yield each frame as (H, W, 3 or 4), displayed orientation, read-only. A GIF's have alpha."""
    layout = source.layout
    with decoder_errors(source.media_type):
        image = opened(source.data, FORMATS[source.media_type])
    width, height = layout.width, layout.height
    if image.width < width or image.height < height:
        raise MalformedImage(
            f"the animation is decoded to {image.width:,} × {image.height:,} pixels; its header "
            f"says {width:,} × {height:,}"
        )
    has_alpha = image.format == "GIF" or image.has_transparency_data
    first = int(bool(getattr(image, "default_image", False)))
    for index in range(first, first + layout.frames):
        image.seek(index)
        stored = np.asarray(image.convert("RGBA" if has_alpha else "RGB"))
        stored = stored[:height, :width]  # frames of a GIF may exceed its screen
        samples = np.ascontiguousarray(displayed(stored, layout.orientation))
        samples.flags.writeable = False
        yield samples
