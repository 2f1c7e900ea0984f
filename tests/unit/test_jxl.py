"""What a strip takes of a JPEG XL file, and what it leaves."""

import io
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from expunge.errors import ExpungeError, MalformedImage, UnsupportedMediaType
from expunge.imaging.containers import jxl
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.jxl import brotli
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import jpeg
from tests.samples import jxl as made
from tests.samples.isobmff import box


def stripped(file, **options):
    outcome = run("metadata", file, **options)
    assert outcome.report["survivors"] == []
    assert run("metadata", outcome.image, **options).image == outcome.image
    return outcome.image


@pytest.mark.parametrize("name", made.METADATA)
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("parts", [0, 3])
def test_a_metadata_box_goes_wherever_it_stands(name, before, parts):
    clean = made.boxed(parts=parts)
    left = {"Exif": b"Exif" + bytes(4) + samples.minimal_exif(6), "XMP": made.XMP_LEFT}
    if content := left.get(name):
        clean = made.boxed(box(content[:4], content[4:]), before=before, parts=parts)
    assert stripped(made.boxed(made.METADATA[name], before=before, parts=parts)) == clean


def test_a_bare_codestream_passes_through():
    outcome = run("metadata", made.bare())
    assert (outcome.image, outcome.report["changed"]) == (made.bare(), False)


@pytest.mark.parametrize("name", ["Exif", "xml ", "jumb"])
def test_compressed_metadata_is_read(name):
    content = bytes(4) * (name == "Exif") + b"what it says" * 9
    file = made.boxed(box(b"brob", name.encode(), brotli.deflate(content)))
    (block,) = (b for b in jxl.parse(file).blocks if b.path.startswith("brob"))
    assert block.kind in {Kind.EXIF, Kind.XMP, Kind.C2PA}
    assert bytes(block.data).endswith(b"what it says" * 9)


def test_compressed_metadata_that_inflates_without_end_is_left_alone():
    file = made.boxed(box(b"brob", b"xml ", brotli.deflate(bytes(1 << 17))))
    assert stripped(file) == made.boxed()


BUNDLE = b"\0" + struct.pack(">H", 61) + bytes(61) + b"\0" + bytes(4) + made.bare()


@pytest.mark.parametrize(
    "part",
    [
        box(b"jxll", b"\x0a"),
        box(b"jxli", b"\2" + struct.pack(">II", 1, 1000) + b"\0\1\1" + b"\x80\1\1\1"),
        box(b"jhgm", BUNDLE),
    ],
    ids=["level", "frame index", "gain map"],
)
def test_a_box_that_is_what_it_says_stays(part):
    file = made.boxed(part)
    assert stripped(file) == file


@pytest.mark.parametrize("cut", range(1, 70, 7))
def test_a_gain_map_cut_short_is_none(cut):
    assert stripped(made.boxed(box(b"jhgm", BUNDLE[:cut]))) == made.boxed()


@pytest.mark.parametrize("file", [made.bare(), made.boxed()])
def test_what_cannot_be_told_from_the_codestream_is_said(file):
    report = run("metadata", file).report
    assert any("after the end of the codestream" in place for place in report["unexamined"])


def test_bytes_behind_the_last_box_go():
    assert stripped(made.boxed() + b"SECRET") == made.boxed()


def test_a_codestream_box_that_reaches_to_the_end_stays():
    file = bytearray(made.boxed(made.METADATA["Exif"]))
    struct.pack_into(">I", file, file.index(b"jxlc") - 4, 0)
    out = stripped(bytes(file))
    assert b"SECRET" not in out
    assert samples.pixels(out) == samples.pixels(made.boxed())


@pytest.mark.parametrize("size", [(8, 8), (256, 256), (40, 24), (300, 200), (7, 3), (64, 48)])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_the_header_tells_the_size(size, mode):
    file = samples.encoded(samples.picture(mode, size), "JXL", effort=1)
    layout = jxl.parse(file)
    assert (layout.width, layout.height, layout.orientation) == (*size, 1)


def test_a_tiny_file_may_be_a_large_picture():
    flat = samples.encoded(Image.new("L", (1000, 1000)), "JXL")
    assert len(flat) < 1000
    assert run("metadata", flat).report["changed"] is False


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_header_tells_the_orientation(orientation):
    # small 8 × 8; not all default, extra fields; orientation; no sizes, preview, animation
    bits = 0b1 | 0 << 1 | 1 << 6 | 0 << 9 | 1 << 10 | (orientation - 1) << 11
    assert jxl.parse(b"\xff\x0a" + bits.to_bytes(8, "little")).orientation == orientation


PHOTO = jpeg.photo()
SEGMENTS = {name: jpeg.METADATA[name] for name in ("exif", "xmp", "iptc", "vendor", "comment")}
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SEGMENTS |= {"icc": jpeg.segment(0xE2, jpeg.ICC + b"\1\1" + PROFILE)}


@pytest.mark.parametrize("name", SEGMENTS)
def test_a_transcoded_jpeg_loses_what_it_hides_and_can_be_written_again(name):
    file = made.transcoded(jpeg.inserted(PHOTO, SEGMENTS[name]))
    assert b"jbrd" in file
    out = stripped(file)
    assert b"jbrd" in out
    with Image.open(io.BytesIO(out)) as image:
        assert not {"exif", "xmp", "photoshop", "comment"} & set(image.info)
        assert image.info["jfif"]
    assert samples.pixels(out) == samples.pixels(PHOTO)


def test_a_transcoded_jpeg_loses_what_stands_behind_its_end():
    out = stripped(made.transcoded(jpeg.inserted(PHOTO, SEGMENTS["exif"]) + b"SECRET" * 50))
    assert b"jbrd" in out
    assert samples.pixels(out) == samples.pixels(PHOTO)


def test_a_transcoded_jpeg_that_hides_nothing_comes_back_as_it_was():
    file = made.transcoded(PHOTO)
    assert run("metadata", file).image == file


def test_a_jbrd_that_cannot_be_read_goes_whole():
    broken = made.boxed(box(b"jbrd", bytes(40)))
    assert stripped(broken) == made.boxed()


def test_what_a_jbrd_hides_is_named():
    file = made.transcoded(jpeg.inserted(PHOTO, SEGMENTS["iptc"], SEGMENTS["comment"]))
    found = {b.path: b.kind for b in jxl.parse(file).blocks if b.path.startswith("jbrd/")}
    assert {Kind.IPTC, Kind.COMMENT} <= set(found.values())


def test_a_hidden_comment_is_read_to_the_letter():
    words = Path(jxl.__file__).with_name("container.py").read_bytes()[:3000]
    file = made.transcoded(jpeg.inserted(PHOTO, jpeg.segment(0xFE, words)))
    (comment,) = (b for b in jxl.parse(file).blocks if b.kind is Kind.COMMENT)
    assert bytes(comment.data)[3:] == words


def test_what_is_asked_for_stays_in_a_rebuilt_box():
    out = stripped(made.boxed(made.METADATA["Exif"]), keep=["copyright"])
    assert b"An Artist" in out
    assert b"Secret" not in out


@pytest.mark.parametrize(
    "file", [b"\xff\x0a", made.boxed()[:32], b"\xff\x0b\0\0"], ids=["cut", "no picture", "other"]
)
def test_a_broken_file_is_refused(file):
    with pytest.raises((MalformedImage, UnsupportedMediaType)):
        Source.of(file)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200_000), st.integers(1, 70_000))
def test_brotli_inflates_to_what_it_holds(content, repeat):
    content *= 1 + repeat // (1 + len(content)) // 2
    assert brotli.inflate(brotli.deflate(content), len(content)) == content


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 5000))
def test_broken_brotli_is_refused(stream, length):
    with suppress(MalformedImage):
        assert len(brotli.inflate(stream, length)) <= length


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    file = bytearray(data.draw(st.sampled_from(_damageable)))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(12, min(len(file), 1500) - 1))] = data.draw(st.integers(0, 255))
    del file[data.draw(st.integers(len(file) // 2, len(file))) :]
    try:
        assert jxl.parse(bytes(file)).blocks
        run("metadata", bytes(file))
    except ExpungeError:
        pass


_damageable = [
    made.boxed(*made.METADATA.values()),
    made.transcoded(jpeg.inserted(PHOTO, *SEGMENTS.values())),
]
