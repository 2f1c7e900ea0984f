"""Read the XMP properties of auxiliary images, and write a packet with only those."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.parsers import expat

from expunge.imaging.auxiliary import directory
from expunge.imaging.auxiliary.vocabulary import IDENTIFYING, VOCABULARIES, Vocabulary
from expunge.imaging.containers.block import Role
from expunge.imaging.provenance import xmp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from expunge.imaging.provenance.fact import Fact

_EMBEDDED = {
    re.compile(rb"GDepth:Data\s*[=>]"): Role.DEPTH,
    re.compile(rb"GDepth:Confidence\s*[=>]"): Role.CONFIDENCE,
    re.compile(rb"GImage:Data\s*[=>]"): Role.VIEW,
}
"""Google's depth map and Cardboard camera properties, with the prefixes that Google prescribes."""
_EXTENSION = re.compile(rb"[0-9A-Fa-f]{32}.{8}", re.DOTALL)
"""Digest, length and offset before each part of extended XMP (XMP part 3, 1.1.3.1)."""
_LONGEST_TERM = 24
"""Bytes; a property's name with a few spaces before its sign."""
_LONGEST = 1 << 18
"""Bytes of a packet that are read: four JPEG segments. Gain maps need less."""


def facts_in(packet: memoryview) -> Sequence[Fact]:
    """Return the properties of a well-formed packet; empty for any other."""
    return _parsed(packet.tobytes()) if len(packet) <= _LONGEST else ()


@lru_cache(maxsize=4)
def _parsed(packet: bytes) -> Sequence[Fact]:
    """A strip reads a packet up to six times: for the images, for each plan and for the proof."""
    found = xmp.Packet()
    try:
        found.parse(memoryview(packet))
    except (expat.ExpatError, xmp.Unparsable, ValueError):
        return ()
    return tuple(found.facts)


def role_in(packet: memoryview) -> Role | None:
    """Return the purpose of an auxiliary image, from its own XMP."""
    return next((IDENTIFYING[f.key] for f in facts_in(packet) if f.key in IDENTIFYING), None)


def listed_in(packet: memoryview) -> list[directory.Entry]:
    """Return the images in a packet's directory, including the primary image."""
    raw = packet.tobytes()
    # Most packets list no images. Their bytes show it, unless they are UTF-16.
    if b"Directory" not in raw and b"\0" not in raw[:4]:
        return []
    return directory.entries(facts_in(packet))


def embedded_in(packet: memoryview, before: bytes = b"") -> list[Role]:
    """Return the purposes of the images that a packet, or a part of one, holds as base64.

    ``before`` is the `tail` of the preceding part.
    """
    extension = _EXTENSION.match(packet)
    known = len(before) if extension else 0
    text = before + packet[extension.end() :] if extension else packet
    return [
        role
        for term, role in _EMBEDDED.items()
        if any(found.end() > known for found in term.finditer(text))
    ]


def tail(packet: memoryview) -> bytes:
    """The end of a part of extended XMP, which may hold the beginning of a term."""
    return packet[-_LONGEST_TERM:].tobytes()


def essentials(
    packet: memoryview, roles: Collection[Role], *, first: bool, items: Sequence[directory.Entry]
) -> bytes | None:
    """Return the smallest packet that auxiliary images need, or ``None`` if they need none.

    Parameters
    ----------
    packet
        The original XMP.
    roles
        Purposes of the images that it describes and that stay.
    first
        Whether it belongs to the primary image.
    items
        Items for its directory, after the primary image.
    """
    facts = facts_in(packet)
    needed = [v for v in VOCABULARIES if v.roles & set(roles) and (v.in_first or not first)]
    attributes: list[str] = []
    elements: list[str] = []
    for vocabulary in needed:
        _collect(facts, vocabulary, attributes, elements)
    found = directory.entries(facts)
    if found and (listed := directory.written(found[0], items)):
        attributes += directory.NAMESPACES
        elements.append(listed)
    if not attributes:
        return None
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {" ".join(attributes)}>{"".join(elements)}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _collect(
    facts: Sequence[Fact], vocabulary: Vocabulary, attributes: list[str], elements: list[str]
) -> None:
    """Add each known property: a single value as an attribute, a sequence as an element."""
    own = [fact for fact in facts if fact.key.startswith(f"{vocabulary.prefix}:")]
    given = {name: list(_values(own, vocabulary, name)) for name in vocabulary.names}
    if not any(given.values()):
        return
    attributes.append(f'xmlns:{vocabulary.prefix}="{vocabulary.uri}"')
    for name, values in given.items():
        term = f"{vocabulary.prefix}:{name}"
        if len(values) == 1:
            attributes.append(f'{term}="{values[0]}"')
        elif values:
            items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
            elements.append(f"<{term}><rdf:Seq>{items}</rdf:Seq></{term}>")


def _values(facts: Sequence[Fact], vocabulary: Vocabulary, name: str) -> Iterator[str]:
    """The value or values of a property, if all of them have its form."""
    term = f"{vocabulary.prefix}:{name}"
    found = [f.value.strip() for f in facts if f.path.partition("[")[0] == term == f.key]
    single = [f.value.strip() for f in facts if f.path == term]
    values = single[:1] or found
    yield from values if vocabulary.passes(name, values) else ()
