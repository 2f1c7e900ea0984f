"""The picture of a face says how it moved, to a part of a pixel, or that it cannot be told."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.faces.mesh.mesh import Mesh
from expunge.imaging.swap.drawn import Drawn
from expunge.imaging.swap.film_motion import Similarity, motion, to_one
from tests.unit.swap.drawing import face

SIZE = (320, 300)


def moved(pixels: np.ndarray, made: Similarity) -> np.ndarray:
    turn, shift = made.turn, made.shift
    matrix = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
    return cv2.warpAffine(pixels, matrix, pixels.shape[1::-1], flags=cv2.INTER_CUBIC)


def placed(points: np.ndarray, made: Similarity) -> np.ndarray:
    plane = made.turn * (points[:, 0] + 1j * points[:, 1]) + made.shift
    return np.stack((plane.real, plane.imag, points[:, 2]), axis=1).astype(np.float32)


@given(
    height=st.integers(60, 280),
    scale=st.floats(0.93, 1.07),
    turn=st.floats(-0.08, 0.08),
    x=st.floats(-30, 30),
    y=st.floats(-30, 30),
    error=st.floats(-2, 2),
)
def test_a_motion_is_measured_whatever_the_meshes_err(height, scale, turn, x, y, error):
    one = face(SIZE, height)
    middle = one.mesh.points[:, 0].mean() + 1j * one.mesh.points[:, 1].mean()
    about = scale * np.exp(1j * turn)
    true = Similarity(complex(about), complex(middle * (1 - about) + x + 1j * y))
    there = placed(one.mesh.points, true) + np.float32((error, -error, 0))

    found = motion(one.pixels, moved(one.pixels, true), one.mesh.points, there)

    assert found is not None
    apart = np.abs(placed(one.mesh.points, found) - placed(one.mesh.points, true))
    assert apart[:, :2].max() < 0.4 + 0.003 * height


def test_a_motion_and_its_inverse_cancel():
    one = Similarity(1.1 + 0.2j, 30 - 7j)
    same = one.then(one.inverse())

    assert same.turn == pytest.approx(1)
    assert same.shift == pytest.approx(0)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=13), st.data())
def test_frames_are_reached_up_to_one_whose_motion_is_not_known(ways, data):
    at = data.draw(st.integers(0, len(ways) - 1))
    lost = data.draw(st.sets(st.integers(1, 12)))
    steps = [None] + [Similarity(1, later - way) for way, later in pairwise(ways)]

    found = to_one([None if n in lost else step for n, step in enumerate(steps)], at)

    first = max((n for n in lost if n <= at), default=0)
    end = min((n for n in lost if at < n < len(ways)), default=len(ways))
    assert {n: one.shift for n, one in found.items()} == {
        n: ways[at] - ways[n] for n in range(first, end)
    }


@pytest.mark.parametrize("other", ["another picture", "blank", "out of the frame"])
def test_what_cannot_be_told_is_not_guessed(other):
    one = face(SIZE, 140)
    later = one.mesh.points.copy()
    after = np.zeros_like(one.pixels)
    if other == "another picture":
        after = np.random.default_rng(1).integers(0, 255, after.shape, np.uint8)
    if other == "out of the frame":
        later += np.float32((SIZE[0], 0, 0))

    assert motion(one.pixels, after, one.mesh.points, later) is None


@pytest.mark.parametrize("known", [True, False])
def test_a_face_under_a_camera_that_shakes_stays_where_the_picture_has_it(known):
    one, rng = face(SIZE, 140), np.random.default_rng(4)
    ways = np.cumsum(rng.normal(0, 6, 24) + 1j * rng.normal(0, 6, 24))
    noise = rng.normal(0, 0.5, (24, 2))
    steps = [None, *(Similarity(1, complex(step)) for step in np.diff(ways))]
    with Drawn() as meshes:
        for frame, (way, wrong) in enumerate(zip(ways, noise, strict=True)):
            seen = placed(one.mesh.points, Similarity(1, complex(way)))
            seen[:, :2] += wrong
            box = np.concatenate((seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)))
            meshes.add(1, frame, box, Mesh(seen, 0.9), 1.0, steps[frame] if known else None)
        meshes.settle(1, -0.35, 0.35)
        found = [mesh.points for frame in range(24) for _, mesh, _ in meshes.at(frame)]

    apart = [
        (points - placed(one.mesh.points, Similarity(1, complex(way))))[:, :2].mean(axis=0)
        for points, way in zip(found, ways, strict=True)
    ]
    left = np.linalg.norm(apart, axis=1).mean() / np.linalg.norm(noise, axis=1).mean()
    assert (left < 0.55) == known
