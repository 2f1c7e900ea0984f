"""A hole is filled only where a filling beside it succeeds."""

from __future__ import annotations

import numpy as np
import pytest

from expunge.imaging.marks.box import Window
from expunge.imaging.marks.surroundings import rough

HOLE = np.ones((12, 40), bool)


@pytest.mark.parametrize("place", [(150, 80), (0, 0), (75, 40)])
def test_smooth_surroundings_can_be_filled_and_texture_cannot(place: tuple[int, int]) -> None:
    window = Window(*place, place[0] + 40, place[1] + 12)
    ramp = np.linspace(40, 90, 200)[:, None]
    smooth = np.broadcast_to(ramp, (100, 200, 3)).astype(np.uint8)
    noise = np.random.default_rng(1).integers(0, 256, (100, 200, 3), np.uint8)
    assert not rough(smooth, window, HOLE)
    assert rough(noise, window, HOLE)


def test_without_a_place_beside_it_nothing_is_known() -> None:
    flat = np.full((12, 40, 3), 90, np.uint8)
    assert rough(flat, Window(0, 0, 40, 12), HOLE)
