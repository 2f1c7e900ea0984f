"""Convert EXIF field values to text (Exif 3.0, 4.6.2 and 4.6.5)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from expunge.imaging.provenance import exif_tags as tags
from expunge.imaging.provenance.fact import decoded

if TYPE_CHECKING:
    from expunge.imaging.tiff import Entry

MAX_NUMBERS = 16
"""Numbers of one value that are shown."""

_BYTE, _ASCII, _UNDEFINED, _UTF8 = 1, 2, 7, 129
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_RATIONALS = {5: "II", 10: "ii"}
_CODED_TEXT = frozenset({"UserComment", "GPSProcessingMethod", "GPSAreaInformation"})


def value_text(data: memoryview, order: str, entry: Entry, name: str) -> str:
    """Return a value as text: a decoded string, decimal numbers, or a sample of other bytes."""
    if entry.type in (_ASCII, _UTF8):
        return decoded(data).rstrip()
    if entry.tag in tags.XP_TAGS and entry.type in (_BYTE, _UNDEFINED):
        return decoded(data, "utf-16-le")
    if name in _CODED_TEXT:
        return coded_text(data)
    if entry.type in (_BYTE, _UNDEFINED) and entry.length > 4:
        return _opaque(data)
    if entry.type == _UNDEFINED:
        return decoded(data, "latin-1")
    return _numbers(data, order, entry)


def coded_text(data: memoryview) -> str:
    """Decode a text with an eight-byte character code before it, such as UserComment.

    For ``UNICODE``, the byte order is detected from the text, because many programs write
    UTF-16-BE regardless of the order of the TIFF structure.
    """
    code, text = bytes(data[:8]), data[8:]
    if code.startswith(b"UNICODE"):
        return decoded(text, _utf16(text)).lstrip("\ufeff")
    if code.startswith(b"JIS"):
        return decoded(text, "iso2022_jp")
    if code.startswith(b"ASCII") or not code.strip(b"\0"):
        return decoded(text)
    return decoded(data)


def _utf16(text: memoryview) -> str:
    """Detect the UTF-16 byte order by its mark, else by the zero bytes of Latin letters."""
    head = bytes(text[:512])
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"
    return "utf-16-be" if head[::2].count(0) >= head[1::2].count(0) else "utf-16-le"


def _opaque(data: memoryview) -> str:
    """Printable bytes as text; for others, their number and first bytes."""
    head = bytes(data[:64]).rstrip(b"\0")
    if head and head.isascii() and head.decode("ascii").isprintable():
        return decoded(data)
    return f"{len(data)} bytes: {head[:16].hex(' ')}"


def _numbers(data: memoryview, order: str, entry: Entry) -> str:
    count = min(entry.count, MAX_NUMBERS)
    if entry.type in _RATIONALS:
        flat = struct.unpack_from(order + _RATIONALS[entry.type] * count, data)
        words = [_ratio(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
    else:
        numbers = struct.unpack_from(f"{order}{count}{_CODES[entry.type]}", data)
        words = [f"{n:.8g}" if isinstance(n, float) else str(n) for n in numbers]
    return " ".join(words) + (" …" if entry.count > count else "")


def _ratio(numerator: int, denominator: int) -> str:
    return f"{numerator / denominator:.10g}" if denominator else f"{numerator}/0"
