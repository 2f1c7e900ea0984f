"""The elements of an XMP packet as they are written, to copy some of them.

The text is well-formed XML without a document type declaration, as `xmp.Packet` has found. So one
pattern finds all tags, and an offset that the parser reports is that of a tag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from expunge.imaging.provenance.xmp_names import PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Chosen: TypeAlias = "set[tuple[int, int | None]]"
"""Offsets of start tags, each with the index of an attribute, or ``None`` for the element."""

TAG = rb"""<(/?)([^\s<>/!?]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>"""
_TOKEN = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|" + TAG, re.DOTALL)
_ATTRIBUTE = re.compile(rb"""\s*+([^\s=]++)\s*+=\s*+("[^"]*"|'[^']*')""")
_LANGUAGE = re.compile(
    rb"""["'](?:x-default|[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?)["']""", re.IGNORECASE
)
"""Language, script and region; variants and private tags could hold a text."""
_PARSE_TYPES = re.compile(rb"""["'](?:Resource|Literal|Collection)["']""")
_RDF = RDF.encode()
_IMPLIED = (b"rdf", b"xml")
_USUAL = {uri.encode(): prefix.encode() for uri, prefix in PREFIXES.items()}


@dataclass(slots=True)
class Element:
    """One element."""

    at: int
    """Offset of its start tag."""
    name: bytes
    attributes: list[tuple[bytes, bytes]]
    """Names and quoted values as written, without namespace declarations."""
    spaces: Mapping[bytes, bytes]
    """Namespace by prefix, here."""
    children: list[Element] = field(default_factory=list)
    content: list[bytes] = field(default_factory=list)
    """Text and CDATA sections, without comments."""

    def is_rdf(self, local: bytes) -> bool:
        """Whether it is an element of RDF's own, such as ``Description``."""
        prefix, name = _split(self.name)
        return name == local and self.spaces.get(prefix) == _RDF

    def usual(self, name: bytes) -> bytes:
        """The name of this element or of an attribute, with the usual prefix of its namespace.

        A file may choose any prefix, and hide a text in it.
        """
        prefix, local = _split(name)
        uri = self.spaces.get(prefix, b"")
        if uri == _RDF:
            return b"rdf:" + local
        return _USUAL[uri] + b":" + local if prefix and uri in _USUAL else name

    def using(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        """Namespace by prefix, of names as written, under their usual prefixes."""
        found = {_split(self.usual(name))[0]: self.spaces.get(_split(name)[0]) for name in names}
        return {p: uri for p, uri in found.items() if uri is not None and p not in _IMPLIED}


@dataclass(frozen=True, slots=True)
class Copy:
    """What is copied of an element."""

    start: bytes
    """The start tag, without ``>``."""
    rest: bytes
    used: dict[bytes, bytes]
    """Namespace by prefix, of all prefixes in it that no tag in it declares."""

    def declaring(self, spaces: Mapping[bytes, bytes]) -> bytes:
        """Serialise it with declarations in its start tag."""
        return self.start + b"".join(_declarations(spaces)) + self.rest


def descriptions(raw: bytes) -> list[Element]:
    """Return the top-level elements of a packet's RDF."""
    ancestors = [Element(0, b"", [], {})]
    found: list[Element] = []
    at = 0
    for token in _TOKEN.finditer(raw):
        ancestors[-1].content.append(raw[at : token.start()])
        at = token.end()
        closing, name, rest = token.groups()
        if name is None:
            ancestors[-1].content += [token[0]] if token[0].startswith(b"<![CDATA[") else []
            continue
        if closing:
            ancestors.pop()
            continue
        element = _element(token.start(), name, rest, ancestors[-1])
        ancestors[-1].children.append(element)
        found += [element] if ancestors[-1].is_rdf(b"RDF") else []
        if not rest.endswith(b"/"):
            ancestors.append(element)
    return found


def copied(elements: list[Element], chosen: Chosen) -> bytes:
    """Serialise elements with the chosen elements and attributes in them, and no others."""
    copies = (_copy(element, chosen) for element in elements)
    return b"".join(each.declaring(each.used) for each in copies if each)


def _element(at: int, name: bytes, rest: bytes, parent: Element) -> Element:
    attributes = [(m[1], m[2]) for m in _ATTRIBUTE.finditer(rest.removesuffix(b"/"))]
    own = [each for each in attributes if not _declares(each[0])]
    spaces = parent.spaces
    if len(own) < len(attributes):
        new = {key[6:]: value[1:-1] for key, value in attributes if _declares(key)}
        spaces = {**spaces, **new}
    return Element(at, name, own, spaces)


def _declares(name: bytes) -> bool:
    return name == b"xmlns" or name.startswith(b"xmlns:")


def _split(name: bytes) -> tuple[bytes, bytes]:
    prefix, colon, local = name.partition(b":")
    return (prefix, local) if colon else (b"", name)


def _copy(element: Element, chosen: Chosen) -> Copy | None:
    """What is copied of an element; ``None`` if nothing in it is chosen."""
    children = [each for child in element.children if (each := _copy(child, chosen))]
    attributes = [
        each for index, each in enumerate(element.attributes) if (element.at, index) in chosen
    ]
    is_chosen = (element.at, None) in chosen
    if not (children or attributes or is_chosen):
        return None
    name = element.usual(element.name)
    used = element.using((element.name, *(key for key, _ in attributes)))
    inside = b""
    for child in children:
        clashing = {p: uri for p, uri in child.used.items() if used.get(p, uri) != uri}
        inside += child.declaring(clashing)
        used = child.used | used
    if is_chosen:
        inside = inside or b"".join(element.content)
    written = b"".join(b" " + element.usual(key) + b"=" + value for key, value in attributes)
    start = b"<" + name + b"".join(_syntax(element)) + written
    return Copy(start, b">" + inside + b"</" + name + b">", used)


def _syntax(element: Element) -> Iterator[bytes]:
    """Attributes that say how to read an element, none of which can hold a text."""
    if element.is_rdf(b"Description"):
        yield b' rdf:about=""'
    for name, value in element.attributes:
        local = _split(name)[1]
        if name == b"xml:lang" and _LANGUAGE.fullmatch(value):
            yield b" xml:lang=" + value
        elif local == b"parseType" and _PARSE_TYPES.fullmatch(value):
            yield b" rdf:parseType=" + value


def _declarations(spaces: Mapping[bytes, bytes]) -> Iterator[bytes]:
    for prefix, uri in sorted(spaces.items()):
        quote = b"'" if b'"' in uri else b'"'
        yield b" xmlns" + (b":" + prefix if prefix else b"") + b"=" + quote + uri + quote
