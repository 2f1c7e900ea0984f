"""The little of EXIF that outlives a strip: the orientation.

TIFF 6.0 (section 2) gives the structure, Exif 3.0 (section 4.6) the tags.
"""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_SHORT, _LONG = 3, 4
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_MOST_ENTRIES = 1_000
"""Of an IFD, before it counts as broken; real ones hold fewer than 100."""


def orientation(tiff: memoryview) -> int | None:
    """The orientation (1–8) that IFD0 states; ``None`` where it states none or is broken."""
    order = _BYTE_ORDERS.get(bytes(tiff[:4]))
    if order is None or len(tiff) < 8:
        return None
    (ifd,) = struct.unpack_from(order + "I", tiff, 4)
    if ifd + 2 > len(tiff):
        return None
    (count,) = struct.unpack_from(order + "H", tiff, ifd)
    fitting = (len(tiff) - ifd - 2) // 12
    for index in range(min(count, fitting, _MOST_ENTRIES)):
        tag, kind, number = struct.unpack_from(order + "HHI", tiff, ifd + 2 + 12 * index)
        if tag == _ORIENTATION and number == 1 and kind in (_SHORT, _LONG):
            code = "H" if kind == _SHORT else "I"
            (value,) = struct.unpack_from(order + code, tiff, ifd + 10 + 12 * index)
            return value if 1 <= value <= 8 else None
    return None


def minimal(value: int) -> bytes:
    """The smallest TIFF structure that states an orientation (1–8) and nothing else: 26 bytes."""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, _ORIENTATION, _SHORT, 1, value, 0, 0)


def is_minimal(tiff: memoryview) -> bool:
    """Whether an EXIF block holds an orientation from 2 to 8 and not one bit more."""
    value = orientation(tiff) or 1
    return value > 1 and bytes(tiff) == minimal(value)
