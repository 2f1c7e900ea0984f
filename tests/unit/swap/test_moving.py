"""Meshes through time, and who is who: what makes a swap in a moving picture steady and whole."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.errors import ImageTooLarge
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.mesh.mesh import Mesh
from expunge.imaging.faces.mesh.topology import EYES, INNER_LIPS, NOSE, POINTS
from expunge.imaging.faces.recognition import Limits
from expunge.imaging.moving import Frame
from expunge.imaging.swap import drawn as drawing
from expunge.imaging.swap.cast import Cast, Moment, Placed, cast
from expunge.imaging.swap.drawn import Drawn, drawn
from expunge.imaging.swap.steadying import REACH, STILL, held

SIZE = 200.0


def shape(seed: int = 1) -> np.ndarray:
    """A mesh of `SIZE` pixels around (0, 0) whose nose is between its eyes."""
    points = np.random.default_rng(seed).uniform(-1, 1, (POINTS, 3)) * (80, SIZE / 2, 20)
    points[0, :2], points[2, :2] = (0, -SIZE / 2), (0, SIZE / 2)
    points[EYES[0], :2], points[EYES[1], :2] = (-30, -20), (30, -20)
    points[NOSE, :2] = 0, 5
    return points.astype(np.float32)


SHAPE = shape()
LATER = np.arange(-REACH, REACH + 1)


@given(st.integers(0, 99), st.floats(0.0005, 0.003))
def test_points_that_only_tremble_are_held_still(seed: int, noise: float) -> None:
    rng = np.random.default_rng(seed)
    count = 2 * REACH + 9
    frames = SHAPE + rng.normal(0, noise * SIZE, (count, POINTS, 3)).astype(np.float32)
    frames += rng.normal(0, noise * SIZE, (count, 1, 3)).astype(np.float32)
    windows = [frames[start : start + len(LATER)] for start in range(count - 2 * REACH)]

    after = np.array([held(window, LATER) for window in windows])

    steps = [np.abs(np.diff(each, axis=0))[..., :2].mean() for each in (frames, after)]
    assert steps[1] < 0.65 * steps[0]


@given(st.floats(2 * STILL, 0.3), st.floats(0, 6.3))
def test_what_moves_further_than_the_limit_comes_neither_late_nor_smeared(
    step: float, way: float
) -> None:
    move = step * SIZE * np.array([np.cos(way), np.sin(way), 0], np.float32)
    frames = SHAPE + np.arange(-REACH, REACH + 1, dtype=np.float32)[:, None, None] * move

    assert np.abs(held(frames, LATER) - SHAPE).max() < 0.02 * step * SIZE
    started = np.stack([SHAPE] * REACH + [SHAPE + move] * (REACH + 1))
    assert np.abs(held(started, LATER) - (SHAPE + move)).max() < 0.1 * step * SIZE


def test_a_mouth_that_speaks_in_a_still_face_is_followed() -> None:
    opened = SHAPE.copy()
    opened[INNER_LIPS[:10], 1] += 0.05 * SIZE
    frames = np.stack([SHAPE] * REACH + [opened] + [SHAPE] * REACH)

    assert np.abs(held(frames, LATER) - opened).max() < 0.002 * SIZE


def moved(x: float) -> np.ndarray:
    """The mesh around a place of a frame."""
    return np.asarray(SHAPE + np.array([x, 150, 0], np.float32), np.float32)


def course(meshes: Drawn, sure: list[bool], *, skipped: frozenset[int] = frozenset()) -> None:
    """Add a face that moves to the right, whose mesh is far off where it is not sure."""
    for frame, good in enumerate(sure):
        if frame in skipped:
            continue
        x = 100 + 8 * frame
        box = np.array([x, 50, x + 200, 250], np.float32)
        place = moved(x + 100)
        mesh = Mesh(place if good else place * 3, 0.9 if good else 0.1)
        meshes.add(7, frame, box, mesh, 1.0)


def shown(meshes: Drawn, count: int) -> dict[int, np.ndarray]:
    return {frame: mesh.points for frame in range(count) for track, mesh, _ in meshes.at(frame)}


@given(st.lists(st.booleans(), min_size=1, max_size=24))
def test_no_frame_is_left_out_between_two_with_a_sure_mesh(sure: list[bool]) -> None:
    with Drawn() as meshes:
        course(meshes, sure)
        count = meshes.settle(7, -0.35, 0.35)
        found = shown(meshes, len(sure))

    good = np.flatnonzero(sure)
    expected = list(range(good[0], good[-1] + 1)) if len(good) else []
    assert list(found) == expected
    assert count == len(expected)
    for frame, points in found.items():
        assert np.abs(points - moved(200 + 8 * frame)).max() < 0.5


def test_frames_in_which_the_face_has_no_place_stay_as_they_are() -> None:
    with Drawn() as meshes:
        course(meshes, [True] * 9, skipped=frozenset((3, 4)))
        meshes.settle(7, -0.35, 0.35)
        assert sorted(shown(meshes, 9)) == [0, 1, 2, 5, 6, 7, 8]


def test_a_swap_begins_and_ends_with_a_face_turned_like_the_new_one() -> None:
    with Drawn() as meshes:
        for frame, turn in enumerate([30, 20, 0, 40, 0, 25, 30]):
            points = moved(200)
            points[NOSE, 0] += turn
            meshes.add(1, frame, np.array([100, 50, 300, 250], np.float32), Mesh(points, 0.9), 1.0)
        assert meshes.settle(1, -0.35, 0.35) == 4
        assert sorted(shown(meshes, 7)) == [1, 2, 3, 4]
        assert meshes.settle(1, 0.4, 0.55) == 7
        assert meshes.settle(1, 0.9, 1.0) == 0
        assert not shown(meshes, 7)


def test_meshes_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST", 5)
    with Drawn() as meshes, pytest.raises(ImageTooLarge, match="more than 5 faces"):
        course(meshes, [True] * 6)


class Finder:
    """A network that sees the face where a frame's first pixel says, unless it says 0."""

    def __init__(self) -> None:
        self.found: list[int] = []
        self.followed: list[int] = []

    def find(self, image: np.ndarray, box: np.ndarray, landmarks: np.ndarray) -> Mesh:
        assert landmarks.shape == (5, 2)
        self.found.append(int(image[0, 0, 1]))
        return self.seen(image)

    def follow(self, image: np.ndarray, previous: Mesh) -> Mesh:
        self.followed.append(int(image[0, 0, 1]))
        return self.seen(image)

    def seen(self, image: np.ndarray) -> Mesh:
        at = float(image[0, 0, 0])
        return Mesh(moved(at), 0.9 if at else 0.1)


def film(places: list[int]) -> Iterator[Frame]:
    for index, place in enumerate(places):
        pixels = np.zeros((8, 8, 3), np.uint8)
        pixels[0, 0, :2] = place, index
        yield Frame(index, index / 10, pixels)


def test_a_mesh_is_followed_and_looked_for_again_where_it_was_lost_or_went_astray() -> None:
    """In frame 2 there is none, and in frame 4 it is on somebody else."""
    places = [100, 104, 0, 112, 250, 120]
    seen = Cast(spans={3: (0, 5)})
    for frame in range(6):
        corner = np.float32(100 + 4 * frame) - 100
        points = [[corner, 50], [corner + 200, 250], *[[100, 100]] * 5]
        seen.frames.append(Placed(np.array([3], np.int32), np.array([points], np.float32)))
    finder = Finder()

    with drawn(film(places), seen, [3], finder) as meshes:
        assert meshes.settle(3, -0.35, 0.35) == 6
        found = shown(meshes, 6)

    assert finder.found == [0, 2, 3, 4, 5]
    assert finder.followed == [1, 2, 4]
    middles = [points[:, 0].mean() - SHAPE[:, 0].mean() for points in found.values()]
    assert middles == pytest.approx([100, 104, 108, 112, 116, 120], abs=1)


def textured(seed: int) -> np.ndarray:
    """A background of large spots."""
    spots = np.random.default_rng(seed).integers(0, 256, (6, 9, 3), np.uint8)
    return np.asarray(cv2.resize(spots, (320, 180), interpolation=cv2.INTER_CUBIC), np.uint8)


def walk(scenes: list[tuple[int, int, list[tuple[int, int]]]]) -> list[tuple[Frame, Faces]]:
    """Frames with the faces in them: (background, frames, people and where they stand)."""
    made = []
    for background, count, people in scenes:
        for step in range(count):
            pixels = textured(background)
            boxes = []
            for person, x in people:
                left = x + 2 * step
                pixels[60:120, left : left + 50] = 40 * person + 20
                pixels[60:120:7, left : left + 50 : 5] = 255
                boxes.append((left, 60, left + 50, 120))
            array = np.array(boxes, np.float32).reshape(-1, 4)
            points = np.array(
                [[(x + 12, 80), (x + 38, 80), (x + 25, 95), (x + 15, 108), (x + 35, 108)]
                 for x, *_ in boxes], np.float32,
            ).reshape(-1, 5, 2)  # fmt: skip
            faces = Faces(array, np.linspace(0.9, 0.8, len(array), dtype=np.float32), points)
            made.append((Frame(len(made), len(made) / 10, pixels), faces))
    return made


def looked(frames: list[tuple[Frame, Faces]], times: list[float], *, describing: bool) -> Cast:
    known = {id(frame.pixels): faces for frame, faces in frames}

    def describe(pixels: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        """The colour beside the eye tells the person."""
        x, y = landmarks[0].astype(int)
        made = np.zeros(128, np.float32)
        made[int(np.median(pixels[y - 12 : y + 12, x - 8 : x + 8])) // 40] = 1
        return made

    return cast(
        (frame for frame, _ in frames),
        lambda pixels: known[id(pixels)],
        times=times,
        number=lambda pixels: known[id(pixels)],
        describe=describe if describing else None,
    )


LIMITS = Limits(0.5, np.zeros(128, np.float32), 0.5)
SCENES = [(1, 14, [(0, 30), (1, 180)]), (2, 14, [(1, 40)]), (3, 14, [(1, 20), (0, 150)])]


@pytest.fixture(scope="module")
def frames() -> list[tuple[Frame, Faces]]:
    return walk(SCENES)


def test_a_person_is_followed_over_cuts_by_descriptors(frames: list[tuple[Frame, Faces]]) -> None:
    seen = looked(frames, [0.0], describing=True)
    tracks = seen.moments[0.0].tracks
    assert None not in tracks

    people = seen.people([track for track in tracks if track is not None], LIMITS)

    where = [[people.get(track) for track in placed.tracks.tolist()] for placed in seen.frames]
    assert sorted(where[5], key=str) == [0, 1]
    assert where[20] == [1]
    assert sorted(where[35], key=str) == [0, 1]


def test_without_descriptors_a_person_is_followed_within_a_shot(
    frames: list[tuple[Frame, Faces]],
) -> None:
    seen = looked(frames, [0.0], describing=False)
    track = seen.moments[0.0].tracks[0]
    assert track is not None

    assert list(seen.people([track], LIMITS)) == [track]
    assert seen.spans[track][1] == 13


@pytest.mark.parametrize(
    ("time", "count"), [(0.0, 2), (1.35, 2), (1.4, 1), (2.75, 1), (2.8, 2), (90.0, 2)]
)
def test_a_time_names_the_faces_of_the_frame_that_is_shown_then(
    frames: list[tuple[Frame, Faces]], time: float, count: int
) -> None:
    seen = looked(frames, [time], describing=False)

    assert len(seen.moments[time].faces) == count


def test_nobody_is_twice_in_a_frame_and_a_track_has_one_person() -> None:
    one, other = np.eye(128, dtype=np.float32)[:2]
    near = (one + 0.2 * other).astype(np.float32)
    seen = Cast(
        spans={0: (0, 9), 1: (0, 9), 2: (10, 19), 3: (12, 30), 4: (40, 50)},
        descriptors={0: [one], 1: [near], 2: [one], 3: [near], 4: [other]},
        moments={0.0: Moment(Faces.none(), ())},
    )

    assert seen.people([0], LIMITS) == {0: 0, 2: 0}
    assert seen.people([0, 1], LIMITS) == {0: 0, 1: 1, 2: 0, 3: 1}
    assert seen.people([4], LIMITS) == {4: 0}


def test_somebody_seen_beside_a_person_is_not_taken_for_them_later() -> None:
    one, other, third = np.eye(128, dtype=np.float32)[:3]
    beside = (one + 0.45 * other).astype(np.float32)
    again = (one + 0.4 * other).astype(np.float32)
    seen = Cast(
        spans={0: (0, 9), 1: (0, 9), 2: (20, 29), 3: (40, 49)},
        descriptors={0: [one], 1: [beside], 2: [again], 3: [(one + 0.1 * third)]},
    )

    assert seen.people([0], LIMITS) == {0: 0, 3: 0}


def test_a_person_who_is_followed_twice_at_a_time_is_found_later() -> None:
    one, other = np.eye(128, dtype=np.float32)[:2]
    twice = (one + 0.2 * other).astype(np.float32)
    seen = Cast(
        spans={0: (0, 9), 1: (8, 15), 2: (20, 29)},
        descriptors={0: [one], 1: [twice], 2: [twice]},
    )

    assert seen.people([0], LIMITS) == {0: 0, 2: 0}


def test_people_who_look_alike_to_the_network_must_be_nearer() -> None:
    one, other = np.eye(128, dtype=np.float32)[:2]
    near = (one + 0.45 * other).astype(np.float32)
    seen = Cast(spans={0: (0, 9), 1: (20, 29)}, descriptors={0: [one], 1: [near]})
    crowded = Limits(0.5, -0.2 * one, 0.5)

    assert seen.people([0], LIMITS) == {0: 0, 1: 0}
    assert seen.people([0], crowded) == {0: 0}
