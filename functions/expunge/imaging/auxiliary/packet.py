"""XMP read for the facts of second pictures, and a packet of just those."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from expunge.imaging.auxiliary import directory
from expunge.imaging.auxiliary.vocabulary import TELLING, VOCABULARIES, Vocabulary
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
"""Google's depth map metadata and its Cardboard camera, by the prefixes that both prescribe."""
_LONGEST = 1 << 18
"""Bytes; a longer packet than four JPEG segments hold is none of a gain map's."""


def facts_in(packet: memoryview) -> Sequence[Fact]:
    """The properties of a whole, well-formed packet; none of any other."""
    if len(packet) > _LONGEST:
        return ()
    found = xmp.Packet()
    try:
        found.parse(packet)
    except (expat.ExpatError, xmp.TooMuch, ValueError):
        return ()
    return found.facts


def role_in(packet: memoryview) -> Role | None:
    """What a second picture is for, by its own XMP."""
    return next((TELLING[f.key] for f in facts_in(packet) if f.key in TELLING), None)


def listed_in(packet: memoryview) -> list[directory.Entry]:
    """The pictures that a packet's directory names, the first one included."""
    return directory.entries(facts_in(packet))


def embedded_in(packet: memoryview) -> list[Role]:
    """What the pictures are for that a packet, or a part of one, holds as base64."""
    return [role for term, role in _EMBEDDED.items() if term.search(packet)]


def essentials(
    packet: memoryview, roles: Collection[Role], *, first: bool, items: Sequence[directory.Entry]
) -> bytes | None:
    """The smallest packet that keeps second pictures working; ``None`` where none is needed.

    Parameters
    ----------
    packet
        XMP as it was found.
    roles
        What the pictures are for that it describes and that stay.
    first
        Whether it is the first picture's own.
    items
        What its directory will list behind the first picture.
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
    """Each known name that has a value: one as an attribute, a sequence as an element."""
    given = {name: list(_values(facts, vocabulary, name)) for name in vocabulary.names}
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
    """What a property holds, where all of it is of the property's form: one value or a row."""
    term = f"{vocabulary.prefix}:{name}"
    found = [f.value.strip() for f in facts if f.path.partition("[")[0] == term == f.key]
    single = [f.value.strip() for f in facts if f.path == term]
    values = single[:1] or found
    yield from values if vocabulary.passes(name, values) else ()
