"""A movie on disk is never held in memory."""

from __future__ import annotations

import struct
import tempfile
import tracemalloc

import pytest

import expunge
from expunge.errors import PayloadTooLarge
from expunge.imaging.data import FileData
from expunge.imaging.limits import Limits
from expunge.imaging.source import Source
from tests.unit.movies.mp4 import SECRET, Movie, Track
from tests.unit.movies.webm import WebM

SIZE = 48 << 20
"""Bytes of the one sample of the large movies, which are sparse files."""
MOST = 8 << 20
"""Bytes that a run may allocate."""


def large_mp4(file):
    data = bytearray(Movie([Track(1, b"vide", b"avc1", [b"x"])], first=True, wide=True).file())
    struct.pack_into(">I", data, data.index(b"stsz") + 16, SIZE)
    mdat = data.index(b"mdat") - 4
    struct.pack_into(">I4sQ", data, mdat, 1, b"mdat", 16 + len(SECRET) + SIZE)
    file.write(data[: mdat + 16 + len(SECRET)])
    file.truncate(mdat + 16 + len(SECRET) + SIZE)


def large_webm(file):
    data = WebM([[(1, b"x")]], live=True, junk=False).file()
    at = data.rindex(b"\xa3")
    file.write(data[:at] + b"\xa3" + struct.pack(">Q", SIZE + 4 | 1 << 56) + b"\x81\0\0\0")
    file.truncate(at + 9 + 4 + SIZE)


@pytest.mark.parametrize("write", [large_mp4, large_webm])
@pytest.mark.parametrize("mode", ["metadata", "detect"])
def test_memory_does_not_grow_with_the_movie(write, mode):
    expunge.run(mode, Movie([Track(1, b"vide", b"avc1", [b"x"])]).file())  # loads the modules
    with tempfile.TemporaryFile() as file:
        write(file)
        tracemalloc.start()
        outcome = expunge.run(mode, FileData(file))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        if outcome.file is not None:
            with outcome.file:
                assert outcome.length > SIZE
    assert peak < MOST


def test_movies_have_a_limit_of_their_own():
    limits = Limits(file_bytes=10, movie_bytes=100)
    with tempfile.TemporaryFile() as file:
        file.write(Movie([Track(1, b"vide", b"avc1", [b"x"])]).file())
        with pytest.raises(PayloadTooLarge, match=r"the video has .* at most 100 are accepted"):
            Source.over(FileData(file), limits=limits)


def test_an_image_on_disk_keeps_the_limit_of_images():
    with tempfile.TemporaryFile() as file:
        file.write(b"\xff\xd8\xff" + bytes(100))
        with pytest.raises(PayloadTooLarge, match="the file has"):
            Source.over(FileData(file), limits=Limits(file_bytes=50))
