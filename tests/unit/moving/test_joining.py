"""What was searched in ranges and joined is what one search of the whole film finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ImageTooLarge
from expunge.imaging.faces.faces import Faces
from expunge.imaging.moving import joining
from expunge.imaging.moving.joining import OVERLAP, as_arrays, joined, overlap
from expunge.imaging.moving.ranges import Range
from expunge.imaging.moving.survey import AHEAD, Survey, looked, surveyed
from tests.unit.moving.scenes import FACE, RATE, Shown, faces_at, textured

GROUNDS = [textured(seed) for seed in (1, 2, 3)]
PATCH = textured(7, FACE, FACE)
WITHIN = round(OVERLAP * RATE)


@dataclass(frozen=True)
class Film:
    """Frames, and what a detector says of each; a frame is known by its first pixel."""

    frames: tuple[Shown, ...]
    faces: tuple[Faces, ...]

    def detect(self, pixels: np.ndarray) -> Faces:
        return self.faces[int(pixels[0, 0, 0]) * 256 + int(pixels[0, 0, 1])]


def film(count: int, seed: int) -> Film:
    """Up to three faces that walk about, come, go and are covered; with cuts."""
    random = np.random.default_rng(seed)
    cuts = set(random.integers(1, count, 2).tolist())
    walks = [_walk(random, count) for _ in range(3)]
    weak = random.random(3) < 0.3
    gone = [set(_gaps(random, count)) for _ in range(3)]
    frames, faces, shot, time = [], [], 0, 0.0
    for index in range(count):
        shot += index in cuts
        pixels = GROUNDS[shot % len(GROUNDS)].copy()
        boxes, scores = [], []
        for number, walk in enumerate(walks):
            x, y = walk[index]
            pixels[y : y + FACE, x : x + FACE] = PATCH
            if index not in gone[number]:
                boxes.append((float(x), float(y), float(x + FACE), float(y + FACE)))
                scores.append(0.15 if weak[number] and index % 40 else 0.9)
        pixels[0, 0] = (index >> 8, index & 255, 0)
        frames.append(Shown(index, time, pixels))
        found = faces_at(boxes)
        faces.append(Faces(found.boxes, np.array(scores, np.float32), found.landmarks))
        time += 1 / RATE if index % 9 else 3 / RATE
    return Film(tuple(frames), tuple(faces))


def _walk(random: np.random.Generator, count: int) -> np.ndarray:
    steps = random.normal(0, 1.2, (count, 2)).cumsum(axis=0) + random.uniform(10, 60, 2)
    return np.abs(steps).astype(int) % (60, 60) + (4, 4)


def _gaps(random: np.random.Generator, count: int) -> list[int]:
    starts = random.integers(0, count, 3)
    return [index for start in starts for index in range(start, start + random.integers(3, 30))]


def searches(one: Film) -> dict[str, tuple[Callable[[np.ndarray], Faces], float]]:
    return {"faces": (one.detect, 0.3)}


def whole(one: Film, every: int) -> Survey:
    return surveyed(looked(one.frames, searches(one), every=every), {"faces": 0.3})


def in_ranges(one: Film, every: int, edges: list[int]) -> Survey:
    """Each range is searched on its own, from and to arrays."""
    parts = []
    for first, last in pairwise(edges):
        start = overlap(first, max(0, first - WITHIN), every)
        end = min(last + AHEAD, len(one.frames))
        found = looked(
            one.frames[start:end], searches(one), every=every, ends=end == len(one.frames)
        )
        glances = [glance for glance in found if glance.index < last]
        parts.append((Range(first, last), as_arrays(glances, ["faces"])))
    return surveyed(joined(parts, ["faces"]), {"faces": 0.3})


@settings(max_examples=3)  # each follows faces through a film three times
@given(
    st.integers(0, 10_000), st.sampled_from([1, 3, 7]), st.lists(st.integers(1, 129), max_size=1)
)
def test_ranges_are_joined_to_the_whole(seed: int, every: int, inner: list[int]) -> None:
    one = film(130, seed)
    expected, found = whole(one, every), in_ranges(one, every, sorted({0, *inner, 130}))

    assert found.searched == expected.searched
    assert [each.shot for each in found.frames] == [each.shot for each in expected.frames]
    for made, right in zip(found.frames, expected.frames, strict=True):
        assert made.tracks.tolist() == right.tracks.tolist()
        assert (made.points == right.points).all()
    for track, right_track in zip(found.tracks, expected.tracks, strict=True):
        assert _facts(track) == _facts(right_track)


def _facts(track):
    moments = [index for index, _ in track.moments]
    return track.first, track.last, track.frames, track.detected, track.best_time, moments


def test_a_range_is_searched_from_where_all_searches_begin() -> None:
    for first in range(1, 200):
        for every in (1, 3, 60):
            start = overlap(first, max(0, first - WITHIN), every)
            assert start % every == 0
            assert start < first


def test_places_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_PLACES", 5)
    with pytest.raises(ImageTooLarge, match="places of faces"):
        as_arrays(looked(film(60, 1).frames, searches(film(60, 1)), every=1), ["faces"])
