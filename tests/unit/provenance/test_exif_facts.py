"""Facts from valid and broken EXIF."""

from __future__ import annotations

import struct

import pytest
from tests.unit.provenance import making

from expunge.imaging.provenance import exif
from expunge.imaging.provenance.fact import UNREADABLE

MAKE, SOFTWARE, XP_AUTHOR, USER_COMMENT = 0x010F, 0x0131, 0x9C9D, 0x9286


def facts(data: bytes):
    return {fact.path: fact for fact in exif.read(memoryview(data))}


@pytest.mark.parametrize("order", ["<", ">"])
def test_every_directory_is_read(order):
    thirds = struct.pack(order + "II", 1, 3)
    data = making.tiff(
        order,
        IFD0={MAKE: making.text("Maker")},
        Exif={0x829A: (making.RATIONAL, thirds)},
        GPS={1: making.text("N")},
        Interop={1: making.text("R98")},
        next_ifd={SOFTWARE: making.text("thumb")},
    )
    assert {path: fact.value for path, fact in facts(data).items()} == {
        "IFD0/Make": "Maker",
        "Exif/ExposureTime": "0.3333333333",
        "GPS/GPSLatitudeRef": "N",
        "Interop/InteroperabilityIndex": "R98",
        "IFD1/Software": "thumb",
    }


def test_a_value_has_its_offset_in_the_block():
    data = b"Exif\0\0" + making.tiff(IFD0={SOFTWARE: making.text("a program")})
    fact = facts(data)["IFD0/Software"]
    assert data[fact.offset : fact.offset + fact.length] == b"a program\0"


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        (b"ASCII\0\0\0words", "words"),
        (b"UNICODE\0" + "Wörter".encode("utf-16-le"), "Wörter"),
        (b"UNICODE\0" + "Wörter".encode("utf-16-be"), "Wörter"),
        (b"UNICODE\0\xff\xfe" + "語".encode("utf-16-le"), "語"),
        (b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), "日本"),
        (bytes(8) + "Wörter".encode(), "Wörter"),
        (b"no code at all", "no code at all"),
    ],
)
def test_a_user_comment_is_decoded_by_its_character_code(stored, value):
    data = making.tiff(Exif={USER_COMMENT: (making.UNDEFINED, stored)})
    assert facts(data)["Exif/UserComment"].value == value


def test_texts_are_decoded_in_their_actual_encoding():
    data = making.tiff(
        IFD0={
            MAKE: (making.ASCII, "Bjørn".encode("latin-1")),
            SOFTWARE: making.text("Schön  "),
            XP_AUTHOR: (1, "Ada\0".encode("utf-16-le")),
        }
    )
    values = {path: fact.value for path, fact in facts(data).items()}
    assert values == {"IFD0/Make": "Bjørn", "IFD0/Software": "Schön", "IFD0/XPAuthor": "Ada"}


def test_a_packet_inside_exif_is_read_too():
    data = making.tiff(IFD0={0x02BC: (1, making.xmp(xmp__CreatorTool="a program"))})
    assert facts(data)["IFD0/XMLPacket/xmp:CreatorTool"].value == "a program"


def test_a_maker_note_is_one_opaque_fact():
    data = making.tiff(Exif={0x927C: (making.UNDEFINED, b"\1\2\3\4\5\xff")})
    assert facts(data)["Exif/MakerNote"].value == "6 bytes: 01 02 03 04 05 ff"


def test_directories_that_point_in_circles_are_read_once():
    data = bytearray(making.tiff(IFD0={MAKE: making.text("Maker")}, Exif={}))
    struct.pack_into("<I", data, data.index(struct.pack("<HHI", 0x8769, 4, 1)) + 8, 8)
    assert list(facts(bytes(data))) == ["IFD0/Make"]


def test_broken_parts_are_reported_and_the_rest_is_read():
    data = bytearray(making.tiff(IFD0={MAKE: making.text("Maker"), SOFTWARE: making.text("soft")}))
    struct.pack_into("<I", data, 8 + 2 + 12 + 8, 9_999_999)
    found = facts(bytes(data))
    assert found["IFD0/Make"].value == "Maker"
    assert found["IFD0/Software"].key == UNREADABLE


@pytest.mark.parametrize("data", [b"", b"II*\0", b"nonsense", b"MM\0*\xff\xff\xff\xff"])
def test_data_other_than_exif_is_one_unreadable_fact(data):
    assert [fact.key for fact in facts(data).values()] == [UNREADABLE]


def test_overlapping_values_are_not_all_read():
    fields = {0x9000 + n: making.text("x" * 200) for n in range(100)}
    data = bytearray(making.tiff(IFD0=fields))
    first = data[8 + 2 + 8 : 8 + 2 + 12]
    for n in range(100):
        entry = 8 + 2 + 12 * n
        struct.pack_into("<I", data, entry + 4, len(data) - 2000)
        data[entry + 8 : entry + 12] = first
    found = list(facts(bytes(data)).values())
    assert found[-1].key == UNREADABLE
    assert len(found) < 10
