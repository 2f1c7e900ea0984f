"""The common data model of all metadata readers: single facts with their locations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_VALUE = 16_384
"""Characters of a value that are examined. The reader cuts longer values."""
SHOWN = 500
"""Characters of a value that a report shows."""

UNREADABLE = "(unreadable)"
"""Key of the fact that reports an unreadable block, or part of one."""
REST = "(rest)"
"""End of the path of a fact that reports what was not read because of a limit of the file."""


class Category(StrEnum):
    """The meaning of a fact for a person who shares the image."""

    AI = "ai_provenance"
    PRIVATE = "private"
    AUTHORSHIP = "authorship"
    TECHNICAL = "technical"


class Kept(Flag):
    """Why a field may stay where others go."""

    NONE = 0
    LABEL = auto()
    """It says that AI made or changed the image, or names the type of its source."""
    MANIFEST = auto()
    """It refers to the C2PA manifest store."""
    CREDIT = auto()
    """It names creators, rights, terms or licensors."""
    OPT_OUT = auto()
    """It reserves the image from the training of AI or from text and data mining."""
    CAPTION = auto()
    """It describes the image in words."""
    SETTING = auto()
    """Numbers on exposure and storage."""
    PANORAMA = auto()
    POSITION = auto()
    OWN = auto()
    """It is the label of a result of this service (`own_label`)."""
    STRUCTURE = auto()
    """The other fields of its block cannot be read without it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One key and its value, from one block.

    ``offset`` and ``length`` span the value within the block's data, or the whole entry for some
    readers. A compressed value, or one joined from several blocks, has the span of its container.
    """

    reader: str
    """``exif``, ``xmp``, ``iptc``, ``text``, ``comment``, ``trailer``, ``vendor``, ``c2pa``, …"""
    key: str
    """The format's own name of the field: ``Software``, ``photoshop:Credit``, ``parameters``."""
    path: str
    """Path in the block: ``IFD0/Software``, ``Iptc4xmpExt:LocationShown[1]/Iptc4xmpExt:City``."""
    value: str
    offset: int
    length: int
    beside: str = ""
    """A tool named by another fact of the file, if the meaning of this fact depends on it."""

    @property
    def place(self) -> str:
        """The lookup key for rules: ``exif:Software``, ``text+novelai:Description``."""
        return f"{self.reader}{self.beside}:{self.key}"


@dataclass(slots=True)
class Budget:
    """The cost limits for one file, shared by all its readers."""

    facts: int = 4_000
    inflated: int = 4 << 20
    """Bytes of compressed text that may still be inflated."""
    xmp: int = 2 << 20
    """Bytes of XMP that may still be parsed. A packet of short elements takes 0.6 s a megabyte."""

    def spend(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Yield facts until the budget of the file is used up."""
        left = iter(facts)
        while self.facts > 0 and (fact := next(left, None)) is not None:
            self.facts -= 1
            yield fact

    def affords_xmp(self, length: int) -> bool:
        """Spend bytes of XMP; ``False`` if the file has had its share."""
        self.xmp -= length
        return self.xmp >= 0


def unreadable(reader: str, path: str, reason: str, offset: int = 0, length: int = 0) -> Fact:
    """Return the fact that a block, or the part at ``path``, cannot be read."""
    return Fact(reader, UNREADABLE, path, reason, offset, length)


def shown(value: str) -> str:
    r"""Prepare a value for a report: at most 500 characters, with escaped control characters.

    >>> shown("a\x00b")
    'a\\x00b'
    """
    cut = value[:SHOWN]
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)[:SHOWN]


def readable(value: str) -> str:
    """Return a text value. For binary data, return its length and first 16 bytes in hexadecimal.

    Binary data arrives as Latin-1 with many control characters. Text may have up to one control
    character in eight.
    """
    head = value[:1024]
    controls = sum(not c.isprintable() and ord(c) < 0xA0 and c not in "\t\n\r" for c in head)
    if 8 * controls <= max(len(head), 8):
        return value
    return f"{len(value)} bytes: {head[:16].encode('latin-1', 'replace').hex(' ')}"


def text_or_sample(data: bytes | memoryview) -> str:
    """Decode text. For binary data, return its length and first 16 bytes in hexadecimal.

    Text may have up to one control character in eight, and need not be UTF-8.
    """
    head = bytes(data[:1024]).rstrip(b"\0")
    controls = sum(byte < 32 and byte not in b"\t\n\r" for byte in head)
    if not head or 8 * controls > len(head):
        return f"{len(data)} bytes: {head[:16].hex(' ')}".rstrip(": ")
    return decoded(data)


def decoded(data: bytes | memoryview, encoding: str = "utf-8") -> str:
    """Decode text in ``encoding``, else in Latin-1, and remove trailing NULs. Never raises."""
    raw = bytes(data[: MAX_VALUE * 4])
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        cut_short = len(data) > len(raw) and error.start > len(raw) - 4
        text = raw.decode(encoding, "ignore") if cut_short else raw.decode("latin-1")
    return text[:MAX_VALUE].rstrip("\0")
