"""The mesh of a face: its topology, the square that is looked at, and the published network."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge import models
from expunge.errors import Unavailable
from expunge.imaging.faces.choices import FACE_MESH
from expunge.imaging.faces.mesh import topology
from expunge.imaging.faces.mesh.mesh import MeshFinder, loaded
from expunge.imaging.faces.mesh.square import Square
from expunge.imaging.networks.tflite.converting import converted
from expunge.imaging.networks.tflite.model import parsed
from tests.unit.faces.tflite_files import in_numpy


def entry(name: str) -> models.Model:
    return next(model for model in models.catalogue() if model.name == name)


def pulled(name: str) -> bytes:
    model = entry(name)
    if model.state() is not models.State.INSTALLED:
        pytest.skip(f"the model is not pulled: expunge models pull {name}")
    return model.path().read_bytes()


@pytest.fixture(scope="module")
def finder() -> MeshFinder:
    pulled(FACE_MESH)
    return loaded(entry(FACE_MESH).path())


def test_the_surface_has_holes_for_the_eyes_and_the_mouth_alone() -> None:
    """An edge of one triangle only is at the rim, an eye or the mouth."""
    edges = Counter(
        tuple(sorted(edge))
        for a, b, c in topology.TRIANGLES.tolist()
        for edge in ((a, b), (b, c), (a, c))
    )
    rims = [topology.OVAL, topology.INNER_LIPS, *topology.EYES]
    expected = {
        tuple(sorted((a, b)))
        for ring in (rim.tolist() for rim in rims)
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
    }

    assert {edge for edge, count in edges.items() if count == 1} == expected
    assert max(edges.values()) == 2
    assert set(topology.TRIANGLES.ravel().tolist()) == set(range(topology.SURFACE))


def test_rings_name_each_point_once_and_refined_points_are_of_the_surface() -> None:
    rings = [topology.OVAL, topology.OUTER_LIPS, topology.INNER_LIPS, *topology.EYES]
    rings += [*topology.BROWS, topology.REFINED_LIPS, *topology.REFINED_EYES]
    for ring in rings:
        assert len(set(ring.tolist())) == len(ring)
        assert 0 <= ring.min() <= ring.max() < topology.SURFACE
    assert set(topology.OUTER_LIPS) | set(topology.INNER_LIPS) <= set(topology.REFINED_LIPS)
    for eye, refined in zip(topology.EYES, topology.REFINED_EYES, strict=True):
        assert set(eye) <= set(refined)


@given(st.floats(20, 3000), st.floats(-3.1, 3.1), st.floats(-50, 250), st.floats(-50, 150))
def test_a_square_shows_the_image_where_it_says(
    side: float, angle: float, x: float, y: float
) -> None:
    """Red grows with x and green with y, so each pixel of a cut tells where it is from."""
    height, width = 160, 240
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = np.arange(width)
    image[..., 1] = np.arange(height)[:, None]
    square = Square((x, y), side, angle)

    shown = square.cut(image, 32)

    cells = np.stack(np.meshgrid(np.arange(32) + 0.5, np.arange(32) + 0.5), axis=-1)
    places = square.to_image(cells.reshape(-1, 2), 32)
    reach = side / 32 + 1
    inside = ((places > reach) & (places < np.array([width, height]) - reach)).all(axis=1)
    told = shown.reshape(-1, 3)[:, :2] + 0.5
    assert np.abs(told - places)[inside].max(initial=0) < 1.5


def turned_face() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    points = rng.uniform(-40, 40, (topology.POINTS, 3)).astype(np.float32)
    points[topology.EYES[0, 0]], points[topology.EYES[1, 0]] = (-20, 0, 0), (20, 0, 0)
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    points[:, :2] = points[:, :2] @ turn.T + (300, 200)
    return points, turn


def test_the_square_of_a_mesh_is_level_with_the_eyes_and_around_the_surface() -> None:
    points, turn = turned_face()
    square = Square.of(points)

    level = (points[: topology.SURFACE, :2] - square.centre) @ turn
    assert square.angle == pytest.approx(np.arctan2(0.6, 0.8), abs=1e-5)
    assert np.abs(level).max() * 3 == pytest.approx(square.side, rel=1e-4)


def test_the_catalogues_network_is_what_the_wheels_file_gives() -> None:
    made = converted(pulled("face-mesh-tflite")).serialised()

    assert models.entries.is_whole(entry(FACE_MESH), made)


def test_another_network_is_no_face_mesh(tmp_path: Path) -> None:
    (tmp_path / "other.onnx").write_bytes(b"nonsense")

    with pytest.raises(Unavailable, match="face mesh cannot be used"):
        loaded(tmp_path / "other.onnx")


def face(side: int = 300) -> np.ndarray:
    """A drawn face that the network takes for one: light skin, brows, eyes, nose and mouth."""
    image = np.full((side, side, 3), (90, 110, 130), np.uint8)
    unit = side / 300

    def at(*values: float) -> tuple[int, ...]:
        return tuple(round(value * unit) for value in values)

    cv2.ellipse(image, at(150, 155), at(80, 105), 0, 0, 360, (225, 180, 150), -1, cv2.LINE_AA)
    cv2.ellipse(image, at(150, 85), at(85, 55), 0, 180, 360, (60, 40, 30), -1, cv2.LINE_AA)
    for x in (118, 182):
        cv2.ellipse(image, at(x, 118), at(20, 5), 0, 180, 360, (70, 45, 35), -1, cv2.LINE_AA)
        cv2.ellipse(image, at(x, 138), at(16, 8), 0, 0, 360, (245, 245, 240), -1, cv2.LINE_AA)
        cv2.circle(image, at(x, 138), round(7 * unit), (60, 80, 60), -1, cv2.LINE_AA)
        cv2.circle(image, at(x, 138), round(3 * unit), (10, 10, 10), -1, cv2.LINE_AA)
    cv2.ellipse(image, at(150, 178), at(17, 12), 0, 20, 160, (170, 120, 100), 2, cv2.LINE_AA)
    cv2.ellipse(image, at(150, 212), at(32, 9), 0, 0, 360, (180, 70, 80), -1, cv2.LINE_AA)
    cv2.line(image, at(120, 212), at(180, 212), (110, 40, 50), 2, cv2.LINE_AA)
    return cv2.GaussianBlur(image, (0, 0), 1.2 * unit)


BOX = np.array([70, 50, 230, 260], np.float32)
FIVE = np.array([(118, 138), (182, 138), (150, 180), (120, 212), (180, 212)], np.float32)


def test_a_face_is_found_turned_and_enlarged_alike(finder: MeshFinder) -> None:
    image = face()
    mesh = finder.find(image, BOX, FIVE)
    assert mesh.points.shape == (topology.POINTS, 3)
    assert mesh.confidence > 0.5
    assert np.abs(topology.landmarks(mesh.points) - FIVE).max() < 14

    turned = np.rot90(image, -1)  # clockwise: (x, y) becomes (300 - y, x)

    def moved(points: np.ndarray) -> np.ndarray:
        return np.stack((300 - points[:, 1], points[:, 0]), axis=1)

    ends = moved(BOX.reshape(2, 2))
    box = np.concatenate((ends.min(axis=0), ends.max(axis=0)))
    other = finder.find(np.ascontiguousarray(turned), box, moved(FIVE))
    assert np.abs(other.points[:, :2] - moved(mesh.points[:, :2])).max() < 2

    large = finder.find(face(1200), BOX * 4, FIVE * 4)
    assert np.abs(large.points / 4 - mesh.points).mean() < 1


def test_no_face_has_no_confidence(finder: MeshFinder) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (300, 300, 3), np.uint8)

    assert finder.find(noise, BOX, FIVE).confidence < 0.5


def test_a_followed_face_moves_with_the_image(finder: MeshFinder) -> None:
    image = face()
    mesh = finder.find(image, BOX, FIVE)
    shifted = np.roll(image, (6, 9), axis=(0, 1))

    followed = finder.follow(shifted, mesh)

    moved = (followed.points - mesh.points)[:, :2].mean(axis=0)
    assert np.abs(moved - (9, 6)).max() < 2


def test_the_published_network_computes_what_its_operations_define(finder: MeshFinder) -> None:
    """The whole network; MediaPipe's own runtime gave the same points on 62 faces."""
    image = Square.around(BOX, FIVE).cut(face(), 192)
    value = image[None].astype(np.float64) / 255
    network = parsed(pulled("face-mesh-tflite"))
    names = [network.tensors[number].name for number in network.outputs]

    expected = dict(zip(names, in_numpy(network, value), strict=True))

    made = finder._network.run(value.astype(np.float32))
    for name, one in zip(finder._network.outputs, made, strict=True):
        assert np.abs(one - expected[name]).max() < 2e-3, name
