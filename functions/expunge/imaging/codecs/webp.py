"""WebP by Pillow: lossless stays lossless, lossy is coded anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from expunge.imaging.codecs.conversion import eight_bits, metadata
from expunge.imaging.codecs.fidelity import quality_like
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import Raster, from_image, joined, opened, saved
from expunge.imaging.containers import webp as container

if TYPE_CHECKING:
    from expunge.imaging.codecs.picture import Edits, Picture, Samples
    from expunge.imaging.source import Source

MAX_SIDE = 16_383
"""Pixels that the format holds (RFC 9649: 14 bits)."""
_PICTURE = ("VP8 ", "VP8L", "ALPH")


def read(source: Source) -> Raster:
    """Decode with libwebp's defaults, as browsers do."""
    return from_image(opened(source.data, "WEBP"))


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:
    """The file with its picture chunks coded anew, all others as they were."""
    layout = picture.source.layout
    alpha = None if picture.alpha is None else stored(picture.alpha, layout.orientation)
    samples = joined(stored(edits.pixels, layout.orientation), alpha)
    if any(block.name == "VP8L" for block in layout.blocks):
        coded, exact = _lossless(samples), True
    else:
        coded, exact = _lossy(samples, quality), False
    return Encoded(_spliced(picture.source, coded), picture.source.media_type, exact)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """A new WebP in 8 bits: lossless unless a quality is asked for."""
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    samples = joined(eight_bits(edited, picture.depth), alpha)
    code = _lossless if quality is None else partial(_lossy, quality=quality)
    return code(samples, **metadata(picture))


def _lossless(samples: Samples, **carried: bytes) -> bytes:
    """What is transparent keeps its colours. Method 4 takes half as long again for 1 % less."""
    return saved(samples, "WEBP", lossless=True, exact=True, method=2, **carried)


def _lossy(samples: Samples, quality: int | None, **carried: bytes) -> bytes:
    if quality is None:
        quality = quality_like(samples, 8, _again)
    return saved(samples, "WEBP", quality=quality, alpha_quality=100, exact=True, **carried)


def _again(samples: Samples, quality: int) -> Samples:
    raster = from_image(opened(_lossy(samples, quality), "WEBP"))
    return joined(raster.pixels, raster.alpha).reshape(samples.shape)


def _spliced(source: Source, coded: bytes) -> bytes:
    """The old file's chunks around the new picture's."""
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
