"""Re-encode a JPEG with its own tables, if its blocks cannot be replaced in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import Image
from PIL.JpegImagePlugin import get_sampling

from expunge.imaging.codecs.jpeg.reading import open_jpeg
from expunge.imaging.codecs.raster import STRIP, saved
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.jpeg.segments import APP0, APP15, END, EOI, NAMES, SOI, walk

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

    from expunge.imaging.codecs.picture import Edits
    from expunge.imaging.source import Source


def recoded(source: Source, edits: Edits, quality: int | None) -> bytes:
    """Re-encode every block of the file, with its own tables and sampling.

    The edits are in the file's own channels (`coded`). Sampling that Pillow cannot write
    (4:4:0, 4:1:1, and any of R, G and B) becomes 4:4:4.
    """
    before = open_jpeg(source)
    image = _image(edits, before.mode)
    options: dict[str, Any] = {"qtables": _quantisers(before)} if quality is None else {}
    coded = saved(
        image,
        "JPEG",
        quality=-1 if quality is None else quality,
        subsampling=max(_sampling(before), 0) if before.mode == "RGB" else -1,
        progressive="progressive" in before.info,
        keep_rgb=_is_rgb(before),
        **options,
    )
    return _around(source, coded)


def keeps_sampling(source: Source) -> bool:
    """Whether `recoded` keeps the sampling: Pillow names it, or there is none."""
    image = open_jpeg(source)
    return image.mode != "RGB" or _sampling(image) >= 0


def _sampling(image: JpegImageFile) -> int:
    """Pillow's number of the sampling, or -1 if it cannot write that."""
    sampling: int = get_sampling(image)
    return -1 if sampling and _is_rgb(image) else sampling


def _quantisers(image: JpegImageFile) -> list[list[int]]:
    """The steps of each component, in order: so Pillow takes them, whatever their destinations."""
    places = [place for _, _, _, place in image.layer]
    while len(places) > 1 and places[-1] == places[-2]:
        places.pop()
    return [image.quantization[place] for place in places]


def _image(edits: Edits, mode: str) -> Image.Image:
    """Build a Pillow image in strips, since it takes four bytes a pixel already."""
    height, width = edits.base.shape[:2]
    image = Image.new(mode, (width, height))
    for top in range(0, height, STRIP):
        lines = edits.lines(top, top + STRIP)
        size = (width, lines.shape[0])
        image.paste(Image.frombytes(mode, size, lines.tobytes()), (0, top))
    return image


def _is_rgb(image: JpegImageFile) -> bool:
    """Whether three components are R, G and B, by Adobe's marker or by their ids."""
    if image.mode != "RGB" or "jfif" in image.info:
        return False
    if "adobe" in image.info:
        return bool(image.info.get("adobe_transform") == 0)
    return [layer[0] for layer in image.layer] == [*b"RGB"]


def _around(source: Source, coded: bytes) -> bytes:
    """Join the new image's own segments with the old file's other segments."""
    view, new = memoryview(source.data), memoryview(coded)
    parts = list(walk(coded))
    adobe = [new[part.offset : part.end] for part in parts if NAMES[part.marker] == "APP14"]
    picture = [
        new[part.offset : part.end]
        for part in parts
        if part.marker not in (SOI, EOI) and not APP0 <= part.marker <= APP15
    ]
    head: list[bytes | memoryview] = [new[:2]]
    tail: list[bytes | memoryview] = []
    ended = False
    for block in source.layout.blocks:
        ended |= block.name in ("EOI", "trailer", "picture")
        if block.kind is not Kind.CODED and block.name != "APP14":
            (tail if ended else head).append(view[block.offset : block.offset + block.length])
    return b"".join((*head, *adobe, *picture, END, *tail))
