"""Validate the small boxes next to a JPEG XL codestream (ISO/IEC 18181-2).

A decoder ignores an invalid box, and bytes after a box's fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging import gainmap
from expunge.imaging.containers.jxl.codestream import SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_TYPE = b"jxl \0\0\0\0jxl "
"""The only valid content of ``ftyp``."""
_LEVELS = (5, 10)
_MAX_VARINT = 9
"""Bytes of a variable-length integer: 63 bits."""


def needed(name: str, content: memoryview) -> bytes | memoryview | None:
    """Return the part of a box that decoders use, or ``None`` for an invalid box."""
    return _CHECKS[name](content)


def file_type(_: memoryview) -> bytes:
    return FILE_TYPE


def level(content: memoryview) -> memoryview | None:
    """``jxll``: one byte, the conformance level of the codestream."""
    return content[:1] if content and content[0] in _LEVELS else None


def frame_index(content: memoryview) -> memoryview | None:
    """``jxli``: the frame count, a tick as a fraction, then offset, ticks and frames of each.

    It only makes seeking faster, so any inconsistency drops it.
    """
    count, at = _varint(content, 0)
    at += 8
    if not 0 < count <= len(content) // 3 or at > len(content):
        return None
    if int.from_bytes(content[at - 4 : at], "big") == 0:
        return None
    for _ in range(3 * count):
        value, at = _varint(content, at)
        if value < 0:
            return None
    return content if at == len(content) else None


def gain_map(content: memoryview) -> memoryview | None:
    """``jhgm``: version, metadata, colour encoding, compressed profile, codestream.

    The metadata, colour encoding and profile have lengths of 16, 8 and 32 bits before them.
    """
    if bytes(content[:1]) != b"\0":
        return None
    start = 3
    at = start + int.from_bytes(content[1:3], "big")
    described = content[start:at]
    at += 1 + (content[at] if at < len(content) else 0)
    at += 4 + int.from_bytes(content[at : at + 4], "big")
    whole = gainmap.metadata(described) == bytes(described)
    return content if whole and bytes(content[at : at + 2]) == SIGNATURE else None


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    """Read an integer of seven bits per byte, lowest first; -1 if it does not end."""
    value = 0
    for shift in range(_MAX_VARINT):
        if at >= len(content):
            break
        value |= (content[at] & 0x7F) << 7 * shift
        at += 1
        if content[at - 1] < 0x80:
            return value, at
    return -1, at


_CHECKS: dict[str, Callable[[memoryview], bytes | memoryview | None]] = {
    "ftyp": file_type,
    "jxll": level,
    "jxli": frame_index,
    "jhgm": gain_map,
}
CHECKED = frozenset(_CHECKS)
