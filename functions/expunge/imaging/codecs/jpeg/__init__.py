"""JPEG: edited block by block if its encoding allows that, otherwise re-encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.codecs.conversion import eight_bits, metadata, on_white
from expunge.imaging.codecs.jpeg.frame import NotInPlace
from expunge.imaging.codecs.jpeg.reading import coded, read, reduced, strips
from expunge.imaging.codecs.jpeg.recode import keeps_sampling, recoded
from expunge.imaging.codecs.jpeg.splice import spliced
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import joined, saved
from expunge.imaging.containers import jpeg as container
from expunge.imaging.containers.block import Kind

if TYPE_CHECKING:
    from expunge.imaging.codecs.picture import Edits, Picture, Samples

__all__ = ["convert", "read", "reduced", "strips", "write"]

CONVERSION_QUALITY = 95
MAX_SIDE = 65_500
"""Longest side in pixels that libjpeg supports (``JPEG_MAX_DIMENSION``)."""


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:
    """Re-encode the changed blocks, or all blocks if they cannot be replaced in place.

    A requested quality applies to the whole image. A new image is encoded as a whole, which is
    faster, unless that would change its sampling.
    """
    source = picture.source
    edits = coded(source, edits.stored(source.layout.orientation))
    exact = quality is None and not (edits.remade and keeps_sampling(source))
    try:
        data = spliced(source.data, edits) if exact else b""
    except NotInPlace:
        exact = False
    if not exact:
        data = recoded(source, edits, quality)
    if any(block.kind is Kind.PICTURE for block in source.layout.blocks):
        # The index of second images holds offsets that are wrong now.
        layout = container.parse(data)
        data = container.rewrite(data, layout, {})
    return Encoded(data, source.media_type, exact)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """Encode a new JPEG without chroma subsampling; transparent pixels become white."""
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    samples = joined(on_white(eight_bits(edited, picture.depth), alpha), None)
    quality = CONVERSION_QUALITY if quality is None else quality
    return saved(samples, "JPEG", quality=quality, subsampling=0, **metadata(picture))
