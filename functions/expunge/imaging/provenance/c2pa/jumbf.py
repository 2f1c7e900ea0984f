"""Read JUMBF superboxes (ISO/IEC 19566-5) into a tree of views, without copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 16
"""Levels of superboxes. A C2PA store needs four."""
MAX_BOXES = 20_000
"""Boxes of all kinds in one store."""
MAX_LABEL = 512
"""Bytes of a label. Every report on the box repeats it."""

_TYPE_TAIL = bytes.fromhex("00110010800000aa00389b71")
_LABELLED = 2  # toggle of the description box: a label follows (19566-5, A.3)


@dataclass(frozen=True, slots=True)
class Box:
    """A box other than a superbox: four-character type, and content without header."""

    type: bytes
    data: memoryview


@dataclass(frozen=True, slots=True)
class Superbox:
    """A ``jumb`` box: the fields of its description box, and its contents."""

    type: bytes
    """The content type UUID, 16 bytes."""
    label: str
    payload: memoryview
    """All bytes after the superbox's own header. A hashed URI covers these (C2PA 2.2, 8.4.2.3)."""
    offset: int
    """Offset of the payload in the parsed bytes."""
    contents: tuple[Box, ...]
    children: tuple[Superbox, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Offset and length of the whole box, with a header of eight bytes."""
        return max(self.offset - 8, 0), len(self.payload) + 8

    @property
    def kind(self) -> bytes:
        """The first four characters of a JUMBF or C2PA content type; empty for other types."""
        return self.type[:4] if self.type[4:] == _TYPE_TAIL else b""

    @property
    def is_blank(self) -> bool:
        """Whether its contents are zeros, which redaction may write (C2PA 2.2, 6.8)."""
        return not any(bytes(box.data).strip(b"\0") for box in self.contents)

    def content(self, *types: bytes) -> memoryview | None:
        """Return the content of the first box of one of these types, or ``None``."""
        return next((box.data for box in self.contents if box.type in types), None)


def parse(data: bytes | memoryview, faults: list[str] | None = None) -> tuple[Superbox, ...]:
    """Split ``data`` into superboxes.

    Parameters
    ----------
    data
        Consecutive boxes.
    faults
        If given, a fault does not raise. The first one is appended here, and the readable data is
        returned: the boxes before it, and the available part of a truncated box.

    Raises
    ------
    expunge.errors.MalformedImage
        A size or description box is invalid, or a limit is exceeded. The message says where.
    """
    tree = _Tree(faults)
    return tuple(tree.superboxes(memoryview(data), 0, 0)[1])


def is_store(data: bytes | memoryview) -> bool:
    """Whether the bytes begin a superbox labelled ``c2pa``, by structure only."""
    view = memoryview(data)
    if len(view) < 37 or bytes(view[4:8]) != b"jumb":
        return False
    start = 16 if int.from_bytes(view[:4]) == 1 else 8
    description = bytes(view[start + 4 : start + 30])
    return description.startswith(b"jumd") and description.endswith(b"c2pa\0")


class _Tree:
    def __init__(self, faults: list[str] | None) -> None:
        self.faults = faults
        self.count = 0

    def fail(self, reason: str, offset: int) -> None:
        message = f"The C2PA manifest store is malformed at its byte {offset}: {reason}."
        if self.faults is None:
            raise MalformedImage(message)
        if not self.faults:
            self.faults.append(message)

    def boxes(self, data: memoryview, base: int) -> Iterator[tuple[Box, int]]:
        """Yield consecutive boxes with their content offsets. Size 0 means up to the end."""
        at = 0
        while at < len(data):
            self.count += 1
            if self.count > MAX_BOXES:
                return self.fail("too many boxes", base + at)
            size, header = int.from_bytes(data[at : at + 4]), 8
            if size == 1:
                size, header = int.from_bytes(data[at + 8 : at + 16]), 16
            elif size == 0:
                size = len(data) - at
            if size < header or len(data) - at < header:
                return self.fail("a wrong box size", base + at)
            if size > len(data) - at:
                self.fail("a box runs past the end", base + at)
            end = min(at + size, len(data))
            yield Box(bytes(data[at + 4 : at + 8]), data[at + header : end]), base + at + header
            at = end
        return None

    def superboxes(
        self, data: memoryview, base: int, depth: int
    ) -> tuple[list[Box], list[Superbox]]:
        """Return the plain boxes and the superboxes of a sequence."""
        plain: list[Box] = []
        found: list[Superbox] = []
        for box, offset in self.boxes(data, base):
            if box.type != b"jumb":
                plain.append(box)
            elif superbox := self.superbox(box.data, offset, depth):
                found.append(superbox)
        return plain, found

    def superbox(self, payload: memoryview, offset: int, depth: int) -> Superbox | None:
        if depth > MAX_DEPTH:
            self.fail("boxes nested too deeply", offset)
            return None
        plain, children = self.superboxes(payload, offset, depth + 1)
        described = _description(plain[0].data) if plain and plain[0].type == b"jumd" else None
        if described is None:
            self.fail("a box without a valid description", offset)
            return None
        return Superbox(*described, payload, offset, tuple(plain[1:]), tuple(children))


def _description(data: memoryview) -> tuple[bytes, str] | None:
    """Content type and label. C2PA does not use the identifier, hash and private fields."""
    if len(data) < 17:
        return None
    if not data[16] & _LABELLED:
        return bytes(data[:16]), ""
    label, end, _ = bytes(data[17 : 18 + MAX_LABEL]).partition(b"\0")
    return (bytes(data[:16]), label.decode("utf-8", "replace")) if end else None
