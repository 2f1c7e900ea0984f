"""Convert a file's structure to a `Layout`."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Layout
from expunge.imaging.containers.isobmff.blocks import blocks_of
from expunge.imaging.containers.isobmff.boxes import Box, Fields, codes
from expunge.imaging.containers.isobmff.file import File, read
from expunge.imaging.containers.isobmff.tree import printable
from expunge.imaging.limits import LIMITS

_SIDES = struct.Struct(">II")
AVIF_BRANDS = codes("avif avis avio")
HEIF_BRANDS = codes(
    "mif1 mif2 mif3 msf1 miaf 1pic pred heic heix heim heis hevc hevx hevm hevs "
    "j2ki j2is jpeg jpgs avci avcs vvic vvis"
)
"""Brands of HEIF images. All get the media type of the most common kind, HEIC."""


@dataclass(frozen=True, slots=True)
class HeifLayout(Layout):
    """A layout that keeps the parsed structure, for a rewrite."""

    file: File = field(repr=False, compare=False)


def parse(data: bytes, *, like: Layout | None = None) -> Layout:  # noqa: ARG001
    """Read a HEIC, HEIF or AVIF file; see `expunge.imaging.containers.block.Container`."""
    file = read(data)
    width, height, frames, canvas = _measure(file)
    blocks = tuple(blocks_of(file))
    LIMITS.check_blocks(len(blocks))
    return HeifLayout(
        media_type=_media_type(file.brands),
        width=width,
        height=height,
        frames=frames,
        orientation=_orientation(file),
        blocks=blocks,
        broken=file.broken,
        canvas=canvas,
        file=file,
    )


def _media_type(brands: tuple[str, ...]) -> str:
    present = set(brands)
    if present & AVIF_BRANDS:
        return "image/avif"
    if present & HEIF_BRANDS:
        return "image/heic"
    raise MalformedImage(f"the file's brand, {printable(brands[0])}, is not an image brand")


def _measure(file: File) -> tuple[int, int, int, tuple[int, int]]:
    """Return width, height, frame count, and the size of the largest image in the file."""
    frames = 1
    size = None
    properties = file.meta.properties if file.meta else ()
    sizes = [_ispe(file, box) for box in properties if box.type == "ispe"]
    for width, height in sizes:
        LIMITS.check_picture(width, height)
    if file.meta:
        boxes = list(file.meta.properties_of(file.meta.primary, "ispe"))
        size = _ispe(file, boxes[0]) if boxes else None
    track = next((t for t in file.tracks if t.handler in {"pict", "vide"}), None)
    if track:
        frames = max(1, track.samples)
        LIMITS.check_picture(track.width, track.height, frames)
        size = size or (track.width, track.height)
        sizes.append((track.width, track.height))
    if size is None and not file.broken:
        raise MalformedImage("the primary item has no size (ispe)")
    size = size or (0, 0)
    return *size, frames, max([*sizes, size], key=lambda sides: sides[0] * sides[1])


def _ispe(file: File, box: Box) -> tuple[int, int]:
    width, height = Fields(file.data, box.body + 4, box.end, "ispe").unpack(_SIDES)
    return width, height


# EXIF orientation after an anti-clockwise quarter turn and after mirroring, by EXIF orientation.
_TURNED = {1: 8, 2: 7, 3: 6, 4: 5, 5: 2, 6: 1, 7: 4, 8: 3}
_UPSIDE_DOWN = {1: 4, 2: 3, 3: 2, 4: 1, 5: 8, 6: 7, 7: 6, 8: 5}
_LEFT_RIGHT = {1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5, 7: 8, 8: 7}


def _orientation(file: File) -> int:
    """The result of ``irot`` and ``imir`` of the primary item (ISO/IEC 23008-12, 6.5.10, 6.5.12).

    Viewers apply these two. By the standard an Exif orientation is only informative, but some
    viewers apply it if these are missing, so it stays in place.
    """
    found = 1
    meta = file.meta
    for number, _ in meta.associations.get(meta.primary, ()) if meta else ():
        box = meta.properties[number - 1] if meta else None
        if box is None or box.type not in {"irot", "imir"} or box.body == box.end:
            continue
        value = file.data[box.body]
        if box.type == "irot":
            for _ in range(value & 3):
                found = _TURNED[found]
        else:
            found = (_LEFT_RIGHT if value & 1 else _UPSIDE_DOWN)[found]
    return found
