"""Finds of low confidence are looked at again, alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.faces import doubt
from expunge.imaging.faces.finding import find
from expunge.imaging.faces.looking import Looks, Sizes
from expunge.imaging.faces.plans import DEFAULT_CONFIDENCE, HIDING_CONFIDENCE, Plan
from expunge.imaging.stopwatch import Stopwatch
from tests.unit.faces.making import Squares, faces, scene

PERSON, ANIMAL = (100, 100, 160, 180), (300, 100, 420, 260)


class Judge(Squares):
    """Takes everything that is shown more than 100 pixels from the left edge for an animal."""

    judges = True

    def __init__(self, score: float = 0.4, change: float = -9.0) -> None:
        super().__init__(score)
        self.change = change
        self.judged: list[tuple[int, ...]] = []

    def person(self, outputs: list[np.ndarray]) -> float:
        self.judged.append(outputs[0].shape)
        return self.change


def looks(detector: Squares, size: tuple[int, int] = (640, 480)) -> Looks:
    return Looks(Sizes(scene(size)), detector, 0.15, Stopwatch())


def test_what_is_no_person_keeps_a_tenth_of_its_confidence() -> None:
    found = faces([PERSON, ANIMAL], [0.6, 0.9])

    made = doubt.judged(found, looks(Judge()))

    assert made.scores.tolist() == pytest.approx([0.9, 0.6 * doubt.LEFT])
    assert made.boxes[0].tolist() == list(ANIMAL)


def test_a_person_keeps_its_confidence() -> None:
    found = faces([PERSON, ANIMAL], [0.6, 0.3])

    made = doubt.judged(found, looks(Judge(change=2.0)))

    assert made.scores.tolist() == pytest.approx([0.6, 0.3])


def test_the_confidence_and_the_second_look_weigh_as_odds() -> None:
    found = faces([PERSON, ANIMAL], [0.6, 0.3])  # log-odds of 0.41 and -0.85

    made = doubt.judged(found, looks(Judge(change=0.0)))

    assert made.scores.tolist() == pytest.approx([0.6, 0.3 * doubt.LEFT])


def test_a_faint_find_must_be_likely() -> None:
    found = faces([PERSON, ANIMAL], [0.25, 0.15])  # log-odds of -1.10 and -1.73

    for change, kept in ((1.5, [True, False]), (5.0, [True, True]), (0.0, [False, False])):
        made = doubt.judged(found, looks(Judge(change=change)))
        assert (made.scores >= 0.15 - 1e-6).tolist() == kept


def test_sure_finds_are_not_looked_at() -> None:
    detector = Judge()
    doubt.judged(faces([PERSON, ANIMAL], [0.7, 0.95]), looks(detector))

    assert detector.judged == []


def test_a_detector_that_cannot_tell_is_not_asked() -> None:
    detector = Squares()
    found = faces([PERSON], [0.3])

    assert doubt.judged(found, looks(detector)) is found
    assert detector.shapes == []


def test_only_the_largest_finds_of_a_crowd_are_looked_at() -> None:
    sides = np.arange(10, 10 + 2 * doubt.MOST)
    found = faces([(0, 0, side, side) for side in sides], np.full(len(sides), 0.5).tolist())
    detector = Judge()

    made = doubt.judged(found, looks(detector))

    assert len(detector.judged) == doubt.MOST
    assert (made.scores < 0.5).sum() == doubt.MOST
    assert made.sizes[made.scores == 0.5].max() < sides[doubt.MOST]


@pytest.mark.parametrize("plan", Plan)
def test_no_plan_reports_or_hides_what_is_no_person(plan: Plan) -> None:
    assert min(DEFAULT_CONFIDENCE, HIDING_CONFIDENCE[plan]) > doubt.DOUBTFUL * doubt.LEFT

    pixels = scene((640, 480), PERSON, ANIMAL)
    for detector, count in ((Judge(0.5), 0), (Judge(0.5, 3.0), 2), (Judge(0.8), 2)):
        found = find(pixels, detector, plan, confidence=0.2, nms_threshold=0.3, watch=Stopwatch())
        assert len(found.faces) == count


def test_a_low_confidence_that_is_asked_for_lists_it() -> None:
    pixels = scene((640, 480), PERSON)
    found = find(
        pixels, Judge(0.6), Plan.FAST, confidence=0.05, nms_threshold=0.3, watch=Stopwatch()
    )

    assert found.faces.scores.tolist() == pytest.approx([0.6 * doubt.LEFT])


def test_frames_of_a_film_are_searched_without_a_second_look() -> None:
    detector = Judge(0.5)
    pixels = scene((640, 480), PERSON)
    found = find(
        pixels,
        detector,
        Plan.FAST,
        confidence=0.2,
        nms_threshold=0.3,
        watch=Stopwatch(),
        doubting=False,
    )

    assert (len(found.faces), detector.judged) == (1, [])


SIDES = st.integers(1, 5000)
SHARE = st.floats(0, 1)


@given(SIDES, SIDES, SHARE, SHARE, SHARE, SHARE)
def test_a_look_stays_in_the_image_and_has_all_of_its_find(
    width: int, height: int, left: float, top: float, across: float, down: float
) -> None:
    x, y = left * (width - 0.5), top * (height - 0.5)
    right, bottom = across * (width - 0.5 - x), down * (height - 0.5 - y)
    box = np.array([x, y, x + 0.5 + right, y + 0.5 + bottom])

    part = doubt.around(box, width, height)

    assert 0 <= part.x <= x
    assert 0 <= part.y <= y
    assert box[2] <= part.x + part.width <= width
    assert box[3] <= part.y + part.height <= height
    longest = doubt.REACH * max(box[2] - box[0], box[3] - box[1]) + 2
    assert max(part.width, part.height) <= longest
