"""A new face takes the place, the light and the expression of the old one, and nothing else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.faces.mesh.topology import BROWS, INNER_LIPS, OVAL
from expunge.imaging.swap import enhance, grid
from expunge.imaging.swap.source import SourceFace
from expunge.imaging.swap.swapping import prepared, swapped
from tests.unit.swap.drawing import DARK, Drawn, face, inside


def put(source: Drawn, target: Drawn, **options: bool) -> np.ndarray:
    """The target's pixels with the source's face."""
    made = swapped(target.pixels, target.mesh, prepared(source.pixels, source.mesh), **options)
    whole = target.pixels.copy()
    whole[made.patch.area] = made.patch.pixels
    return whole


@settings(max_examples=8, deadline=None)
@given(
    height=st.integers(30, 420),
    x=st.floats(-0.4, 0.9),
    y=st.floats(-0.4, 0.9),
    turn=st.floats(-0.6, 0.6),
    fringe=st.booleans(),
)
def test_only_the_face_changes_wherever_it_is(
    height: int, x: float, y: float, turn: float, fringe: bool
) -> None:
    target = face((300, 260), height, (x * 300, y * 260), turn=turn, fringe=fringe)
    before = target.pixels.copy()

    after = put(face(skin=DARK), target)

    assert (target.pixels == before).all()
    near = inside(target.mesh, before.shape, grown=2 + height // 12)
    assert (after[~near] == before[~near]).all()


def test_a_face_on_itself_stays_as_it_was() -> None:
    one = face()

    difference = np.abs(put(one, one).astype(int) - one.pixels)

    assert difference.mean() < 1
    assert np.percentile(difference, 99.5) < 12


def test_the_skin_gets_the_old_colour_and_a_mark_comes_along() -> None:
    source, target = face(skin=DARK, light=0.7), face(height=120, turn=0.2)
    spot = source.mesh.points[50, :2]
    cv2.circle(source.pixels, tuple(int(side) for side in spot), 5, (20, 60, 20), -1)

    after = put(source, target)

    cheek = np.rint(target.mesh.points[[280, 425, 330], :2]).astype(int)
    skin = np.mean([after[y, x] for x, y in cheek], axis=0)
    assert np.abs(skin - (224, 178, 150)).max() < 20
    x, y = np.rint(target.mesh.points[50, :2]).astype(int)
    assert after[y, x].astype(int).sum() < target.pixels[y, x].astype(int).sum() - 120


def test_a_grey_picture_stays_grey() -> None:
    target = face()
    grey = cv2.cvtColor(cv2.cvtColor(target.pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)

    after = put(face(), Drawn(grey, target.mesh)).astype(int)

    assert np.ptp(after, axis=2).max() <= 4


def test_the_target_keeps_its_open_mouth_if_the_source_shows_no_teeth() -> None:
    target = face(open_mouth=0.25)
    mouth = inside(target.mesh, target.pixels.shape, INNER_LIPS, grown=-4)

    after = put(face(), target)

    assert mouth.sum() > 20
    kept = np.abs(after[mouth].astype(int) - target.pixels[mouth]).max(axis=1) <= 3
    assert kept.mean() > 0.8
    assert "mouth" in swapped(target.pixels, target.mesh, SourceFace.of(*_of(face()))).warnings


@pytest.mark.parametrize("whose", ["source", "target"])
def test_hair_on_a_forehead_is_left_where_it_is_and_not_copied(whose: str) -> None:
    source, target = face(fringe=whose == "source", skin=DARK), face(fringe=whose == "target")

    after = put(source, target)

    high = target.mesh.points[BROWS.ravel(), 1].min() - 0.08 * 140
    forehead = inside(target.mesh, after.shape, OVAL)
    forehead[int(high) :] = False
    assert forehead.sum() > 200
    assert np.abs(after[forehead].astype(int) - target.pixels[forehead]).mean() < 2
    cheeks = np.rint(target.mesh.points[[50, 280], :2]).astype(int)
    assert all((after[y, x] != target.pixels[y, x]).any() for x, y in cheeks)


def test_bands_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = face(skin=DARK), face((420, 460), 380, fringe=True)
    whole = put(source, target)

    monkeypatch.setattr(grid, "BAND", 9)

    assert (put(source, target) == whole).all()


def test_the_enhancer_sharpens_only_what_is_softer_than_the_picture() -> None:
    target, sharp = face(height=150), face(height=150, skin=DARK)
    soft = Drawn(cv2.GaussianBlur(sharp.pixels, (0, 0), 2.5), sharp.mesh)
    core = inside(target.mesh, target.pixels.shape, grown=-12)

    def detail(pixels: np.ndarray) -> float:
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(float)
        return float(np.abs(cv2.Laplacian(grey, cv2.CV_64F))[core].mean())

    assert detail(put(soft, target, enhance=True)) > 1.15 * detail(put(soft, target))
    assert enhance.amount(made=9.0, there=4.0) == 0


def test_small_faces_are_warned_of() -> None:
    small, source = face(height=60), SourceFace.of(*_of(face()))

    assert "small_face" in swapped(small.pixels, small.mesh, source).warnings
    assert swapped(*_of(face()), source).warnings == ()


def _of(one: Drawn) -> tuple[np.ndarray, object]:
    return one.pixels, one.mesh
