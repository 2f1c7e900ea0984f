"""The first fields of a JPEG XL codestream: size, orientation, animation.

ISO/IEC 18181-1, annex D (SizeHeader, ImageMetadata).
"""

from __future__ import annotations

from dataclasses import dataclass

from expunge.errors import MalformedImage
from expunge.imaging.containers.jxl.bits import BitReader

SIGNATURE = b"\xff\x0a"

HEADER_BYTES = 64
"""More than the fields below need: 2 + 17 bytes."""

CODING_BYTES = 4096
"""Enough for the later fields with any realistic number of named extra channels."""

_ENUM = ((0, 0), (0, 1), (4, 2), (6, 18))

_SIZES = ((9, 1), (13, 1), (18, 1), (30, 1))
_RATIOS = ((1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Width to height, for ratio fields 1 to 7."""


@dataclass(frozen=True, slots=True)
class Header:
    """Image size in pixels before ``orientation`` (1–8, as in EXIF) is applied."""

    width: int
    height: int
    orientation: int
    animated: bool


def read_header(data: bytes) -> Header:
    """Read the header from a codestream's first `HEADER_BYTES`.

    Raises
    ------
    MalformedImage
        The signature is missing, or the fields end early.
    """
    return _header(_reader(data, HEADER_BYTES))[0]


@dataclass(frozen=True, slots=True)
class Coding:
    """Coding of the samples."""

    depth: int
    """Bits per sample; 0 for floating point."""
    xyb: bool
    """Whether colours were converted to XYB, the colour space of lossy coding."""


def read_coding(data: bytes) -> Coding:
    """Read depth and colour from a codestream's first `CODING_BYTES`.

    Raises
    ------
    MalformedImage
        As for `read_header`, and for animations.
    """
    bits = _reader(data, CODING_BYTES)
    header, all_default = _header(bits)
    if all_default:
        return Coding(8, xyb=True)
    if header.animated:
        raise MalformedImage("the coding of an animation cannot be read")
    depth = _depth(bits)
    bits.flag()  # whether 16-bit buffers suffice
    for _ in range(bits.u32((0, 0), (0, 1), (4, 2), (12, 1))):
        _skip_extra_channel(bits)
    return Coding(depth, xyb=bits.flag())


def _reader(data: bytes, size: int) -> BitReader:
    if data[:2] != SIGNATURE:
        raise MalformedImage("the codestream does not begin with its signature, FF 0A")
    return BitReader(data[2:size], "the codestream's header")


def _header(bits: BitReader) -> tuple[Header, bool]:
    """Size and the optional first fields, and whether all other fields have default values."""
    width, height = _size(bits)
    orientation, animated = 1, False
    all_default = bits.flag()
    if not all_default and bits.flag():
        orientation = 1 + bits.bits(3)
        if bits.flag():
            _size(bits)  # intrinsic display size
        if bits.flag():
            _preview_size(bits)
        animated = bits.flag()
    return Header(width, height, orientation, animated), all_default


def _depth(bits: BitReader) -> int:
    """BitDepth (D.3.5)."""
    if bits.flag():
        bits.u32((0, 32), (0, 16), (0, 24), (6, 1))
        bits.bits(4)
        return 0
    return bits.u32((0, 8), (0, 10), (0, 12), (6, 1))


def _skip_extra_channel(bits: BitReader) -> None:
    """ExtraChannelInfo (D.3.6): alpha, depth, spot colour and others."""
    if bits.flag():
        return
    kind = bits.u32(*_ENUM)
    _depth(bits)
    bits.u32((0, 0), (0, 3), (0, 4), (3, 1))
    bits.skip(8 * bits.u32((0, 0), (4, 0), (5, 16), (10, 48)))
    if kind == 0:
        bits.flag()  # whether colours are multiplied by alpha
    elif kind == 2:
        bits.skip(4 * 16)  # a spot colour
    elif kind == 5:
        bits.u32((0, 1), (2, 0), (4, 3), (8, 19))  # a colour filter array's channel


def _size(bits: BitReader) -> tuple[int, int]:
    small = bits.flag()
    height = 8 * (bits.bits(5) + 1) if small else bits.u32(*_SIZES)
    ratio = bits.bits(3)
    if ratio:
        across, down = _RATIOS[ratio - 1]
        return height * across // down, height
    return (8 * (bits.bits(5) + 1) if small else bits.u32(*_SIZES)), height


def _preview_size(bits: BitReader) -> None:
    by_eight = bits.flag()
    ways = (
        ((0, 16), (0, 32), (5, 1), (9, 33))
        if by_eight
        else ((6, 1), (8, 65), (10, 321), (12, 1345))
    )
    bits.u32(*ways)
    if bits.bits(3) == 0:
        bits.u32(*ways)
