"""Values of EXIF fields as text (Exif 3.0, 4.6.2 and 4.6.5)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from expunge.imaging.provenance import exif_tags as tags
from expunge.imaging.provenance.fact import decoded

if TYPE_CHECKING:
    from expunge.imaging.tiff import Entry

MAX_NUMBERS = 16
"""Of one value that are written out."""

_BYTE, _ASCII, _UNDEFINED, _UTF8 = 1, 2, 7, 129
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_RATIONALS = {5: "II", 10: "ii"}
_CODED_TEXT = frozenset({"UserComment", "GPSProcessingMethod", "GPSAreaInformation"})


def value_text(data: memoryview, order: str, entry: Entry, name: str) -> str:
    """A value as text: strings decoded, numbers in decimal, other bytes counted and sampled."""
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
    """A text with an eight-byte character code before it (UserComment and its like).

    ``UNICODE`` is read in the byte order that the text itself shows: many
    programs write UTF-16-BE whatever the order of the TIFF structure.
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
    """Which UTF-16 a text is: by its mark, else by where the zero bytes of Latin letters stand."""
    head = bytes(text[:512])
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"
    return "utf-16-be" if head[::2].count(0) >= head[1::2].count(0) else "utf-16-le"


def _opaque(data: memoryview) -> str:
    """Printable bytes as text, others as their number and their beginning."""
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
