"""A JPEG coded anew with its own tables, for codings whose blocks cannot be changed in place."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from expunge.imaging.codecs.conversion import eight_bits, metadata, on_white
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import Raster, from_image, joined, opened, saved
from expunge.imaging.containers import jpeg as container
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.jpeg.segments import APP0, APP15, EOI, NAMES, SOI, walk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Picture, Samples
    from expunge.imaging.source import Source

CONVERSION_QUALITY = 95
_END = bytes((0xFF, EOI))


def read(source: Source) -> Raster:
    """Decode with libjpeg's defaults, as browsers do; CMYK becomes RGB without its profile."""
    image = _open(source)
    if image.mode == "CMYK":
        return Raster(rgb_of(np.asarray(image)), icc=image.info.get("icc_profile"))
    return from_image(image)


def _open(source: Source) -> JpegImageFile:
    """Where the end is missing, a marker stands in for it, and libjpeg fills up with grey."""
    ended = any(block.name == "EOI" for block in source.layout.blocks)
    image = opened(source.data if ended else source.data + _END, "JPEG")
    assert isinstance(image, JpegImageFile)
    return image


def rgb_of(cmyk: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) with 255 for full ink, to RGB: what ink leaves of white paper."""
    left = 255 - cmyk.astype(np.uint16)
    return ((left[..., :3] * left[..., 3:] + 127) // 255).astype(np.uint8)


def cmyk_of(rgb: NDArray[np.uint8], black: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The way back from `rgb_of`, with as much of the black given as the colour allows."""
    light = rgb.max(axis=-1)
    key = np.minimum(black, 255 - light)
    paper = np.maximum(255 - key.astype(np.uint16), 1)[..., None]
    inks = 255 - np.minimum((rgb.astype(np.uint16) * 255 + paper // 2) // paper, 255)
    return np.concatenate((inks, key[..., None]), axis=-1).astype(np.uint8)


def write(picture: Picture, edited: Samples, quality: int | None) -> Encoded:
    """The file with every block coded anew, by the tables and the sampling it has.

    Sampling that Pillow does not write (4:4:0, 4:1:1) becomes 4:4:4.
    """
    source = picture.source
    before = _open(source)
    after = joined(stored(edited, source.layout.orientation), None)
    image = _inked(before, after) if before.mode == "CMYK" else Image.fromarray(after)
    options: dict[str, Any] = {"qtables": before.quantization} if quality is None else {}
    sampling = get_sampling(before) if before.mode == "RGB" else -1
    out = io.BytesIO()
    image.save(
        out,
        "JPEG",
        quality=-1 if quality is None else quality,
        subsampling=max(sampling, 0) if before.mode == "RGB" else -1,
        progressive=bool(before.info.get("progressive")),
        keep_rgb=_is_rgb(before),
        **options,
    )
    return Encoded(_spliced(source, out.getvalue()), source.media_type, exact=False)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """A new JPEG, on white where the picture is transparent."""
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    pixels = on_white(eight_bits(edited, picture.depth), alpha)
    quality = CONVERSION_QUALITY if quality is None else quality
    samples = joined(pixels, None)
    return saved(samples, "JPEG", quality=quality, subsampling=0, **metadata(picture))


def _inked(before: Image.Image, after: NDArray[np.uint8]) -> Image.Image:
    inks = np.array(before)
    changed = (rgb_of(inks) != after).any(axis=-1)
    inks[changed] = cmyk_of(after[changed], inks[changed][..., 3])
    return Image.fromarray(inks, "CMYK")


def _is_rgb(image: JpegImageFile) -> bool:
    """Whether three components are R, G and B: by Adobe's marker, or by their names."""
    if image.mode != "RGB":
        return False
    if "adobe" in image.info:
        return image.info.get("adobe_transform") == 0
    return [layer[0] for layer in image.layer] == [*b"RGB"] and "jfif" not in image.info


def _spliced(source: Source, coded: bytes) -> bytes:
    """The new picture's own segments, with all that the old one's file holds beside them."""
    view, new = memoryview(source.data), memoryview(coded)
    adobe = [part for part in walk(coded) if NAMES[part.marker] == "APP14"]
    picture = [
        new[part.offset : part.end]
        for part in walk(coded)
        if part.marker not in (SOI, EOI) and not APP0 <= part.marker <= APP15
    ]
    head: list[bytes | memoryview] = [new[:2]]
    tail: list[bytes | memoryview] = []
    ended = False
    for block in source.layout.blocks:
        ended |= block.name in ("EOI", "trailer", "picture")
        if block.kind is not Kind.CODED and block.name != "APP14":
            (tail if ended else head).append(view[block.offset : block.offset + block.length])
    head += [new[part.offset : part.end] for part in adobe]
    data = b"".join((*head, *picture, _END, *tail))
    if any(block.kind is Kind.PICTURE for block in source.layout.blocks):
        layout = container.parse(data)
        data = container.rewrite(data, layout, {}, layout.orientation)
    return data
