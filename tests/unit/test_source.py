"""A file's type is what its first bytes say."""

import pytest

from expunge.errors import MalformedImage, PayloadTooLarge, UnsupportedMediaType
from expunge.imaging.containers.formats import FORMATS, sniff
from expunge.imaging.limits import LIMITS
from expunge.imaging.media_types import canonical, normalised
from expunge.imaging.source import Source
from tests.samples import jpeg, png, webp

FILES = {"image/jpeg": jpeg.photo, "image/png": png.drawing, "image/webp": webp.photo}


@pytest.mark.parametrize("media_type", FILES)
def test_the_type_is_told_by_content(media_type):
    source = Source.of(FILES[media_type]())
    assert source.media_type == media_type
    assert (source.layout.width, source.layout.height) == (40, 24)


@pytest.mark.parametrize("media_type", FILES)
def test_blocks_cover_every_byte(media_type):
    data = FILES[media_type]() + b"trailing"
    at = 0
    for block in Source.of(data).layout.blocks:
        assert block.offset == at
        at += block.length
    assert at == len(data)


@pytest.mark.parametrize(
    "claim", ["image/jpeg", "image/jpg", "IMAGE/JPEG", "image/jpeg; q=1", "image/pjpeg"]
)
def test_other_names_of_the_true_type_are_taken(claim):
    assert Source.of(jpeg.photo(), declared=claim).media_type == "image/jpeg"


def test_a_false_claim_is_refused_and_both_types_named():
    with pytest.raises(UnsupportedMediaType, match=r"image/png.*image/jpeg"):
        Source.of(jpeg.photo(), declared="image/png")


def test_a_false_claim_is_refused_before_the_file_is_read():
    with pytest.raises(UnsupportedMediaType):
        Source.of(b"\xff\xd8\xff broken", declared="image/webp")


SEEN = {
    "a camera raw image": b"II*\0\x10\0\0\0CR\2\0",
    "a BMP image": b"BM\x9a\0\0\0\0\0\0\0",
    "a Photoshop (PSD) image": b"8BPS\0\1",
    "an icon (ICO)": b"\0\0\1\0\1\0",
    "a JPEG 2000 image": b"\0\0\0\x0cjP  \r\n\x87\n",
    "a PDF document": b"%PDF-1.7",
    "an SVG drawing": b'<?xml version="1.0"?>\n<!-- by hand -->\n<svg xmlns="x"/>',
    "an HTML page": b"<!DOCTYPE html>\n<title>404</title>",
    "an XML document": b"<Error><Code>NoSuchKey</Code></Error>",
    "an AVI video": b"RIFF\0\0\0\0AVI LIST",
    "an audio file (WAV)": b"RIFF\0\0\0\0WAVEfmt ",
    "an audio file": b"ID3\4\0",
    "a ZIP archive": b"PK\3\4" + bytes(40),
    "JSON text": b'{"error": 1}',
    "text": "Grüße".encode(),
}


@pytest.mark.parametrize("what", SEEN)
def test_a_refusal_says_what_was_seen_and_what_is_taken(what):
    with pytest.raises(UnsupportedMediaType) as refusal:
        Source.of(SEEN[what])
    assert refusal.value.detail == (
        f"This is {what}. Supported: JPEG, PNG, WebP, AVIF, HEIC, JPEG XL, GIF, TIFF, MP4, MOV, "
        "M4A, 3GP, WebM, MKV."
    )


@pytest.mark.parametrize("data", [b"\xff\xd8", bytes(40), b"\x93\x94\x95"])
def test_what_is_not_known_is_shown_by_its_first_bytes(data):
    with pytest.raises(UnsupportedMediaType, match=data[:8].hex(" ")):
        Source.of(data)


def test_an_empty_file_is_called_empty():
    with pytest.raises(MalformedImage, match="The file is empty"):
        Source.of(b"")


@pytest.mark.parametrize(
    ("head", "module"),
    [
        (b"\0\0\0\x1cftypavif", "isobmff"),
        (b"\0\0\0\x1cftypheic", "isobmff"),
        (b"\0\0\0\x1cftypmif1", "isobmff"),
        (b"\xff\x0a", "jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
        (b"GIF89a", "gif"),
        (b"II*\0", "tiff"),
        (b"MM\0+", "tiff"),
        (b"\0\0\0\x14ftypqt  ", "movie"),
        (b"\0\0\0\x08wide", "movie"),
        (b"\x1a\x45\xdf\xa3", "matroska"),
    ],
)
def test_the_other_containers_are_known_by_their_magic(head, module):
    assert sniff(head).module == module
    assert module in [known.module for known in FORMATS]


def test_a_file_past_the_limit_is_refused_unread():
    with pytest.raises(PayloadTooLarge, match="10,485,760"):
        Source.of(bytes(LIMITS.file_bytes + 1))


def test_reading_is_timed():
    assert Source.of(png.drawing()).read_ms > 0


def test_a_broken_file_is_malformed_and_says_where():
    with pytest.raises(MalformedImage, match="byte"):
        Source.of(jpeg.photo()[:100])


@pytest.mark.parametrize("claim", ["image/jfif", "Image/PJPEG", "IMAGE/JPG", " image/jpeg ;x=1"])
def test_every_name_of_jpeg_is_jpeg(claim):
    assert normalised(claim) == canonical(claim) == "image/jpeg"
    assert Source.of(jpeg.photo(), declared=claim).media_type == "image/jpeg"
