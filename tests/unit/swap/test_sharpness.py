"""A new face is as sharp as the picture it comes into, and no sharper."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.faces.mesh.mesh import Mesh
from expunge.imaging.swap.drawn import Drawn as Meshes
from expunge.imaging.swap.sharpness import MARGIN, blur, missing
from expunge.imaging.swap.source import SourceFace
from expunge.imaging.swap.swapping import swapped
from tests.unit.swap.drawing import DARK, Drawn, face, inside, points


def photograph(size: int = 240, seed: int = 1) -> np.ndarray:
    """(H, W, 3): as much energy in each octave as photographs have."""
    random = np.random.default_rng(seed)
    waves = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size)))
    waves[0, 0] = 1
    made = np.fft.ifft2(np.fft.fft2(random.normal(0, 1, (size, size))) / waves).real
    grey = np.clip(128 + 45 * made / made.std(), 0, 255).astype(np.uint8)
    return np.dstack((grey, grey, grey))


def soft(pixels: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(pixels, (0, 0), sigma) if sigma else pixels


@given(
    sigma=st.floats(0.6, 3), contrast=st.floats(0.5, 1), height=st.integers(140, 200),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_the_blur_of_a_picture_is_told_whatever_its_contrast(
    sigma: float, contrast: float, height: int, seed: int
) -> None:
    mesh = points(height, (20, 20))
    dull = (128 + contrast * (photograph(seed=seed).astype(float) - 128)).astype(np.uint8)

    assert blur(soft(dull, sigma), mesh) == pytest.approx(sigma, abs=0.3 + 0.2 * sigma)


@given(height=st.floats(0.5, 60), x=st.floats(-80, 80), y=st.floats(-80, 80))
def test_a_face_of_which_nothing_can_be_told_is_not_softened(
    height: float, x: float, y: float
) -> None:
    told = blur(photograph(24), points(height, (x, y)))

    assert 0 <= told <= 8


@given(made=st.floats(0, 8), there=st.floats(0, 8))
def test_two_blurs_come_to_the_one_that_is_there(made: float, there: float) -> None:
    more = missing(made, there)

    assert more == 0 or np.hypot(made + MARGIN, more) == pytest.approx(there)
    assert (more > 0) == (there > made + MARGIN) or more < 1e-3


def detail(pixels: np.ndarray, core: np.ndarray) -> float:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(float)
    return float((grey - cv2.GaussianBlur(grey, (0, 0), 1))[core].std())


def test_a_face_in_a_blurred_picture_is_blurred_and_in_a_sharp_one_is_not() -> None:
    source, target = face(skin=DARK), face(height=120)
    core = inside(target.mesh, target.pixels.shape, grown=-14)
    part = SourceFace.of(source.pixels, source.mesh)

    def put(pixels: np.ndarray) -> np.ndarray:
        made = swapped(pixels, target.mesh, part)
        whole = pixels.copy()
        whole[made.patch.area] = made.patch.pixels
        return whole

    blurred = soft(target.pixels, 2.5)

    assert detail(put(blurred), core) < 0.5 * detail(put(target.pixels), core)
    assert detail(put(target.pixels), core) > 0.8 * detail(target.pixels, core)


def test_the_blur_of_a_track_is_steady_but_follows_a_sudden_one() -> None:
    told = [1.0, 1.2, 0.9, 1.1, 1.0, 6.0, 1.0, 1.1]
    box = np.array([20, 20, 180, 180], np.float32)
    with Meshes() as meshes:
        for frame, own in enumerate(told):
            sure = frame != 6
            meshes.add(0, frame, box, Mesh(points(140, (30, 30)), 0.9 if sure else 0.1), own)
        meshes.settle(0, -1, 1)
        steady = [one for frame in range(len(told)) for _, _, one in meshes.at(frame)]

    assert np.std(steady[:5]) < 0.4 * np.std(told[:5])
    assert steady[5] == pytest.approx(6, abs=0.1)
    assert steady[6] == pytest.approx((steady[5] + 1.1) / 2, abs=0.6)


def test_copies_of_a_source_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    one: Drawn = face()
    part = SourceFace.of(one.pixels, one.mesh)

    for there in np.linspace(0, 8, 50):
        part.at(0.9, float(there))

    assert len(part._soft) <= 3
