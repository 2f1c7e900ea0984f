"""The part of a PNG chunk that decoders use (third edition, clause 11; APNG).

A chunk may be longer than its fields, and a field may hold an invalid value. Decoders ignore
both, so removing them changes no image, and nothing can hide there.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging import icc

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTHS = {
    b"CgBI": 4, b"IHDR": 13, b"IEND": 0, b"acTL": 8, b"fcTL": 26, b"gAMA": 4, b"sRGB": 1,
    b"cHRM": 32, b"pHYs": 9, b"cICP": 4, b"mDCV": 24, b"mDCv": 24, b"cLLI": 8, b"cLLi": 8,
    b"sTER": 1,
}  # fmt: skip
"""Length of all fields in bytes, for chunks where it is constant."""
FIXED = frozenset((*_LENGTHS, b"PLTE", b"tRNS", b"sBIT", b"bKGD"))

_INDEXED = 3
_CHANNELS = {0: 1, 2: 3, _INDEXED: 3, 4: 2, 6: 4}
"""Significant-bit counts by colour type (11.3.2.7)."""
_SAMPLES = {0: 1, 2: 3, 4: 1, 6: 3}
"""Samples of a background colour by colour type (11.3.4.1)."""

_MAX_CHROMATICITY = 500_000
"""In units of 1/100,000. No real primary exceeds 1.3 (ACES AP0 and AP1, ProPhoto)."""
_GAMMA = range(16, 625_000_001)
"""Gamma values that libpng accepts, times 100,000."""
_MAX_DENSITY = 10_000_000
"""Pixels per metre: about 250,000 per inch."""
_MAX_LUMINANCE = 100_000_000
"""In units of 0.0001 cd/m²: 10,000 cd/m², the maximum of PQ (SMPTE ST 2084)."""

PROFILE_NAME = b"icc"
"""Fixed profile name. The original one is free text."""
_MAX_PROFILE = 1 << 20
"""Bytes of a profile that are inflated to find its end."""


@dataclass(frozen=True, slots=True)
class Header:
    """Bit depth and colour type of IHDR."""

    depth: int
    colour: int


def needed(chunk: bytes, content: memoryview, header: Header) -> bytes | None:
    """Return the part of a `FIXED` chunk's content that decoders use, or ``None`` if none."""
    length = _length(chunk, len(content), header)
    fields = content[:length].tobytes()
    if not fields:
        return b"" if chunk == b"IEND" else None
    if len(fields) < length or not _VALID.get(chunk, _anything)(fields, header):
        return None
    if chunk == b"tRNS" and header.colour != _INDEXED and header.depth < 16:
        # Decoders compare only the low bits of each 16-bit sample (11.3.2.1).
        most = (1 << header.depth) - 1
        samples = struct.unpack(f">{length // 2}H", fields)
        return struct.pack(f">{length // 2}H", *(sample & most for sample in samples))
    return fields


def _length(chunk: bytes, size: int, header: Header) -> int:
    """Length of a chunk's fields in bytes, for this colour type and depth."""
    if chunk == b"PLTE":
        return 3 * min(size // 3, 1 << header.depth)
    if chunk == b"tRNS":
        return {0: 2, 2: 6, _INDEXED: min(size, 1 << header.depth)}.get(header.colour, 0)
    if chunk == b"sBIT":
        return _CHANNELS.get(header.colour, 0)
    if chunk == b"bKGD":
        return 1 if header.colour == _INDEXED else 2 * _SAMPLES.get(header.colour, 0)
    return _LENGTHS[chunk]


def _anything(_: bytes, __: Header) -> bool:
    return True


def _is_background(fields: bytes, header: Header) -> bool:
    if header.colour == _INDEXED:
        return True
    return all(s < 1 << header.depth for s in struct.unpack(f">{len(fields) // 2}H", fields))


def _is_mastering(fields: bytes, _: Header) -> bool:
    most, least = struct.unpack_from(">II", fields, 16)
    return bool(least <= most <= _MAX_LUMINANCE)


def _numbers_up_to(most: int) -> Callable[[bytes, Header], bool]:
    return lambda fields, _: max(struct.unpack(f">{len(fields) // 4}I", fields)) <= most


_VALID: dict[bytes, Callable[[bytes, Header], bool]] = {
    b"PLTE": lambda _, header: header.colour == _INDEXED,
    b"gAMA": lambda fields, _: int.from_bytes(fields, "big") in _GAMMA,
    b"cHRM": _numbers_up_to(_MAX_CHROMATICITY),
    b"sRGB": lambda fields, _: fields[0] <= 3,
    b"sTER": lambda fields, _: fields[0] <= 1,
    b"pHYs": lambda fields, header: (
        fields[8] <= 1 and _numbers_up_to(_MAX_DENSITY)(fields[:8], header)
    ),
    b"cICP": lambda fields, _: fields[2] == 0 and fields[3] <= 1,
    b"mDCV": _is_mastering,
    b"mDCv": _is_mastering,
    b"cLLI": _numbers_up_to(_MAX_LUMINANCE),
    b"cLLi": _numbers_up_to(_MAX_LUMINANCE),
    b"sBIT": lambda fields, header: (
        0 < min(fields) <= max(fields) <= (8 if header.colour == _INDEXED else header.depth)
    ),
    b"bKGD": _is_background,
}
"""Conditions under which decoders use the fields. No decoder uses a palette in a truecolour
image, where it only suggests colours for a reduction."""


def profile(content: memoryview) -> bytes | None:
    """Return an iCCP chunk's content without free text, or ``None`` if it holds no profile.

    The compressed stream of a profile over 1 MiB is copied without a check.
    """
    name, _, rest = content.tobytes().partition(b"\0")
    inflate = zlib.decompressobj()
    try:
        head = inflate.decompress(rest[1:], icc.HEADER_BYTES)
        length = icc.length(head)
        if not name or rest[:1] != b"\0" or length is None:
            return None
        stream = rest[1:]
        if length <= _MAX_PROFILE:
            most = length - len(head) + 1
            whole = head + inflate.decompress(inflate.unconsumed_tail, most)
            if len(whole) > length:
                stream = zlib.compress(whole[:length])
            elif inflate.eof:
                stream = stream[: len(stream) - len(inflate.unused_data)]
    except zlib.error:
        return None
    return PROFILE_NAME + b"\0\0" + stream
