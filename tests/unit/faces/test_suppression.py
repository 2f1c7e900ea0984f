"""Non-maximum suppression: one box per face."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.suppression import MAX_CANDIDATES, iou, suppressed
from tests.hangs import no_hang
from tests.unit.faces.making import faces


def test_of_two_boxes_of_one_face_the_more_confident_stays() -> None:
    kept = suppressed(faces([(0, 0, 100, 100), (5, 5, 105, 105)], [0.5, 0.8]), 0.4)

    assert kept.boxes.tolist() == [[5, 5, 105, 105]]


def test_neighbours_stay() -> None:
    assert len(suppressed(faces([(0, 0, 100, 100), (60, 0, 160, 100)]), 0.4)) == 2


def test_a_box_inside_a_more_confident_face_is_removed_and_one_around_it_stays() -> None:
    inner, outer = (40, 40, 60, 60), (0, 0, 100, 100)

    assert suppressed(faces([outer, inner], [0.9, 0.5]), 0.4).boxes.tolist() == [list(outer)]
    assert len(suppressed(faces([outer, inner], [0.5, 0.9]), 0.4)) == 2


def test_no_faces_stay_no_faces() -> None:
    assert len(suppressed(Faces.none(), 0.4)) == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(1, 40), st.integers(1, 40)),
        max_size=30,
    )
)
@settings(max_examples=60, deadline=None)
def test_kept_boxes_do_not_overlap_and_cover_the_removed_ones(
    places: list[tuple[int, int, int, int]],
) -> None:
    found = faces([(x, y, x + w, y + h) for x, y, w, h in places])
    kept = suppressed(found, 0.4)

    between = iou(kept.boxes, kept.boxes)
    assert (between[~np.eye(len(kept), dtype=bool)] <= 0.4 + 1e-6).all()
    assert kept.scores.tolist() == sorted(kept.scores.tolist(), reverse=True)
    assert suppressed(kept, 0.4).boxes.tolist() == kept.boxes.tolist()


def test_thousands_of_candidates_take_a_bounded_time() -> None:
    corners = np.random.default_rng(2).integers(0, 4000, (20_000, 2))
    crowd = faces(np.hstack((corners, corners + 12)), np.linspace(0.9, 0.2, 20_000))

    with no_hang():
        kept = suppressed(crowd, 0.4)

    assert len(kept) <= MAX_CANDIDATES


def test_overlap_is_intersection_over_union() -> None:
    one = np.array([(0, 0, 10, 10)], np.float32)
    others = np.array([(0, 0, 10, 10), (5, 0, 15, 10), (20, 20, 30, 30)], np.float32)

    assert iou(one, others)[0] == pytest.approx([1, 1 / 3, 0])
