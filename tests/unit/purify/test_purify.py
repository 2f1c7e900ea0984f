"""The classical way's promises about form: size, depth, tiles, sameness."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.strength import Strength
from expunge.imaging.purify.tiles import tiles
from tests.unit.purify.scenes import purified, scene

MEDIUM = Strength.MEDIUM.treatments[0]


def test_the_same_seed_gives_the_same_pixels_and_another_one_does_not() -> None:
    first = purified(scene(0), MEDIUM, b"one")
    assert np.array_equal(first, purified(scene(0), MEDIUM, b"one"))
    assert not np.array_equal(first, purified(scene(0), MEDIUM, b"two"))


@pytest.mark.parametrize("strength", Strength)
def test_tiles_leave_no_seams(strength: Strength) -> None:
    treatment = strength.treatments[0]
    whole = purified(scene(1), treatment, tile_side=1000)
    pieces = purified(scene(1), treatment, tile_side=112)
    difference = np.abs(whole.astype(int) - pieces)
    assert difference.max() <= 1
    assert np.mean(difference > 0) < 0.001


@given(
    height=st.integers(1, 150),
    width=st.integers(1, 150),
    at_once=st.integers(2, 4),
    strength=st.sampled_from(Strength),
)
def test_tiles_at_once_come_to_the_same_as_one_after_the_other(
    height: int, width: int, at_once: int, strength: Strength
) -> None:
    part, treatment = scene(1)[:height, :width], strength.treatments[0]
    one = purified(part, treatment, tile_side=32, at_once=1)
    assert np.array_equal(one, purified(part, treatment, tile_side=32, at_once=at_once))


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 5), (16, 16), (17, 1100)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("depth", [8, 10, 16])
def test_pictures_of_any_size_keep_it(shape: tuple[int, int], channels: int, depth: int) -> None:
    samples = np.random.default_rng(1).integers(0, 2**depth, (*shape, channels), np.uint16)
    samples = samples.astype(np.uint8) if depth == 8 else samples
    before = samples.copy()
    error = purify(samples, depth, Strength.HIGH.treatments[0], b"seed")
    assert samples.max() < 2**depth
    assert error == pytest.approx(np.square(samples.astype(float) - before).sum())


def test_it_stops_where_the_difference_is_too_large() -> None:
    told: list[float] = []
    all_of_it = purify(scene(1).copy(), 8, MEDIUM, b"seed", tile_side=64)
    some = purify(scene(1).copy(), 8, MEDIUM, b"seed", tile_side=64, most=1.0, progress=told.append)
    assert 1 < some < all_of_it
    assert told[-1] < 1


def test_half_the_amount_is_half_the_change() -> None:
    half = purified(scene(0), replace(MEDIUM, amount=0.5)).astype(float) - scene(0)
    whole = purified(scene(0), MEDIUM).astype(float) - scene(0)
    assert np.mean(np.abs(half - whole / 2) > 1) < 0.001, "but where a sample meets its range"


@pytest.mark.parametrize("depth", [10, 12, 16])
def test_deep_samples_keep_their_range_and_their_fine_steps(depth: int) -> None:
    top = 2**depth - 1
    deep = (scene(0).astype(np.float64) / 255 * top).round().astype(np.uint16)
    after = purified(deep, MEDIUM, depth=depth)
    assert after.dtype == np.uint16
    assert after.max() <= top
    assert len(np.unique(after)) > 256
    shallow = purified(scene(0), MEDIUM).astype(np.float64)
    assert np.abs(after / top * 255 - shallow).max() < 1


def test_a_grey_picture_has_its_luma_treated_alone() -> None:
    grey = scene(0)[..., 1:2]
    assert np.array_equal(purified(grey, Strength.LOW.treatments[0]), grey)
    after = purified(grey, Strength.HIGH.treatments[0])
    assert 0 < np.abs(after.astype(int) - grey).mean() < 4


def test_tiles_cover_a_picture_once() -> None:
    times = np.zeros((70, 45), int)
    for tile in chain.from_iterable(tiles(70, 45, 32, 5)):
        times[tile.inner] += 1
        part = np.arange(70 * 45).reshape(70, 45)
        assert np.array_equal(part[tile.area][tile.within()], part[tile.inner])
    assert (times == 1).all()
