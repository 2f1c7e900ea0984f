"""What the classical way does to marks, and what it leaves of the picture.

The marks are of this suite's own making; `tests/benchmarks/invisible.py` asks
the decoders that strangers use.
"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from expunge.imaging.purify.strength import Strength
from tests.unit.purify.scenes import (
    Heights,
    Samples,
    bits,
    colours,
    psnr,
    purified,
    samples,
    scene,
    ssim,
    waves,
)

SCENES = range(4)
FLOORS = {Strength.LOW: (38, 0.95), Strength.MEDIUM: (36, 0.94), Strength.HIGH: (33, 0.92)}


def made(picture: Samples, strength: Strength) -> Samples:
    return purified(picture, strength.treatments[0])


@pytest.mark.parametrize("strength", Strength)
def test_a_mark_in_the_height_of_blocks_no_longer_reads(strength: Strength) -> None:
    accuracies = []
    for seed in SCENES:
        payload = bits(seed)
        marked = Heights.marked(scene(seed), payload)
        assert (Heights.read(marked, len(payload)) == payload).all()
        read = Heights.read(made(marked, strength), len(payload))
        accuracies.append(np.mean(read == payload))
    assert 0.35 < np.mean(accuracies) < 0.65


@pytest.mark.parametrize("plane", [1, 2])
@pytest.mark.parametrize("strength", Strength)
def test_a_tenth_of_waves_in_colour_is_left_at_most(plane: int, strength: Strength) -> None:
    for seed in SCENES:
        planes = colours(scene(seed))
        wave = waves(planes.shape[:2])
        planes[..., plane] += 2.4 * wave
        marked = samples(planes)
        put_in = remainder(marked, scene(seed), wave, plane)
        left = remainder(made(marked, strength), made(scene(seed), strength), wave, plane)
        assert abs(left / put_in) < 0.1


@pytest.mark.parametrize("strength", Strength)
def test_hardly_anything_is_left_of_waves_where_rivagan_writes_them(strength: Strength) -> None:
    for seed in SCENES:
        planes = colours(scene(seed))
        wave = waves(planes.shape[:2])
        planes[..., 1] += 1.9 * wave
        planes[..., 2] += 1.5 * wave
        marked = samples(planes)
        sums = [
            sum(share * remainder(first, second, wave, plane) for plane, share in GREEN_TO_MAGENTA)
            for first, second in (
                (marked, scene(seed)),
                (made(marked, strength), made(scene(seed), strength)),
            )
        ]
        assert abs(sums[1] / sums[0]) < 0.06


GREEN_TO_MAGENTA = ((1, 0.788), (2, 0.616))


def remainder(first: Samples, second: Samples, wave: NDArray[np.float32], plane: int) -> float:
    """How much of a wave tells two pictures apart."""
    return float(np.mean((colours(first) - colours(second))[..., plane] * wave))


@pytest.mark.parametrize("strength", Strength)
def test_the_picture_keeps_its_quality(strength: Strength) -> None:
    least_psnr, least_ssim = FLOORS[strength]
    for seed in SCENES:
        marked = Heights.marked(scene(seed), bits(seed))
        after = made(marked, strength)
        assert psnr(marked, after) > least_psnr
        assert ssim(marked, after) > least_ssim


@pytest.mark.parametrize("strength", Strength)
def test_lettering_stays_as_sharp(strength: Strength) -> None:
    page = np.full((120, 320, 3), 250, np.uint8)
    cv2.putText(page, "Aa 0123", (10, 80), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20,) * 3, 1, cv2.LINE_AA)
    before, after = colours(page)[..., 0], colours(made(page, strength))[..., 0]
    edges = np.abs(np.diff(before, axis=1)) > 100
    kept = np.abs(np.diff(after, axis=1))[edges] / np.abs(np.diff(before, axis=1))[edges]
    assert np.median(kept) > 0.95


def test_low_strength_leaves_luma_as_it_was() -> None:
    before = scene(0)
    luma = colours(before)[..., 0] - colours(made(before, Strength.LOW))[..., 0]
    assert np.abs(np.median(luma)) < 0.5
    assert np.mean(np.abs(luma) > 1.5) < 0.02, "but where a colour meets the end of its range"


def test_an_edge_between_colours_of_one_lightness_survives() -> None:
    planes = np.full((128, 128, 3), 128, np.float32)
    planes[:, :64, 1], planes[:, 64:, 1] = 98, 158
    after = colours(made(samples(planes), Strength.MEDIUM))[..., 1]
    assert after[:, 72:].mean() - after[:, :56].mean() > 50
