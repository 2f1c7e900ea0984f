"""Facts from IPTC, Photoshop resources, PNG text, trailers and labels."""

from __future__ import annotations

import struct
import zlib

import pytest
from tests.unit.provenance import making

from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance import iptc, photoshop, text, trailer
from expunge.imaging.provenance.fact import UNREADABLE, Budget
from expunge.imaging.provenance.survey import facts_of


def pairs(facts):
    return [(fact.key, fact.value) for fact in facts]


def read_text(name, data, budget=None):
    return list(text.read(name, memoryview(data), budget or Budget()))


def test_datasets_are_named_and_decoded():
    data = (
        making.dataset(1, 90, b"\x1b%G")
        + making.dataset(2, 80, "Bjørn".encode())
        + making.dataset(2, 120, "Übung".encode("latin-1"))
        + b"\x1c\x02\x19\x80\x04\0\0\0\3cat"
    )
    assert pairs(iptc.read(memoryview(data))) == [
        ("CodedCharacterSet", "UTF-8"),
        ("Byline", "Bjørn"),
        ("Caption", "Übung"),
        ("Keywords", "cat"),
    ]


@pytest.mark.parametrize("data", [b"\x1c\x02\x50\xff\xff", b"\x1c\x02\x50\0\x10short", b"other"])
def test_a_broken_dataset_is_reported(data):
    assert [key for key, _ in pairs(iptc.read(memoryview(data)))] == [UNREADABLE]


def test_resources_are_read_by_their_content_type():
    data = b"".join(
        (
            making.resource(0x0404, making.dataset(2, 5, b"a cat")),
            making.resource(0x0422, making.tiff(IFD0={0x0131: making.text("program")})),
            making.resource(0x0424, making.xmp(xmp__CreatorTool="tool")),
            making.resource(0x040C, bytes(30)),
            making.resource(0x040A, b"\1"),
        )
    )
    found = list(photoshop.read(memoryview(data)))
    assert [(fact.reader, fact.key, fact.value) for fact in found] == [
        ("iptc", "ObjectName", "a cat"),
        ("exif", "Software", "program"),
        ("xmp", "xmp:CreatorTool", "tool"),
        ("photoshop", "Thumbnail", "30 bytes"),
        ("photoshop", "CopyrightFlag", "1"),
    ]
    at = found[1]
    assert data[at.offset : at.offset + at.length] == b"program\0"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tEXt", b"Title\0a cat"),
        ("zTXt", b"Title\0\0" + zlib.compress(b"a cat")),
        ("iTXt", b"Title\0\0\0en\0Titel\0a cat"),
        ("iTXt", b"Title\0\1\0\0\0" + zlib.compress(b"a cat")),
    ],
)
def test_all_kinds_of_text_chunks_are_read(name, data):
    assert pairs(read_text(name, data)) == [("Title", "a cat")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("zTXt", b"Title\0\x09zlib"),
        ("zTXt", b"Title\0\0no zlib"),
        ("zTXt", b"Title"),
        ("iTXt", b"Title\0\0\0no end"),
        ("iTXt", b"Title\0\7\0\0\0x"),
    ],
)
def test_a_broken_text_chunk_is_reported(name, data):
    assert [fact.key for fact in read_text(name, data)] == [UNREADABLE]


def test_inflated_text_is_limited_per_chunk_and_per_file():
    bomb = b"Title\0\0" + zlib.compress(bytes(8 << 20))
    budget = Budget()
    before = budget.inflated
    for _ in range(3):
        read_text("zTXt", bomb, budget)
    assert before - budget.inflated == 3 * text.MAX_INFLATED
    read_text("zTXt", bomb, budget)
    assert read_text("zTXt", bomb, budget)[0].key == UNREADABLE


def test_a_profile_in_hexadecimal_is_decoded():
    profile = b"Exif\0\0" + making.tiff(IFD0={0x0131: making.text("program")})
    digits = profile.hex().encode()
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    content = b"\nexif\n%8d\n" % len(profile) + lines + b"\n"
    found = read_text("zTXt", b"Raw profile type exif\0\0" + zlib.compress(content))
    assert (found[1].reader, found[1].key, found[1].value) == ("exif", "Software", "program")


def test_a_samsung_trailer_is_read_by_its_directory():
    data = b"before" + making.sef(
        MotionPhoto_Data=b"mpv2" + bytes(range(20)), PhotoEditor_Re_Edit_Data=b'{"genAIType":8}'
    )
    assert pairs(trailer.read(memoryview(data))) == [
        ("MotionPhoto_Data", "24 bytes: 6d 70 76 32 00 01 02 03 04 05 06 07 08 09 0a 0b"),
        ("PhotoEditor_Re_Edit_Data", '{"genAIType":8}'),
        ("genAIType", "8"),
    ]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b'PEg_Info{"a":1,\\"genAIType\\":8}', "PEg_Info"),
        (b"\0\0\0\x18ftypmp42", "Video"),
        (b"PK\x03\x04 a whole archive", "Archive"),
        (b"\xff\xd8\xff\xe1 another picture", "Picture"),
        (b"some words", "bytes"),
        (struct.pack("<I", 12) + b"SEFT", "bytes"),
    ],
)
def test_other_trailers_are_classified_by_their_first_bytes(data, key):
    assert pairs(trailer.read(memoryview(data)))[0][0] == key


def test_an_invalid_trailer_directory_is_reported():
    data = making.sef(Name=b"content")
    broken = data.replace(b"SEFH", b"....")
    assert pairs(trailer.read(memoryview(broken)))[0][0] == UNREADABLE


def test_a_label_is_split_into_fields_in_any_text():
    label = '{"AIGC": {"Label": "2", "ContentProducer": "abc", "PropagateID": "p1"}}'
    block = making.block(Kind.COMMENT, "COM", label.encode())
    found = [(f.key, f.value) for f in facts_of(block) if f.reader == "tc260"]
    assert found == [("Label", "2"), ("ContentProducer", "abc"), ("PropagateID", "p1")]
