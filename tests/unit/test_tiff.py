"""A stripped TIFF file has the same pages and none of what a secret could hide in."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import expunge
from expunge.errors import ExpungeError, MalformedImage, UnsupportedMediaType
from expunge.imaging.source import Source
from tests.unit.tiffs import SECRET, Tiff, pages_in


@st.composite
def tiffs(draw):
    flags = {n: draw(st.booleans()) for n in ("big", "thumbnail", "metadata", "gaps", "reverse")}
    return Tiff(draw(st.sampled_from("<>")), pages=draw(st.integers(1, 3)), **flags)


def pages(data):
    found = pages_in(data)
    if data[:4] == b"MM\0+":
        return found  # Pillow does not read it
    with Image.open(io.BytesIO(data)) as image:
        for number in range(image.n_frames):
            image.seek(number)
            found[number] += (image.tobytes(), image.tag_v2[282])
    return found


def error_code(mode, data):
    """The code of the error in words; any other exception fails the test."""
    try:
        expunge.run(mode, data)
    except ExpungeError as error:
        return error.code
    return None


@given(tiffs())
def test_a_stripped_file_shows_the_same_pages_and_no_secret(tiff):
    data = tiff.file()
    outcome = expunge.run("metadata", data)
    assert SECRET not in outcome.image
    assert pages(outcome.image) == pages(data)[: tiff.pages]
    assert len(outcome.image) <= len(data)
    assert outcome.report["survivors"] == []
    assert expunge.run("metadata", outcome.image).report["changed"] is False


@given(tiffs(), st.data())
def test_a_damaged_file_is_refused_in_words_or_stripped(tiff, draw):
    data = bytearray(tiff.file())
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(4, len(data) - 1))
        data[at] = draw.draw(st.sampled_from([0, 1, 2, 8, 0x7F, 0xFF]))
    cut = draw.draw(st.integers(8, len(data)))
    assert error_code("metadata", bytes(data[:cut])) != "rewrite_unproven"
    assert error_code("detect", bytes(data[:cut])) != "rewrite_unproven"


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", "<>")
def test_a_report_tells_what_exif_in_other_files_tells(order, big):
    report = expunge.run("detect", Tiff(order, big, gaps=False).file()).report
    assert report["metadata"]["exif"]["gps"]
    assert report["metadata"]["exif"]["make"] == SECRET.decode()
    rules = {finding["rule"] for finding in report["findings"]}
    assert {"exif-gps", "exif-when", "exif-maker-note", "geotiff", "exif-caption"} <= rules
    assert "a position" in report["overall_assessment"]


@pytest.mark.parametrize("big", [False, True])
def test_words_of_keep_apply(big):
    data = Tiff(big=big).file()
    kept = expunge.run("metadata", data, keep=["copyright", "gps", "xmp"])
    report = expunge.run("detect", kept.image).report
    keys = {finding["what"] for finding in report["findings"]}
    assert {"EXIF Artist", "EXIF GPSMapDatum"} <= keys
    assert not keys & {"EXIF Make", "EXIF MakerNote", "EXIF DateTime"}
    assert b"<x/>" in kept.image
    assert expunge.run("metadata", kept.image, keep=["copyright", "gps", "xmp"]).image == kept.image


def test_a_colour_profile_stays_without_bytes_after_it():
    profile = struct.pack(">I", 132) + bytes(32) + b"acsp" + bytes(92)
    data = Tiff(extra=[(34675, 7, profile + SECRET)]).file()
    image = expunge.run("metadata", data).image
    assert profile in image
    assert SECRET not in image


def test_values_beyond_those_of_a_field_go():
    data = Tiff(metadata=False, gaps=False, extra=[(296, 3, [2, *SECRET, *SECRET])]).file()
    outcome = expunge.run("metadata", data)
    assert outcome.report["changed"]
    assert struct.pack("<6H", *SECRET) not in outcome.image


def test_only_ai_provenance_goes_with_scope_ai():
    data = Tiff(extra=[(305, 2, b"Made with Google AI\0")]).file()
    outcome = expunge.run("metadata", data, scope="ai")
    assert b"Google" not in outcome.image
    assert pages(outcome.image) == pages(data)
    found = expunge.run("detect", outcome.image).report["metadata"]["exif"]
    assert found["make"] == SECRET.decode()


@pytest.mark.parametrize("extra", [(50706, 1, [1, 4, 0, 0]), (262, 3, [32803])])
def test_a_camera_raw_image_is_refused(extra):
    tiff = Tiff(extra=[extra], metadata=False)
    data = tiff.file()
    if extra[0] == 262:
        data = data.replace(
            struct.pack("<HHII", 262, 3, 1, 1), struct.pack("<HHII", 262, 3, 1, 32803)
        )
    with pytest.raises(UnsupportedMediaType, match="camera raw"):
        expunge.run("metadata", data)


def test_a_loop_of_directories_is_refused():
    data = bytearray(Tiff(pages=2, metadata=False, gaps=False).file())
    (first,) = struct.unpack_from("<I", data, 4)
    data[-4:] = struct.pack("<I", first)
    with pytest.raises(MalformedImage, match="loops"):
        expunge.run("metadata", bytes(data))


@pytest.mark.parametrize(
    ("tag", "kind", "count"), [(273, 4, 1 << 31), (279, 3, 0xFFFFFFFF), (320, 3, 0xFFFFFFF0)]
)
def test_a_count_of_billions_is_refused_or_dropped(tag, kind, count):
    data = Tiff(metadata=False, gaps=False).file()
    at = data.find(struct.pack("<HH", tag, kind))
    if at < 0:
        data = Tiff(metadata=False, gaps=False, extra=[(tag, kind, [1, 2, 3])]).file()
        at = data.find(struct.pack("<HH", tag, kind))
    data = data[: at + 4] + struct.pack("<I", count) + data[at + 8 :]
    try:
        image = expunge.run("metadata", data).image
    except MalformedImage:
        return
    assert len(image) <= len(data)


def test_strips_that_share_bytes_do_not_multiply():
    shared = [(273, 4, [8] * 4), (279, 3, [16] * 4)]
    data = Tiff(metadata=False, gaps=False).file()
    at = data.index(struct.pack("<HHI", 273, 4, 4))
    (values,) = struct.unpack_from("<I", data, at + 8)
    data = data[:values] + struct.pack("<4I", *shared[0][2]) + data[values + 16 :]
    assert len(expunge.run("metadata", data).image) <= len(data)


def test_strips_of_far_more_bytes_than_the_file_are_refused():
    data = Tiff(metadata=False, gaps=False, extra=[]).file()
    many = [(324, 4, [8] * 3000), (325, 4, [len(data)] * 3000)]
    with pytest.raises(MalformedImage, match="far more bytes"):
        expunge.run("metadata", Tiff(metadata=False, gaps=False, extra=many).file())


def test_coded_data_over_a_field_is_refused():
    data = Tiff(gaps=False).file()
    at = data.index(struct.pack("<HHI", 273, 4, 4))
    (values,) = struct.unpack_from("<I", data, at + 8)
    start = data.index(SECRET)
    data = data[:values] + struct.pack("<I", start) + data[values + 4 :]
    with pytest.raises(MalformedImage, match="overlaps"):
        expunge.run("metadata", data)


def test_a_cut_file_is_reported_but_not_stripped():
    tiff = Tiff(metadata=False, gaps=False)
    data = tiff.file()
    at = data.index(struct.pack("<HHI", 273, 4, 4))
    (values,) = struct.unpack_from("<I", data, at + 8)
    data = data[:values] + struct.pack("<I", len(data) - 4) + data[values + 4 :]
    with pytest.raises(MalformedImage, match=r"ends before|overlaps"):
        expunge.run("metadata", data)


@pytest.mark.parametrize("mode", ["visible", "faces", "mask"])
def test_modes_that_decode_refuse_it_in_a_sentence(mode):
    with pytest.raises(
        UnsupportedMediaType, match=r"This is a TIFF image.*«metadata» and «detect»"
    ):
        expunge.run(mode, Tiff().file())


def test_the_type_may_be_declared_by_any_of_its_names():
    for name in ("image/tiff", "image/x-tiff", "image/tif"):
        assert Source.of(Tiff().file(), declared=name).media_type == "image/tiff"
