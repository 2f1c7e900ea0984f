"""Partial and reduced decoding agrees with decoding the whole image."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import MalformedImage
from expunge.imaging.codecs import decode, ends, partial, reduced
from expunge.imaging.codecs.decode import codec_of
from expunge.imaging.marks import detection
from expunge.imaging.source import Source
from tests import samples
from tests.samples import large

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = (640, 576)
CODINGS = {"JPEG": {"quality": 90}, "PNG": {}, "WEBP": {"lossless": True}}


@cache
def coded(name: str) -> bytes:
    """An image of one of the large codings."""
    return large.CODINGS[name](*SIZE)


@cache
def oriented(kind: str, orientation: int) -> bytes:
    picture, exif = samples.picture(size=(410, 300)), samples.exif(orientation)
    return samples.encoded(picture, kind, exif=exif, **CODINGS[kind])


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(partial, "WHOLE", 0)
    return


@pytest.mark.parametrize("name", large.CODINGS)
@pytest.mark.parametrize("rows", [1, 300, 10_000])
def test_the_upper_and_lower_rows_equal_those_of_the_whole_image(name: str, rows: int) -> None:
    source = Source.of(coded(name))
    whole = decode(source).rgb8()

    part = ends(source, 20, rows)

    top = max(SIZE[1] - rows, 0)
    assert part.shape == whole.shape
    assert np.array_equal(part[top:, :], whole[top:])
    assert np.array_equal(part[top : top + 1, 5:9], whole[top : top + 1, 5:9])
    assert np.array_equal(part[:20, 3:], whole[:20, 3:])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", CODINGS)
def test_the_upper_and_lower_rows_follow_the_orientation(kind: str, orientation: int) -> None:
    source = Source.of(oriented(kind, orientation))
    whole = decode(source).rgb8()

    part = ends(source, 23, 37)

    assert part.shape == whole.shape
    assert np.array_equal(part.upper, whole[:23])
    assert np.array_equal(part.lower, whole[-37:])


def test_a_row_that_was_not_decoded_is_an_error() -> None:
    part = ends(Source.of(coded("png RGB")), 30, 100)

    for start in (25, 30, SIZE[1] - 101):
        with pytest.raises(IndexError):
            part[start : start + 6, :]


@pytest.mark.parametrize("name", large.CODINGS)
@pytest.mark.parametrize("factor", [2, 8])
def test_a_reduced_image_has_the_mean_of_each_square(name: str, factor: int) -> None:
    source = Source.of(coded(name))
    whole = decode(source)

    seen = reduced(source, SIZE[0] // factor)

    assert (seen.factor, seen.width, seen.height) == (factor, *SIZE)
    assert seen.channels == whole.pixels.shape[2]
    height, width = (
        min(side // factor, n) for side, n in zip(SIZE[::-1], seen.pixels.shape, strict=False)
    )
    cut = whole.rgb8()[: height * factor, : width * factor].astype(np.float32)
    means = cut.reshape(height, factor, width, factor, 3).mean(axis=(1, 3))
    assert np.abs(seen.pixels[:height, :width] - means).mean() < 1.5


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_reduced_image_follows_the_orientation(orientation: int) -> None:
    source = Source.of(oriented("JPEG", orientation))
    whole = decode(source)

    seen = reduced(source, 200)

    assert (seen.width, seen.height) == (whole.width, whole.height)
    means = whole.rgb8().reshape(whole.height // 2, 2, whole.width // 2, 2, 3).mean(axis=(1, 3))
    assert np.abs(seen.pixels - means).mean() < 6


@pytest.mark.parametrize("name", ["png RGB", "png palette", "png interlaced", "png RGBA 16"])
def test_a_truncated_png_shows_the_rows_before_its_end(name: str) -> None:
    file = coded(name)
    source = Source.of(file)
    at = file.index(b"IDAT") + 4
    length = int.from_bytes(file[at - 8 : at - 4], "big")
    cut = file[: at - 8] + large.chunk(b"IDAT", file[at : at + length // 2]) + file[-12:]

    part = ends(Source.of(cut), 5, 10_000)

    assert np.array_equal(part.lower, decode(Source.of(cut)).rgb8())
    assert not np.array_equal(part.lower, decode(source).rgb8())


def test_an_image_without_any_encoded_row_is_damaged() -> None:
    file = coded("png RGB")
    at = file.index(b"IDAT") - 4
    empty = file[:at] + large.chunk(b"IDAT", b"\xff\xff\xff") + file[-12:]

    with pytest.raises(MalformedImage):
        ends(Source.of(empty), 5, 5)


def test_strips_contain_only_the_image() -> None:
    for name in large.CODINGS:
        source = Source.of(coded(name))
        strips = list(codec_of(source.media_type).strips(source))
        assert sum(map(len, strips)) == SIZE[1], name
        assert {strip.dtype for strip in strips} == {np.dtype(np.uint8)}, name


@given(width=st.integers(200, 30_000), height=st.integers(200, 30_000))
@settings(deadline=None)
def test_marks_are_searched_only_in_the_lower_part(width: int, height: int) -> None:
    top, bottom = detection.reach(width, height)
    assert top <= min(height, 350 + 0.31 * width)
    assert bottom <= min(height, 1_100 + 0.37 * width)
