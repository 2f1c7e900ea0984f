"""Marks on generated images: the pixels under them are restored, and no others change."""

from __future__ import annotations

import numpy as np
import pillow_jxl  # noqa: F401 (it registers itself with Pillow)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

import expunge
from expunge.imaging.marks import sparkle
from expunge.imaging.marks.box import Box, Window
from expunge.imaging.marks.detection import search
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.found import FoundMark
from expunge.imaging.marks.restoration import SLACK, invert, unexplained
from expunge.imaging.marks.template_search import gradients
from tests.samples import pictures
from tests.samples.overlays import file_of, in_corner, pixels_of, psnr, superellipse

CALM = ("clouds", "gradient", "leaves", "snow", "stripes")
SEEDS = st.integers(0, 2**32 - 1)
HEAVY = settings(max_examples=max(4, settings().max_examples // 6))
"""For tests whose examples search a whole image, or two."""

STARS = {
    "gemini-sparkle": [
        *(("drawn", 96, 64, 0.47 + 0.01 * step) for step in range(8)),
        *(("other", side, margin, 0.5) for side, margin in ((48, 32), (96, 64), (48, 89))),
    ],
    "gemini-sparkle-faint": [
        ("enlarged", 96, 192, 0.302), ("enlarged", 48, 96, 0.302), ("enlarged", 36, 30, 0.302),
        ("other", 96, 192, 0.31), ("other", 48, 96, 0.3),
    ],
}  # fmt: skip
"""Rendering, side, margin and opacity of a star."""


SURE = 0.999
"""Confidence at which an irrelevant change does not alter the decision."""
MEASURED = 30


def alpha_of(how: str, side: int, opacity: float) -> np.ndarray:
    if how == "other":
        return superellipse(side, opacity)
    return (sparkle.drawn() if how == "drawn" else sparkle.enlarged(side)) * opacity


@st.composite
def grounds(draw: st.DrawFn, names: tuple[str, ...] = CALM) -> np.ndarray:
    height, width = draw(st.integers(300, 420)), draw(st.integers(300, 420))
    maker = pictures.MAKERS[draw(st.sampled_from(names))]
    return maker(height, width, np.random.default_rng(draw(SEEDS)))


@st.composite
def marked(draw: st.DrawFn, *, by_its_tool: bool = False):
    """Draw a clean image, the same image with a star, the star's box, and the mark's name.

    A faint star that no tool draws so may be taken for a white one: 4 of 240 on gradients.
    """
    name = draw(st.sampled_from(sorted(STARS)))
    stars = [star for star in STARS[name] if star[0] != "other" or not by_its_tool]
    how, side, margin, opacity = draw(st.sampled_from(stars))
    clean = draw(grounds())
    whole, x, y = in_corner(clean, alpha_of(how, side, opacity), margin)
    return clean, whole, (slice(y, y + side), slice(x, x + side)), name


def surely(picture: np.ndarray) -> FoundMark | None:
    """Return the one mark that is found, unless the decision is close."""
    found = search(picture).found
    return found[0] if len(found) == 1 and found[0].confidence > SURE else None


@HEAVY
@given(marked(by_its_tool=True))
def test_a_star_is_identified_and_located_or_not_removed(case):
    _, whole, (rows, columns), name = case
    for found in search(whole).found:
        assert found.name == name
        window = found.window
        assert (window.left, window.top) <= (columns.start, rows.start)
        assert (window.right, window.bottom) >= (columns.stop, rows.stop)
        assert window == window.within(whole.shape[1], whole.shape[0])


@HEAVY
@given(marked(by_its_tool=True))
def test_what_was_under_a_star_comes_back_and_nothing_else_changes(case):
    clean, whole, box, name = case
    file = file_of(whole)
    outcome = expunge.run("visible", file)
    if not outcome.report["marks"]:
        assert outcome.image == file
        return
    after = pixels_of(outcome.image)
    (mark,) = outcome.report["marks"]
    assert mark["name"] == name
    left, top, width, height = mark["region"]
    outside = np.ones(whole.shape[:2], bool)
    outside[top : top + height, left : left + width] = False
    assert np.array_equal(after[outside], whole[outside])
    assert psnr(after[box], clean[box]) > psnr(whole[box], clean[box]) + 12
    assert psnr(after[box], clean[box]) > 30  # above 40 but where bright stripes are clipped
    assert expunge.run("visible", outcome.image).report["changed"] is False


def test_nine_in_ten_stars_at_known_places_are_found():
    """On smooth backgrounds, without the star of 36 px, which textures hide."""
    rng = np.random.default_rng(1)
    stars = [(name, *star) for name, held in STARS.items() for star in held if star[1] > 36]
    found = 0
    for number in range(MEASURED):
        name, how, side, margin, opacity = stars[number % len(stars)]
        maker = pictures.MAKERS[CALM[number % len(CALM)]]
        whole, _, _ = in_corner(maker(340, 360, rng), alpha_of(how, side, opacity), margin)
        found += [one.name for one in search(whole).found] == [name]
    assert found >= 0.9 * MEASURED


@HEAVY
@given(grounds(pictures.WITHOUT_STARS), st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_a_clean_image_is_returned_byte_for_byte(clean, form):
    file = file_of(clean, form)
    outcome = expunge.run("visible", file)
    assert outcome.image == file
    assert outcome.report["marks"] == []


def test_hardly_any_star_of_another_make_is_taken_for_a_tools():
    """Of 500, two were: light ones of a tool's shape, on ground of nearly their colour."""
    rng = np.random.default_rng(2)
    glints = (pictures.glint(340, 360, rng) for _ in range(MEASURED))
    assert sum(bool(search(glint).found) for glint in glints) <= 1


@HEAVY
@given(marked(), st.integers(0, 60), st.integers(0, 60))
def test_what_is_far_from_the_corner_does_not_matter(case, above, left):
    _, whole, _, _ = case
    found = surely(whole)
    assume(found)
    larger = np.pad(whole, ((above, 0), (left, 0), (0, 0)), mode="reflect")
    (same,) = search(larger).found
    assert same.name == found.name
    assert same.window.left - left == found.window.left
    assert same.window.top - above == found.window.top


@HEAVY
@given(marked(), st.data())
def test_the_result_does_not_depend_on_the_pixels_memory_layout(case, data):
    _, whole, _, _ = case
    assume(surely(whole))
    plain = expunge.run("visible", file_of(whole)).report["marks"]
    way = data.draw(st.sampled_from(["WebP", "alpha", "turned", "JPEG XL"]))
    if way == "WebP":
        file = file_of(whole, "WEBP", lossless=True)
    elif way == "alpha":
        file = file_of(np.dstack([whole, np.full(whole.shape[:2], 255, np.uint8)]))
    elif way == "JPEG XL":
        file = file_of(whole, "JXL", lossless=True)
    else:
        exif = Image.Exif()
        exif[0x0112] = 6
        file = file_of(np.rot90(whole), "PNG", exif=exif)
    again = expunge.run("visible", file).report["marks"]
    assert [(m["name"], m["region"]) for m in again] == [(m["name"], m["region"]) for m in plain]


@HEAVY
@given(marked(by_its_tool=True), st.permutations([0, 1, 2]))
def test_a_white_star_is_found_in_any_channel_order(case, order):
    _, whole, _, name = case
    assume(surely(whole))
    assert [found.name for found in search(np.ascontiguousarray(whole[..., order])).found] == [name]


@given(SEEDS, st.floats(0, 0.9), st.floats(0, 255))
def test_a_blend_is_inverted_to_within_its_rounding(seed, most, level):
    rng = np.random.default_rng(seed)
    clean = rng.integers(0, 256, (9, 11, 3)).astype(np.float32)
    alpha = (rng.random((9, 11)) * most).astype(np.float32)
    ink = (alpha * level).astype(np.float32)
    seen = np.rint(ink[..., None] + (1 - alpha[..., None]) * clean)
    under = invert(seen.astype(np.float32), Layers(alpha, ink))
    bound = 0.5 / (1 - alpha[..., None]) + 0.01
    assert (np.abs(under - clean) <= bound).all()
    assert not unexplained(under, alpha, max(SLACK, float(bound.max()))).any()


@given(SEEDS, st.floats(0.01, 4))
def test_gradients_are_clipped_in_length_and_keep_their_direction(seed, scale):
    plane = np.random.default_rng(seed).normal(0, scale, (12, 10)).astype(np.float32)
    both, squares = gradients(plane)
    length = np.hypot(both[..., 0], both[..., 1])
    assert length.max() <= 1 + 1e-4
    np.testing.assert_allclose(squares, length**2, atol=1e-3)
    turned, _ = gradients(-plane)
    np.testing.assert_allclose(turned, -both, atol=1e-5)


SIDES = st.integers(-50, 50)


@given(st.tuples(*[SIDES] * 4), st.integers(0, 40), st.integers(0, 40), st.integers(0, 20))
def test_windows_are_clipped_extended_and_moved_correctly(corners, width, height, by):
    left, top, right, bottom = corners
    window = Window(min(left, right), min(top, bottom), max(left, right), max(top, bottom))
    inside = window.within(width, height)
    assert inside == inside.within(width, height)
    assert 0 <= inside.left <= inside.right <= width
    grown = window.grown(by)
    assert (grown.width, grown.height) == (window.width + 2 * by, window.height + 2 * by)
    moved = window.within_window(grown)
    assert (moved.left, moved.top) == (by, by)
    assert (moved.width, moved.height) == (window.width, window.height)
    if window.width and window.height:
        assert window.overlaps(grown)
        beside = Window(window.right, window.top, window.right + 5, window.bottom)
        assert not window.overlaps(beside)


PLACES = st.floats(-100, 100)


@given(PLACES, PLACES, st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 9))
def test_a_box_is_inside_its_window(x, y, width, height, margin):
    box = Box(x, y, width, height)
    window = box.window(margin)
    assert window.left <= x - margin
    assert window.top <= y - margin
    assert window.right >= x + width + margin
    assert window.bottom >= y + height + margin
    around = Box.around(box.centre, width, height)
    assert np.allclose((around.x, around.y), (x, y))
