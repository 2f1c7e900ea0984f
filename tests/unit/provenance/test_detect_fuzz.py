"""Whatever the bytes, every reader answers with facts, and the report with JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.provenance import making
from tests.unit.provenance.test_stealth import hidden_png

from expunge import operations
from expunge.errors import ExpungeError
from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance.findings import judge
from expunge.imaging.provenance.scope import ai_edits, without_ai
from expunge.imaging.provenance.survey import Located, facts_of
from expunge.imaging.source import Source

EXIF = making.tiff(
    ">",
    IFD0={0x0131: making.text("Midjourney v7"), 0x013B: making.text("Ada")},
    Exif={0x9286: (making.UNDEFINED, b"UNICODE\0" + "Wörter".encode("utf-16-be"))},
    GPS={2: (making.RATIONAL, bytes(range(24)))},
    next_ifd={0x0201: (making.LONG, b"\0\0\0\x08"), 0x0202: (making.LONG, b"\0\0\0\x04")},
)
XMP = making.xmp(
    "<dc:title><rdf:Alt><rdf:li xml:lang='x'>a cat</rdf:li></rdf:Alt></dc:title>",
    Iptc4xmpExt__DigitalSourceType="trainedAlgorithmicMedia",
)[-400:]
IPTC = making.resource(0x0404, making.dataset(2, 80, b"Ada") + making.dataset(2, 110, b"DALL-E"))
SEF = making.sef(MotionPhoto_Data=b"mpv2", PhotoEditor_Re_Edit_Data=b'{"genAIType":8}')

PAYLOADS = {
    (Kind.EXIF, "APP1"): EXIF,
    (Kind.XMP, "APP1"): XMP,
    (Kind.XMP, "iTXt"): b"\x78" + XMP,
    (Kind.IPTC, "APP13"): IPTC + making.resource(0x0422, EXIF),
    (Kind.TEXT, "zTXt"): b"Raw profile type exif\0\0x\x9c",
    (Kind.TEXT, "iTXt"): making.itxt("AIGC", '{"Label":"1","ContentProducer":"a"}'),
    (Kind.TEXT, "tEXt"): b"Raw profile type exif\0\nexif\n 4\n4d4d002a",
    (Kind.TRAILER, "trailer"): SEF,
    (Kind.VENDOR, "APP4"): b'{"aigc_info":{}}',
}
FILES = [
    making.jpeg(making.app1_exif(EXIF), making.app1_xmp(XMP), making.app13(IPTC), trailer=SEF),
    making.png(
        making.chunk(b"iTXt", making.itxt("parameters", "Steps: 20, Sampler: Euler")),
        making.chunk(b"eXIf", EXIF),
        making.chunk(b"caBX", b"\0\0\0\x10jumb\0\0\0\x20jumd"),
    ),
    hidden_png(b"stealth_pngcomp", bytes(9), height=152, width=2),
]
EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def damaged(draw, sample: bytes) -> bytes:
    """A sample with some bytes changed, cut out or put in."""
    data = bytearray(sample)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        new = draw(st.sampled_from([b"", b"\0", b"\xff", b"\xff\xff\xff\xff", b"\0\0\0\1", b"<"]))
        data[at : at + draw(st.integers(0, 5))] = new
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.booleans()) else bytes(data)


@pytest.mark.parametrize("place", PAYLOADS, ids=lambda place: "-".join(map(str, place)))
@EXAMPLES
@given(data=st.data())
def test_every_reader_survives_damage(place, data):
    content = data.draw(st.one_of(damaged(PAYLOADS[place]), st.binary(max_size=200)))
    block = making.block(*place, content)
    found = [Located(fact, block, 0, 0) for fact in facts_of(block)]
    json.dumps([finding.as_json() for finding in judge(found)])
    left = without_ai(block)
    assert left is None or len(left) <= len(content) + 64


@pytest.mark.parametrize("sample", FILES, ids=["jpeg", "png", "hidden"])
@EXAMPLES
@given(data=st.data())
def test_a_damaged_file_is_a_report_or_a_problem(sample, data):
    content = data.draw(damaged(sample))
    try:
        outcome = operations.run("detect", content)
    except ExpungeError:
        return
    assert outcome.image is None
    json.dumps(outcome.report)
    source = Source.of(content)
    assert set(ai_edits(source.layout, content)) <= set(range(len(source.layout.blocks)))
