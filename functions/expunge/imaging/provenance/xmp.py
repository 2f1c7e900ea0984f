"""Read XMP into facts: RDF/XML by namespace, without entity expansion.

XMP specification part 1 (ISO 16684-1) defines the serialisation. A packet that has a document
type declaration, is not well-formed, or is too deep or too large is searched by pattern instead.
A fact reports this.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from expunge.imaging.provenance.fact import MAX_VALUE, REST, Fact, unreadable
from expunge.imaging.provenance.xmp_names import PREFIXES, RDF, XML

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.fact import Budget

MAX_PACKET = 2 << 20
"""Bytes of a packet that is parsed. A longer one is searched by pattern."""
MAX_SEARCHED = 1 << 20
MAX_DEPTH = 64
MAX_FACTS = 4_000
_BATCH = 16_384
_NEAR = 16_384
"""Bytes of a start tag that are searched for an attribute's value."""

_WORD = r"[A-Za-z_][\w.-]{0,60}:[A-Za-z_][\w.-]{0,60}"
_ATTRIBUTE = re.compile(rf"""\b({_WORD})=(?:"([^"<]{{0,4000}})"|'([^'<]{{0,4000}})')""")
_ELEMENT = re.compile(rf"<({_WORD})>([^<]{{1,4000}})</\1>")


class Unparsable(Exception):
    """The packet exceeds a limit, or has a document type declaration."""


def read(data: memoryview, budget: Budget | None = None) -> Iterator[Fact]:
    """Yield the facts of one packet. Struct fields and list items have paths such as ``a[1]/b``."""
    cost = len(data) if len(data) <= MAX_PACKET else MAX_SEARCHED
    if budget is not None and not budget.affords_xmp(cost):
        yield unreadable("xmp", REST, "more XMP than is read of one file", 0, len(data))
        return
    if len(data) > MAX_PACKET:
        yield unreadable("xmp", "packet", f"longer than {MAX_PACKET} bytes: searched by pattern",
                         0, len(data))  # fmt: skip
        yield from _searched(data)
        return
    packet = Packet()
    try:
        packet.parse(data)
    except (expat.ExpatError, Unparsable, ValueError) as error:
        reason = f"not parsed as XML ({error}): searched by pattern"
        yield unreadable("xmp", "packet", reason, 0, len(data))
        yield from _searched(data)
        return
    yield from packet.facts


class Span(NamedTuple):
    """The position of a property in a packet."""

    start: int
    """Offset of its element's start tag."""
    end: int
    """Offset of its element's end tag."""
    attribute: int | None
    """Index among the start tag's attributes, without namespace declarations; else ``None``."""


class Packet:
    """A parser for one packet.

    ``facts`` are its properties, at most ``most``, and ``spans`` their positions.
    """

    def __init__(self, most: int = MAX_FACTS) -> None:
        self._most = most
        self.facts: list[Fact] = []
        self.spans: list[Span] = []
        self._elements: list[_Element] = []
        self._prefixes: dict[str, str] = {}
        self._raw = b""
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def parse(self, data: memoryview) -> None:
        """Parse the packet.

        Raises
        ------
        xml.parsers.expat.ExpatError
            It is not well-formed.
        Unparsable
            It exceeds the limits of depth or facts, or has a document type declaration.
        """
        raw = bytes(data)
        encoding = _encoding(data)
        if encoding.startswith("utf-32"):  # expat does not read it
            raw = raw.decode(encoding, "replace").encode()
        elif encoding == "utf-8":
            raw = raw.rstrip(b"\0")
        self._raw = raw
        for at in range(0, len(raw), _BATCH):
            self._parser.Parse(raw[at : at + _BATCH], False)
        self._parser.Parse(b"", True)

    def _refuse_doctype(self, *_: object) -> None:
        raise Unparsable("a document type declaration")

    def _declare(self, prefix: str | None, uri: str) -> None:
        self._prefixes.setdefault(uri, prefix or "")

    def _start(self, name: str, attributes: list[str]) -> None:
        parent = self._elements[-1] if self._elements else None
        if len(self._elements) >= MAX_DEPTH:
            raise Unparsable(f"more than {MAX_DEPTH} levels")
        at = self._parser.CurrentByteIndex
        element = _Element(self._named(name), at)
        element.enter(parent)
        if parent is not None:
            parent.has_children = True
        self._elements.append(element)
        for index in range(0, len(attributes), 2):
            self._attribute(element, attributes[index], attributes[index + 1], index // 2)

    def _attribute(self, element: _Element, name: str, value: str, index: int) -> None:
        uri, _, local = name.rpartition(" ")
        if uri == RDF and local == "resource" and element.key:
            self._add(element.key, element.path, value, element.at, index)
        elif uri not in (RDF, XML, ""):
            key = self._named(name)
            path = f"{element.path}/{key}" if element.path else key
            self._add(key, path, value, element.at, index)

    def _text(self, text: str) -> None:
        element = self._elements[-1]
        if element.size < MAX_VALUE:
            element.text.append(text)
            element.size += len(text)

    def _end(self, _: str) -> None:
        element = self._elements.pop()
        if element.has_children or not element.key:
            return
        value = "".join(element.text).strip()
        if value:
            self._add(element.key, element.path, value, element.at, None)

    def _add(self, key: str, path: str, value: str, at: int, attribute: int | None) -> None:
        if len(self.facts) >= self._most:
            raise Unparsable(f"more than {self._most} properties")
        end = self._parser.CurrentByteIndex
        offset, length = at, max(end - at, 0)
        if attribute is not None:
            offset, length = self._attribute_span(value, at)
        self.facts.append(Fact("xmp", key, path, value[:MAX_VALUE], offset, length))
        self.spans.append(Span(at, end, attribute))

    def _attribute_span(self, value: str, tag: int) -> tuple[int, int]:
        """Span of a value in its start tag, or of the tag's start if the value has references."""
        raw = value.encode()
        found = self._raw.find(raw, tag, tag + len(raw) + _NEAR)
        return (found, len(raw)) if found >= 0 else (tag, 1)

    def _named(self, name: str) -> str:
        """A name with the usual prefix of its namespace, independent of the packet's prefix."""
        uri, _, local = name.rpartition(" ")
        if uri == RDF:
            return f"rdf:{local}"
        prefix = PREFIXES.get(uri)
        if prefix is None:
            prefix = self._prefixes.get(uri, "")
            if prefix in PREFIXES.values():
                prefix = uri
        return f"{prefix}:{local}" if prefix else local


class _Element:
    """An open element: its property's key and path, and its text so far."""

    __slots__ = ("at", "has_children", "items", "key", "name", "path", "size", "text")

    def __init__(self, name: str, at: int) -> None:
        self.name = name
        self.at = at
        self.key = ""
        self.path = ""
        self.items = 0
        self.has_children = False
        self.text: list[str] = []
        self.size = 0

    def enter(self, parent: _Element | None) -> None:
        """Derive key and path from the parent. RDF's own elements only pass them on."""
        if parent is not None:
            self.key, self.path = parent.key, parent.path
        if self.name == "rdf:li" and parent is not None:
            parent.items += 1
            self.path = f"{parent.path}[{parent.items}]"
        elif not self.name.startswith(("rdf:", "x:xmpmeta", "x:xapmeta")):
            self.key = self.name
            self.path = f"{self.path}/{self.name}" if self.path else self.name


def _searched(data: memoryview) -> Iterator[Fact]:
    """Properties found by pattern in invalid XML, under the packet's own prefixes."""
    text = bytes(data[:MAX_SEARCHED]).decode(_encoding(data), "replace")
    found = 0
    for pattern in (_ATTRIBUTE, _ELEMENT):
        for match in pattern.finditer(text):
            key, value = match[1], next(filter(None, match.groups()[1:]), "").strip()
            if key.startswith(("xmlns:", "rdf:", "xml:")) or not value:
                continue
            found += 1
            if found > MAX_FACTS:
                return
            yield Fact("xmp", key, key, value, match.start(), match.end() - match.start())


def as_text(data: memoryview) -> str:
    """Decode a packet. Bytes that are invalid in its encoding are read as Latin-1."""
    raw = bytes(data)
    text = raw.decode(_encoding(data), "surrogateescape" if raw[1:2] != b"\0" else "replace")
    if not text.isascii() and _SURROGATES.search(text):
        text = _SURROGATES.sub(lambda found: chr(ord(found[0]) - 0xDC00), text)
    return text.lstrip("\ufeff").rstrip("\0")


_SURROGATES = re.compile("[\udc80-\udcff]")


def _encoding(data: memoryview) -> str:
    head = bytes(data[:4])
    if head in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if head in (b"<\0\0\0", b"\0\0\0<"):
        return "utf-32-le" if head[:1] == b"<" else "utf-32-be"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if head[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" and head[1:2] else "utf-8"
