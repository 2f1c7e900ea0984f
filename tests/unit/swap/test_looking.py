"""What makes a swap hard is seen in a face, and a light from one side is no beard."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.swap.looking import BRIDGE, CHEEKS, Look
from expunge.imaging.swap.swapping import FOLLOWS, Last
from expunge.imaging.swap.warp import warp
from tests.unit.swap.drawing import Drawn, face, mean_face, points

LEFT_JAW, RIGHT_JAW = (58, 172, 136, 150), (288, 397, 365, 379)
LEFT_OF_OVAL = (127, 234, 93, 132, 58)


def bearded(one: Drawn, *jaws: tuple[int, ...]) -> Drawn:
    for jaw in jaws:
        ring = one.mesh.points[list(jaw), :2]
        inner = ring + 0.55 * (one.mesh.points[164, :2] - ring)
        area = np.concatenate((ring, inner[::-1])).astype(np.int32)
        cv2.fillPoly(one.pixels, [area], (50, 35, 25))
    return one


@pytest.mark.parametrize(
    ("jaws", "beard"),
    [((), False), ((LEFT_JAW,), False), ((RIGHT_JAW,), False), ((LEFT_JAW, RIGHT_JAW), True)],
)
@pytest.mark.parametrize("turn", [0, 0.5])
def test_a_beard_is_on_both_sides(jaws: tuple[tuple[int, ...]], beard: bool, turn: float) -> None:
    one = bearded(face(turn=turn), *jaws)

    assert Look.at(one.pixels, one.mesh.points).beard == beard


def test_a_thin_rim_across_the_nose_says_glasses() -> None:
    one = face()
    assert not Look.at(one.pixels, one.mesh.points).glasses

    x, y = np.rint(one.mesh.points[BRIDGE[1], :2]).astype(int).tolist()
    cv2.line(one.pixels, (x - 14, y), (x + 14, y), (30, 30, 30), 2)

    assert one.mesh.points[list(CHEEKS), 1].min() > y + 4
    assert Look.at(one.pixels, one.mesh.points).glasses


def test_the_side_of_a_face_is_stretched_where_the_source_has_too_little_of_it() -> None:
    source = points(120, (40, 20))
    wide = source.copy()
    wide[list(LEFT_OF_OVAL), 0] -= 36

    field, same = (warp(one, source, (160, 200)).stretched for one in (wide, source))

    assert not same.any()
    middle = int(np.ptp(mean_face()[:, 0]) / 2 * 120 + 40)
    assert field[:, :middle].any()
    assert not field[:, middle:].any()


@given(st.lists(st.booleans(), min_size=2, max_size=12))
def test_a_cover_that_flips_changes_by_little(covered: list[bool]) -> None:
    last, shown = Last(), []
    for frame, is_covered in enumerate(covered):
        shape = (20 + frame % 3, 30 + frame % 3)
        shown.append(float(last.steadied(np.full(shape, is_covered, np.float32)).mean()))

    assert np.abs(np.diff(shown)).max() <= FOLLOWS + 1e-6
    assert shown[0] == covered[0]
    assert all(min(covered) <= one <= max(covered) for one in shown)


def test_a_cover_of_another_form_is_no_measure() -> None:
    last = Last()
    last.steadied(np.zeros((20, 30), np.float32))

    assert last.steadied(np.ones((30, 20), np.float32)).min() == 1
