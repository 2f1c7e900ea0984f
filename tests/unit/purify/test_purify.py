"""The classical way's promises about form: size, depth, tiles, sameness."""

from __future__ import annotations

import numpy as np
import pytest

from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.strength import Strength
from expunge.imaging.purify.tiles import tiles
from tests.unit.purify.scenes import scene

MEDIUM = Strength.MEDIUM.treatments[0]


def test_the_same_seed_gives_the_same_pixels_and_another_one_does_not() -> None:
    first = purify(scene(0), 8, MEDIUM, b"one")
    assert np.array_equal(first, purify(scene(0), 8, MEDIUM, b"one"))
    assert not np.array_equal(first, purify(scene(0), 8, MEDIUM, b"two"))


@pytest.mark.parametrize("strength", Strength)
def test_tiles_leave_no_seams(strength: Strength) -> None:
    whole = purify(scene(1), 8, strength.treatments[0], b"seed", tile_side=1000)
    pieces = purify(scene(1), 8, strength.treatments[0], b"seed", tile_side=112)
    difference = np.abs(whole.astype(int) - pieces)
    assert difference.max() <= 1
    assert np.mean(difference > 0) < 0.001


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 5), (16, 16), (17, 1100)])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_any_size_keep_it(shape: tuple[int, int], channels: int) -> None:
    samples = np.random.default_rng(1).integers(0, 256, (*shape, channels), np.uint8)
    after = purify(samples, 8, Strength.HIGH.treatments[0], b"seed")
    assert after.shape == samples.shape
    assert after.dtype == np.uint8


@pytest.mark.parametrize("depth", [10, 12, 16])
def test_deep_samples_keep_their_range_and_their_fine_steps(depth: int) -> None:
    top = 2**depth - 1
    deep = (scene(0).astype(np.float64) / 255 * top).round().astype(np.uint16)
    after = purify(deep, depth, MEDIUM, b"seed")
    assert after.dtype == np.uint16
    assert after.max() <= top
    assert len(np.unique(after)) > 256
    shallow = purify(scene(0), 8, MEDIUM, b"seed").astype(np.float64)
    assert np.abs(after / top * 255 - shallow).max() < 1


def test_a_grey_picture_has_its_luma_treated_alone() -> None:
    grey = scene(0)[..., 1:2]
    assert np.array_equal(purify(grey, 8, Strength.LOW.treatments[0], b"seed"), grey)
    after = purify(grey, 8, Strength.HIGH.treatments[0], b"seed")
    assert 0 < np.abs(after.astype(int) - grey).mean() < 4


def test_tiles_cover_a_picture_once() -> None:
    times = np.zeros((70, 45), int)
    for tile in tiles(70, 45, 32, 5):
        times[tile.inner] += 1
        part = np.arange(70 * 45).reshape(70, 45)
        assert np.array_equal(part[tile.area][tile.within], part[tile.inner])
    assert (times == 1).all()
