"""Stars off the tools' places, in resized and flipped copies: exactly restored, or left alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from PIL import Image

import expunge
from expunge.imaging.marks import sparkle
from expunge.imaging.marks.box import Box, Window
from expunge.imaging.marks.resampling import Kernel, resampled
from tests.samples import pictures
from tests.samples.overlays import file_of, laid_over, pixels_of, psnr

FEW = settings(
    max_examples=max(3, settings().max_examples // 30), phases=(Phase.explicit, Phase.generate)
)
"""Each example searches two images, so none is shrunk."""
SEEDS = st.integers(0, 2**32 - 1)
GROUNDS = st.sampled_from(("clouds", "gradient", "snow", "leaves"))
STARS = {
    "gemini-sparkle": ((96, 64, 0.5), (48, 32, 0.5), (96, 192, 0.5), (48, 96, 0.51)),
    "gemini-sparkle-faint": ((96, 192, 0.302), (48, 96, 0.302), (96, 64, 0.302)),
}
"""Sides, margins and opacities: each star at its own places, and at those of the other."""
OFFSETS = st.integers(-4, 4)


def star(name: str, side: int, opacity: float) -> np.ndarray:
    if name == "gemini-sparkle-faint":
        return sparkle.enlarged(side) * opacity
    return sparkle.drawn().reshape(side, 96 // side, side, 96 // side).mean((1, 3)) * opacity


def composite(name, side, right, bottom, opacity, ground, seed):
    """Draw a star at any distance from the right and bottom edge; also return its box."""
    clean = pictures.MAKERS[ground](340, 360, np.random.default_rng(seed))
    x, y = 360 - right - side, 340 - bottom - side
    marked = laid_over(clean, star(name, side, opacity), x, y)
    return clean, marked, (slice(y, y + side), slice(x, x + side))


def assert_exact_or_untouched(marked, clean, box, name, least):
    outcome = expunge.run("visible", file_of(marked, compress_level=1))
    if not outcome.report["changed"]:
        return False
    assert [mark["name"] for mark in outcome.report["marks"]] == [name]
    assert psnr(pixels_of(outcome.image)[box], clean[box]) >= least
    return True


@FEW
@given(st.sampled_from(sorted(STARS)), st.data(), OFFSETS, OFFSETS, GROUNDS, SEEDS)
def test_a_star_some_pixels_from_a_place_is_restored_exactly(name, data, dx, dy, ground, seed):
    side, margin, opacity = data.draw(st.sampled_from(STARS[name]))
    case = composite(name, side, margin + dx, margin + dy, opacity, ground, seed)
    clean, marked, box = case
    assert_exact_or_untouched(marked, clean, box, name, 40)


@FEW
@example(140, 140, "clouds", 1)
@example(140, 140, "leaves", 2)
@given(st.integers(8, 200), st.integers(8, 200), GROUNDS, SEEDS)
def test_a_star_anywhere_in_the_corner_is_restored_exactly(right, bottom, ground, seed):
    clean, marked, box = composite("gemini-sparkle", 96, right, bottom, 0.5, ground, seed)
    assert_exact_or_untouched(marked, clean, box, "gemini-sparkle", 40)


@pytest.mark.parametrize(
    ("name", "right", "bottom"),
    [("gemini-sparkle", 96, 98), ("gemini-sparkle-faint", 96, 98), ("gemini-sparkle", 95, 97)],
)
def test_the_place_that_differs_by_axis_and_its_neighbours_are_known(name, right, bottom):
    opacity = STARS[name][0][2]
    clean, marked, box = composite(name, 48, right, bottom, opacity, "clouds", 3)
    assert assert_exact_or_untouched(marked, clean, box, name, 42)


@FEW
@given(
    st.sampled_from((0.5, 0.62, 0.75, 0.9, 1.25, 1.6, 2.0)),
    st.sampled_from(
        (Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BILINEAR)
    ),
    st.sampled_from((96, 48)),
    GROUNDS,
    SEEDS,
)
def test_the_star_of_a_lossless_copy_of_any_size_is_restored_well(factor, kind, side, ground, seed):
    name, margin = "gemini-sparkle", 64 if side == 96 else 32
    clean, marked, (rows, columns) = composite(name, side, margin, margin, 0.5, ground, seed)
    size = round(360 * factor), round(340 * factor)
    small, expected = (np.asarray(Image.fromarray(p).resize(size, kind)) for p in (marked, clean))
    box = tuple(slice(int(p.start * factor), round(p.stop * factor)) for p in (rows, columns))
    # 38 dB but over leaves, of which a small copy keeps little.
    assert_exact_or_untouched(small, expected, box, name, 34 if ground == "leaves" else 38)


@pytest.mark.parametrize(
    ("name", "flip"),
    [
        ("gemini-sparkle", (1, -1)),
        ("gemini-sparkle-faint", (-1, 1)),
        ("gemini-sparkle", (-1, -1)),
    ],
)
def test_the_star_of_a_flipped_copy_is_restored(name, flip):
    side, margin, opacity = STARS[name][0]
    clean, marked, _ = composite(name, side, margin, margin, opacity, "clouds", 5)
    clean, marked = (np.ascontiguousarray(p[:: flip[0], :: flip[1]]) for p in (clean, marked))
    outcome = expunge.run("visible", file_of(marked, compress_level=1))
    (mark,) = outcome.report["marks"]
    left, top, width, height = mark["region"]
    box = slice(top, top + height), slice(left, left + width)
    after = pixels_of(outcome.image)
    assert mark["name"] == name
    assert psnr(after[box], clean[box]) > 45
    outside = np.ones(marked.shape[:2], bool)
    outside[box] = False
    assert np.array_equal(after[outside], marked[outside])


@pytest.mark.parametrize("quality", [80])
def test_a_star_off_its_place_in_a_jpeg_becomes_no_second_star(quality):
    name = "gemini-sparkle"
    clean, marked, box = composite(name, 96, 66, 61, 0.5, "clouds", 8)
    outcome = expunge.run("visible", file_of(marked, "JPEG", quality=quality))
    assert [mark["name"] for mark in outcome.report["marks"]] == [name]
    after = pixels_of(outcome.image)
    assert psnr(after[box], clean[box]) > psnr(marked[box], clean[box]) + 15


KINDS = {
    Kernel.BILINEAR: Image.Resampling.BILINEAR,
    Kernel.BICUBIC: Image.Resampling.BICUBIC,
    Kernel.LANCZOS: Image.Resampling.LANCZOS,
}


@settings(max_examples=30)
@given(
    st.sampled_from(sorted(KINDS)), st.integers(20, 160), st.integers(30, 40), st.integers(30, 40)
)
def test_a_shape_is_resized_as_pillow_does(kernel, size, x, y):
    whole = np.zeros((112, 112), np.float32)
    shape = star("gemini-sparkle", 48, 100.0).astype(np.float32)
    whole[y : y + 48, x : x + 48] = shape
    expected = np.asarray(Image.fromarray(whole).resize((size, size), KINDS[kernel]))
    by = size / 112
    box = Box(x * by, y * by, 48 * by, 48 * by)
    drawn = resampled(shape, box, Window(0, 0, size, size), kernel)
    assert float(np.abs(drawn - expected).max()) < 0.3
