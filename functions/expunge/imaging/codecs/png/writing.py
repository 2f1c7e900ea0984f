"""Encode PNG; rows that no edit changes keep their filtered bytes."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.codecs.conversion import metadata
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.png import rows
from expunge.imaging.codecs.png.bands import BAND_BYTES, Inflater
from expunge.imaging.codecs.png.chunks import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    RGBA,
    SIGNATURE,
    Header,
    chunk,
    image_data,
    stream_bytes,
    write_image_data,
)
from expunge.imaging.codecs.png.edits import with_edits
from expunge.imaging.codecs.png.samples import NO_PALETTE, Coded, coded_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Edits, Picture, Samples
    from expunge.imaging.source import Source

_BY_TYPE = ("PLTE", "tRNS", "bKGD", "sBIT")
"""Chunks whose form depends on the colour type."""


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:  # noqa: ARG001
    """Re-encode the image without loss; every other chunk is unchanged.

    New colours are added to a palette; above 256 colours the image becomes RGB. Grey of fewer
    than 8 bits becomes 8-bit grey if an edit needs other shades. The result is not interlaced.
    """
    source = picture.source
    edits = edits.stored(source.layout.orientation)
    after, changed = edits.pixels, edits.changed
    before = coded_of(picture)
    coded = with_edits(before, after, changed, opaque=edits.hiding)
    lines = np.flatnonzero(changed.any(axis=1))
    first, last = int(lines[0]), int(lines[-1]) + 1
    reused = coded.header == before.header and not coded.header.interlaced
    partly = last - first < coded.header.height  # else no old row can be reused
    stream = image_data(source)
    old = None
    if reused and partly and Inflater(stream).holds(stream_bytes(before.header)):
        old = Inflater(stream)
    coded = replace(coded, header=replace(coded.header, interlaced=False))
    filtered = _filtered(coded, old, first, last, hiding=edits.hiding)
    idat = rows.deflated(filtered, like=stream)
    data = _assembled(source, coded, before, idat)
    return Encoded(data, source.media_type, exact=True)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:  # noqa: ARG001
    """Encode a new PNG: 8 bits for an image of 8 bits, else 16."""
    samples = edited if picture.alpha is None else np.dstack((edited, picture.alpha))
    if 8 < picture.depth < 16:
        top = (1 << picture.depth) - 1
        samples = (samples.astype(np.uint32) * 65535 + top // 2) // top
    depth = 8 if picture.depth == 8 else 16
    samples = samples.astype(np.uint8 if depth == 8 else np.uint16)
    height, width, channels = samples.shape
    colour = {1: GREY, 2: GREY_ALPHA, 3: RGB, 4: RGBA}[channels]
    header = Header(width, height, depth, colour, interlaced=False)
    stream = _filtered(Coded(header, samples, NO_PALETTE, None), None, 0, height)
    carried = metadata(picture)
    pieces = [SIGNATURE, header.chunk()]
    if profile := carried.get("icc_profile"):
        pieces.append(chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(profile)))
    if packet := carried.get("xmp"):
        pieces.append(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))
    if tiff := carried.get("exif"):
        pieces.append(chunk(b"eXIf", tiff))
    out = io.BytesIO()
    out.writelines(pieces)
    write_image_data(out, rows.deflated(stream))
    out.write(chunk(b"IEND", b""))
    return out.getvalue()


def _filtered(
    coded: Coded, old: Inflater | None, first: int, last: int, *, hiding: bool = False
) -> Iterator[NDArray[np.uint8]]:
    """Yield the image data before compression, some rows at a time.

    Rows outside ``first`` … ``last`` are copied from ``old``; without ``old``, all rows are new.
    An encoder chooses a row's filter by its pixels, so rows with hidden pixels get another one.
    """
    header = coded.header
    length = 1 + header.row_bytes
    step = max(1, BAND_BYTES // length)
    if old is None:
        first, last = 0, header.height
    # Paeth for samples of whole bytes, none for indices (third edition, 12.7).
    usual = 0 if header.depth < 8 or header.colour == PALETTE else 4
    last = min(last + 1, header.height)  # the filter of the row below refers to the changed row
    for top in range(0, header.height, step):
        bottom = min(top + step, header.height)
        if old is not None:
            band = np.frombuffer(bytearray(old.read((bottom - top) * length)), np.uint8)
            band = band.reshape(-1, length)
        else:
            band = np.empty((bottom - top, length), np.uint8)
        lines = range(max(first, top), min(last, bottom))
        if lines and (old is None or hiding):
            band[lines.start - top : lines.stop - top, 0] = usual
        _refilter(coded, band, top, lines)
        yield band


def _refilter(coded: Coded, band: NDArray[np.uint8], top: int, lines: range) -> None:
    """Filter some rows again, in a band that begins at row ``top``."""
    if not lines:
        return
    header = coded.header
    pixel_bytes = max(header.channels * header.depth // 8, 1)
    start = max(lines.start - 1, 0)
    raw = rows.packed(coded.lines(start, lines.stop), header.depth)
    above = np.zeros(header.row_bytes, np.uint8) if lines.start == 0 else raw[0]
    for line in lines:
        current, row = raw[line - start], band[line - top]
        row[1:] = rows.filtered(int(row[0]), current, above, pixel_bytes)
        above = current


def _assembled(source: Source, coded: Coded, before: Coded, idat: Iterable[bytes]) -> bytes:
    view = memoryview(source.data)
    recoloured = (
        coded.header.colour != before.header.colour or coded.header.depth != before.header.depth
    )
    out = io.BytesIO()
    written = False
    for block in source.layout.blocks:
        if block.name == "IHDR":
            out.write(coded.header.chunk())
        elif block.name == "IDAT":
            if not written:
                write_image_data(out, idat)
            written = True
        elif block.name == "PLTE" and coded.header.colour == PALETTE:
            out.write(chunk(b"PLTE", coded.palette[:, :3].tobytes()))
            opacities = coded.palette[:, 3].tobytes().rstrip(b"\xff")
            out.write(chunk(b"tRNS", opacities) if opacities else b"")
        elif block.name == "tRNS" and coded.key is not None:
            out.write(chunk(b"tRNS", struct.pack(f">{len(coded.key)}H", *coded.key)))
        elif block.name in ("tRNS", "hIST") or (block.name in _BY_TYPE and recoloured):
            continue  # a histogram counts old pixels
        else:
            out.write(view[block.offset : block.offset + block.length])
    return out.getvalue()
