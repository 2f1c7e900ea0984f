"""Masks over faces: the covered pixels, and what remains visible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.faces.choices import IRREVERSIBLE, Method, Shape
from expunge.imaging.faces.masking import MaskStyle, hide
from expunge.imaging.faces.regions import regions
from tests.unit.faces.making import picture, scene

BOX = np.array([(100, 80, 180, 190)], np.float32)
FACE = (slice(80, 190), slice(100, 180))


def masked(
    pixels: np.ndarray,
    boxes: np.ndarray,
    paint: MaskStyle,
    shape: Shape = Shape.ELLIPSE,
    depth: int = 8,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the image with masks, and the pixels that they cover."""
    shown = picture(pixels.copy(), depth)
    covered = regions(boxes, (shown.width, shown.height), padding=0.15, shape=shape)
    anywhere = np.zeros(pixels.shape[:2], bool)
    for region in covered:
        rows = slice(region.y, region.y + region.height)
        anywhere[rows, region.x : region.x + region.width] |= region.alpha > 0
    return hide(shown, covered, paint).pixels, anywhere


def every_paint() -> list[MaskStyle]:
    cover = picture(scene((30, 40)))
    return [MaskStyle(m, cover=cover if m is Method.COVER else None) for m in Method]


@pytest.mark.parametrize("paint", every_paint(), ids=lambda paint: paint.method.value)
@pytest.mark.parametrize("form", ["rgb", "grey", "16 bits"])
def test_nothing_outside_the_masks_changes(paint: MaskStyle, form: str) -> None:
    pixels = scene((300, 260))
    pixels = pixels[..., :1] if form == "grey" else pixels
    depth = 16 if form == "16 bits" else 8
    pixels = pixels.astype(np.uint16) * 257 if depth == 16 else pixels

    after, covered = masked(pixels, BOX, paint, depth=depth)

    assert after.dtype == pixels.dtype
    assert np.array_equal(after[~covered], pixels[~covered])
    assert (after[covered] != pixels[covered]).any(axis=-1).mean() > 0.5


@pytest.mark.parametrize("method", sorted(IRREVERSIBLE))
@pytest.mark.parametrize("shape", Shape)
def test_an_irreversible_method_depends_on_no_pixel_of_the_face(
    method: Method, shape: Shape
) -> None:
    one, other = scene((300, 260)), scene((300, 260))
    other[FACE] = np.random.default_rng(8).integers(0, 255, other[FACE].shape, np.uint8)

    after, _ = masked(one, BOX, MaskStyle(method), shape)
    again, _ = masked(other, BOX, MaskStyle(method), shape)

    assert np.array_equal(after, again)


def test_a_neighbour_s_face_does_not_bleed_into_a_ring_fill() -> None:
    boxes = np.array([(60, 80, 110, 150), (112, 80, 162, 150)], np.float32)
    one, other = scene((300, 260)), scene((300, 260))
    other[80:150, 112:162] = (255, 0, 0)

    after, _ = masked(one, boxes, MaskStyle(Method.RINGFILL))
    again, _ = masked(other, boxes, MaskStyle(Method.RINGFILL))

    assert np.array_equal(after, again)


def test_a_ring_fill_without_surroundings_is_grey() -> None:
    pixels = scene((100, 120))

    after, _ = masked(pixels, np.array([(0, 0, 100, 120)]), MaskStyle(Method.RINGFILL), Shape.BOX)

    assert (after == 128).all()


def test_a_ring_fill_has_the_colours_around_it() -> None:
    pixels = np.full((260, 300, 3), (200, 40, 90), np.uint8)
    pixels[FACE] = 0

    after, _ = masked(pixels, BOX, MaskStyle(Method.RINGFILL))

    assert np.abs(after.astype(int) - (200, 40, 90)).max() <= 1


@pytest.mark.parametrize("method", [Method.GAUSSIAN, Method.PIXELATE, Method.ELLIPTICAL])
def test_a_blur_hides_detail_in_proportion_to_the_face(method: Method) -> None:
    for scale in (1, 5):
        rng = np.random.default_rng(5)
        detail = rng.integers(0, 255, (26, 30, 1), np.uint8).repeat(3, axis=2)
        pixels = np.kron(detail, np.ones((10 * scale, 10 * scale, 1), np.uint8))
        after, _ = masked(pixels, BOX * scale, MaskStyle(method))
        middle = (slice(110 * scale, 160 * scale), slice(115 * scale, 165 * scale))
        assert after[middle].std() < 0.5 * pixels[middle].std()


def test_strength_scales_a_blur_but_never_removes_it() -> None:
    pixels = np.random.default_rng(5).integers(0, 255, (260, 300, 3), np.uint8)
    spread = [
        masked(pixels, BOX, MaskStyle(Method.PIXELATE, strength))[0][FACE].std()
        for strength in (999, 199, 1)
    ]

    assert spread == sorted(spread)
    assert spread[-1] < 0.5 * pixels[FACE].std()


def test_a_later_patch_does_not_show_what_an_earlier_one_hid() -> None:
    boxes = np.array([(100, 80, 180, 190), (150, 90, 230, 200)], np.float32)
    pixels = scene((300, 260), (100, 80, 180, 190))

    after, _ = masked(pixels, boxes, MaskStyle(Method.SOLID))

    for left, top, right, bottom in boxes.astype(int):
        assert not after[top:bottom, left:right].any()


def test_solid_has_the_requested_colour_at_any_depth() -> None:
    paint = MaskStyle(Method.SOLID, colour=(255, 128, 0))

    assert masked(scene((300, 260)), BOX, paint)[0][135, 140].tolist() == [255, 128, 0]
    deep, _ = masked(scene((300, 260)).astype(np.uint16) << 2, BOX, paint, depth=10)
    assert deep[135, 140].tolist() == [1023, 513, 0]
    grey, _ = masked(scene((300, 260))[..., :1], BOX, paint)
    assert grey[135, 140].tolist() == [151]


def test_a_transparent_cover_shows_a_blurred_face() -> None:
    laid = picture(np.full((40, 40, 3), 250, np.uint8))
    alpha = np.zeros((40, 40), np.uint8)
    alpha[:20] = 255
    paint = MaskStyle(Method.COVER, cover=type(laid)(laid.source, laid.pixels, alpha, 8))

    after, _ = masked(scene((300, 260)), BOX, paint)
    blurred, _ = masked(scene((300, 260)), BOX, MaskStyle(Method.GAUSSIAN))

    assert (after[90:120, 130:150] == 250).all()
    assert np.array_equal(after[160:180, 130:150], blurred[160:180, 130:150])


def test_an_ellipse_contains_the_detected_box_and_fades_outside_it() -> None:
    (region,) = regions(BOX, (300, 260), padding=0.15, shape=Shape.ELLIPSE)
    inside = region.alpha[80 - region.y : 190 - region.y, 100 - region.x : 180 - region.x]

    assert (inside == 1).all()
    assert region.alpha[0].max() < 0.5
    fading = (region.alpha > 0) & (region.alpha < 1)
    assert 0.02 < fading.mean() < 0.3


def test_without_a_feather_a_mask_is_fully_opaque_or_transparent() -> None:
    for shape in Shape:
        (region,) = regions(BOX, (300, 260), padding=0.15, shape=shape, feather=False)
        assert set(np.unique(region.alpha)) <= {0, 1}


boxes = st.tuples(
    st.floats(-50, 350), st.floats(-50, 300), st.floats(0.01, 400), st.floats(0.01, 400)
)


@given(st.lists(boxes, max_size=4), st.sampled_from(Shape), st.sampled_from(every_paint()))
@settings(max_examples=60, deadline=None)
def test_any_box_can_be_masked(
    found: list[tuple[float, float, float, float]], shape: Shape, paint: MaskStyle
) -> None:
    pixels = scene((300, 260))
    corners = np.array([(x, y, x + w, y + h) for x, y, w, h in found], np.float32).reshape(-1, 4)

    after, covered = masked(pixels, corners, paint, shape)

    assert np.array_equal(after[~covered], pixels[~covered])
