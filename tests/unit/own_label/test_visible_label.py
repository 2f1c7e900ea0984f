"""The visible label can be read on any background, in any size, and `visible` leaves it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.imaging.codecs.picture import Edits
from expunge.imaging.swap.visible_label import HEIGHT, LEAST, label_patch, stamped
from expunge.operations import run
from tests.samples import pictures

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = st.integers(18, 700)
CONTRAST = 4.5
"""Of WCAG 2.2, 1.4.3, for text."""


def luminance(level: NDArray[np.floating]) -> NDArray[np.floating]:
    """Relative luminance of grey levels from 0 to 1 (sRGB, WCAG 2.2)."""
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def contrast(levels: NDArray[np.floating]) -> float:
    """Between the letters and what is around them: the brightest and the median level."""
    found = luminance(levels)
    return float((found.max() + 0.05) / (np.median(found) + 0.05))


@given(width=SIDE, height=SIDE, seed=st.integers(0, 9))
def test_it_lies_inside_and_stands_out_on_any_background(
    width: int, height: int, seed: int
) -> None:
    ground = np.random.default_rng(seed)
    level = ground.integers(0, 256)
    pixels = np.full((height, width, 3), level, np.uint8)
    if seed % 2:
        pixels = ground.integers(0, 256, pixels.shape, np.uint8)
    patch = label_patch(pixels)
    assert patch is not None
    rows, columns = patch.area
    assert patch.pixels.shape == pixels[rows, columns].shape
    assert min(patch.x, patch.y) >= 0
    assert contrast(patch.pixels.mean(axis=2) / 255) >= CONTRAST


def test_letters_are_as_high_as_the_rule_for_labels_asks() -> None:
    patch = label_patch(np.zeros((600, 800, 3), np.uint8))
    lit = np.flatnonzero((patch.pixels > 128).any(axis=(1, 2)))
    assert np.ptp(lit) + 1 >= HEIGHT * 600


@pytest.mark.parametrize("side", [4, LEAST])
def test_a_picture_that_is_smaller_than_the_letters_has_none(side: int) -> None:
    pixels = np.zeros((side, side, 3), np.uint8)
    assert label_patch(pixels) is None
    assert (stamped(pixels) == pixels).all()


@pytest.mark.parametrize(("depth", "channels"), [(8, 1), (10, 3), (16, 3), (12, 1)])
def test_grey_and_deep_pictures_get_it_in_their_own_range(depth: int, channels: int) -> None:
    pixels = np.full((90, 160, channels), 1 << (depth - 1), np.uint8 if depth == 8 else np.uint16)
    patch = label_patch(pixels, depth=depth)
    assert patch.pixels.dtype == pixels.dtype
    assert (1 << depth) * 0.9 < patch.pixels.max() < 1 << depth


def test_it_moves_to_a_corner_that_is_opaque() -> None:
    alpha = np.zeros((200, 300), np.uint8)
    alpha[:100, 150:] = 255
    patch = label_patch(np.zeros((200, 300, 3), np.uint8), alpha=alpha)
    assert alpha[patch.area].min() == 255


def test_every_frame_has_it_in_the_same_place() -> None:
    frames = [np.full((120, 200, 3), level, np.uint8) for level in (0, 130, 255)]
    changed = [(stamped(frame) != frame).any(axis=2) for frame in frames]
    rows = [np.flatnonzero(each.any(axis=1))[[0, -1]] for each in changed[1:]]
    assert (rows[0] == rows[1]).all()
    assert all(each.any() for each in changed)


@pytest.mark.parametrize("draw", [pictures.clouds, pictures.text, pictures.leaves, pictures.flat])
def test_the_mode_visible_leaves_it(draw: object) -> None:
    pixels = draw(320, 480, np.random.default_rng(3))  # type: ignore[operator]
    label = label_patch(pixels)
    file = io.BytesIO()
    Image.fromarray(stamped(pixels)).save(file, "PNG")
    outcome = run("visible", file.getvalue())
    left = np.asarray(Image.open(io.BytesIO(outcome.image)).convert("RGB"))
    assert (left[label.area] == label.pixels).all()


def test_it_is_a_patch_as_others_are() -> None:
    pixels = np.zeros((64, 96, 3), np.uint8)
    edits = Edits(pixels, (label_patch(pixels),), np.ones((64, 96), bool))
    assert (edits.pixels == stamped(pixels)).all()
