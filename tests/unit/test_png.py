"""What a strip takes of a PNG, and what it leaves."""

import struct
import zlib

import pytest

from expunge.errors import MalformedImage
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import png
from tests.unit.test_jpeg import stripped


@pytest.mark.parametrize("name", png.METADATA)
@pytest.mark.parametrize("place", [b"IDAT", b"IEND"])
def test_metadata_goes_wherever_it_stands(name, place):
    clean = png.drawing()
    assert stripped(png.inserted(clean, png.METADATA[name], before=place)) == clean


@pytest.mark.parametrize("name", png.COLOUR)
def test_colour_stays(name):
    file = png.inserted(png.drawing(), png.COLOUR[name])
    assert run("metadata", file).report["changed"] is False
    assert stripped(png.inserted(file, png.METADATA["text"])) == file


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel_comes_out_bit_identical(mode):
    image = samples.picture("RGBA").convert(mode) if mode != "I;16" else samples.picture("I;16")
    clean = samples.encoded(image, "PNG")
    dirty = png.inserted(clean, *png.METADATA.values()) + b"behind IEND"
    assert stripped(dirty) == clean
    assert samples.pixels(stripped(dirty)) == samples.pixels(clean)


def test_an_animation_keeps_its_frames():
    clean = png.animation()
    dirty = clean
    for place in (b"IDAT", b"fdAT", b"IEND"):
        dirty = png.inserted(dirty, png.METADATA["text"], before=place)
    assert stripped(dirty) == clean
    assert len(samples.pixels(stripped(dirty))) == 3


def test_image_data_in_many_chunks_stays_in_many_chunks():
    clean = png.in_small_chunks(png.drawing(), 10)
    assert stripped(png.inserted(clean, png.METADATA["exif"])) == clean


def test_a_chunk_between_image_data_goes():
    clean = png.in_small_chunks(png.drawing(), 100)
    parts = [part for _, part in png.walk(clean)]
    parts.insert(3, png.METADATA["text"])
    assert stripped(png.SIGNATURE + b"".join(parts)) == clean


def test_bytes_behind_the_end_go():
    assert stripped(png.drawing() + b'PEg_Info{"genAIType":8}') == png.drawing()


@pytest.mark.parametrize("value", range(2, 9))
def test_orientation_survives_as_exif_that_holds_nothing_else(value):
    file = png.inserted(png.drawing(), png.chunk(b"eXIf", samples.exif(value)))
    kept = png.chunk(b"eXIf", samples.minimal_exif(value))
    assert stripped(file) == png.inserted(png.drawing(), kept)
    assert samples.shown_orientation(stripped(file)) == value
    assert stripped(stripped(file)) == stripped(file)


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_orientation_behind_the_image_data_survives(prefix):
    file = png.inserted(png.drawing(), png.chunk(b"eXIf", prefix + samples.exif(6)), before=b"IEND")
    assert samples.shown_orientation(stripped(file)) == 6


def raw_profile(chunk: bytes = b"zTXt", name: bytes = b"exif", after: bytes = b"") -> bytes:
    """EXIF as ImageMagick keeps it: hexadecimal, 36 bytes a line."""
    profile = b"Exif\0\0" + samples.exif(6) + after
    digits = b"\n".join(profile[at : at + 36].hex().encode() for at in range(0, len(profile), 36))
    text = b"\n%s\n%8d\n%s\n" % (name, len(profile), digits)
    keyword = b"Raw profile type " + name + b"\0"
    if chunk == b"tEXt":
        return png.chunk(chunk, keyword + text)
    head = b"\0" if chunk == b"zTXt" else b"\1\0\0\0"
    return png.chunk(chunk, keyword + head + zlib.compress(text))


def compressed_xmp() -> bytes:
    head = b"XML:com.adobe.xmp\0\1\0\0\0"
    return png.chunk(b"iTXt", head + zlib.compress(samples.XMP_ORIENTED))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (raw_profile(), 6),
        (raw_profile(b"tEXt"), 6),
        (raw_profile(b"iTXt"), 6),
        (raw_profile(b"tEXt", b"APP1"), 6),
        (raw_profile(b"zTXt", b"APP1", after=bytes(700_000)), 6),
        (compressed_xmp(), 8),
        (png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + samples.XMP_ORIENTED), 8),
    ],
    ids=[
        "raw profile",
        "plain raw profile",
        "international raw profile",
        "plain APP1 profile",
        "long APP1 profile",
        "compressed xmp",
        "xmp",
    ],
)
def test_orientation_kept_elsewhere_survives(part, value):
    file = png.inserted(png.drawing(), part)
    result = stripped(file)
    assert Source.of(result).layout.orientation == value
    assert [name for name, _ in png.walk(result)] == [name for name, _ in png.walk(file)]
    assert len(result) < len(png.drawing()) + 400


@pytest.mark.parametrize(
    "text", [b"", b"\nexif\n", b"\nexif\n   99\nzz", b"\nexif\n   99\n4", b"\nexif\n99999999\n4d4d"]
)
def test_a_raw_profile_that_is_none_states_nothing(text):
    part = png.chunk(b"tEXt", b"Raw profile type exif\0" + text)
    assert stripped(png.inserted(png.drawing(), part)) == png.drawing()


def test_fields_beside_an_unknown_colour_type_mean_nothing():
    drawing = png.drawing()
    header = png.walk(drawing)[0][1]
    unknown = drawing.replace(header, png.chunk(b"IHDR", header[8:17] + b"\7" + header[18:-4]))
    parts = (png.chunk(name, bytes(6)) for name in (b"sBIT", b"bKGD", b"tRNS", b"PLTE"))
    assert stripped(png.inserted(unknown, *parts)) == unknown


def test_text_that_inflates_without_end_is_not_inflated():
    bomb = zlib.compress(bytes(50_000_000), 9)
    file = png.inserted(png.drawing(), png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + bomb))
    outcome = run("metadata", file)
    assert outcome.image == png.drawing()
    assert outcome.timings_ms["total"] < 500


def test_a_missing_end_is_forgiven():
    clean = png.drawing()[:-12]
    assert stripped(png.inserted(clean, png.METADATA["text"])) == clean


def test_image_data_that_the_end_cuts_off_stays():
    clean = png.drawing()[:-40]
    assert stripped(png.inserted(clean, png.METADATA["text"])) == clean


def test_a_checksum_is_neither_checked_nor_mended():
    damaged = bytearray(png.inserted(png.drawing(), png.COLOUR["pHYs"]))
    damaged[-14] ^= 1
    assert stripped(bytes(damaged)) == damaged


def test_the_second_picture_of_a_gain_map_stays_stripped():
    inner = png.inserted(png.drawing("L"), png.METADATA["text"])
    parts = png.chunk(b"gmAP", bytes(61)), png.chunk(b"gdAT", inner)
    clean = png.chunk(b"gmAP", bytes(61)), png.chunk(b"gdAT", png.drawing("L"))
    file = png.inserted(png.drawing(), *parts)
    assert stripped(file) == png.inserted(png.drawing(), *clean)
    (removed,) = run("metadata", file).report["removed"]
    assert file[removed["offset"] + 4 : removed["offset"] + 8] == b"tEXt"


@pytest.mark.parametrize(
    ("file", "what"),
    [
        (png.SIGNATURE, "IHDR"),
        (png.SIGNATURE + png.chunk(b"IDAT", b"") * 3, "IHDR"),
        (png.drawing()[:33], "before any IDAT"),
        (png.drawing()[:40], "within a chunk"),
        (png.inserted(png.drawing(), b"\x7f\0\0\0tEXt"), "byte 33"),
        (png.inserted(png.drawing(), bytes(12)), "byte 33"),
    ],
)
def test_what_cannot_be_read_is_malformed(file, what):
    with pytest.raises(MalformedImage, match=what):
        run("metadata", file)


def sized(width: int, height: int) -> bytes:
    content = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png.SIGNATURE + png.chunk(b"IHDR", content) + png.drawing()[33:]


@pytest.mark.parametrize(
    ("width", "height", "error"),
    [
        (0, 1, MalformedImage),
        (1, 0, MalformedImage),
        (1 << 31, 1, MalformedImage),
    ],
)
def test_sizes_that_cannot_be_are_refused(width, height, error):
    with pytest.raises(error):
        run("metadata", sized(width, height))


def test_a_second_picture_that_cannot_be_read_is_malformed():
    with pytest.raises(MalformedImage, match=r"gdAT\[0\]"):
        run("metadata", png.inserted(png.drawing(), png.chunk(b"gdAT", b"\x89PNG broken")))


def test_of_many_exif_blocks_the_first_and_the_last_are_kept():
    turned, plain = (png.chunk(b"eXIf", samples.exif(value)) for value in (6, 1))
    file = png.inserted(png.drawing(), turned, *[plain] * 200, turned)
    outcome = run("metadata", file)
    assert outcome.image is not None
    left = [part for name, part in png.walk(outcome.image) if name == b"eXIf"]
    assert 2 <= len(left) < 100
    assert run("detect", outcome.image, visible=False).report["metadata"] is not None
    assert outcome.report["orientation"] == 6 == Source.of(outcome.image).layout.orientation
    assert not outcome.report["survivors"]
