"""Which faces count as recognised, on descriptors that a generator made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.recognition import (
    MARGIN,
    MOST,
    SMALLEST,
    TURNED,
    Limits,
    comparable,
    recognised,
    turns,
)

seeds = st.integers(0, 2**32 - 1)


def crowd(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Descriptors of faces and references, many of them near each other."""
    rng = np.random.default_rng(seed)
    people = rng.normal(0, 0.11, (4, 128))
    faces = people[rng.integers(0, 4, rng.integers(0, 9))]
    references = people[rng.integers(0, 4, rng.integers(1, 6))]
    return (
        (faces + rng.normal(0, 0.03, faces.shape)).astype(np.float32),
        (references + rng.normal(0, 0.02, references.shape)).astype(np.float32),
    )


SLOPE = np.random.default_rng(5).normal(0, 0.05, 128).astype(np.float32)
LIMITS = Limits(0.45, SLOPE, 0.55)


def apart(faces: np.ndarray, references: np.ndarray) -> np.ndarray:
    return np.linalg.norm(faces[:, None] - references[None], axis=2)


@given(seeds)
def test_a_recognised_face_is_within_both_limits_of_its_nearest_reference(seed: int) -> None:
    faces, references = crowd(seed)
    distances = apart(faces, references)
    for face, reference in recognised(faces, references, LIMITS).items():
        assert distances[face, reference] == distances[face].min()
        for side in (faces[face], references[reference]):
            assert distances[face, reference] < min(0.45 + side @ SLOPE, 0.55) + 1e-6


@given(seeds)
def test_no_face_is_recognised_beside_one_that_is_about_as_near(seed: int) -> None:
    faces, references = crowd(seed)
    distances = apart(faces, references)
    found = recognised(faces, references, LIMITS)

    assert len(set(found.values())) == len(found)
    for face, reference in found.items():
        others = np.delete(distances[:, reference], face)
        assert (others >= distances[face, reference] + MARGIN - 1e-6).all()


@given(seeds)
def test_the_order_of_faces_and_references_decides_nothing(seed: int) -> None:
    faces, references = crowd(seed)
    found = recognised(faces, references, LIMITS)
    turned = recognised(faces[::-1], references[::-1], LIMITS)

    last_face, last = len(faces) - 1, len(references) - 1
    assert found == {last_face - face: last - held for face, held in turned.items()}


@given(seeds)
def test_a_lower_limit_never_shows_more_faces(seed: int) -> None:
    faces, references = crowd(seed)
    strict = Limits(LIMITS.level - 0.1, SLOPE, LIMITS.most)

    assert recognised(faces, references, strict).items() <= (
        recognised(faces, references, LIMITS).items()
    )


@given(seeds)
def test_a_reference_to_somebody_else_changes_nothing(seed: int) -> None:
    faces, references = crowd(seed)
    both = np.concatenate((references, np.full((1, 128), 0.9, np.float32)))

    assert recognised(faces, both, LIMITS) == recognised(faces, references, LIMITS)


def test_a_face_alone_is_recognised_and_one_beside_its_twin_is_not() -> None:
    one = np.random.default_rng(1).normal(0, 0.11, (1, 128)).astype(np.float32)
    twin = one + np.float32(0.001)

    assert recognised(one, one, LIMITS) == {0: 0}
    assert recognised(np.concatenate((one, twin)), one, LIMITS) == {}
    assert recognised(np.zeros((0, 128), np.float32), one, LIMITS) == {}


def row(height: float, turn: float, angle: float = 0.0) -> Faces:
    """One face, with its nose off the middle of its eyes by ``turn`` eye distances."""
    points = np.array([(-1, 0), (1, 0), (2 * turn, 1), (-0.8, 2), (0.8, 2)]) * height / 4
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    box = np.array([[0, 0, height * 0.8, height]], np.float32)
    return Faces(box, np.ones(1, np.float32), (points @ turned.T)[None].astype(np.float32))


@given(st.floats(0, 0.8), st.floats(20, 500), st.floats(-3, 3))
def test_a_turn_is_measured_at_any_size_and_lean(turn: float, height: float, angle: float) -> None:
    assert turns(row(height, turn, angle).landmarks) == pytest.approx([turn], abs=1e-3)


@pytest.mark.parametrize(
    ("height", "turn", "fits"),
    [(SMALLEST, 0, True), (SMALLEST - 1, 0, False), (90, TURNED + 0.05, False), (90, 0.1, True)],
)
def test_small_and_turned_faces_are_not_compared(height: float, turn: float, fits: bool) -> None:
    assert comparable(row(height, turn), [0]) == ([0] if fits else [])


def test_the_largest_faces_are_compared_and_no_others() -> None:
    every = Faces.joined([row(SMALLEST + number, 0) for number in range(MOST + 20)])

    assert comparable(every, range(len(every))) == list(range(MOST + 19, 19, -1))
    assert comparable(every, [3, 8, 5]) == [8, 5, 3]
    assert comparable(every, []) == []
