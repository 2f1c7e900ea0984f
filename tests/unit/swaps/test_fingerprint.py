"""A swapped face is told from the one before it in copies of either, and from other pictures."""

from __future__ import annotations

import pytest

from expunge.imaging.safety import fingerprint
from expunge.imaging.source import Source
from tests.unit.swaps.drawing import BOX, coded, scene, swapped

SEEDS = range(0, 10, 2)
COPIES = {
    "as it is": {},
    "poor": {"quality": 40},
    "half as large": {"scale": 0.5, "quality": 80},
    "WebP": {"form": "WEBP", "quality": 60},
    "a larger PNG": {"form": "PNG", "scale": 1.3},
}


def seen(image, **copy):
    return fingerprint.seen(Source.of(coded(image, **copy)))


@pytest.fixture(scope="module")
def swaps():
    """Targets, results, and what is kept of each."""
    made = []
    for seed in SEEDS:
        target = scene(seed)
        result = swapped(target, seed + 1)
        faces = fingerprint.faces(seen(target), seen(result), [BOX])
        assert len(faces) == 1
        made.append((target, result, faces[0]))
    return made


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copies_of_a_result_are_known_and_those_of_its_target_are_not(swaps, copy) -> None:
    for target, result, face in swaps:
        before, after = seen(target, **copy), seen(result, **copy)
        assert fingerprint.shows(fingerprint.region_hash(after, BOX), face)
        assert not fingerprint.shows(fingerprint.region_hash(before, BOX), face)


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_is_a_candidate_by_its_whole_picture(swaps, copy) -> None:
    for _, result, _ in swaps:
        differing = fingerprint.whole_hash(seen(result)) ^ fingerprint.whole_hash(
            seen(result, **copy)
        )
        bands = [differing >> 16 * at & 0xFFFF for at in range(4)]
        assert 0 in bands


def test_other_pictures_and_other_swaps_of_a_target_are_not_known(swaps) -> None:
    for number, (target, _, face) in enumerate(swaps):
        for image in (scene(number + 100), swapped(target, number + 200)):
            found = fingerprint.region_hash(seen(image), BOX)
            assert not fingerprint.shows(found, face)


def test_a_face_that_hardly_changes_is_not_kept() -> None:
    target = scene(0)
    assert fingerprint.faces(seen(target), seen(target, quality=50), [BOX]) == []


@pytest.mark.parametrize(
    "box", [(-0.2, -0.2, 0.3, 0.4), (0.9, 0.9, 1.4, 1.6), (0.5, 0.5, 0.5, 0.5)]
)
def test_a_box_may_end_outside_the_picture(box) -> None:
    assert 0 <= fingerprint.region_hash(seen(scene(0)), box) < 1 << 256


def test_a_large_picture_is_decoded_smaller_and_shown_upright() -> None:
    image = scene(3, (1100, 800))
    small = fingerprint.seen(Source.of(coded(image)))
    assert max(small.shape) < 2 * fingerprint.LONGER
    png = fingerprint.seen(Source.of(coded(image, form="PNG")))
    assert max(png.shape) < 2 * fingerprint.LONGER
    differing = fingerprint.whole_hash(small) ^ fingerprint.whole_hash(png)
    assert differing.bit_count() <= 4
