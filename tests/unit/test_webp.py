"""What a strip takes of a WebP, and what it leaves."""

import pytest

from expunge.errors import MalformedImage
from expunge.operations import run
from tests import samples
from tests.samples import webp
from tests.unit.test_jpeg import stripped


@pytest.mark.parametrize("name", webp.METADATA)
@pytest.mark.parametrize("lossless", [False, True])
def test_metadata_goes_and_flags_and_size_say_so(name, lossless):
    clean = webp.extended(icc=samples.ICC, lossless=lossless)
    part = webp.METADATA[name]
    dirty = webp.extended(icc=samples.ICC, metadata=(part,), lossless=lossless)
    assert stripped(dirty) == clean


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [False, True])
def test_coded_chunks_come_out_bit_identical(mode, lossless):
    clean = webp.photo(mode, lossless=lossless)
    dirty = webp.riff(clean[12:], *webp.METADATA.values()) + b"behind the end"
    result = stripped(dirty)
    assert webp.coded(result) == webp.coded(clean)
    assert samples.pixels(result) == samples.pixels(clean)


def test_a_simple_file_stays_simple():
    clean = webp.photo()
    assert run("metadata", clean).image is clean
    assert stripped(webp.riff(clean[12:], webp.METADATA["xmp"])) == clean


def test_an_animation_keeps_its_frames_and_timing():
    clean = webp.animation()
    dirty = webp.riff(clean[12:], *webp.METADATA.values())
    assert stripped(dirty) == clean
    assert [frame[3] for frame in samples.pixels(stripped(dirty))] == [30, 40, 50]


@pytest.mark.parametrize("name", [b"EXIF", b"UNKN", b"C2PA"])
@pytest.mark.parametrize("content", [b"odd", b"even"])
def test_chunks_hidden_in_frames_go(name, content):
    clean = webp.animation()
    dirty = webp.with_chunk_in_frames(clean, webp.chunk(name, content))
    assert stripped(dirty) == clean


def test_bytes_left_over_in_frames_go():
    clean = webp.animation()
    assert stripped(webp.with_chunk_in_frames(clean, b"\0\1\2\3")) == clean


@pytest.mark.parametrize("value", range(2, 9))
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_orientation_survives_as_exif_that_holds_nothing_else(value, prefix):
    part = webp.chunk(b"EXIF", prefix + samples.exif(value))
    result = stripped(webp.extended(metadata=(part,)))
    kept = webp.chunk(b"EXIF", prefix + samples.minimal_exif(value))
    assert result == webp.extended(metadata=(kept,))
    assert samples.shown_orientation(result) == value
    assert stripped(result) == result


def test_orientation_leaves_a_simple_file_simple():
    """Some viewers pass over EXIF that no VP8X chunk announces; others do not."""
    simple = webp.photo()
    file = webp.riff(simple[12:], webp.chunk(b"EXIF", samples.exif(6)))
    kept = webp.riff(simple[12:], webp.chunk(b"EXIF", samples.minimal_exif(6)))
    assert stripped(file) == kept


def test_exif_that_is_not_announced_stays_so():
    bare = webp.extended()
    file = webp.riff(bare[12:], webp.chunk(b"EXIF", samples.exif(6)))
    assert webp.flags(stripped(file)) == webp.flags(bare)


def test_orientation_known_from_xmp_alone_survives():
    file = webp.extended(metadata=(webp.chunk(b"XMP ", samples.XMP_ORIENTED),))
    assert samples.shown_orientation(stripped(file)) == 8
    assert webp.flags(stripped(file)) == 0x04
    assert b"Nobody" not in stripped(file)


@pytest.mark.parametrize("off", [-1, 1, 2, 1000])
def test_a_size_that_is_off_is_forgiven(off):
    clean = bytearray(webp.extended(metadata=(webp.METADATA["vendor"],)))
    size = int.from_bytes(clean[4:8], "little")
    clean[4:8] = (size + off).to_bytes(4, "little")
    assert stripped(bytes(clean)) == webp.extended()


def test_missing_padding_is_forgiven():
    odd = webp.chunk(b"VEND", b"odd")
    file = webp.extended(metadata=(webp.METADATA["exif"], odd))[:-1]
    assert stripped(file) == webp.extended()


def test_missing_padding_behind_the_picture_is_filled_in():
    simple = webp.walk(webp.photo())[0]
    content = simple[1] + b"" if len(simple[1]) % 2 else simple[1] + b"\0"
    file = webp.riff(webp.chunk(b"EXIF", samples.exif(6)), webp.chunk(simple[0], content))[:-1]
    result = stripped(file)
    assert len(result) % 2 == 0
    assert dict(webp.walk(result))[b"EXIF"] == samples.minimal_exif(6)


@pytest.mark.parametrize(
    ("file", "what"),
    [
        (webp.riff(), "no VP8"),
        (webp.riff(webp.METADATA["exif"]), "no VP8"),
        (webp.photo()[:-30], "runs past the end"),
        (webp.riff(webp.chunk(b"VP8X", b"short"), webp.photo()[12:]), "VP8X"),
        (webp.riff(webp.chunk(b"VP8 ", b"not a key frame")), "header of the coded image"),
        (webp.riff(webp.photo()[12:], webp.chunk(b"ANMF", b"short")), "ANMF"),
    ],
)
def test_what_cannot_be_read_is_malformed(file, what):
    with pytest.raises(MalformedImage, match=what):
        run("metadata", file)
