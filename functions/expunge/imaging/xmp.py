"""The XMP that survives a strip: the orientation. No XML parser is used, so no entity expands.

XMP specification part 1 (ISO 16684-1) defines the serialisation, part 2 the ``tiff`` namespace.
Viewers read the orientation in different ways. Some search the packet for
``tiff:Orientation="``, others walk its elements from ``x:xmpmeta`` down. So an orientation keeps
its form: attribute or element, the same quotes, the same depth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORIENTATION = re.compile(rb"""tiff:Orientation\s*(?:=\s*["']|>)\s*([1-8])\s*["'<]""")

_LONGEST_PACKET = 1 << 20
_MAX_STATED = 4
_TURNS = (b"2", b"3", b"4", b"5", b"6", b"7", b"8")
_TIFF = b"http://ns.adobe.com/tiff/1.0/"
_RDF = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TAG = re.compile(rb"""<(/?)([A-Za-z_][\w:.-]{0,80})((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_DECLARED = re.compile(rb"""xmlns:([\w.-]{1,32})\s*=\s*["']http://ns\.adobe\.com/tiff/1\.0/["']""")
_ATTRIBUTE = re.compile(rb""":Orientation(\s{0,64}=\s{0,64})(["'])(\s{0,64})([0-9])\s{0,64}\2""")
_PREFIX = re.compile(rb"[\w.-]{1,32}\Z")
_TEXT = re.compile(rb"(\s*)([0-9])\s*<")
_WRAPPERS = (b"x:xmpmeta", b"x:xapmeta")
_END = b"</rdf:RDF>"
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def orientation(packet: bytes | memoryview) -> int | None:
    """Return the orientation (1–8) that a packet states, or ``None``."""
    found = _ORIENTATION.search(packet)
    return int(found[1]) if found else None


def is_rotated(packet: memoryview) -> bool:
    """Whether a packet states an orientation of 2 to 8, as attribute or element."""
    return any(value in _TURNS for value, _ in _statements(_utf8(packet)[1]))


def essentials(packet: memoryview, others: bytes | None = None) -> bytes | None:
    """Return the smallest packet that states the orientation in the original form.

    Parameters
    ----------
    packet
        The original XMP.
    others
        A packet of other properties that stay. The orientation is added to it.

    Returns
    -------
    bytes or None
        ``others`` itself if the packet states no orientation. The function is idempotent.
    """
    mark, text = _utf8(packet)
    stated = b"".join(statement for _, statement in islice(_statements(text), _MAX_STATED))
    if not stated:
        return others
    around = _empty_packet(text) if others is None else others
    return _encoded(mark, around.replace(_END, stated + _END, 1))


def merged(packet: bytes | None, other: bytes | None) -> bytes | None:
    """Return a packet with the descriptions of another one added. Both are in UTF-8."""
    if packet is None or other is None:
        return packet or other
    _, _, inside = other.partition(b"<rdf:RDF ")
    added = inside.partition(b">")[2].rpartition(_END)[0]
    return packet.replace(_END, added + _END, 1)


def placeholder(packet: memoryview) -> bytes:
    """Return a placeholder packet without properties."""
    mark, text = _utf8(packet)
    return _encoded(mark, _empty_packet(text))


def _utf8(packet: memoryview) -> tuple[bytes, bytes]:
    """Return the UTF-16 byte order mark of a packet, if any, and its text as UTF-8."""
    raw = packet.tobytes() if len(packet) <= _LONGEST_PACKET else b""
    encoding = _BYTE_ORDER_MARKS.get(raw[:2])
    return (raw[:2], raw[2:].decode(encoding, "replace").encode()) if encoding else (b"", raw)


def _encoded(mark: bytes, text: bytes) -> bytes:
    encoding = _BYTE_ORDER_MARKS.get(mark)
    return mark + text.decode().encode(encoding) if encoding else text


@dataclass(frozen=True, slots=True)
class _Statement:
    """One statement of an orientation, and its form."""

    prefix: bytes
    declared: bool
    """Whether the packet binds the prefix to the TIFF namespace."""
    is_top: bool
    """Whether it describes the image itself, not a nested resource."""

    def attribute(self, equals: bytes, quote: bytes, blanks: bytes, value: bytes) -> bytes:
        stated = self.prefix + b":Orientation" + equals + quote + blanks + value + quote
        return self._described(b" " + stated, b"")

    def element(self, opening: bytes, blanks: bytes, value: bytes) -> bytes:
        name = self.prefix + b":Orientation"
        return self._described(b"", b"<%s%s>%s%s</%s>" % (name, opening, blanks, value, name))

    def _described(self, attributes: bytes, content: bytes) -> bytes:
        namespace = b' xmlns:%s="%s"' % (self.prefix, _TIFF) if self.declared else b""
        whole = b'<rdf:Description rdf:about=""%s%s>%s</rdf:Description>' % (
            namespace, attributes, content,
        )  # fmt: skip
        return whole if self.is_top else _WITHIN[0] + whole + _WITHIN[1]


_WITHIN = (
    b'<rdf:Description rdf:about=""><rdf:Bag><rdf:li>',
    b"</rdf:li></rdf:Bag></rdf:Description>",
)


def _statements(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each stated orientation as a digit, and the statement rewritten in the same form."""
    if b":Orientation" not in text:
        return
    prefixes = {match[1] for match in _DECLARED.finditer(text)}
    depth = 0
    for tag in _TAG.finditer(text):
        closing, name, rest = tag.groups()
        if name in _WRAPPERS:
            continue
        if closing:
            depth -= 1
            continue
        is_open = not rest.endswith(b"/")
        prefix, _, local = name.rpartition(b":")
        value = _TEXT.match(text, tag.end()) if local == b"Orientation" and is_open else None
        if value and (statement := _statement(prefix, prefixes, is_top=depth == 2)):
            yield value[2], statement.element(_opening(rest), _blank(value[1]), value[2])
        for found in _ATTRIBUTE.finditer(rest):
            named = _PREFIX.search(rest[max(found.start() - 33, 0) : found.start()])
            if named and (statement := _statement(named[0], prefixes, is_top=depth == 1)):
                equals = b"=" if found[1] == b"=" else b" = "
                made = statement.attribute(equals, found[2], _blank(found[3]), found[4])
                yield found[4], made
        depth += is_open


def _statement(prefix: bytes, declared: set[bytes], *, is_top: bool) -> _Statement | None:
    """The statement for a prefix, or ``None`` if the prefix does not mean the TIFF namespace.

    The prefix ``tiff`` stays, because some viewers search for it literally. Others become ``t``.
    """
    if prefix != b"tiff" and prefix not in declared:
        return None
    return _Statement(b"tiff" if prefix == b"tiff" else b"t", prefix in declared, is_top)


def _blank(found: bytes) -> bytes:
    return b" " if found else b""


def _opening(rest: bytes) -> bytes:
    """The rest of a start tag after the name. Its attributes become one empty attribute."""
    return b' xml:lang="x-default"' if rest.strip() else _blank(rest)


def _empty_packet(text: bytes) -> bytes:
    """An empty packet in the same wrapper elements."""
    inner = b'<rdf:RDF xmlns:rdf="%s">%s' % (_RDF, _END)
    wrapper = next((name for name in _WRAPPERS if b"<" + name in text), None)
    if wrapper is None:
        return inner
    return b'<%s xmlns:x="adobe:ns:meta/">%s</%s>' % (wrapper, inner, wrapper)
