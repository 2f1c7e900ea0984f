"""What a request gives: targets, regions, and the models that these need."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import expunge
from expunge.errors import ModelMissing, ValidationFailed
from expunge.imaging.source import Source
from expunge.jobs.capacity import Capacity
from expunge.operations import MODES
from tests.samples.overlays import file_of, pixels_of
from tests.samples.pictures import clouds

SIZE = (90, 120)
PICTURE = np.asarray(clouds(*SIZE, np.random.default_rng(2)))
FILE = file_of(PICTURE)
TRIANGLE = (30, 20, 90, 20, 60, 70)


@pytest.fixture
def no_models(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))


def inside(*areas: tuple[float, ...]) -> np.ndarray:
    mask = np.zeros(SIZE, np.uint8)
    for area in areas:
        x, y, *rest = area
        polygon = (
            [(x, y), (x + rest[0], y), (x + rest[0], y + rest[1]), (x, y + rest[1])]
            if len(area) == 4
            else list(zip(area[::2], area[1::2], strict=True))
        )
        cv2.fillPoly(mask, [np.array(polygon, np.int32)], 1)
    return cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize("mode", ["mask", "visible"])
def test_given_regions_change_and_nothing_else(mode):
    areas = [(5, 5, 20, 12), TRIANGLE]
    done = expunge.run(mode, FILE, regions=areas)
    changed = (pixels_of(done.image) != PICTURE).any(axis=2)

    assert changed[10, 10]
    assert changed[35, 60]
    assert not changed[~inside(*areas)].any()
    assert done.report["exact"]


@pytest.mark.usefixtures("no_models")
def test_regions_take_no_other_thing_without_targets():
    report = expunge.run("mask", FILE, regions=[{"x": 1, "y": 2, "width": 9, "height": 9}]).report

    assert report["targets"] == []
    assert report["hidden"] == {"regions": 1}
    assert report["methods"] == {"regions": "ringfill"}


@pytest.mark.parametrize("mode", ["mask", "visible"])
@pytest.mark.parametrize(
    "area", [(1, 2, 3), (1, 2, 3, 4, 5), (1, 2, 0, 4), (1, 2, 3, -4), ("a", 2, 3, 4), ()]
)
def test_a_region_that_is_none_is_refused_by_its_place(mode, area):
    with pytest.raises(ValidationFailed) as raised:
        MODES[mode].options({"regions": [area]})
    assert raised.value.errors[0].pointer.startswith("/options/regions/0")


def test_a_region_of_visible_must_lie_in_the_image_and_be_small():
    for areas in ([(100, 10, 40, 10)], [(0, 0, 70, 80)], [(0, 0, 50, 40), (60, 40, 50, 40)]):
        with pytest.raises(ValidationFailed, match="regions"):
            expunge.run("visible", FILE, regions=areas)


def test_the_old_name_of_a_region_is_one_of_regions():
    old, new = (
        expunge.run("visible", FILE, **options).image
        for options in ({"region": [5, 5, 20, 12]}, {"regions": [[5, 5, 20, 12]]})
    )
    assert old == new


@given(st.lists(st.lists(st.floats(-50, 200), min_size=6, max_size=12), min_size=1, max_size=4))
def test_any_polygon_hides_its_own_pixels_alone(areas):
    even = [tuple(area[: len(area) // 2 * 2]) for area in areas]
    done = expunge.run("mask", FILE, regions=even, method="solid", colour="#ff0080")
    with io.BytesIO(done.image):
        changed = (pixels_of(done.image) != PICTURE).any(axis=2)
    assert not changed[~inside(*even)].any()


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize(
    ("targets", "missing"),
    [
        (["codes"], None),
        (["faces"], "centerface"),
        (["text"], "text-det"),
        (["plates"], "text-det"),
    ],
)
def test_only_what_is_needed_can_be_missing(targets, missing):
    if missing is None:
        assert expunge.run("faces", FILE, targets=targets).report["found"] == []
        return
    with pytest.raises(ModelMissing, match=missing):
        expunge.run("faces", FILE, targets=targets)


@pytest.mark.usefixtures("no_models")
def test_a_request_without_the_weights_is_queued_where_workers_have_them():
    source = Source.of(FILE)

    def fits(*, elsewhere: bool, **options: object) -> bool:
        capacity = Capacity(weights_elsewhere=elsewhere)
        return capacity.fits_request(MODES["mask"], source, MODES["mask"].options(options), 1)

    assert not fits(elsewhere=True, targets=["faces", "text"])
    assert not fits(elsewhere=True, targets=["plates"])
    assert fits(elsewhere=True, targets=["codes"])
    assert fits(elsewhere=True, regions=[[1, 1, 5, 5]])
    assert fits(elsewhere=False, targets=["text"])
