"""The boxes of a whole file, read by their headers alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge
from expunge.imaging.containers.movie.grammar import PADDING, TOP
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from expunge.imaging.data import Data

MAX_INDEX = 1 << 27
"""Bytes of all boxes that are read whole: movie header, fragments' headers, and indexes."""
_KNOWN = TOP | PADDING | frozenset(("uuid", "meta", "emsg", "prft", "udta", "pnot", "PICT"))


@dataclass(frozen=True, slots=True)
class Top:
    """A box of the file. ``end`` may exceed a truncated file."""

    type: str
    start: int
    body: int
    end: int
    usertype: bytes = b""


@dataclass(frozen=True, slots=True)
class Scan:
    """The boxes of a file, and what does not belong to any."""

    tops: tuple[Top, ...]
    rest: int
    """Offset of the bytes after the last box; the file's length if there are none."""
    broken: str


def scan(data: Data) -> Scan:
    """Read the headers of all boxes.

    Raises
    ------
    expunge.errors.ImageTooLarge
        There are too many boxes, or those that are read whole are too long.
    """
    found: list[Top] = []
    at, end, read = 0, len(data), 0
    while at < end:
        top = _header(data, at, end)
        if top is None or (top.end > end and top.type not in _KNOWN):
            return Scan(tuple(found), at, "")
        if top.end > end:
            found.append(top)
            broken = f"the file ends within the box {top.type!r}, {top.end - end:,} bytes early"
            return Scan(tuple(found), end, broken)
        found.append(top)
        read += top.end - top.start if top.type in TOP and top.type != "mdat" else 0
        if read > MAX_INDEX:
            raise ImageTooLarge(f"the indexes of the file have more than {MAX_INDEX:,} bytes")
        LIMITS.check_blocks(len(found))
        at = top.end
    return Scan(tuple(found), end, "")


def _header(data: Data, at: int, end: int) -> Top | None:
    head = data[at : min(at + 32, end)]
    size, length = int.from_bytes(head[:4], "big"), 8
    if len(head) < 8 or not head[4:8].isascii():
        return None
    if size == 1:
        size, length = int.from_bytes(head[8:16], "big"), 16
    elif size == 0:
        size = end - at
    kind, usertype = head[4:8].decode("latin-1"), b""
    if kind == "uuid":
        usertype, length = head[length : length + 16], length + 16
    if size < length or length > len(head):
        return None
    return Top(kind, at, at + length, at + size, usertype)
