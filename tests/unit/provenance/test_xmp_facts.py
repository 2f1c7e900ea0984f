"""Facts from XMP, by namespace and within limits."""

from __future__ import annotations

import pytest
from tests.unit.provenance import making

from expunge.imaging.provenance import xmp
from expunge.imaging.provenance.fact import UNREADABLE


def facts(packet: bytes):
    return [(fact.path, fact.value) for fact in xmp.read(memoryview(packet))]


def test_attributes_elements_and_resources_are_read():
    packet = making.xmp(
        "<photoshop:Credit>Ada</photoshop:Credit>"
        '<xmpRights:WebStatement rdf:resource="https://example.org/"/>',
        xmp__CreatorTool="a program",
    )
    assert facts(packet) == [
        ("xmp:CreatorTool", "a program"),
        ("photoshop:Credit", "Ada"),
        ("xmpRights:WebStatement", "https://example.org/"),
    ]


def test_structures_and_lists_keep_their_paths():
    packet = making.xmp(
        "<Iptc4xmpExt:LocationShown><rdf:Bag>"
        "<rdf:li rdf:parseType='Resource'><Iptc4xmpExt:City>Bergen</Iptc4xmpExt:City></rdf:li>"
        "<rdf:li Iptc4xmpExt:City='Oslo'/>"
        "</rdf:Bag></Iptc4xmpExt:LocationShown>"
        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>a cat</rdf:li></rdf:Alt></dc:title>"
    )
    assert facts(packet) == [
        ("Iptc4xmpExt:LocationShown[1]/Iptc4xmpExt:City", "Bergen"),
        ("Iptc4xmpExt:LocationShown[2]/Iptc4xmpExt:City", "Oslo"),
        ("dc:title[1]", "a cat"),
    ]


def test_the_namespace_counts_and_not_its_prefix():
    packet = (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        b' xmlns:q="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:dc="urn:mine">'
        b"<r:Description q:DigitalSourceType='digitalCapture' dc:title='x'/></r:RDF>"
    )
    assert facts(packet) == [
        ("Iptc4xmpExt:DigitalSourceType", "digitalCapture"),
        ("urn:mine:title", "x"),
    ]


def test_utf_16_packets_are_read():
    packet = making.xmp(xmp__CreatorTool="a program").decode().encode("utf-16")
    assert facts(packet) == [("xmp:CreatorTool", "a program")]


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "packet",
    [
        LAUGHS + b"<x><photoshop:Credit>&b;</photoshop:Credit></x>",
        b"<!DOCTYPE x SYSTEM 'file:///etc/hostname'><x/>",
        b"<a>" * 100 + b"</a>" * 100,
        b"<x><unclosed></x>",
        b"\xff\xfe\0",
        b"",
    ],
    ids=["entities", "external", "deep", "unclosed", "cut", "empty"],
)
def test_an_invalid_packet_is_reported_and_never_expanded(packet):
    found = list(xmp.read(memoryview(packet)))
    assert found[0].key == UNREADABLE
    assert "haha" not in str(found)


def test_a_broken_packet_is_searched_by_pattern():
    packet = b"<broken><xmp:CreatorTool>DreamStudio</xmp:CreatorTool> photoshop:Credit='Ada' <"
    assert facts(packet)[1:] == [("photoshop:Credit", "Ada"), ("xmp:CreatorTool", "DreamStudio")]


def test_too_many_properties_are_not_all_kept():
    inner = "".join(f"<dc:a{n}>x</dc:a{n}>" for n in range(xmp.MAX_FACTS + 1))
    found = list(xmp.read(memoryview(making.xmp(inner))))
    assert found[0].key == UNREADABLE
    assert len(found) <= xmp.MAX_FACTS + 1
