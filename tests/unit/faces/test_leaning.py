"""Leaning faces are looked for in a copy turned by 45°."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from expunge.imaging.faces import leaning
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.finding import find
from expunge.imaging.faces.plans import Plan
from expunge.imaging.stopwatch import Stopwatch
from tests.unit.faces.making import FACE, LANDMARKS, Squares, scene


def leant(degrees: float, *, size: float = 40, score: float = 0.9) -> Faces:
    """One face whose mouth is turned to the right by so many degrees."""
    points = (LANDMARKS - 0.5) * size
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    boxes = np.array([[-size / 2, -size / 2, size / 2, size / 2]], np.float32)
    return Faces(boxes, np.array([score], np.float32), (points @ matrix.T)[None])


@pytest.mark.parametrize(
    ("degrees", "side"),
    [(0, 0), (20, 0), (35, 1), (60, 1), (-35, -1), (-60, -1), (90, 0), (180, 0)],
)
def test_the_side_to_which_a_face_leans(degrees: float, side: int) -> None:
    assert leaning.side_of(leant(degrees)) == side


def test_one_of_many_and_an_unsure_face_do_not_ask() -> None:
    upright = [leant(0)] * 4

    assert leaning.side_of(Faces.joined([*upright[:3], leant(45)])) == 1
    assert leaning.side_of(Faces.joined([*upright, leant(45)])) == 0
    assert leaning.side_of(leant(45, score=0.2)) == 0
    assert leaning.side_of(Faces.none()) == 0


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("size", [(200, 120), (97, 230)])
def test_a_turned_face_is_mapped_back_to_its_place(side: int, size: tuple[int, int]) -> None:
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    cv2.circle(pixels, (60, 70), 12, FACE, -1)

    turned = leaning.turned(pixels, side, 32)
    rows, columns = np.nonzero((turned == FACE).all(axis=2))
    box = [[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]]
    seen = Faces(np.array(box, np.float32), np.ones(1, np.float32), np.zeros((1, 5, 2), np.float32))
    back = leaning.turned_back(seen, side, len(turned), size)

    assert len(turned) % 32 == 0
    assert back.boxes[0] == pytest.approx([48, 58, 72, 82], abs=2)


@pytest.mark.parametrize("side", [1, -1])
def test_turning_makes_a_leaning_face_upright(side: int) -> None:
    pixels = np.zeros((160, 160, 3), np.uint8)
    eye, mouth = (80 - 20 * side, 60), (80 + 20 * side, 100)
    pixels[eye[1] - 3 : eye[1] + 3, eye[0] - 3 : eye[0] + 3] = (255, 0, 0)
    pixels[mouth[1] - 3 : mouth[1] + 3, mouth[0] - 3 : mouth[0] + 3] = (0, 255, 0)

    turned = leaning.turned(pixels, side, 32)

    above, below = (np.argwhere(turned[..., channel] == 255).mean(axis=0) for channel in (0, 1))
    assert above[1] == pytest.approx(below[1], abs=3)
    assert below[0] - above[0] > 30


def test_a_face_that_only_the_turned_copy_shows_is_found() -> None:
    class Leaning(Squares):
        """One face leans; a second one is seen only where the background is grey."""

        def decode(self, *given: object) -> Faces:
            faces = super().decode(*given)  # type: ignore[arg-type]
            straight = self.shapes[-1][0] == self.shapes[-1][1]
            points = faces.landmarks.copy()
            if not straight:
                points[:, 3:, 0] += faces.sizes[:, :1]
            seen = Faces(faces.boxes, faces.scores, points)
            return seen if straight else seen.at(faces.boxes[:, 0] < self.shapes[-1][1] / 2)

    pixels = scene((1000, 700), (200, 200, 260, 260), (700, 400, 760, 460))

    found = find(
        pixels, Leaning(), Plan.BALANCED, confidence=0.3, nms_threshold=0.3, watch=Stopwatch()
    )

    centres = (found.faces.boxes[:, :2] + found.faces.boxes[:, 2:]) / 2
    assert sorted(centres.round(-1).tolist()) == [[230, 230], [730, 430]]
    assert found.passes[-1].parts[0].width == 1000
