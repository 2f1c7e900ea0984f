"""Files that are small, and would cost far more than their size."""

from __future__ import annotations

import struct
import zlib

import pytest

from expunge.errors import ImageTooLarge
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.hangs import no_hang
from tests.samples import jpeg, png

RUN = 200_000
"""Bytes of a run; read in linear time in milliseconds, in quadratic time in minutes."""
MANY = 40
"""Compressed texts; software writes one or two."""


def png_with(*chunks: bytes) -> bytes:
    return png.inserted(png.drawing(), b"".join(chunks))


def text(keyword: bytes, content: bytes) -> bytes:
    return png.chunk(b"tEXt", keyword + b"\0" + content)


def compressed(content: bytes) -> dict[str, bytes]:
    """The chunks in which a PNG file may hold compressed EXIF or XMP."""
    inflates = zlib.compress(content)
    return {
        "raw EXIF": png.chunk(b"zTXt", b"Raw profile type exif\0\0" + inflates),
        "raw XMP": png.chunk(b"zTXt", b"Raw profile type xmp\0\0" + inflates),
        "international raw": png.chunk(b"iTXt", b"Raw profile type APP1\0\1\0\0\0" + inflates),
        "XMP": png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + inflates),
    }


COMPRESSED = compressed(b"\nexif\n      99\n" + b"0" * 100_000)


@pytest.mark.parametrize("scope", ["all", "ai"])
@pytest.mark.parametrize("kind", COMPRESSED)
def test_more_compressed_profiles_than_any_software_writes_are_refused(kind, scope):
    """Each may inflate to 1 MiB, and all are in memory at once."""
    with pytest.raises(ImageTooLarge, match="compressed texts with EXIF or XMP"):
        run("metadata", png_with(*[COMPRESSED[kind]] * MANY), scope=scope)


def test_as_many_other_texts_are_not():
    prompt = png.chunk(b"zTXt", b"parameters\0\0" + zlib.compress(b"a prompt"))
    file = png_with(*[prompt] * MANY)
    assert run("metadata", file).image == png.drawing()


BLANKS = {
    "line breaks": b"\n",
    "spaces": b" ",
    "both": b" \n",
    "carriage returns": b"\r\n",
}


@pytest.mark.parametrize("blanks", BLANKS.values(), ids=BLANKS)
@pytest.mark.parametrize("before", [b"\nexif", b"\nexif\n", b"\nexif\n      99"])
def test_a_long_run_of_blanks_in_a_raw_profile_is_read_once(before, blanks):
    part = text(b"Raw profile type exif", before + blanks * (RUN // len(blanks)))
    with no_hang():
        assert run("metadata", png_with(part)).image == png.drawing()


def test_blanks_around_the_length_of_a_raw_profile_do_not_hide_it():
    profile = samples.exif(6).hex().encode()
    length = b"%d" % (len(profile) // 2)
    for blanks in (b"\n", b" \r\n", b"\n\n  \t", b"\r\n \n"):
        part = text(b"Raw profile type exif", b"\nexif%b%b%b%b" % (blanks, length, blanks, profile))
        assert Source.of(png_with(part)).layout.orientation == 6


def test_a_long_run_of_fill_bytes_in_the_codes_of_a_jpeg_is_read_once():
    photo = jpeg.photo()
    at = photo.index(b"\xff\xda")
    interval = b"\xff\xdd" + struct.pack(">HH", 4, 1)
    middle = at + (len(photo) - at) // 2
    file = photo[:at] + interval + photo[at:middle] + b"\xff" * RUN + b"\0" + photo[middle:]
    with no_hang():
        run("metadata", file)


@pytest.mark.parametrize("blanks", [b" ", b"\n", b"\t\r\n"])
def test_a_long_run_of_blanks_in_an_xmp_tag_is_read_once(blanks):
    packet = samples.XMP_PLAIN.replace(
        b"<rdf:Description",
        b'<rdf:Description xmlns:x="http://ns.adobe.com/xap/1.0/" x:CreatorTool="Midjourney"'
        + blanks * (RUN // len(blanks)),
    )
    part = png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
    with no_hang():
        left = run("metadata", png_with(part), scope="ai").image
    assert left is not None
    assert b"Midjourney" not in left
