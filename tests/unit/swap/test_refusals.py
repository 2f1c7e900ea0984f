"""What cannot be done well is refused, with a word and a pointer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from expunge.imaging.faces.mesh.topology import OVAL
from expunge.imaging.swap.pose import yaw
from expunge.imaging.swap.refusal import FaceUnusable, Reason, check_seen, check_turned
from expunge.imaging.swap.swapping import prepared
from tests.unit.swap.drawing import face, inside, points


def test_a_mesh_that_does_not_fit() -> None:
    one = face()

    with pytest.raises(FaceUnusable, match="profile") as refused:
        prepared(one.pixels, replace(one.mesh, confidence=0.49))

    assert refused.value.reason is Reason.NOT_SEEN
    assert refused.value.errors[0].pointer == "/source"
    assert refused.value.at("/options/target_face_index").errors[0].pointer.endswith("face_index")
    check_seen(replace(one.mesh, confidence=0.5))


def test_faces_that_are_turned_differently() -> None:
    frontal = points(140, (0, 0))
    check_turned(frontal, points(140, (0, 0), yaw=0.33))

    with pytest.raises(FaceUnusable, match=r"\(0\.4\d, at most 0\.35\)") as refused:
        check_turned(frontal, points(140, (0, 0), yaw=0.44))

    assert refused.value.reason is Reason.TURNED


@pytest.mark.parametrize("turn", [0, 0.5, -0.5])
def test_a_turn_to_the_side_does_not_depend_on_size_place_or_tilt(turn: float) -> None:
    assert yaw(points(90, (7, 300), turn=turn, yaw=0.2)) == pytest.approx(
        yaw(points(140, (0, 0), yaw=0.2)), abs=1e-3
    )


def test_a_source_that_is_covered() -> None:
    one = face()
    half = inside(one.mesh, one.pixels.shape, OVAL, grown=6)
    half[:, int(one.mesh.points[1, 0] + 12) :] = False
    pixels = np.where(half[..., None], np.uint8((20, 60, 20)), one.pixels)

    with pytest.raises(FaceUnusable, match="covers") as refused:
        prepared(pixels, one.mesh)

    assert refused.value.reason is Reason.COVERED
