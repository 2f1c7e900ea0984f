"""Accuracy of the default detector on photographs, if weights and photographs are available."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

import expunge
from expunge.imaging.faces.centerface import CenterFace, in_floats, in_integers
from expunge.imaging.networks.graph import Graph
from expunge.models import State, catalogue
from expunge.models.entries import BUILT_IN
from tests.photographs import Photograph, Score, photographs
from tests.samples import portraits
from tests.unit.faces.making import file, scene

here = all(m.state() is State.INSTALLED for m in catalogue() if m.name.startswith("centerface"))
weights = pytest.mark.skipif(not here, reason="no weights here; run: expunge models pull")
pictures = pytest.mark.skipif(not photographs(), reason="the photographs are not available")


def found(photograph: Photograph, plan: str) -> list[list[float]]:
    report = expunge.run("faces", photograph.path.read_bytes(), plan=plan).report
    return [list(face["box"].values()) for face in report["faces"]]


@weights
@pictures
@pytest.mark.parametrize(("plan", "recall", "precision"), [("balanced", 0.94, 0.83)])
def test_recall_and_precision_on_the_half_not_used_for_tuning(
    plan: str, recall: float, precision: float, record_property: Callable[[str, object], None]
) -> None:
    score = Score()
    for photograph in photographs()[1::2]:
        score.add(photograph, found(photograph, plan))

    record_property(
        "measured", f"faces, {plan}: recall {score.recall:.3f}, precision {score.precision:.3f}"
    )
    assert score.recall >= recall
    assert score.precision >= precision


@weights
def test_quantising_the_published_network_gives_the_default_one() -> None:
    import json

    entries = {model.name: model for model in catalogue()}
    origin, small = entries["centerface"], entries["centerface-int8"]
    calibration = json.loads((BUILT_IN / f"{small.name}.json").read_text())

    made = in_integers(origin.path().read_bytes(), calibration)

    assert made.serialised() == small.path().read_bytes()
    assert {node.op for node in made.nodes} >= {"QLinearConv", "QLinearAdd"}
    assert Graph.parse(small.path().read_bytes()).inputs[0].dtype == np.uint8


@weights
def test_no_face_is_found_in_an_image_without_faces() -> None:
    for plan in ("fast", "balanced"):
        assert expunge.run("faces", file(scene((640, 480))), plan=plan).report["count"] == 0


@weights
def test_float_and_8_bit_networks_accept_any_size() -> None:
    for name in ("centerface", "centerface_fp32"):
        for size in ((1, 1), (33, 700), (500, 20)):
            report = expunge.run("faces", file(scene(size)), model=name, plan="fast").report
            assert (report["width"], report["height"]) == size


@weights
def test_a_network_has_one_output_per_cell_of_four_pixels_and_one_for_all() -> None:
    path = next(m for m in catalogue() if m.name == "centerface-int8").path()
    detector = CenterFace(path.read_bytes())

    outputs = detector.infer(detector.blob(np.zeros((64, 96, 3), np.uint8)))

    assert [output.shape for output in outputs] == [
        (1, 1, 16, 24), (1, 2, 16, 24), (1, 2, 16, 24), (1, 10, 16, 24), (1, 1, 1, 1),
    ]  # fmt: skip


@weights
def test_both_networks_take_a_drawn_head_for_a_person_rather_than_a_smooth_pattern() -> None:
    entries = {model.name: model.path().read_bytes() for model in catalogue()[:2]}
    head = portraits.portrait((320, 240), (100, 90, 60)).crop((50, 40, 150, 140))
    pattern = Image.fromarray(scene((160, 160)))
    small = CenterFace(entries["centerface-int8"])
    large = CenterFace(in_floats(entries["centerface"]).serialised())

    def odds(detector: CenterFace, image: Image.Image) -> float:
        shown = np.asarray(image.convert("RGB").resize((160, 160)))
        return detector.person(detector.infer(detector.blob(shown)))

    for detector in (small, large):
        assert odds(detector, head) > max(3, odds(detector, pattern) + 2)
    assert odds(small, head) == pytest.approx(odds(large, head), abs=1.5)
