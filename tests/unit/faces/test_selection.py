"""Selection of faces by size, number, index and box."""

from __future__ import annotations

from expunge.imaging.faces.selection import large_enough, named
from tests.unit.faces.making import faces

FOUND = faces([(0, 0, 50, 60), (100, 0, 110, 12), (200, 0, 240, 50)])


def test_the_most_confident_large_faces_keep_their_indices() -> None:
    assert large_enough(FOUND, 0, 0).tolist() == [0, 1, 2]
    assert large_enough(FOUND, 20, 0).tolist() == [0, 2]
    assert large_enough(FOUND, 20, 1).tolist() == [0]
    assert large_enough(FOUND, 0, 2).tolist() == [0, 1]


def test_a_face_is_selected_by_index_or_by_an_overlapping_box() -> None:
    assert named(FOUND, [2]) == ({2}, [])
    assert named(FOUND, [(195, 0, 245, 55)]) == ({2}, [])
    assert named(FOUND, [0, (98, 0, 111, 12)]) == ({0, 1}, [])


def test_an_index_without_a_face_is_ignored() -> None:
    assert named(FOUND, [7]) == (set(), [])


def test_a_box_without_a_face_is_returned() -> None:
    assert named(FOUND, [(500, 500, 600, 600)]) == (set(), [(500, 500, 600, 600)])
