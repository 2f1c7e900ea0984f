"""The bounded EXIF reader, and the small blocks it writes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.imaging import exif
from tests import samples


def read(content: bytes) -> Image.Exif:
    found = Image.Exif()
    found.load(b"Exif\0\0" + content)
    return found


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_orientation_is_read_in_either_byte_order(order, value):
    assert exif.orientation(memoryview(samples.exif(value, order))) == value


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_cannot_be_is_none(value):
    assert exif.orientation(memoryview(samples.exif(value))) is None


def test_the_minimal_block_holds_the_orientation_and_nothing_else():
    assert dict(read(exif.minimal(6))) == {0x0112: 6}
    assert exif.minimal(6) == samples.minimal_exif(6, ">")


def test_an_excerpt_holds_what_was_asked_for_and_nothing_else():
    content = memoryview(samples.exif(6, ">"))
    both = exif.excerpt(content, exif.Fields.COPYRIGHT | exif.Fields.GPS)
    assert both is not None
    found = read(both)
    assert set(found) == {0x0112, 0x013B, 0x8298, 0x8825}
    assert found[0x013B] == "An Artist"
    assert found.get_ifd(0x8825) == {1: "N", 2: samples.GPS_LATITUDE}
    assert b"SERIAL" not in both
    assert b"Secret" not in both


@pytest.mark.parametrize("fields", [exif.Fields.COPYRIGHT, exif.Fields.GPS])
def test_an_excerpt_of_an_excerpt_is_itself(fields):
    once = exif.excerpt(memoryview(samples.exif(6)), fields)
    assert once is not None
    assert exif.excerpt(memoryview(once), fields) == once


def test_there_is_no_excerpt_of_what_is_not_there():
    assert exif.excerpt(memoryview(samples.exif()), exif.Fields.NONE) is None


def test_an_orientation_is_added_without_moving_anything():
    content = samples.exif()
    found = read(exif.with_orientation(memoryview(content), 5) or b"")
    before = read(content)
    assert found[0x0112] == 5
    assert found.get_ifd(0x8825) == before.get_ifd(0x8825)
    assert found.get_ifd(0x8769) == before.get_ifd(0x8769)
    assert found[0x010F] == before[0x010F]


@given(st.binary(max_size=200), st.integers(0, 300), st.binary(max_size=8))
def test_no_bytes_upset_the_reader(noise, at, splice):
    whole = samples.exif(6)
    for content in (noise, b"II*\0" + noise, whole[:at] + splice + whole[at + len(splice) :]):
        view = memoryview(content)
        assert exif.orientation(view) in {None, *range(1, 9)}
        exif.excerpt(view, exif.Fields.COPYRIGHT | exif.Fields.GPS)
        exif.with_orientation(view, 3)


def test_a_huge_count_costs_nothing():
    content = bytearray(samples.exif(6))
    content[8:10] = b"\xff\xff"
    assert exif.orientation(memoryview(bytes(content))) == 6


def test_pillow_shows_the_minimal_block():
    file = samples.encoded(samples.picture(), "PNG", exif=exif.minimal(8))
    with Image.open(io.BytesIO(file)) as image:
        assert image.getexif() == {0x0112: 8}
