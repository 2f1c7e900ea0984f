"""Where one shot ends and another begins."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.moving.motion import Glimpse, step

NONE = np.zeros((0, 4), np.float32)
SIZE = (320, 180)


def layout(seed: int) -> np.ndarray:
    """(H, W) of mean 0 and deviation 1: light and dark areas."""
    small = np.random.default_rng(seed).normal(0, 1, (7, 12)).astype(np.float32)
    made = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC)
    return np.asarray((made - made.mean()) / made.std())


def frame(areas: np.ndarray, seed: int, shift: int = 0) -> np.ndarray:
    """(H, W, 3): these areas, with a texture of its own."""
    texture = np.random.default_rng(seed).normal(0, 1, (45, 80)).astype(np.float32)
    fine = cv2.resize(texture, SIZE, interpolation=cv2.INTER_CUBIC)
    grey = np.roll(120 + 35 * areas + 18 * fine, shift, axis=1)
    return np.dstack([np.clip(grey, 0, 255).astype(np.uint8)] * 3)


@given(seed=st.integers(0, 40), likeness=st.floats(0, 0.2))
def test_a_shot_with_the_same_layout_and_other_things_in_it_is_another_one(
    seed: int, likeness: float
) -> None:
    one = layout(seed)
    other = likeness * one + np.sqrt(1 - likeness**2) * layout(seed + 1000)

    moved = step(Glimpse.of(frame(one, seed)), Glimpse.of(frame(other, seed + 1)), NONE)

    assert moved.cut


@given(seed=st.integers(0, 40), shift=st.integers(-8, 8), light=st.floats(0.5, 1.3))
def test_a_camera_that_moves_and_a_light_that_changes_are_no_cut(
    seed: int, shift: int, light: float
) -> None:
    before, after = (frame(layout(seed), seed, by) for by in (0, shift))
    lit = np.clip(after * light, 0, 255).astype(np.uint8)

    assert not step(Glimpse.of(before), Glimpse.of(lit), NONE).cut
