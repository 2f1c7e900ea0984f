"""Lines of text are put together from tiles, filtered, and hidden; plates are told by their rim."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import expunge
from expunge import models
from expunge.imaging.faces.plans import Plan
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.hiding import region_of_spot
from expunge.imaging.targets.spots import Spot
from expunge.imaging.text import finding
from expunge.imaging.text.plates import likeness, plates
from tests.samples.identifying import Placement, laid, line, plate
from tests.samples.overlays import file_of

installed = any(
    model.name == models.TEXT and model.state() is models.State.INSTALLED
    for model in models.catalogue()
)
needs_weights = pytest.mark.skipif(not installed, reason="the text detector is not installed")
PAPER = np.full((300, 460, 3), 225, np.uint8)


class Marked:
    """A reader to which black pixels are text."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def likely(self, pixels: np.ndarray) -> np.ndarray:
        self.shapes.append(pixels.shape)
        return np.where(pixels[..., 0] < 60, 230, 0).astype(np.uint8)


def test_a_line_across_tiles_is_one_line():
    pixels = np.full((1000, 2600, 3), 255, np.uint8)
    pixels[800:850, 200:2400] = 0
    reader = Marked()
    (found,) = finding.find(pixels, reader, Plan.THOROUGH, confidence=0.5)

    left, top, right, bottom = found.box
    assert (left <= 200, right >= 2400) == (True, True)
    assert (top <= 800, bottom >= 850) == (True, True)
    assert found.confidence == pytest.approx(0.9, abs=0.02)
    assert all(side % 32 == 0 and side <= 960 for shape in reader.shapes for side in shape[:2])


def test_every_plan_looks_at_the_whole_image():
    for plan in Plan:
        pixels = np.full((700, 1400, 3), 255, np.uint8)
        pixels[600:640, 1200:1380] = 0
        (found,) = finding.find(pixels, Marked(), plan, confidence=0.5)
        assert found.box[0] <= 1205
        assert found.box[3] >= 635


@pytest.fixture(scope="module")
def page() -> bytes:
    canvas = PAPER
    for text, height, at in (("Anna Lindqvist", 34, (220, 70)), ("IBAN DE02 1203", 15, (220, 220))):
        canvas, _, _ = laid(canvas, line(text, height, 20, 225), Placement(at))
    return file_of(canvas)


@needs_weights
def test_masked_text_is_found_no_more(page):
    options = {"targets": ["text"], "plan": "fast"}
    masked = expunge.run("mask", page, method="pixelate", **options)

    assert masked.report["hidden"] == {"text": 2}
    assert masked.report["methods"] == {"text": "ringfill"}
    assert expunge.run("faces", masked.image, **options).report["found"] == []


@needs_weights
def test_text_is_filtered_by_height_and_place(page):
    def tops(**options: object) -> list[float]:
        found = expunge.run("faces", page, targets=["text"], plan="fast", **options)
        return [spot["box"]["y1"] for spot in found.report["found"]]

    assert len(tops()) == 2
    assert len(tops(min_text_height=28)) == 1
    (lower,) = tops(within=[[0, 150, 460, 150]])
    assert lower > 150
    (upper,) = tops(within=[[0, 0, 460, 0, 460, 140, 0, 140]])
    assert upper < 150


@pytest.mark.parametrize("lean", [0, 12, -25])
def test_a_line_with_a_rim_looks_like_a_plate_and_one_on_paper_does_not(lean):
    on_paper, _, _ = laid(
        PAPER, line("as agreed in", 30, 20, 225), Placement((230, 150), lean=lean)
    )
    on_plate, _, _ = laid(PAPER - 90, plate("B AB 1234", 30), Placement((230, 150), lean=lean))
    _, corners, _ = laid(PAPER, line("B AB 1234", 30), Placement((230, 150), lean=lean, scale=0.9))
    text = Spot(Target.TEXT, corners, 0.9)

    assert likeness(on_paper, corners) == 0
    (found,) = plates(on_plate, [text])
    assert found.target is Target.PLATES
    assert found.area > text.area
    assert plates(on_paper, [text]) == []


@pytest.mark.parametrize("draw", ["arc", "corner"])
def test_a_curve_is_hidden_and_not_what_it_surrounds(draw: str):
    pixels = np.full((640, 960, 3), 255, np.uint8)
    if draw == "arc":
        cv2.ellipse(pixels, (480, 320), (300, 250), 20, 0, 250, (0, 0, 0), 12)
    else:
        cv2.polylines(pixels, [np.array([(100, 80), (100, 560), (850, 560)])], False, (0, 0, 0), 12)
    covered = np.zeros(pixels.shape[:2], bool)
    for spot in finding.find(pixels, Marked(), Plan.FAST, confidence=0.5):
        region = region_of_spot(spot, (960, 640))
        place = slice(region.y, region.y + region.height), slice(region.x, region.x + region.width)
        covered[place] |= region.alpha > 0
    assert covered[pixels[..., 0] < 60].all()
    assert covered.mean() < 0.25
