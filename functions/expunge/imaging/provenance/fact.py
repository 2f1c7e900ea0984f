"""What the readers of this package read a block into: single facts, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_VALUE = 16_384
"""Characters of a value that are looked at; longer ones are cut by the reader."""
SHOWN = 500
"""Characters of a value that a report shows."""

UNREADABLE = "(unreadable)"
"""Key of the fact with which a reader says that (a part of) a block does not hold together."""


class Category(StrEnum):
    """What a fact means for whoever passes the picture on."""

    AI = "ai_provenance"
    PRIVATE = "private"
    AUTHORSHIP = "authorship"
    TECHNICAL = "technical"


@dataclass(frozen=True, slots=True)
class Fact:
    """One key and its value, as one reader found them in one block.

    ``offset`` and ``length`` span the value (or, where a reader says so, the
    whole entry) within the block's data; a value that is compressed or put
    together from several blocks has the span of what holds it.
    """

    reader: str
    """``exif``, ``xmp``, ``iptc``, ``text``, ``comment``, ``trailer``, ``vendor``, ``c2pa``, …"""
    key: str
    """The format's own name of the field: ``Software``, ``photoshop:Credit``, ``parameters``."""
    path: str
    """Where in the block: ``IFD0/Software``, ``Iptc4xmpExt:LocationShown[1]/Iptc4xmpExt:City``."""
    value: str
    offset: int
    length: int
    beside: str = ""
    """A tool that another fact of the file names, where only that tells what this one is."""

    @property
    def place(self) -> str:
        """What rules are looked up by: ``exif:Software``, ``text+novelai:Description``."""
        return f"{self.reader}{self.beside}:{self.key}"


@dataclass(slots=True)
class Budget:
    """What reading one file may cost; every reader of the file draws on the same one."""

    facts: int = 4_000
    inflated: int = 4 << 20
    """Bytes that compressed text may still grow to."""

    def spend(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """As many of some facts as the file may still have."""
        left = iter(facts)
        while self.facts > 0 and (fact := next(left, None)) is not None:
            self.facts -= 1
            yield fact


def unreadable(reader: str, path: str, reason: str, offset: int = 0, length: int = 0) -> Fact:
    """The fact that a block, or the part of it named by ``path``, cannot be read."""
    return Fact(reader, UNREADABLE, path, reason, offset, length)


def shown(value: str) -> str:
    r"""A value fit for a report: at most 500 characters, control characters escaped.

    >>> shown("a\x00b")
    'a\\x00b'
    """
    cut = value[:SHOWN]
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)[:SHOWN]


def readable(value: str) -> str:
    """A value that is text; of one that is not, the length and the first sixteen bytes as hex.

    Bytes that are no text come as Latin-1, full of control characters: up to one in eight is
    forgiven.
    """
    head = value[:1024]
    controls = sum(not c.isprintable() and ord(c) < 0xA0 and c not in "\t\n\r" for c in head)
    if 8 * controls <= max(len(head), 8):
        return value
    return f"{len(value)} bytes: {head[:16].encode('latin-1', 'replace').hex(' ')}"


def text_or_sample(data: bytes | memoryview) -> str:
    """Text where the bytes are some, else their number and the first sixteen in hexadecimal.

    Up to one control character in eight is forgiven, and so is a charset that is not UTF-8.
    """
    head = bytes(data[:1024]).rstrip(b"\0")
    controls = sum(byte < 32 and byte not in b"\t\n\r" for byte in head)
    if not head or 8 * controls > len(head):
        return f"{len(data)} bytes: {head[:16].hex(' ')}".rstrip(": ")
    return decoded(data)


def decoded(data: bytes | memoryview, encoding: str = "utf-8") -> str:
    """Text in ``encoding`` if it is that, else Latin-1, which any bytes are; trailing NULs go."""
    raw = bytes(data[: MAX_VALUE * 4])
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        cut_short = len(data) > len(raw) and error.start > len(raw) - 4
        text = raw.decode(encoding, "ignore") if cut_short else raw.decode("latin-1")
    return text[:MAX_VALUE].rstrip("\0")
