"""Files that are small, and would cost far more than their size."""

from __future__ import annotations

import struct

import pytest

from expunge.errors import ImageTooLarge
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.hangs import no_hang
from tests.samples import jpeg, png
from tests.unit import tiffs
from tests.unit.movies import mp4, webm

RUN = 200_000
"""Bytes of a run; read in linear time in milliseconds, in quadratic time in minutes."""


def png_with(*chunks: bytes) -> bytes:
    return png.inserted(png.drawing(), b"".join(chunks))


def text(keyword: bytes, content: bytes) -> bytes:
    return png.chunk(b"tEXt", keyword + b"\0" + content)


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


def test_sizes_of_a_movies_encryption_data_are_not_counted_one_by_one():
    """Each pair of boxes has 37 bytes, and says ten million sizes."""
    movie = mp4.Movie([mp4.Track(1, b"vide", b"avc1", [b"sample"] * 4)], junk=False).file()
    pair = mp4.full(b"saio", struct.pack(">II", 1, 20))
    pair += mp4.full(b"saiz", struct.pack(">BI", 1, 10_000_000))
    with no_hang():
        run("metadata", within(movie, b"moov trak mdia minf stbl", pair * 2_000))


def within(movie: bytes, path: bytes, more: bytes) -> bytes:
    """The movie with more boxes at the end of a box; its header is the last box."""
    out, at = bytearray(movie), 0
    for kind in path.split():
        at = movie.index(kind, at) - 4
        (length,) = struct.unpack_from(">I", movie, at)
        struct.pack_into(">I", out, at, length + len(more))
    out[at + length : at + length] = more
    return bytes(out)


class WithXmp(tiffs.Tiff):
    """Every page has XMP of 8 bytes."""

    def _ifd(self, fields):
        return super()._ifd([*fields, (700, 1, bytes(8))])


def sharing(pages: int, length: int) -> bytes:
    """A TIFF file whose pages all have the same bytes as their XMP."""
    data = WithXmp(pages=pages, metadata=False, gaps=False).file()
    field = struct.pack("<HHI", 700, 1, 8)
    shared = struct.pack("<HHII", 700, 1, length, len(data))
    parts = data.split(field)
    return parts[0] + b"".join(shared + part[4:] for part in parts[1:]) + b"x" * length


def test_pages_of_a_tiff_that_share_a_few_bytes_are_stripped():
    left = run("metadata", sharing(20, 1_000_000)).image
    assert left is not None
    assert b"xxxx" not in left
    assert len(tiffs.pages_in(left)) == 20


@pytest.mark.parametrize("mode", ["metadata", "detect"])
def test_pages_of_a_tiff_that_share_many_bytes_are_refused(mode):
    """Each page's field is read, so that a file of 9 MB would cost 16 GB of reading."""
    with pytest.raises(ImageTooLarge, match="far more bytes than the file"):
        run(mode, sharing(100, 1_000_000))


@pytest.mark.parametrize("mode", ["metadata", "detect"])
def test_more_tracks_than_any_matroska_file_has_are_refused(mode):
    """Each track was looked at again for each cluster, of which a small file has thousands."""
    head = webm.element(0x1A45DFA3, webm.element(0x4282, b"webm"))
    tracks = [webm.track(at % 120 + 1, 1, b"V_VP8") for at in range(1_000)]
    cluster = webm.element(0x1F43B675, webm.number(0xE7, 0), webm.element(0xA3, b"\x81\0\0\x80"))
    body = webm.element(0x1654AE6B, *tracks), cluster * 1_000
    with pytest.raises(ImageTooLarge, match="256 tracks"):
        run(mode, head + webm.element(0x18538067, *body))
