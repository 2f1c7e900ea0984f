"""AVIF with Pillow (8 bits) and OpenCV (10 and 12 bits). AV1 is lossy, so edits re-encode all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.imaging.codecs.conversion import eight_bits, metadata
from expunge.imaging.codecs.fidelity import quality_like
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import (
    Raster,
    colours,
    from_array,
    from_image,
    joined,
    joined_like,
    opened,
    saved,
    sliced,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Edits, Picture, Samples
    from expunge.imaging.containers.block import Layout
    from expunge.imaging.source import Source

MAX_SIDE = 32_768
"""Longest side in pixels that libavif can read (``AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT``)."""
_SPEED = 8
"""libavif's speed, 0 to 10; 6 takes four times as long for 5 % fewer bytes."""


def refuse(source: Source, *, writing: bool) -> None:
    """Reject writing more than 8 bits."""
    depth, _ = _coding(source.layout)
    if writing and depth > 8:
        raise UnsupportedMediaType(
            f"AVIF of {depth} bits cannot be written; request another format, such as PNG"
        )


def read(source: Source) -> Raster:
    """Decode with libavif."""
    image = opened(source.data, "AVIF")
    depth, _ = _coding(source.layout)
    if depth == 8:
        return from_image(image)
    return from_array(_deep(source), depth, image.info.get("icc_profile"))


def strips(source: Source) -> Iterator[Samples]:
    """Strips of the colours in 8 bits; see `expunge.imaging.codecs.partial`."""
    depth, _ = _coding(source.layout)
    if depth == 8:
        return colours(opened(source.data, "AVIF"))
    pixels = from_array(_deep(source)).pixels
    return ((rows >> (depth - 8)).astype(np.uint8) for rows in sliced(pixels))


def _deep(source: Source) -> Samples:
    array = cv2.imdecode(np.frombuffer(source.data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None:
        raise MalformedImage("the AVIF image data is damaged and cannot be decoded")
    return _rgb(array)


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:
    """Encode a new image of the same depth and sampling, with the old file's metadata."""
    layout = picture.source.layout
    refuse(picture.source, writing=True)
    alpha = None if picture.alpha is None else stored(picture.alpha, layout.orientation)
    samples = joined(stored(edits.pixels, layout.orientation), alpha)
    _, sampling = _coding(layout)
    carried = metadata(picture, layout.orientation)
    data = _coded(samples, quality, sampling, **carried)
    return Encoded(_with_colour_of(layout, data), picture.source.media_type, exact=False)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """Encode a new AVIF in 8 bits, without chroma subsampling."""
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    samples = joined(eight_bits(edited, picture.depth), alpha)
    return _coded(samples, quality, "4:4:4", **metadata(picture))


def _with_colour_of(layout: Layout, data: bytes) -> bytes:
    """Copy the old file's primaries and transfer function (ISO/IEC 14496-12, 12.1.5) to the new.

    Matrix and range stay the encoder's own: they say how to read its samples.
    """
    old = next(
        (b.data for b in layout.blocks if b.name == "colr" and bytes(b.data[:4]) == b"nclx"), b""
    )
    at = data.find(b"colrnclx")
    if len(old) < 8 or at < 0:
        return data
    return data[: at + 8] + bytes(old[4:8]) + data[at + 12 :]


def _coded(samples: Samples, quality: int | None, sampling: str, **carried: bytes) -> bytes:
    if quality is None:
        quality = quality_like(samples, 8, partial(_again, sampling=sampling))
    options = {"quality": quality, "subsampling": sampling, "speed": _SPEED}
    return saved(samples, "AVIF", **options, **carried)


def _again(samples: Samples, quality: int, sampling: str) -> Samples:
    raster = from_image(opened(_coded(samples, quality, sampling), "AVIF"))
    channels = joined_like(raster, samples)
    return channels[..., 0] if channels.ndim > samples.ndim else channels


def _coding(layout: Layout) -> tuple[int, str]:
    """Bits and chroma sampling, from the first ``av1C`` (AV1 in ISO-BMFF, 2.3.3)."""
    found = next((block.data for block in layout.blocks if block.name == "av1C"), b"")
    if len(found) < 4:
        return 8, "4:2:0"
    flags = found[2]
    depth = 8 if not flags & 0x40 else 12 if flags & 0x20 else 10
    if flags & 0x10:
        return depth, "4:0:0"
    return depth, {0x0C: "4:2:0", 0x08: "4:2:2"}.get(flags & 0x0C, "4:4:4")


def _rgb(array: Any) -> Samples:  # noqa: ANN401 (OpenCV's array type)
    """Reorder OpenCV's channels to RGB or RGBA."""
    if array.ndim == 3:
        for rows in sliced(array):
            rows[...] = rows[..., [2, 1, 0, 3][: array.shape[2]]]
    return np.asarray(array)
