"""Second pictures of HEIF and AVIF keep their numbers, or go whole."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import expunge.imaging.containers.isobmff as heif
from expunge.imaging.auxiliary import maker_note
from expunge.imaging.containers.block import Kind, Role
from expunge.operations import run
from tests.samples import isobmff, seconds
from tests.samples.seconds import Second
from tests.unit.second_pictures.reading import (
    DEPTH,
    GAIN_MAP,
    MATTE,
    packets,
    reported,
    rows,
    told,
)
from tests.unit.test_heif import same_picture, stripped


@pytest.mark.parametrize(
    ("name", "facts", "role"),
    [
        (GAIN_MAP, seconds.APPLE_GAIN_MAP, Role.GAIN_MAP),
        ("urn:com:samsung:photo:2024:aux:hdrgainmap", seconds.HDRGM, Role.GAIN_MAP),
        (DEPTH, seconds.APPLE_DEPTH, Role.DEPTH),
        ("urn:mpeg:mpegB:cicp:systems:auxiliary:depth", seconds.APPLE_DEPTH, Role.DEPTH),
        (MATTE, seconds.APPLE_MATTE, Role.MATTE),
    ],
)
def test_an_auxiliary_picture_keeps_its_numbers_and_nothing_else(name, facts, role):
    file = seconds.auxiliary(name, facts, first=seconds.PRIVATE).written()
    out = stripped(file)
    assert [told(xmp) for xmp in packets(out)] == [rows(facts)]
    assert reported(file) == [(role.value, True)]
    assert same_picture(out, file)


def test_samsungs_first_picture_goes_on_announcing_its_gain_map():
    announced = {"hdrgm:Version": "1.0"}
    entry = seconds.directory([Second("GainMap", b"")], "attributes", [0])
    base = seconds.auxiliary("urn:com:samsung:photo:2024:aux:hdrgainmap", seconds.HDRGM)
    xmp = seconds.packet(announced | seconds.PRIVATE, entry)
    item = isobmff.Item(4, b"mime", xmp, content_type=b"application/rdf+xml")
    out = stripped(base.plus(item, references=[(b"cdsc", 4, (1,))]).written())
    first = next(told(xmp) for xmp in packets(out) if b"Directory" in xmp)
    assert (first["hdrgm:Version"], first["Item:Semantic"]) == (["1.0"], ["Primary", "GainMap"])


def test_xmp_of_gain_maps_goes_where_no_gain_map_is():
    heif_file = isobmff.still()
    xmp = seconds.packet(seconds.APPLE_GAIN_MAP | seconds.HDRGM)
    item = isobmff.Item(9, b"mime", xmp, content_type=b"application/rdf+xml")
    out = stripped(heif_file.plus(item, references=[(b"cdsc", 9, (1,))]).written())
    assert not packets(out)


def test_a_value_that_is_no_number_of_a_gain_maps_goes():
    facts = seconds.APPLE_GAIN_MAP | {"HDRGainMap:HDRGainMapHeadroom": "SECRET", "apdi:x": "1"}
    out = stripped(seconds.auxiliary(GAIN_MAP, facts).written())
    assert "HDRGainMap:HDRGainMapHeadroom" not in told(packets(out)[0])
    assert b"HDRGainMapVersion" in out


@pytest.mark.parametrize("facts", [None, seconds.APPLE_GAIN_MAP])
def test_apples_headroom_stays_in_a_maker_note_of_nothing_else(facts):
    exif = seconds.exif_with(seconds.apple_note())
    out = stripped(seconds.auxiliary(GAIN_MAP, facts, exif=exif).written())
    assert b"SECRET" not in out
    block = next(b for b in heif.parse(out).blocks if b.kind is Kind.EXIF)
    assert maker_note.hdr_note(block.data) is not None
    with Image.open(io.BytesIO(out)) as image:
        assert image.getexif().get_ifd(0x8769).keys() == {0x927C}
        note = image.getexif().get_ifd(0x8769)[0x927C]
    assert struct.pack(">iiii", 3, 2, 1, 100) in note


def test_a_maker_note_goes_with_no_gain_map_to_need_it():
    exif = seconds.exif_with(seconds.apple_note())
    out = stripped(seconds.auxiliary(DEPTH, seconds.APPLE_DEPTH, exif=exif).written())
    assert b"Apple iOS" not in out


@given(st.binary(max_size=120), st.integers(0, 60))
def test_a_broken_maker_note_is_no_reason_to_fail(noise, cut):
    note = seconds.apple_note()
    exif = seconds.exif_with(note[:cut] + noise)
    found = maker_note.hdr_note(memoryview(exif))
    assert found is None or b"SECRET" not in found


def test_an_auxiliary_picture_of_an_unknown_purpose_goes_with_what_describes_it():
    file = seconds.auxiliary("urn:vendor:aux:secretmap", seconds.HDRGM).written()
    out = stripped(file)
    assert reported(file) == [("other", False)]
    assert [b.path for b in heif.parse(out).blocks if b.name == "av01"] == ["meta/iinf/av01[1]"]


def test_an_auxiliary_picture_that_nothing_describes_stays():
    file = seconds.auxiliary("urn:vendor:aux:secretmap", None).written()
    assert run("metadata", file).report["changed"] is False
    assert reported(file) == [("other", True)]


def test_a_linear_thumbnail_shows_the_picture_before_its_style_and_goes():
    file = seconds.auxiliary("tag:apple.com,2023:photo:aux:linearthumbnail", None).written()
    assert reported(file) == [("original", False)]
    stripped(file)


# Spatial photos
