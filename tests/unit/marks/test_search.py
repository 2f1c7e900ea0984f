"""Marks are found at their position, at any size, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.imaging.marks import mask
from expunge.imaging.marks.detection import search
from tests.samples import pictures
from tests.samples.overlays import file_of, in_corner, laid_over, pixels_of, scaled, superellipse

SOFT = ("clouds", "gradient", "snow", "leaves", "stripes")


def ground(name: str, seed: int = 1, height: int = 480, width: int = 560) -> np.ndarray:
    return pictures.MAKERS[name](height, width, np.random.default_rng(seed))


def names(picture: np.ndarray) -> list[str]:
    return [found.name for found in search(picture).found]


STARS = [
    (48, 32, 0.5, "gemini-sparkle"),
    (96, 64, 0.51, "gemini-sparkle"),
    (48, 89, 0.49, "gemini-sparkle"),
    (96, 192, 0.31, "gemini-sparkle-faint"),
    (48, 96, 0.3, "gemini-sparkle-faint"),
]
"""Side, margin, opacity and mark, at the places of the tools."""


@pytest.mark.parametrize(
    ("name", "side", "margin", "opacity", "mark"),
    [
        (SOFT[(number + step) % len(SOFT)], *star)
        for number, star in enumerate(STARS)
        for step in (0, 2)
    ],
)
def test_a_star_drawn_differently_is_found_at_the_tools_places(name, side, margin, opacity, mark):
    marked, x, y = in_corner(ground(name), superellipse(side, opacity), margin)
    (found,) = search(marked).found
    assert found.name == mark
    assert found.confidence > 0.9
    assert found.window.left <= x
    assert found.window.top <= y
    assert found.window.right >= x + side
    assert found.window.bottom >= y + side


@pytest.mark.parametrize("factor", [0.5, 0.7, 0.9, 1.25, 1.6, 2.0])
def test_the_star_in_a_resized_copy_is_found(factor):
    marked, _, _ = in_corner(ground("clouds"), superellipse(96, 0.5), 64)
    assert names(scaled(marked, factor)) == ["gemini-sparkle"]


@pytest.mark.parametrize(("right", "bottom"), [(10, 0), (0, 40), (31, 17), (60, 60)])
def test_the_star_in_a_cropped_copy_is_found(right, bottom):
    marked, _, _ = in_corner(ground("gradient"), superellipse(48, 0.5), 64)
    height, width = marked.shape[:2]
    assert names(marked[: height - bottom, : width - right]) == ["gemini-sparkle"]


@pytest.mark.parametrize("quality", [70, 85, 95])
def test_the_star_in_a_re_saved_copy_is_found(quality):
    marked, _, _ = in_corner(ground("leaves"), superellipse(96, 0.5), 64)
    assert names(pixels_of(file_of(marked, "JPEG", quality=quality))) == ["gemini-sparkle"]


@pytest.mark.parametrize("name", pictures.MAKERS)
def test_no_mark_is_found_in_an_image_without_marks(name):
    assert search(ground(name, 0, 380, 420)).found == ()


@given(st.sampled_from(sorted(pictures.WITHOUT_STARS)), st.integers(0, 2**32 - 1))
def test_no_mark_is_found_in_any_image_without_marks(name, seed):
    assert search(ground(name, seed, 380, 420)).found == ()


def test_a_star_of_the_wrong_opacity_is_not_removed():
    marked, _, _ = in_corner(ground("clouds"), superellipse(48, 0.8), 32)
    assert names(marked) == []


@pytest.mark.parametrize("colour", [235, 220])
def test_a_grey_star_is_removed_in_its_own_colour(colour):
    clean = ground("clouds")
    marked = laid_over(clean, superellipse(96, 0.5), 400, 320, colour=colour)
    (found,) = search(marked).found
    assert found.name == "gemini-sparkle"
    plateau = found.over.alpha > 0.45
    assert np.median(found.over.ink[plateau] / found.over.alpha[plateau]) == pytest.approx(
        colour, abs=6
    )


def test_an_inverted_blend_is_not_removed():
    dark, _, _ = in_corner(ground("clouds"), superellipse(48, 0.5), 32)
    assert names(255 - dark) == []


def test_a_star_in_another_corner_is_not_a_mark():
    marked = laid_over(ground("clouds"), superellipse(48, 0.5), 20, 20)
    assert names(marked) == []


def test_images_of_a_few_pixels_have_no_marks():
    square, flat = ((1, 1), (20, 20), (47, 47)), ((3, 400), (2, 5000), (1, 20000))
    for height, width in (*square, *flat, *(size[::-1] for size in flat)):
        assert search(np.zeros((height, width, 3), np.uint8)).found == ()


def test_only_the_requested_marks_are_searched():
    marked, _, _ = in_corner(ground("clouds"), superellipse(96, 0.5), 64)
    assert search(marked, ["doubao-label"]).found == ()
    assert len(search(marked, ["gemini-sparkle"]).found) == 1


@pytest.mark.parametrize(
    ("name", "file", "width", "margin"),
    [("doubao-label", "doubao", 160, 14), ("jimeng-label", "jimeng", 200, 20)],
)
@pytest.mark.parametrize("name_of_ground", ["clouds", "gradient"])
def test_a_label_is_found_at_its_size_for_the_image(name, file, width, margin, name_of_ground):
    alpha, ink = mask.load(file)
    height = round(width * alpha.shape[0] / alpha.shape[1])
    small = [
        np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC))
        for plane in (alpha, ink)
    ]
    picture = (ground(name_of_ground, 3, 1024, 1024) * 0.8).astype(float)
    place = picture[-height - margin : -margin, -width - margin : -margin]
    place[...] = small[1][..., None] + (1 - small[0][..., None]) * place
    assert names(np.clip(np.rint(picture), 0, 255).astype(np.uint8)) == [name]
