"""Second pictures of a JPEG stay, without metadata of their own, and can still be found."""

import io
import struct

import pytest
from PIL import Image

from expunge.operations import run
from tests import samples
from tests.samples import jpeg
from tests.unit.test_jpeg import stripped


def index_of(file: bytes) -> list[tuple[int, int, int]]:
    """Attributes, place in the file and size of each picture that the MP index lists."""
    base = file.index(b"MPF\0") + 4
    assert file[base : base + 4] == b"MM\0*"
    count = struct.unpack_from(">I", file, base + 30)[0]
    entries = [struct.unpack_from(">III", file, base + 50 + 16 * n) for n in range(count)]
    return [(kind, offset + base if offset else 0, size) for kind, size, offset in entries]


def second_of(file: bytes) -> bytes:
    _, at, size = index_of(file)[1]
    return file[at : at + size]


@pytest.mark.parametrize("gap", [b"", b"\0" * 7, b"a trailer"])
def test_a_second_picture_stays_and_the_index_points_at_it(gap):
    second = jpeg.inserted(jpeg.photo("L"), *jpeg.METADATA.values())
    result = stripped(jpeg.with_second_picture(second, gap=gap))
    (first_kind, first_at, first_size), (kind, at, size) = index_of(result)
    assert (first_kind, kind, first_at) == (0x20030000, 0, 0)
    assert first_size == at
    assert at + size == len(result)
    assert second_of(result) == jpeg.photo("L")


def test_a_stale_index_is_mended():
    file = jpeg.with_second_picture(jpeg.photo("L"))
    moved = jpeg.inserted(file, jpeg.METADATA["comment"])
    assert second_of(stripped(moved)) == jpeg.photo("L")


def test_stripping_again_changes_nothing():
    once = stripped(jpeg.with_second_picture(jpeg.gain_map()))
    assert run("metadata", once).report["changed"] is False


def test_what_a_gain_map_needs_is_kept_and_nothing_beside():
    result = stripped(jpeg.with_second_picture(jpeg.gain_map()))
    second = second_of(result)
    for fact in (b'hdrgm:Version="1.0"', b'hdrgm:HDRCapacityMax="3.5"', b"<rdf:li>3.2</rdf:li>"):
        assert fact in second
    for secret in (b"Nobody", b"Toolkit", b"a secret", b"Secret Cameras"):
        assert secret not in result
    assert jpeg.coded(second) == jpeg.coded(jpeg.photo("L"))


def test_the_directory_tells_the_new_length():
    result = stripped(jpeg.with_second_picture(jpeg.gain_map()))
    length = len(second_of(result))
    assert b'Item:Semantic="GainMap" Item:Length="%d"' % length in result
    assert b'hdrgm:Version="1.0"' in result[: index_of(result)[1][1]]


def test_a_gain_map_that_xmp_alone_announces_stays():
    result = stripped(jpeg.with_second_picture(jpeg.gain_map(), listed=False))
    at = result.index(b"\xff\xd9") + 2
    assert jpeg.coded(result[at:]) == jpeg.coded(jpeg.photo("L"))


def test_a_large_thumbnail_goes_and_the_index_with_it():
    file = jpeg.with_second_picture(jpeg.photo("L"), attributes=0x00010002)
    result = stripped(file)
    assert b"MPF\0" not in result
    assert result.endswith(b"\xff\xd9")
    assert samples.pixels(result) == samples.pixels(jpeg.photo())


def test_the_second_picture_without_a_first_keeps_nothing():
    assert stripped(jpeg.gain_map()) == jpeg.photo("L")


def test_what_was_taken_of_a_second_picture_is_reported_in_place():
    file = jpeg.with_second_picture(jpeg.gain_map())
    inner = [r for r in run("metadata", file).report["removed"] if "/" in r["path"]]
    assert [r["path"] for r in inner] == ["picture[0]/APP1[0]", "picture[0]/APP1[1]"]
    for entry in inner:
        assert file[entry["offset"] : entry["offset"] + 2] == b"\xff\xe1"


def test_pillow_still_finds_both_frames_of_a_plain_pair():
    plain = jpeg.with_second_picture(jpeg.photo("L"))
    head = plain.index(jpeg.XMP) - 4
    xmp_end = head + 2 + int.from_bytes(plain[head + 2 : head + 4], "big")
    result = stripped(plain[:head] + plain[xmp_end:])
    with Image.open(io.BytesIO(result)) as image:
        assert (image.format, image.n_frames) == ("MPO", 2)


def test_bytes_that_only_look_like_a_second_picture_go():
    headless = jpeg.photo("L").replace(b"\xff\xc0", b"\xff\xef")
    result = stripped(jpeg.with_second_picture(headless))
    assert b"MPF\0" not in result
    assert samples.pixels(result) == samples.pixels(jpeg.photo())


def test_xmp_that_is_asked_to_stay_tells_the_new_length():
    result = stripped(jpeg.with_second_picture(jpeg.gain_map()), keep=["xmp"])
    first = result[: index_of(result)[1][1]]
    assert b'Item:Length="%d"' % len(second_of(result)) in first
    assert b'dc:creator="Nobody"' in first
    assert run("metadata", result, keep=["xmp"]).report["changed"] is False


def test_extended_xmp_goes_whole():
    second = jpeg.inserted(jpeg.gain_map(), jpeg.METADATA["extended xmp"])
    result = stripped(jpeg.with_second_picture(second))
    assert jpeg.EXTENDED_XMP not in result
