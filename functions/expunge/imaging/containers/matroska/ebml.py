"""Elements of EBML: an id, a size, and content (RFC 8794, sections 4 to 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.data import Data

VOID, CRC = 0xEC, 0xBF
_HEADER = 12
"""Bytes of the longest header: four of an id, eight of a size."""


@dataclass(frozen=True, slots=True)
class Element:
    """Offsets of an element: its header from ``start`` to ``body``, its content up to ``end``."""

    id: int
    start: int
    body: int
    end: int
    """May exceed a truncated file; the end of the parent if the size is unknown."""
    unknown: bool = False


def element_at(data: Data, at: int, end: int) -> Element | None:
    """Return the element at an offset, or ``None`` if there is no valid header."""
    head = data[at : min(at + _HEADER, end)]
    width = _width(head, 0, 4)
    if not width:
        return None
    length = _width(head, width, 8)
    if not length:
        return None
    raw = head[width : width + length]
    size = int.from_bytes(raw, "big") & (1 << 7 * length) - 1
    body = at + width + length
    unknown = size == (1 << 7 * length) - 1
    number = int.from_bytes(head[:width], "big")
    return Element(number, at, body, end if unknown else body + size, unknown)


def _width(head: bytes, at: int, most: int) -> int:
    """Bytes of a number by its first byte; 0 if it is invalid or cut."""
    if at >= len(head) or not head[at]:
        return 0
    width = 9 - head[at].bit_length()
    return width if width <= most and at + width <= len(head) else 0


def elements(data: Data, start: int, end: int) -> Iterator[Element]:
    """Yield the elements of a span.

    Raises
    ------
    MalformedImage
        One exceeds the span, or has an unknown size.
    """
    while start < end:
        found = element_at(data, start, end)
        if found is None or found.end > end or found.unknown:
            raise MalformedImage(f"the EBML element at byte {start:,} does not fit in its parent")
        yield found
        start = found.end


def size_field(size: int, width: int = 0) -> bytes:
    """Serialise a size, in the fewest bytes or in ``width``."""
    if not width:
        width = next(each for each in range(1, 9) if size < (1 << 7 * each) - 1)
    return (size | 1 << 7 * width).to_bytes(width, "big")


def identifier(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def header(number: int, size: int, width: int = 0) -> bytes:
    """Serialise the header of an element."""
    return identifier(number) + size_field(size, width)


def element(number: int, *content: bytes, width: int = 0) -> bytes:
    """Serialise an element."""
    return header(number, sum(map(len, content)), width) + b"".join(content)


def unsigned(number: int, value: int, width: int = 0) -> bytes:
    """Serialise an unsigned integer."""
    return element(number, value.to_bytes(width or max(1, (value.bit_length() + 7) // 8), "big"))
