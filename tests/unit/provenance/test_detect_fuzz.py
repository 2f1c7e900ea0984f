"""For any bytes, every reader returns facts, and the report is valid JSON."""

from __future__ import annotations

import json
import struct
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hangs import no_hang
from tests.unit.provenance import making
from tests.unit.provenance.test_stealth import hidden_png

from expunge import operations
from expunge.errors import ExpungeError, RewriteUnproven
from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance.detect import detect
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
    """A sample with some bytes changed, removed or inserted."""
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
def test_a_damaged_file_gives_a_report_or_a_problem(sample, data):
    content = data.draw(damaged(sample))
    try:
        outcome = operations.run("detect", content)
    except ExpungeError:
        return
    assert outcome.image is None
    json.dumps(outcome.report)
    source = Source.of(content, partial=True)
    assert set(ai_edits(source.layout, content)) <= set(range(len(source.layout.blocks)))


SEGMENT = 65_000
HOSTILE = {
    "one packet of many": lambda: making.jpeg(
        *(making.app1_xmp(making.xmp("<dc:a>x</dc:a>" * 3_000)) for _ in range(100))
    ),
    "many extended packets": lambda: making.jpeg(
        *(
            making.segment(
                0xE1,
                b"http://ns.adobe.com/xmp/extension/\0%032X" % n
                + bytes(8)
                + making.xmp("<dc:a>x</dc:a>" * 3_000),
            )
            for n in range(100)
        )
    ),
    "texts made for patterns": lambda: making.jpeg(
        *(
            making.segment(0xFE, (b" --ar 1:1 steps: ai generated" * SEGMENT)[:SEGMENT])
            for _ in range(100)
        )
    ),
    "texts that inflate": lambda: making.png(
        *(making.chunk(b"zTXt", b"k\0\0" + BOMB) for _ in range(2_000))
    ),
    "values over each other": lambda: making.png(
        making.chunk(
            b"eXIf",
            struct.pack("<4sIH", b"II*\0", 8, 1_000)
            + struct.pack("<HHII", 0x010E, 2, 5_000_000, 8) * 1_000
            + bytes(4)
            + b"Steps: 1 " * 600_000,
        )
    ),
    "a label in a long trailer": lambda: making.jpeg(trailer=b'"genAIType":' * 500_000),
}
BOMB = zlib.compress(bytes(1 << 20), 9)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_reported_within_limits(case):
    data = HOSTILE[case]()
    source = Source.of(data)
    with no_hang():
        found = detect(source)
    assert len(json.dumps(found.report)) < 350_000


def test_a_file_with_too_many_fields_is_reported_and_not_pruned():
    data = HOSTILE["one packet of many"]()
    source = Source.of(data)
    report = detect(source).report
    assert report["findings_omitted"] > 0
    with pytest.raises(RewriteUnproven):
        ai_edits(source.layout, data)
