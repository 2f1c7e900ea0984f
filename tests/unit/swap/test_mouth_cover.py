"""A mask over mouth and nose stays in front of a new face; a source that wears one is refused."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.swap.looking import Look
from expunge.imaging.swap.mouth_cover import HIDDEN
from expunge.imaging.swap.refusal import FaceUnusable, Reason
from expunge.imaging.swap.swapping import Last, prepared, swapped
from tests.unit.swap.drawing import DARK, PALE, Drawn, face

UPPER_EDGE = (234, 117, 195, 346, 454)
"""Points from one ear over the nose to the other."""
LOWER_EDGE = (323, 361, 288, 397, 365, 379, 378, 400, 377, 152)
LOWER_EDGE += (148, 176, 149, 150, 136, 172, 58, 132, 93)
"""The oval from there around the chin and back."""


def worn(one: Drawn, colour: tuple[int, int, int]) -> tuple[Drawn, np.ndarray]:
    """The face with a mask, and (H, W) where the mask is."""
    ring = np.rint(one.mesh.points[[*UPPER_EDGE, *LOWER_EDGE], :2]).astype(np.int32)
    where = cv2.fillPoly(np.zeros(one.pixels.shape[:2], np.uint8), [ring], 1) > 0
    pixels = one.pixels.copy()
    cloth = colour + np.random.default_rng(5).normal(0, 3, pixels.shape)
    pixels[where] = np.clip(cloth, 0, 255)[where].astype(np.uint8)
    return Drawn(pixels, one.mesh), where


CLOTHS = {"white": (235, 235, 238), "blue": (120, 180, 215), "black": (25, 25, 28)}


@pytest.mark.parametrize("cloth", CLOTHS)
@pytest.mark.parametrize("skin", [PALE, DARK])
@pytest.mark.parametrize("turn", [0, 0.4])
def test_a_source_that_wears_a_mask_is_refused(cloth, skin, turn):
    masked, _ = worn(face(skin=skin, turn=turn), CLOTHS[cloth])

    with pytest.raises(FaceUnusable, match="hides mouth and nose") as refused:
        prepared(masked.pixels, masked.mesh)
    assert refused.value.reason is Reason.COVERED


@pytest.mark.parametrize("cloth", CLOTHS)
def test_the_mask_of_a_target_stays(cloth):
    masked, where = worn(face((400, 480), 280), CLOTHS[cloth])
    source = face((400, 480), 280, skin=(190, 140, 115))

    made = swapped(masked.pixels, masked.mesh, prepared(source.pixels, source.mesh))

    result = masked.pixels.copy()
    result[made.patch.area] = made.patch.pixels
    within = cv2.erode(where.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    change = np.abs(result.astype(int) - masked.pixels).max(axis=-1)
    assert change[within].max() <= 3
    assert change[~where].max() > 5
    assert "occluded" in made.warnings


@given(
    red=st.integers(100, 240),
    less=st.tuples(st.integers(15, 50), st.integers(5, 40)),
    light=st.floats(0.4, 1.1),
    open_mouth=st.floats(0, 0.6),
    turn=st.floats(-0.6, 0.6),
)
def test_a_mouth_that_is_seen_is_not_hidden(red, less, light, open_mouth, turn):
    skin = red, red - less[0], red - sum(less)
    one = face(skin=skin, light=light, open_mouth=open_mouth, turn=turn)

    assert Look.at(one.pixels, one.mesh.points).mouth_cover < HIDDEN


def test_one_frame_of_doubt_does_not_take_a_mask_off():
    last = Last()
    seen = [last.evidence(one) for one in (6.0, 6.0, 6.0, -2.0, 6.0, 6.0)]

    assert all(one > HIDDEN for one in seen)
    assert [last.evidence(-6.0) for _ in range(3)][-1] < HIDDEN
