"""A file's type is what its first bytes say."""

import pytest

from expunge.errors import MalformedImage, PayloadTooLarge, UnsupportedMediaType
from expunge.imaging.containers.formats import FORMATS, sniff
from expunge.imaging.limits import LIMITS
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


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"<svg/>"])
def test_what_begins_like_no_picture_is_refused(data):
    with pytest.raises(UnsupportedMediaType, match="image/webp"):
        Source.of(data)


@pytest.mark.parametrize(
    ("head", "module"),
    [
        (b"\0\0\0\x1cftypavif", "isobmff"),
        (b"\0\0\0\x1cftypheic", "isobmff"),
        (b"\0\0\0\x1cftypmif1", "isobmff"),
        (b"\xff\x0a", "jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
        (b"GIF89a", "gif"),
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
