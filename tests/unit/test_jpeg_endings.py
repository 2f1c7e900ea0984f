"""Where a JPEG's picture ends: what follows its last MCU goes, marked or not."""

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.containers import jpeg as container
from expunge.imaging.containers.block import Kind
from expunge.operations import run
from tests import samples
from tests.samples import jpeg

END = b"\xff\xd9"
SIZES = ((40, 24), (7, 5), (33, 31))
CODINGS = [
    {},
    {"subsampling": 0},
    {"subsampling": 2, "restart_marker_blocks": 2},
    {"optimize": True},
    {"progressive": True},
    {"progressive": True, "restart_marker_rows": 1},
]
MOVIE = (
    b"\0\0\0\x18ftypmp42" + b"\0\0\0\x40moov\xff\xc3\0\x30\xff\xda udta\xa9xyz+52.5+013.4/SECRET"
)
RECORD = struct.pack("<HHI", 0, 0x0A30, 16) + b"MotionPhoto_DataSECRET"
DIRECTORY = struct.pack("<4sIIHHII", b"SEFH", 106, 1, 0, 0x0A30, len(RECORD), len(RECORD))
SEF = RECORD + DIRECTORY + struct.pack("<I4s", len(DIRECTORY), b"SEFT")
TAILS = {
    "a Samsung trailer": SEF,
    "a movie": MOVIE,
    "text": b"SECRET words, and more of them: 52.5200 N 013.4050 E",
    "zeros": bytes(300) + b"SECRET",
    "an archive": b"PK\3\4" + b"SECRET" * 9,
    "another picture": jpeg.photo("L") + b"SECRET",
    "a marker segment and more": jpeg.segment(0xE5, b"SECRET") + b"SECRET",
    "a frame header and more": jpeg.segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0SECRET") + b"SECRET",
    "noise": b"\x51\x9a\xc8" * 11 + b"SECRET" + b"\xfe\x37" * 30,
}


def photo(mode="RGB", size=(40, 24), **options):
    return samples.encoded(samples.picture(mode, size), "JPEG", **options)


def stripped(file):
    outcome = run("metadata", file)
    assert outcome.report["survivors"] == []
    assert run("metadata", outcome.image).image == outcome.image
    return outcome.image


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("coding", CODINGS, ids=str)
def test_without_an_end_what_follows_the_scan_goes(tail, coding):
    clean = photo(**coding)
    assert stripped(clean[:-2] + TAILS[tail]) == clean


@pytest.mark.parametrize("tail", [name for name in TAILS if "picture" not in name])
@pytest.mark.parametrize("coding", CODINGS, ids=str)
def test_what_stands_between_the_last_mcu_and_the_end_goes(tail, coding):
    clean = photo(**coding)
    result = stripped(clean[:-2] + TAILS[tail] + END)
    assert b"SECRET" not in result
    assert result == clean


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(CODINGS),
    st.sampled_from(["L", "RGB", "CMYK"]),
    st.sampled_from(SIZES),
    st.binary(min_size=1, max_size=60).filter(lambda tail: tail.strip(b"\xff")),
    st.booleans(),
)
def test_no_bytes_stay_behind_the_picture(coding, mode, size, tail, ended):
    coding = {k: v for k, v in coding.items() if mode == "RGB" or k != "subsampling"}
    clean = photo(mode, size, **coding)
    stuffed = tail.replace(b"\xff", b"\xff\0")
    assert stripped(clean[:-2] + stuffed + (END if ended else b"")) == clean


@pytest.mark.parametrize("coding", CODINGS, ids=str)
@pytest.mark.parametrize("tail", [b"SECRET words, plain to see", random.Random(3).randbytes(400)])
def test_of_a_large_picture_a_tail_is_told_by_the_end_of_the_scan(coding, tail):
    clean = photo(size=(900, 700), quality=95, **coding)
    if "progressive" in coding and not tail.isascii():
        pytest.skip("of a progressive picture only text and filling give a tail away")
    assert stripped(clean[:-2] + tail.replace(b"\xff", b"\xff\0") + END) == clean
    assert stripped(clean[:-2] + tail.replace(b"\xff", b"\xff\0")) == clean


@pytest.mark.parametrize("coding", CODINGS, ids=str)
@pytest.mark.parametrize("cut", [3, 10, 200])
def test_a_file_that_is_cut_off_stays_as_it_is(coding, cut):
    file = photo(**coding)[:-cut]
    assert run("metadata", file).report["changed"] is False


def test_a_second_picture_behind_a_missing_end_stays():
    whole = jpeg.with_second_picture(jpeg.gain_map())
    end = whole.index(END + b"\xff\xd8")
    file = whole[:end] + b"SECRET" + whole[end:]
    blocks = container.parse(stripped(file)).blocks
    assert b"SECRET" not in stripped(file)
    assert [b.kind for b in blocks].count(Kind.PICTURE) == 1


def arithmetic(file):
    """The same headers with a frame that is not followed here."""
    return file.replace(b"\xff\xc0\0\x11", b"\xff\xc9\0\x11")


def test_where_codes_cannot_be_followed_the_report_says_so():
    plain = run("metadata", photo()).report["unexamined"]
    report = run("metadata", arithmetic(photo())).report
    assert any("not separated" in words for words in report["unexamined"])
    assert not any("not separated" in words for words in plain)


def test_a_large_picture_says_that_its_mcus_were_not_counted():
    large = run("metadata", photo(size=(900, 700), quality=95)).report["unexamined"]
    assert any("MCUs were not counted" in words for words in large)


def test_detect_tells_of_a_tail():
    found = run("detect", photo()[:-2] + TAILS["a Samsung trailer"], visible=False).report
    assert any("MotionPhoto_Data" in f["what"] for f in found["findings"])
    found = run("detect", photo()[:-2] + TAILS["text"] + END, visible=False).report
    assert any("SECRET words" in f["value"] for f in found["findings"])


def test_detect_tells_of_a_tail_that_cannot_be_separated():
    found = run("detect", arithmetic(photo())[:-2] + TAILS["text"] + END, visible=False).report
    assert any("not separated" in f["value"] for f in found["findings"])


def test_unfinished_codes_cost_no_more_than_their_budget():
    flat = samples.encoded(samples.picture("L", (8, 8)).resize((9_000, 9_000)), "JPEG", quality=5)
    outcome = run("metadata", flat[:-2] + b"SECRET words" * 3)
    assert outcome.timings_ms["total"] < 20_000
