"""A closer look around small faces, and stretched levels of dark and flat images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.faces import levels
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.finding import Found, find
from expunge.imaging.faces.plans import MAX_TILES, Plan, closer, passes
from expunge.imaging.stopwatch import Stopwatch
from tests.unit.faces.making import FACE, Squares, scene


class Nearsighted(Squares):
    """Is unsure of faces below 20 pixels of its input, and sees none below 8."""

    def decode(self, *given: object) -> Faces:
        faces = super().decode(*given)  # type: ignore[arg-type]
        heights = faces.sizes[:, 1]
        scores = np.where(heights < 20, 0.25, faces.scores).astype(np.float32)
        return Faces(faces.boxes, scores, faces.landmarks).at(heights >= 8)


def look(pixels: np.ndarray, plan: Plan, detector: Squares | None = None) -> Found:
    used = detector or Nearsighted()
    return find(pixels, used, plan, confidence=0.3, nms_threshold=0.3, watch=Stopwatch())


@pytest.mark.parametrize("plan", [Plan.BALANCED, Plan.THOROUGH])
def test_a_small_face_is_looked_at_more_closely(plan: Plan) -> None:
    pixels = scene((1024, 700), (400, 300, 412, 314), (900, 20, 912, 34))

    found = look(pixels, plan)

    assert len(found.faces) == 2
    assert found.faces.scores.min() > 0.5


def test_only_tiles_with_small_faces_are_looked_at() -> None:
    found = look(scene((1024, 700), (30, 30, 42, 44)), Plan.BALANCED)

    nearer = found.passes[-1]
    assert nearer.tiled
    assert len(nearer.parts) == 1
    assert (nearer.parts[0].x, nearer.parts[0].y) == (0, 0)


def test_a_closer_look_goes_no_further_than_around_its_faces() -> None:
    found = look(scene((1024, 700), (180, 200, 192, 214), (220, 210, 232, 224)), Plan.BALANCED)

    (part,) = found.passes[-1].parts
    assert 0 < part.x < 100
    assert 300 < part.x + part.width < 360
    assert 0 < part.y < 110


def test_a_glance_settles_a_small_image_if_it_is_sure() -> None:
    large, small = (100, 60, 220, 210), (400, 300, 425, 330)

    assert len(look(scene((500, 375), large), Plan.BALANCED, Squares(0.9)).passes) == 1
    assert len(look(scene((500, 375), large, small), Plan.BALANCED, Squares(0.9)).passes) == 2
    assert len(look(scene((500, 375), large), Plan.BALANCED, Squares(0.6)).passes) > 1
    assert len(look(scene((1000, 750), large), Plan.BALANCED, Squares(0.9)).passes) == 2


def test_large_faces_and_the_plan_fast_ask_for_no_closer_look() -> None:
    large = scene((1024, 700), (30, 30, 90, 100))
    small = scene((1024, 700), (30, 30, 42, 44))

    assert len(look(large, Plan.BALANCED).passes) == 2
    assert len(look(small, Plan.FAST).passes) == 2


def test_a_face_outside_the_tiles_keeps_its_confidence() -> None:
    pixels = scene((1024, 700), (30, 30, 42, 44), (900, 600, 950, 670))

    found = look(pixels, Plan.BALANCED)

    large = found.faces.boxes[:, 0].argmax()
    assert found.faces.scores[large] == pytest.approx(0.9)


@given(st.integers(40, 6000), st.integers(40, 6000), st.integers(0, 400), st.sampled_from(Plan))
@settings(max_examples=30, deadline=None)
def test_a_closer_look_has_a_bounded_cost_and_covers_its_faces(
    width: int, height: int, count: int, plan: Plan
) -> None:
    corners = np.random.default_rng(count).uniform(0, 1, (count, 2)) * (width - 8, height - 8)
    small = np.concatenate((corners, corners + 8), axis=1).tolist()
    finest = passes(plan, width, height)[-1].scale

    nearer = closer(plan, width, height, finest, small)

    if nearer is None:
        return
    assert plan is not Plan.FAST
    assert nearer.scale > finest
    assert 1 <= len(nearer.parts) <= MAX_TILES
    centres = corners + 4
    for part in nearer.parts:
        assert part.x >= 0
        assert part.y >= 0
        assert part.x + part.width <= width
        assert part.y + part.height <= height
        inside = (centres >= (part.x, part.y)) & (
            centres < (part.x + part.width, part.y + part.height)
        )
        assert inside.all(axis=1).any()


@pytest.mark.parametrize("share", [0.06, 0.15])
def test_a_dark_image_gets_its_whole_range(share: float) -> None:
    pixels = (scene((300, 200), (100, 60, 160, 130)) * share).astype(np.uint8)

    stretched = levels.applied(levels.table(pixels), pixels)

    assert stretched.min() == 0
    assert stretched.max() == 255


def test_an_ordinary_image_stays() -> None:
    pixels = scene((300, 200), (100, 60, 160, 130))
    pixels[:20], pixels[-20:] = 0, 255

    assert levels.table(pixels) is None


def test_a_black_image_does_not_become_noise() -> None:
    pixels = np.random.default_rng(1).integers(0, 3, (80, 80, 3), np.uint8)

    stretched = levels.applied(levels.table(pixels), pixels)

    assert stretched.max() <= 2 * levels.STEEPEST + levels.STEEPEST // 2


def test_faces_of_a_dark_image_are_found() -> None:
    class Bright(Squares):
        def infer(self, blob: np.ndarray, *, release: bool = False) -> list[np.ndarray]:
            return [(blob.max(axis=2) > 200).astype(np.uint8)]

    pixels = np.zeros((480, 640, 3), np.uint8)
    pixels[:, :320] = 4
    pixels[100:180, 400:460] = np.array(FACE, np.uint8) // 12

    assert len(look(pixels, Plan.FAST, Bright()).faces) == 1
