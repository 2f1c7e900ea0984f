"""PNG of every depth and colour type: rows that no edit touches keep their filtered bytes."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.imaging.codecs import png_rows
from expunge.imaging.codecs.conversion import metadata
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Encoded, Samples
from expunge.imaging.codecs.raster import Raster, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Picture
    from expunge.imaging.source import Source

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _RGB: 3, _PALETTE: 1, _GREY_ALPHA: 2, _RGBA: 4}
_DEPTHS = {_GREY: (1, 2, 4, 8, 16), _PALETTE: (1, 2, 4, 8)}
"""Of the other types: 8 and 16 (third edition, table 8)."""
_LARGEST_PROFILE = 1 << 22
_NO_PALETTE = np.empty((0, 4), np.uint8)
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""First column, first row, and steps of the seven passes (clause 8.2)."""
_BY_TYPE = ("PLTE", "tRNS", "bKGD", "sBIT", "hIST")
"""Chunks whose form depends on the colour type."""


@dataclass(frozen=True, slots=True)
class Header:
    """IHDR (third edition, 11.2.1)."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @classmethod
    def of(cls, source: Source) -> Header:
        raw = bytes(_chunk_of(source, "IHDR"))[8:21]
        width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", raw)
        if depth not in _DEPTHS.get(colour, (8, 16)) or colour not in _CHANNELS:
            raise MalformedImage(f"IHDR says {depth} bits of colour type {colour}")
        return cls(width, height, depth, colour, bool(interlace))

    @property
    def channels(self) -> int:
        return _CHANNELS[self.colour]

    @property
    def row_bytes(self) -> int:
        return (self.width * self.channels * self.depth + 7) // 8

    def chunk(self) -> bytes:
        fields = (self.width, self.height, self.depth, self.colour, 0, 0, int(self.interlaced))
        return _chunk(b"IHDR", struct.pack(">IIBBBBB", *fields))


@dataclass(frozen=True, slots=True)
class _Coded:
    """Samples as IDAT holds them, (H, W, channels), and what gives them meaning."""

    header: Header
    samples: Samples
    palette: NDArray[np.uint8]
    """(n, 4) RGBA of the entries that there are."""
    key: tuple[int, ...] | None
    """The one transparent colour of tRNS, for types without palette and alpha."""


def read(source: Source) -> Raster:
    """Decode; grey of fewer than 8 bits is scaled to 8, palettes are looked up."""
    coded = _decoded(source)
    header, samples = coded.header, coded.samples
    icc = _profile(source)
    if header.colour == _PALETTE:
        colours = coded.palette[np.minimum(samples[..., 0], len(coded.palette) - 1)]
        alpha = colours[..., 3] if (coded.palette[:, 3] < 255).any() else None
        return Raster(colours[..., :3], alpha, icc=icc)
    depth = max(header.depth, 8)
    top = (1 << depth) - 1
    alpha = None
    if header.colour in (_GREY_ALPHA, _RGBA):
        samples, alpha = samples[..., :-1], samples[..., -1]
    elif coded.key is not None:
        hidden = (samples == np.array(coded.key, samples.dtype)).all(axis=-1)
        alpha = np.where(hidden, 0, top).astype(samples.dtype)
    if header.depth < 8:
        samples = (samples * (255 // ((1 << header.depth) - 1))).astype(np.uint8)
    return Raster(samples, alpha, depth, icc)


def write(picture: Picture, edited: Samples, quality: int | None) -> Encoded:  # noqa: ARG001
    """The file with its picture coded anew, without loss, every other chunk as it was.

    A palette takes up new colours while it has room; past that the picture becomes RGB. Grey of
    fewer than 8 bits becomes 8-bit grey where an edit needs other shades. Interlacing goes.
    """
    source = picture.source
    before = _decoded(source)
    orientation = source.layout.orientation
    shown, after = stored(picture.pixels, orientation), stored(edited, orientation)
    changed = (shown != after).any(axis=-1)
    coded = _with_edits(before, after, changed)
    rows = np.flatnonzero(changed.any(axis=1))
    reused = coded.header == before.header and not coded.header.interlaced
    old = png_rows.inflated(_image_data(source), _stream_bytes(before.header)) if reused else b""
    coded = replace(coded, header=replace(coded.header, interlaced=False))
    stream = _filtered(coded, old, int(rows[0]), int(rows[-1]) + 1)
    level = png_rows.level_of(_image_data(source))
    data = _assembled(source, coded, before, zlib.compress(stream, level))
    return Encoded(data, source.media_type, exact=True)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:  # noqa: ARG001
    """A new PNG: 8 bits where the picture has them, else 16."""
    samples = edited if picture.alpha is None else np.dstack((edited, picture.alpha))
    if 8 < picture.depth < 16:
        top = (1 << picture.depth) - 1
        samples = (samples.astype(np.uint32) * 65535 + top // 2) // top
    depth = 8 if picture.depth == 8 else 16
    samples = samples.astype(np.uint8 if depth == 8 else np.uint16)
    height, width, channels = samples.shape
    colour = {1: _GREY, 2: _GREY_ALPHA, 3: _RGB, 4: _RGBA}[channels]
    header = Header(width, height, depth, colour, interlaced=False)
    stream = _filtered(_Coded(header, samples, _NO_PALETTE, None), b"", 0, height)
    carried = metadata(picture)
    pieces = [_SIGNATURE, header.chunk()]
    if profile := carried.get("icc_profile"):
        pieces.append(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(profile)))
    if packet := carried.get("xmp"):
        pieces.append(_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))
    if tiff := carried.get("exif"):
        pieces.append(_chunk(b"eXIf", tiff))
    return b"".join((*pieces, _chunk(b"IDAT", zlib.compress(stream)), _chunk(b"IEND", b"")))


# Reading


def _decoded(source: Source) -> _Coded:
    """The samples, by a PNG of only the chunks that they need.

    Whatever else is in the file, a damaged checksum or a text that inflates without end, no
    decoder gets to see.
    """
    if any(block.name in ("acTL", "fcTL", "fdAT") for block in source.layout.blocks):
        raise UnsupportedMediaType("the file is an animated PNG; this takes still pictures")
    header = Header.of(source)
    plte, key = _content(source, "PLTE"), _content(source, "tRNS")
    palette, transparent = _NO_PALETTE, None
    if header.colour == _PALETTE:
        palette = _palette(plte, key)
    elif key and header.colour in (_GREY, _RGB) and len(key) >= 2 * header.channels:
        transparent = struct.unpack_from(f">{header.channels}H", key)
    idat = _image_data(source)
    try:
        samples = _samples(header, plte, idat)
    except (OSError, MalformedImage):
        # Browsers show what there is of a picture that is cut off.
        raw = png_rows.inflated(idat, _stream_bytes(header))
        if not raw or len(raw) == _stream_bytes(header):
            raise
        whole = raw.ljust(_stream_bytes(header), b"\0")
        samples = _samples(header, plte, zlib.compress(whole, 1))
    return _Coded(header, samples, palette, transparent)


def _samples(header: Header, plte: bytes, idat: bytes) -> Samples:
    chunks = [_SIGNATURE, header.chunk()]
    if header.colour == _PALETTE:
        chunks.append(_chunk(b"PLTE", plte))
    data = b"".join((*chunks, _chunk(b"IDAT", idat), _chunk(b"IEND", b"")))
    if header.depth == 16 and header.colour != _GREY:
        return _deep_samples(header, data)
    image = opened(data, "PNG")
    array = np.asarray(image)
    if header.depth < 8 and header.colour == _GREY and array.dtype != np.bool_:
        array = array // (255 // ((1 << header.depth) - 1))
    array = array.astype(np.uint16 if header.depth == 16 else np.uint8)
    return array.reshape(header.height, header.width, header.channels)


def _deep_samples(header: Header, data: bytes) -> Samples:
    """16 bits and more than one channel, which Pillow would cut to 8."""
    array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None or array.dtype != np.uint16:
        raise MalformedImage("the coded PNG picture is damaged; no decoder reads it")
    order = {_RGB: [2, 1, 0], _GREY_ALPHA: [0, 3], _RGBA: [2, 1, 0, 3]}[header.colour]
    return array[..., order]


def _palette(plte: bytes, trns: bytes) -> NDArray[np.uint8]:
    count = len(plte) // 3
    if not 1 <= count <= 256 or len(plte) % 3:
        raise MalformedImage(f"PLTE has {len(plte):,} bytes; 1 to 256 colours have 3 each")
    palette = np.full((count, 4), 255, np.uint8)
    palette[:, :3] = np.frombuffer(plte, np.uint8).reshape(-1, 3)
    opacities = np.frombuffer(trns[:count], np.uint8)
    palette[: len(opacities), 3] = opacities
    return palette


def _profile(source: Source) -> bytes | None:
    content = _content(source, "iCCP")
    name_end = content.find(b"\0")
    if name_end < 0:
        return None
    try:
        return zlib.decompressobj().decompress(content[name_end + 2 :], _LARGEST_PROFILE) or None
    except zlib.error:
        return None


def _stream_bytes(header: Header) -> int:
    """Length of the inflated image data: rows of all passes, a filter type before each."""
    if not header.interlaced:
        return header.height * (1 + header.row_bytes)
    total = 0
    for x, y, across, down in _ADAM7:
        width = (header.width - x + across - 1) // across
        height = (header.height - y + down - 1) // down
        if width > 0 and height > 0:
            total += height * (1 + (width * header.channels * header.depth + 7) // 8)
    return total


# Editing


def _with_edits(coded: _Coded, after: Samples, changed: NDArray[np.bool_]) -> _Coded:
    """The samples with new colours where something changed, in the same coding if it can."""
    header = coded.header
    if header.colour == _PALETTE:
        return _palette_edits(coded, after, changed)
    samples = coded.samples.copy()
    values = after[changed]
    if header.depth < 8:
        step = 255 // ((1 << header.depth) - 1)
        if (values % step).any():
            return _eight_bit_grey(coded, after, changed)
        values = values // step
    if coded.key is not None:
        # What becomes visible in the one transparent colour would vanish.
        hit = (values == np.array(coded.key, values.dtype)).all(axis=-1)
        values = values.copy()
        values[hit, -1] ^= 1
    samples[changed, : values.shape[-1]] = values
    return replace(coded, samples=samples)


def _eight_bit_grey(coded: _Coded, after: Samples, changed: NDArray[np.bool_]) -> _Coded:
    step = 255 // ((1 << coded.header.depth) - 1)
    key = None if coded.key is None else tuple(value * step for value in coded.key)
    header = replace(coded.header, depth=8)
    return _with_edits(_Coded(header, coded.samples * step, coded.palette, key), after, changed)


def _palette_edits(coded: _Coded, after: Samples, changed: NDArray[np.bool_]) -> _Coded:
    samples = coded.samples.copy()
    opacity = coded.palette[np.minimum(samples[changed][:, 0], len(coded.palette) - 1), 3]
    wanted = np.column_stack((after[changed], opacity))
    colours, which = np.unique(wanted, axis=0, return_inverse=True)
    known = {tuple(entry): at for at, entry in reversed([*enumerate(coded.palette.tolist())])}
    added = [colour for colour in map(tuple, colours.tolist()) if colour not in known]
    if len(coded.palette) + len(added) > 1 << coded.header.depth:
        return _true_colour(coded, after)
    known |= {colour: len(coded.palette) + number for number, colour in enumerate(added)}
    palette = np.concatenate((coded.palette, np.array(added, np.uint8).reshape(-1, 4)))
    indices = np.array([known[tuple(colour)] for colour in colours.tolist()], np.uint8)
    samples[changed, 0] = indices[which.reshape(-1)]
    return replace(coded, samples=samples, palette=palette)


def _true_colour(coded: _Coded, after: Samples) -> _Coded:
    opacity = coded.palette[np.minimum(coded.samples, len(coded.palette) - 1)[..., 0], 3]
    opaque = bool((coded.palette[:, 3] == 255).all())
    samples = after if opaque else np.dstack((after, opacity))
    header = replace(coded.header, depth=8, colour=_RGB if opaque else _RGBA)
    return _Coded(header, np.ascontiguousarray(samples), _NO_PALETTE, None)


# Writing


def _filtered(coded: _Coded, old: bytes, first: int, last: int) -> bytes:
    """The image data before compression; only rows ``first`` … ``last`` differ from ``old``."""
    header = coded.header
    shape = (header.height, 1 + header.row_bytes)
    pixel_bytes = max(header.channels * header.depth // 8, 1)
    if len(old) == shape[0] * shape[1]:
        out = np.frombuffer(old, np.uint8).reshape(shape).copy()
    else:
        first, last = 0, header.height
        out = np.empty(shape, np.uint8)
        # Paeth for samples of whole bytes, none for indices (third edition, 12.7).
        out[:, 0] = 0 if header.depth < 8 or header.colour == _PALETTE else 4
    last = min(last + 1, header.height)  # the row below is filtered by the one that changed
    start = max(first - 1, 0)
    raw = png_rows.packed(coded.samples[start:last], header.depth)
    above = np.zeros(header.row_bytes, np.uint8) if first == 0 else raw[0]
    for row in range(first, last):
        current = raw[row - start]
        out[row, 1:] = png_rows.filtered(int(out[row, 0]), current, above, pixel_bytes)
        above = current
    return out.tobytes()


def _assembled(source: Source, coded: _Coded, before: _Coded, idat: bytes) -> bytes:
    view = memoryview(source.data)
    recoloured = (
        coded.header.colour != before.header.colour or coded.header.depth != before.header.depth
    )
    pieces: list[bytes | memoryview] = []
    written = False
    for block in source.layout.blocks:
        if block.name == "IHDR":
            pieces.append(coded.header.chunk())
        elif block.name == "IDAT":
            pieces += [] if written else [_chunk(b"IDAT", idat)]
            written = True
        elif block.name == "PLTE" and coded.header.colour == _PALETTE:
            pieces.append(_chunk(b"PLTE", coded.palette[:, :3].tobytes()))
            opacities = coded.palette[:, 3].tobytes().rstrip(b"\xff")
            pieces += [_chunk(b"tRNS", opacities)] if opacities else []
        elif block.name == "tRNS" and coded.key is not None:
            pieces.append(_chunk(b"tRNS", struct.pack(f">{len(coded.key)}H", *coded.key)))
        elif block.name == "tRNS" or (block.name in _BY_TYPE and recoloured):
            continue
        else:
            pieces.append(view[block.offset : block.offset + block.length])
    return b"".join(pieces)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(name))
    return b"".join((len(content).to_bytes(4, "big"), name, content, check.to_bytes(4, "big")))


def _chunk_of(source: Source, name: str) -> memoryview:
    found = next((block for block in source.layout.blocks if block.name == name), None)
    return (
        memoryview(source.data)[found.offset : found.offset + found.length]
        if found
        else memoryview(b"")
    )


def _content(source: Source, name: str) -> bytes:
    """What a chunk holds; empty where there is none."""
    return bytes(_chunk_of(source, name)[8:-4])


def _image_data(source: Source) -> bytes:
    """The content of the IDAT chunks, joined."""
    run = next(block for block in source.layout.blocks if block.name == "IDAT")
    return b"".join(_contents(memoryview(source.data)[run.offset : run.offset + run.length]))


def _contents(chunks: memoryview) -> Iterator[memoryview]:
    at = 0
    while at + 8 <= len(chunks):
        length = int.from_bytes(chunks[at : at + 4], "big")
        yield chunks[at + 8 : at + 8 + length]
        at += 12 + length
