"""What a request gives: targets, regions, and the models that these need."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import expunge
from expunge.errors import ModelMissing, ValidationFailed
from expunge.imaging.source import Source
from expunge.jobs.capacity import Capacity
from expunge.operations import MODES
from expunge.operations.memory import peak_bytes
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
        alone = np.zeros((400, 400), np.uint8)
        cv2.fillPoly(alone, [np.array(polygon, np.int32) + 100], 1)
        alone = cv2.dilate(alone, np.ones((3, 3), np.uint8))
        outlines, _ = cv2.findContours(alone, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(alone, outlines, -1, 1, cv2.FILLED)
        mask |= alone[100 : 100 + SIZE[0], 100 : 100 + SIZE[1]]
    return mask > 0


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
def test_a_star_drawn_in_one_line_hides_its_middle_too():
    around = [
        (60 + 35 * np.sin(turn), 45 - 35 * np.cos(turn)) for turn in 0.8 * np.pi * np.arange(5)
    ]
    done = expunge.run("mask", FILE, regions=[around], method="solid", colour="#ff0080")

    assert (pixels_of(done.image)[45, 60] == (255, 0, 128)).all()


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize("name", ["regions", "include"])
def test_what_is_given_covers_at_most_twice_the_image(name):
    boxes = {"regions": [0, 0, 120, 90], "include": [-50, -50, 150, 150]}
    fitting = {name: [boxes[name]] * 2, "targets": ["codes"]}
    source, mode = Source.of(FILE), MODES["mask"]

    assert expunge.run("mask", FILE, **fitting).report["masked_count"] == 2
    with pytest.raises(ValidationFailed, match="32,400 pixels together") as caught:
        expunge.run("mask", FILE, **fitting | {name: [boxes[name]] * 3})
    assert caught.value.errors[0].pointer == f"/options/{name}"
    assert peak_bytes(mode, source, mode.options(fitting)) > peak_bytes(
        mode, source, mode.options({"targets": ["codes"]})
    )


@pytest.mark.usefixtures("no_models")
def test_regions_take_no_other_thing_without_targets():
    report = expunge.run("mask", FILE, regions=[{"x": 1, "y": 2, "width": 9, "height": 9}]).report

    assert report["targets"] == []
    assert report["hidden"] == {"regions": 1}
    assert report["methods"] == {"regions": "ringfill"}


@pytest.mark.parametrize("mode", ["mask", "visible"])
@pytest.mark.parametrize(
    "area",
    [(1, 2, 3), (1, 2, 3, 4, 5), (1, 2, 0, 4), (1, 2, 3, -4), ("a", 2, 3, 4), (), ((1, 2), (3, 4))],
)
def test_a_region_that_is_none_is_refused_by_its_place(mode, area):
    with pytest.raises(ValidationFailed) as raised:
        MODES[mode].options({"regions": [area]})
    assert all(one.pointer.startswith("/options/regions/0") for one in raised.value.errors)


@pytest.mark.parametrize("name", ["min_text_height", "min_size"])
def test_a_number_beyond_all_numbers_is_refused(name):
    with pytest.raises(ValidationFailed, match="finite"):
        MODES["mask"].options({name: float("inf")})


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


@example([[0, 0, 1, 0, -5, 4]])
@given(st.lists(st.lists(st.floats(-50, 200), min_size=6, max_size=12), min_size=1, max_size=2))
def test_any_polygon_hides_its_own_pixels_alone(areas):
    even = [tuple(area[: len(area) // 2 * 2]) for area in areas]
    done = expunge.run("mask", FILE, regions=even, method="solid", colour="#ff0080")
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
