"""Searching a plan's passes for faces and merging the results."""

from __future__ import annotations

import numpy as np
import pytest

from expunge.imaging.faces import looking
from expunge.imaging.faces.finding import Found, find
from expunge.imaging.faces.plans import Plan
from expunge.imaging.stopwatch import Stopwatch
from tests.unit.faces.making import FACE, Squares, scene


def look(
    pixels: np.ndarray, detector: Squares, plan: Plan = Plan.BALANCED, confidence: float = 0.3
) -> Found:
    return find(pixels, detector, plan, confidence=confidence, nms_threshold=0.3, watch=Stopwatch())


@pytest.mark.parametrize("plan", Plan)
def test_each_face_is_found_once_at_its_position(plan: Plan) -> None:
    found = look(scene((1500, 1100), (400, 300, 500, 420), (40, 900, 140, 1020)), Squares(), plan)

    boxes = found.faces.boxes[np.argsort(found.faces.boxes[:, 0])]
    assert boxes == pytest.approx(np.array([(40, 900, 140, 1020), (400, 300, 500, 420)]), abs=4)
    nose = found.faces.landmarks[np.argsort(found.faces.boxes[:, 0]), 2]
    assert nose == pytest.approx(np.array([(90, 972), (450, 372)]), abs=4)
    assert len(found.faces) < found.candidates


def test_every_input_has_sides_that_the_network_accepts() -> None:
    detector = Squares()
    look(scene((1333, 777)), detector, Plan.THOROUGH)

    assert all(side % 32 == 0 for shape in detector.shapes for side in shape[:2])


def test_a_face_found_at_one_of_several_scales_has_a_lower_confidence() -> None:
    pixels = scene((1280, 960), (300, 300, 400, 400))

    everywhere = look(pixels, Squares(0.8))
    fine_only = look(pixels, Squares(0.8, least=90), confidence=0.1)

    assert everywhere.faces.scores[0] == pytest.approx(0.8)
    assert fine_only.faces.scores[0] == pytest.approx(0.8 * 3 / 4)
    assert not len(look(pixels, Squares(0.35, least=90)).faces)


def test_a_scale_at_which_a_face_is_too_large_does_not_count_against_it() -> None:
    class Blind(Squares):
        def decode(self, *given: object) -> object:
            faces = super().decode(*given)  # type: ignore[arg-type]
            return faces.at(faces.sizes[:, 1] < 500)

    found = look(scene((1280, 960), (100, 10, 900, 950)), Blind(0.7))

    assert found.faces.scores.tolist() == pytest.approx([0.7])


def test_a_face_on_a_tile_s_edge_is_whole() -> None:
    at = [(x, y, x + 60, y + 60) for x in range(900, 2600, 310) for y in range(850, 2400, 305)]
    found = look(scene((3000, 2600), *at), Squares(), Plan.THOROUGH)

    assert len(found.faces) == len(at)
    assert found.faces.sizes == pytest.approx(60, abs=8)


def test_boxes_are_clipped_to_the_image() -> None:
    class Generous(Squares):
        def decode(self, *given: object) -> object:
            faces = super().decode(*given)  # type: ignore[arg-type]
            return type(faces)(faces.boxes + np.float32([-50, -50, 50, 50]), *_rest(faces))

    def _rest(faces: object) -> tuple[np.ndarray, np.ndarray]:
        return faces.scores, faces.landmarks  # type: ignore[attr-defined]

    found = look(scene((640, 480), (0, 0, 60, 60), (600, 400, 640, 480)), Generous(), Plan.FAST)

    assert len(found.faces) == 2
    assert found.faces.boxes.min() == 0
    assert found.faces.boxes[:, 2].max() == 640
    assert found.faces.boxes[:, 3].max() == 480


def test_candidates_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "MAX_A_PART", 5)
    many = [(x, y, x + 30, y + 30) for x in range(0, 1200, 60) for y in range(0, 900, 60)]

    assert look(scene((1280, 960), *many), Squares()).candidates <= 15


def test_stages_add_up_to_the_total() -> None:
    watch = Stopwatch()
    find(
        scene((640, 480), (100, 100, 200, 200)),
        Squares(),
        Plan.BALANCED,
        confidence=0.3,
        nms_threshold=0.3,
        watch=watch,
    )

    spent = watch.milliseconds()
    total = spent.pop("total")
    assert sum(spent.values()) == pytest.approx(total)
    assert set(spent) == {"preprocess", "blob", "inference", "postprocess", "nms"}


class UprightOnly(Squares):
    """Finds only upright faces: a dark row at the lower edge shows that the image is upright."""

    def infer(self, blob: np.ndarray, *, release: bool = False) -> list[np.ndarray]:
        (mask,) = super().infer(blob)
        return [mask if blob[-2:].mean() < 20 else np.zeros_like(mask)]


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("plan", [Plan.BALANCED, Plan.THOROUGH])
def test_an_image_on_its_side_is_turned(turns: int, plan: Plan) -> None:
    pixels = scene((1280, 960), (300, 200, 400, 340))
    pixels[-30:] = 0
    lying = np.ascontiguousarray(np.rot90(pixels, turns))
    expected = np.abs(lying.astype(int) - FACE).max(axis=2) < 70
    rows, columns = np.flatnonzero(expected.any(axis=1)), np.flatnonzero(expected.any(axis=0))

    found = look(lying, UprightOnly(), plan)

    assert len(found.faces) == 1
    edges = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
    assert found.faces.boxes[0] == pytest.approx(edges, abs=4)
    upright = look(pixels, UprightOnly(), plan).faces.landmarks[0, 2]
    if turns == 1:
        assert found.faces.landmarks[0, 2] == pytest.approx([upright[1], 1280 - upright[0]], abs=4)


def test_an_image_without_faces_is_turned_at_a_small_size_only() -> None:
    detector = Squares()
    look(scene((1280, 960)), detector)

    assert [max(shape) for shape in detector.shapes] == [1280, 384, 384, 384, 384]


def test_a_confident_upright_face_means_an_upright_image() -> None:
    pixels = scene((1280, 960), (300, 200, 400, 340))
    sure, unsure = Squares(0.9), Squares(0.6)
    look(pixels, sure)
    look(pixels, unsure)

    assert len(sure.shapes) == 2
    assert [max(shape) for shape in unsure.shapes] == [1280, 384, 384, 640, 640, 640, 640]


def test_a_confident_face_on_its_side_does_not() -> None:
    class Lying(Squares):
        def decode(self, *given: object) -> object:
            faces = super().decode(*given)  # type: ignore[arg-type]
            return type(faces)(faces.boxes, faces.scores, faces.landmarks[:, :, ::-1])

    detector = Lying(0.9)
    look(scene((1280, 960), (300, 200, 400, 340)), detector)

    assert len(detector.shapes) > 2
