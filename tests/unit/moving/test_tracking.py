"""Faces are followed between searches, over gaps, and never over a cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.faces.faces import Faces
from expunge.imaging.moving import tracking
from expunge.imaging.moving.followed import Followed
from expunge.imaging.moving.track import BRIEF, HOLD
from expunge.imaging.moving.tracking import AHEAD, OPENING, Tracker, follow
from tests.unit.moving.scenes import FACE, RATE, WIDTH, Scene, Shown, faces_at, overlap, scene

Given = list[tuple[Followed, ...]]


def followed(one: Scene, seen=lambda _: 0.9, every: int = 1, **more) -> Given:
    return [faces for _, faces in follow(one.frames, one.detector(seen), every=every, **more)]


def moving(count: int, step: float = 2.0) -> Scene:
    return scene([(20 + step * index, 30 + 0.5 * index) for index in range(count)])


@given(st.integers(0, 40), st.integers(1, 9), st.integers(1, 9), st.integers(1, 30))
def test_every_frame_is_given_out_once(count: int, every: int, nth: int, ahead: int) -> None:
    """Whatever the look ahead, also if a face is lost for longer."""
    still = np.zeros((8, 8, 3), np.uint8)
    calls = iter(range(1000))

    def detect(_: np.ndarray) -> Faces:
        return faces_at([(1, 1, 6, 6)] if next(calls) % nth == 0 else [])

    tracker = Tracker(detect, every=every, ahead=ahead)
    given_out = [done for index in range(count) for done in tracker.add(still, index / RATE)]
    assert len(given_out) == max(0, count - ahead)
    assert len(given_out) + len(tracker.finish()) == count


def test_frames_come_out_in_their_order() -> None:
    one = moving(40)
    given_out = [frame.index for frame, _ in follow(one.frames, one.detector(), every=3)]
    assert given_out == list(range(40))


@pytest.mark.parametrize("every", [1, 3, 8])
def test_a_face_keeps_its_place_and_track_between_searches(every: int) -> None:
    one = moving(40)
    found = followed(one, every=every)
    assert all(len(faces) == 1 and faces[0].track == 0 for faces in found)
    searched = {*range(OPENING), *range(0, 40, every), 39}
    assert [faces[0].seen for faces in found] == [index in searched for index in range(40)]
    for box, faces in zip(one.boxes, found, strict=True):
        assert overlap(box, faces[0].box) > 0.8


def test_landmarks_move_with_the_face() -> None:
    one = moving(13)
    found = followed(one, every=6)
    for box, faces in zip(one.boxes, found, strict=True):
        right = faces_at([box]).landmarks[0]
        assert np.abs(faces[0].landmarks - right).max() < 3


def test_a_gap_is_closed_from_both_sides() -> None:
    one = moving(40)
    found = followed(one, lambda index: 0.0 if 10 <= index < 28 else 0.9)
    assert {face.track for faces in found for face in faces} == {0}
    for box, faces in zip(one.boxes, found, strict=True):
        assert overlap(box, faces[0].box) > 0.7


def test_a_face_is_followed_behind_what_passes_before_it() -> None:
    """The cover moves against the face, so its own motion would lead away from it."""

    def cover(index: int) -> tuple[float, float, float, float]:
        return 130 - 8 * index, 10, 170 - 8 * index, 80

    one = scene([(40 + 1.5 * index, 30) for index in range(30)], covered=cover)
    hidden = [index for index in range(30) if overlap(cover(index), one.boxes[index]) > 0.02]
    found = followed(one, lambda index: 0.0 if index in hidden else 0.9)
    assert len(hidden) > 5
    assert {face.track for faces in found for face in faces} == {0}
    for index in hidden:
        assert overlap(one.boxes[index], found[index][0].box) > 0.5


def test_a_lost_face_is_held_for_a_while() -> None:
    one = moving(45, 1)
    found = followed(one, lambda index: 0.9 if index < 20 else 0.0)
    held = [index for index in range(20, 45) if found[index]]
    assert held == list(range(20, 20 + round(HOLD * RATE)))


def test_a_face_is_placed_before_it_is_found_first() -> None:
    one = moving(45, 1)
    found = followed(one, lambda index: 0.9 if index >= 25 else 0.0)
    before = [index for index in range(25) if found[index]]
    assert before == list(range(25 - round(HOLD * RATE), 25))
    assert all(overlap(one.boxes[index], found[index][0].box) > 0.6 for index in before)


@pytest.mark.parametrize("cut", [False, True])
def test_a_face_that_enters_just_before_the_end_is_seen(*, cut: bool) -> None:
    """Of a film, or of a shot."""
    one = scene([(60, 30)] * 30, ground=lambda index: int(cut and index >= 20))
    last = 19 if cut else 29
    found = followed(one, lambda index: 0.9 * (index == last), every=12)

    assert found[last]


def test_what_is_seen_once_is_held_briefly() -> None:
    found = followed(moving(40, 1), lambda index: 0.9 if index == 20 else 0.0)
    placed = [index for index, faces in enumerate(found) if faces]
    assert placed == [index for index in range(40) if abs(index - 20) <= BRIEF * RATE]


@pytest.mark.parametrize(
    ("score", "wanted"), [(lambda index: 0.15 * (index == 20), 0), (lambda _: 0.15, 1)]
)
def test_less_confident_sightings_are_a_face_only_if_they_last(score, wanted: int) -> None:
    found = followed(moving(40, 1), score, sure=0.2)
    assert {len(faces) for faces in found} == {wanted}


def test_a_less_confident_sighting_continues_a_track() -> None:
    found = followed(moving(40), lambda index: 0.9 if index < 5 else 0.1)
    assert all(len(faces) == 1 and faces[0].seen for faces in found)


@pytest.mark.parametrize("every", [1, 7])
def test_no_track_passes_a_cut(every: int) -> None:
    one = scene([(60, 30)] * 24, ground=lambda index: index // 10)
    found = followed(one, every=every)
    tracks = [tuple(face.track for face in faces) for faces in found]
    assert tracks == [(0,)] * 10 + [(1,)] * 10 + [(2,)] * 4
    assert all(found[index][0].seen for index in (0, 10, 20))  # searched at each cut


def test_cuts_may_be_ignored() -> None:
    one = scene([(60, 30)] * 20, ground=lambda index: index // 10)
    assert {face.track for faces in followed(one, cuts=False) for face in faces} == {0}


@pytest.mark.parametrize("change", ["dark", "pan"])
def test_light_and_a_fast_pan_are_no_cuts(change: str) -> None:
    wide = np.concatenate([scene([None]).frames[0].pixels] * 3, axis=1)
    frames = []
    for index in range(12):
        start = 9 * index if change == "pan" else 0
        pixels = wide[:, start : start + WIDTH]
        light = 0.15 if change == "dark" and index % 4 == 2 else 1.0
        frames.append(Shown(index, index / RATE, (pixels * light).astype(np.uint8)))
    searched: list[int] = []

    def detect(pixels: np.ndarray) -> Faces:
        searched.append(next(f.index for f in frames if f.pixels is pixels))
        return Faces.none()

    list(follow(frames, detect, every=50))
    assert searched == [*range(OPENING), len(frames) - 1]


def test_a_face_that_leaves_is_followed_to_the_edge_and_given_up() -> None:
    one = scene([(110 + 4 * index, 30) for index in range(30)])
    found = followed(one, lambda index: 0.9 if 110 + 4 * index < WIDTH - FACE else 0.0)
    last = max(index for index, faces in enumerate(found) if faces)
    assert found[last][0].box[2] > WIDTH
    assert last < 20
    partly = [index for index in range(last) if one.boxes[index][0] < WIDTH - 4]
    assert all(found[index] for index in partly)


@pytest.mark.parametrize("shots", [1, 2])
def test_a_face_that_is_missed_at_the_start_of_a_shot_is_covered_before_it_leaves(
    shots: int,
) -> None:
    """It is found in the second frame alone, between two of the usual searches."""
    start = 12 * (shots - 1)
    spots = [None] * start + [(WIDTH - 20 + 8 * n, 30) if n < 3 else None for n in range(12)]
    one = scene(spots, ground=lambda index: index // 12)
    found = followed(one, lambda index: 0.9 if index == start + 1 else 0.0, every=6)
    assert all(found[start + n] for n in range(3))


def test_two_faces_keep_their_tracks_as_they_pass() -> None:
    boxes = [
        [(10 + 3 * n, 20, 30 + 3 * n, 40), (130 - 3 * n, 50, 150 - 3 * n, 70)] for n in range(40)
    ]
    blank = [np.full((96, 160, 3), n, np.uint8) for n in range(40)]
    frames = [Shown(n, n / RATE, blank[n]) for n in range(40)]
    found = follow(frames, lambda pixels: faces_at(boxes[int(pixels[0, 0, 0])]), every=1)
    for faces, both in zip((faces for _, faces in found), boxes, strict=True):
        assert [tuple(face.box) for face in faces] == both


@pytest.mark.parametrize(("every", "limit"), [(1, 1 << 40), (3, 1), (5, 1)])
def test_the_frames_that_are_held_are_bounded(
    monkeypatch: pytest.MonkeyPatch, every: int, limit: int
) -> None:
    monkeypatch.setattr(tracking, "AHEAD_BYTES", limit)
    taken = 0
    still = np.zeros((8, 8, 3), np.uint8)

    def frames():
        nonlocal taken
        for index in range(100):
            taken += 1
            yield Shown(index, index / RATE, still)

    bound = AHEAD if limit > 1 else 2 * every
    for given_out, _ in enumerate(follow(frames(), lambda _: Faces.none(), every=every), start=1):
        assert taken - given_out <= bound


def test_a_search_is_due_after_a_while_in_slow_pictures() -> None:
    still = np.zeros((8, 8, 3), np.uint8)
    frames = [Shown(index, 1.0 * index, still) for index in range(5)]
    searched = []
    list(follow(frames, lambda _: searched.append(1) or Faces.none(), every=100))
    assert len(searched) == 5
