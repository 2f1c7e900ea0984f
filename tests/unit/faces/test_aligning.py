"""A face is brought level, and to the size that the descriptor's network expects."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from expunge.imaging.codecs import Picture
from expunge.imaging.faces.descriptor import SIDE, aligned, tells
from expunge.imaging.source import Source
from tests import samples

PLACES = np.array([(47.6, 46.6), (100.5, 46.6), (74, 76.6), (50.4, 103), (97.6, 103)])
"""Where the five points of a face belong in the result: dlib's mean face, with its margin."""
SOURCE = Source.of(samples.encoded(Image.new("L", (1, 1)), "PNG"))


def picture(pixels: np.ndarray) -> Picture:
    shown = pixels if pixels.ndim == 3 else pixels[..., None]
    return Picture(SOURCE, shown, None, 8 * pixels.itemsize)


def dotted(points: np.ndarray, size: tuple[int, int], radius: float) -> np.ndarray:
    """A grey image with a white dot at each point."""
    pixels = np.full((size[1], size[0]), 60, np.uint8)
    for x, y in points * 16 - 8:
        centre = (round(x), round(y))
        cv2.circle(pixels, centre, round(radius * 16), 255, -1, cv2.LINE_AA, shift=4)
    return pixels


def dots(seen: np.ndarray) -> np.ndarray:
    """Centres of the bright spots, from left to right."""
    bright = (seen.mean(axis=2) > 150).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(bright)
    large = centres[1:][stats[1:, cv2.CC_STAT_AREA] >= 4]
    return large[np.argsort(large[:, 0])] + 0.5


@settings(max_examples=12)
@given(st.floats(0.5, 2.5), st.floats(-3.1, 3.1))
def test_points_of_any_size_and_lean_come_to_their_places(scale: float, angle: float) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = (PLACES - PLACES.mean(axis=0)) @ turn.T
    side = int(2 * np.abs(points).max() + 40 * max(scale, 1))
    points += side / 2
    seen = aligned(picture(dotted(points, (side, side), 5 * scale)), points.astype(np.float32))

    assert seen.shape == (SIDE, SIDE, 3)
    found = dots(seen)
    assert len(found) == 5
    moved = found - PLACES[np.argsort(PLACES[:, 0])]
    assert np.abs(moved).max() < 2


@pytest.mark.parametrize("corner", [(0, 0), (80, 0), (0, 60), (80, 60), (-300, -300), (900, 40)])
def test_a_face_at_or_beyond_the_edge_is_filled_with_black(corner: tuple[int, int]) -> None:
    pixels = np.full((60, 80, 3), 200, np.uint8)
    points = (PLACES - PLACES.mean(axis=0) + corner).astype(np.float32)

    seen = aligned(picture(pixels), points)

    assert seen.shape == (SIDE, SIDE, 3)
    assert seen.min() == 0
    assert set(np.unique(seen[..., 0])) <= set(range(201))


def test_grey_and_deep_images_give_the_same() -> None:
    points = (PLACES * 1.6 + 20).astype(np.float32)
    grey = dotted(points, (280, 240), 9)
    deep = (grey.astype(np.uint16) << 8) | grey

    results = [aligned(picture(one), points) for one in (grey, np.stack([grey] * 3, axis=2), deep)]

    assert all(np.array_equal(results[0], one) for one in results[1:])


@pytest.mark.parametrize(("light", "told"), [(1.0, True), (0.3, True), (0.04, False)])
def test_a_face_in_the_dark_is_not_compared(light: float, *, told: bool) -> None:
    pixels = np.random.default_rng(1).normal(128, 45, (SIDE, SIDE, 3)) * light

    assert tells(picture(pixels.clip(0, 255).astype(np.uint8)), PLACES) == told
