"""WebP: a lossless file stays lossless, a lossy one is re-encoded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.errors import MalformedImage
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
from expunge.imaging.containers import webp as container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Edits, Picture, Samples
    from expunge.imaging.source import Source

MAX_SIDE = 16_383
"""Longest side in pixels that the format allows (RFC 9649: 14 bits)."""
_PICTURE = ("VP8 ", "VP8L", "ALPH")


def read(source: Source) -> Raster:
    """Decode with libwebp's defaults, as browsers do.

    OpenCV decodes, since Pillow's decoder is made for animations and takes 16 bytes a pixel.
    """
    image = opened(source.data, "WEBP")
    if _is_frame(source):
        return from_image(image)
    return from_array(_decoded(source), icc=image.info.get("icc_profile") or None)


def strips(source: Source) -> Iterator[Samples]:
    """Strips of the colours in 8 bits; see `expunge.imaging.codecs.partial`."""
    if _is_frame(source):
        return colours(opened(source.data, "WEBP"))
    return (rows[..., :3] for rows in sliced(_decoded(source)))


def _is_frame(source: Source) -> bool:
    """Whether the file is an animation of one frame, which may be smaller than its canvas."""
    return any(block.name == "ANIM" for block in source.layout.blocks)


def _decoded(source: Source) -> Samples:
    """(H, W, 3 or 4)"""
    array = cv2.imdecode(np.frombuffer(source.data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None:
        raise MalformedImage("the WebP image data is damaged and cannot be decoded")
    for rows in sliced(array):
        rows[...] = rows[..., [2, 1, 0, 3][: array.shape[2]]]
    return np.asarray(array, np.uint8)


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:
    """Re-encode the file's image chunks; all other chunks stay unchanged."""
    layout = picture.source.layout
    alpha = None if picture.alpha is None else stored(picture.alpha, layout.orientation)
    samples = joined(stored(edits.pixels, layout.orientation), alpha)
    if any(block.name == "VP8L" for block in layout.blocks):
        coded, exact = _lossless(samples), True
    else:
        coded, exact = _lossy(samples, quality), False
    return Encoded(_spliced(picture.source, coded), picture.source.media_type, exact)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """Encode a new WebP in 8 bits: lossless unless a quality is given."""
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    samples = joined(eight_bits(edited, picture.depth), alpha)
    code = _lossless if quality is None else partial(_lossy, quality=quality)
    return code(samples, **metadata(picture))


def _lossless(samples: Samples, **carried: bytes) -> bytes:
    """Encode without loss, colours of transparent pixels included.

    Method 4 would take 50 % longer for 1 % fewer bytes.
    """
    return saved(samples, "WEBP", lossless=True, exact=True, method=2, **carried)


def _lossy(samples: Samples, quality: int | None, **carried: bytes) -> bytes:
    if quality is None:
        quality = quality_like(samples, 8, _again)
    return saved(samples, "WEBP", quality=quality, alpha_quality=100, exact=True, **carried)


def _again(samples: Samples, quality: int) -> Samples:
    raster = from_image(opened(_lossy(samples, quality), "WEBP"))
    return joined_like(raster, samples).reshape(samples.shape)


def _spliced(source: Source, coded: bytes) -> bytes:
    """Put the old file's chunks around the new image's."""
    new = memoryview(coded)
    picture = [
        new[block.offset : block.offset + block.length]
        for block in container.parse(coded).blocks
        if block.name in (*_PICTURE, "padding")
    ]
    view = memoryview(source.data)
    chunks: list[bytes | memoryview] = []
    trailer = b""
    for block in source.layout.blocks[1:]:
        if block.name in _PICTURE:
            chunks += picture
            picture = []
        elif block.name == "trailer":
            trailer = bytes(block.data)
        elif block.name != "padding":
            chunks.append(view[block.offset : block.offset + block.length])
            chunks += [b"\0"] if block.length & 1 else []
    size = 4 + sum(map(len, chunks))
    return b"".join((b"RIFF", size.to_bytes(4, "little"), b"WEBP", *chunks, trailer))
