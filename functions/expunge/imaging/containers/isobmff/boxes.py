"""Boxes of the ISO base media file format (ISO/IEC 14496-12, clause 4.2) and their fields."""

from __future__ import annotations

import struct
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from expunge.errors import MalformedImage
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Pieces = list[bytes | memoryview]
"""Byte strings that are joined once, at the end."""


def codes(names: str) -> frozenset[str]:
    """Split a string into a set of four-character codes."""
    return frozenset(names.split())


_HEAD = struct.Struct(">I4s")
_UNSIGNED = {1: struct.Struct(">B"), 2: struct.Struct(">H"), 4: struct.Struct(">I"),
             8: struct.Struct(">Q")}  # fmt: skip


class Box(NamedTuple):
    """Offsets of a box: its header from ``start`` to ``body``, its content up to ``end``."""

    type: str
    start: int
    body: int
    end: int
    usertype: bytes = b""
    """The 16 bytes of a ``uuid`` box's extended type."""


def box_at(data: memoryview, start: int, end: int) -> Box | None:
    """Return the box at ``start``, or ``None`` if its header is invalid.

    Size 0 means up to ``end``. Size 1 means that a 64-bit size follows.
    """
    body = start + 8
    if body > end or body > len(data):
        return None
    size, code = _HEAD.unpack_from(data, start)
    if size == 1:
        size, body = int.from_bytes(data[body : body + 8], "big"), body + 8
    elif size == 0:
        size = end - start
    usertype = b""
    if code == b"uuid":
        usertype, body = bytes(data[body : body + 16]), body + 16
    stop = start + size
    if stop > end or body > stop:
        return None
    return Box(code.decode("latin-1"), start, body, stop, usertype)


def boxes(data: memoryview, start: int, end: int, within: str) -> Iterator[Box]:
    """Yield the boxes from ``start`` to ``end``. Fewer than eight bytes of padding may follow.

    Raises
    ------
    MalformedImage
        A box exceeds its parent box.
    ImageTooLarge
        There are too many boxes.
    """
    count, most, readable = 0, LIMITS.blocks, min(end, len(data))
    while end - start >= 8:
        count += 1
        if count > most:
            LIMITS.check_blocks(count)
        box: Box | None
        size, code = _HEAD.unpack_from(data, start) if start + 8 <= readable else (0, b"")
        if 8 <= size <= end - start and code != b"uuid":
            box = Box(code.decode("latin-1"), start, start + 8, start + size)
        else:
            box = box_at(data, start, end)
        if box is None:
            raise MalformedImage(f"{within}: the box at byte {start} does not fit in its parent")
        yield box
        start = box.end


def make_box(name: str, content: Iterable[bytes | memoryview]) -> Pieces:
    """Return a box with a 32-bit size around ``content``."""
    pieces = list(content)
    size = 8 + sum(map(len, pieces))
    return [size.to_bytes(4, "big") + name.encode("latin-1"), *pieces]


class Fields:
    """Reads the big-endian fields of one box in order, never past its end."""

    __slots__ = ("_data", "at", "end", "within")

    def __init__(self, data: memoryview, start: int, end: int, within: str) -> None:
        self._data = data
        self.at = start
        self.end = end
        self.within = within

    def unsigned(self, size: int) -> int:
        """Read 1, 2, 4 or 8 bytes as a number; 0 for size 0."""
        start = self.at
        self.at = end = start + size
        if end > self.end:
            raise self._ends_early()
        return _UNSIGNED[size].unpack_from(self._data, start)[0] if size else 0

    def unpack(self, form: struct.Struct) -> tuple[Any, ...]:
        """Read several fields at once."""
        start = self.at
        self.at = end = start + form.size
        if end > self.end:
            raise self._ends_early()
        return form.unpack_from(self._data, start)

    def numbers(self, count: int, size: int) -> list[int]:
        """Read some numbers of 1, 2, 4 or 8 bytes each."""
        packed = self.span(count * size)
        return list(map(itemgetter(0), _UNSIGNED[size].iter_unpack(packed)))

    def text(self, size: int) -> str:
        """Read ``size`` bytes, one character each."""
        start = self.at
        self.skip(size)
        return str(self._data[start : self.at], "latin-1")

    def string(self) -> str:
        """Read up to the next NUL or the end of the box."""
        rest = bytes(self._data[self.at : self.end])
        found = rest.split(b"\0", 1)[0]
        self.at = min(self.end, self.at + len(found) + 1)
        return found.decode("latin-1")

    def full_box(self) -> tuple[int, int]:
        """Read version and flags."""
        (both,) = self.unpack(_UNSIGNED[4])
        return both >> 24, both & 0xFFFFFF

    def skip(self, size: int) -> None:
        self.at += size
        if self.at > self.end:
            raise self._ends_early()

    def _ends_early(self) -> MalformedImage:
        return MalformedImage(f"{self.within} ends early, at byte {self.end}")

    def span(self, size: int) -> memoryview:
        """Return a view of the next ``size`` bytes."""
        start = self.at
        self.skip(size)
        return self._data[start : self.at]
