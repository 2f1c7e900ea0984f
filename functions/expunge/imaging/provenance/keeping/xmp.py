"""Keep single XMP properties, in a new packet in UTF-8.

Elements and attributes with a wanted property are copied as they are written, with the elements
around them. Everything else goes: other properties, comments, identifiers in ``rdf:about``, the
name of the toolkit, white space and padding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from expunge.imaging.provenance import xmp
from expunge.imaging.provenance.keeping import xml
from expunge.imaging.provenance.keeping.mending import mended
from expunge.imaging.provenance.keeping.proof import is_proven
from expunge.imaging.provenance.keeping.wanted import MAX_FACTS, Wanted
from expunge.imaging.provenance.xmp_names import RDF

if TYPE_CHECKING:
    from expunge.imaging.provenance.fact import Fact

MAX_PACKET = 16 << 20
_DAMAGED = 1_000
"""Fields that a packet counts for which cannot be read, against many of them."""
_HEAD = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="%s">' % RDF.encode()
_END = b"</rdf:RDF></x:xmpmeta>"
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode()
_CLOSE = b'<?xpacket end="w"?>'


def excerpt(data: memoryview, wanted: Wanted) -> bytes | None:
    """Return a packet with the wanted properties, or ``None`` without any.

    A packet that is not well-formed is mended first, as lenient readers do.
    """
    kept = descriptions(data, wanted)
    return packet(kept, wrapped=b"<?xpacket" in data[:256].tobytes()) if kept else None


def packet(content: bytes, *, wrapped: bool) -> bytes:
    """Return a packet of top-level descriptions, ``wrapped`` for readers that search for one."""
    whole = _HEAD + content + _END
    return _BEGIN + whole + _CLOSE if wrapped else whole


def descriptions(data: memoryview, wanted: Wanted, beside: bytes = b"") -> bytes:
    """Return the top-level descriptions with the wanted properties; empty without any.

    ``beside`` are descriptions whose properties are left out here, because a packet must not hold
    a property twice.
    """
    raw, parsed = _read(data, wanted.left)
    wanted.left -= len(parsed.facts) if parsed else _DAMAGED
    if parsed is None or not wanted.any(parsed.facts):
        return b""
    first = _parsed(packet(beside, wrapped=False), MAX_FACTS)
    taken = {_property(fact) for fact in (first.facts if first else ())}

    def chosen(fact: Fact) -> bool:
        return wanted(fact) and _property(fact) not in taken

    places = {
        (span.start, span.attribute)
        for fact, span in zip(parsed.facts, parsed.spans, strict=True)
        if chosen(fact)
    }
    kept = xml.copied(xml.descriptions(raw), places)
    after = _parsed(packet(kept, wrapped=False), MAX_FACTS)
    return kept if after and is_proven(parsed.facts, after.facts, chosen) else b""


def _property(fact: Fact) -> str:
    """The name of the top-level property that a fact belongs to."""
    return fact.path.partition("/")[0].partition("[")[0]


def _read(data: memoryview, most: int) -> tuple[bytes, xmp.Packet | None]:
    """The packet in UTF-8, mended if need be, and its properties."""
    if len(data) > MAX_PACKET or most <= 0:
        return b"", None
    text = xmp.as_text(data)
    raw = text.encode()
    if found := _parsed(raw, most):
        return raw, found
    raw = mended(text)
    return raw, _parsed(raw, most)


def _parsed(raw: bytes, most: int) -> xmp.Packet | None:
    found = xmp.Packet(most)
    try:
        found.parse(memoryview(raw))
    except (expat.ExpatError, xmp.Unparsable, ValueError):
        return None
    return found
