"""The first fields of a JPEG XL codestream: size, orientation, animation.

ISO/IEC 18181-1, annex D (SizeHeader, ImageMetadata).
"""

from __future__ import annotations

from dataclasses import dataclass

from expunge.errors import MalformedImage
from expunge.imaging.containers.jxl.bits import BitReader

SIGNATURE = b"\xff\x0a"

HEADER_BYTES = 64
"""More than the fields below can take: 2 + 17 bytes of bits."""

_SIZES = ((9, 1), (13, 1), (18, 1), (30, 1))
_RATIOS = ((1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Width to height, for ratio fields 1 to 7."""


@dataclass(frozen=True, slots=True)
class Header:
    """``width`` and ``height`` are before ``orientation`` (1–8, as in EXIF)."""

    width: int
    height: int
    orientation: int
    animated: bool


def read_header(data: bytes) -> Header:
    """Read the header from a codestream's first `HEADER_BYTES`.

    Raises
    ------
    MalformedImage
        Where the signature is missing or the fields end early.
    """
    if data[:2] != SIGNATURE:
        raise MalformedImage("the codestream does not begin with its signature, FF 0A")
    bits = BitReader(data[2:HEADER_BYTES], "the codestream's header")
    width, height = _size(bits)
    orientation, animated = 1, False
    all_default = bits.flag()
    if not all_default and bits.flag():
        orientation = 1 + bits.bits(3)
        if bits.flag():
            _size(bits)  # the size it is meant to be shown in
        if bits.flag():
            _preview_size(bits)
        animated = bits.flag()
    return Header(width, height, orientation, animated)


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
