"""An operator's own image-to-image model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from expunge.errors import PipelineError
from expunge.imaging.purify.regenerator import Regenerator
from tests.samples import onnx
from tests.unit.purify.scenes import scene

SAME = onnx.model([onnx.node("Identity", ["x"], "y")], 64)


def made_by(
    folder: Path, graph: bytes, samples: NDArray[Any], depth: int = 8, **changes: float
) -> NDArray[Any]:
    """What a model makes of a copy of the samples."""
    path = folder / "model.onnx"
    path.write_bytes(graph)
    made = samples.copy()
    error = Regenerator(path, 64, 16, **changes)(made, depth)  # type: ignore[arg-type]
    assert error == pytest.approx(np.square(made.astype(float) - samples).sum())
    return made


@pytest.mark.parametrize("size", [(64, 64), (200, 150), (65, 64), (10, 7), (64, 300)])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_model_that_changes_nothing_changes_nothing(
    tmp_path: Path, size: tuple[int, int], channels: int
) -> None:
    samples = scene(0)[: size[0], : size[1], :channels]
    made = made_by(tmp_path, SAME, samples, low=-1.0)
    assert np.array_equal(made, samples)


def test_sixteen_bits_stay_sixteen(tmp_path: Path) -> None:
    samples = scene(0)[:100, :100].astype(np.uint16) * 257
    made = made_by(tmp_path, SAME, samples, 16)
    assert made.dtype == np.uint16
    assert np.abs(made.astype(int) - samples).max() <= 1


def test_values_go_in_within_the_range_that_the_entry_says(tmp_path: Path) -> None:
    negative = onnx.model([onnx.node("Neg", ["x"], "y")], 64)
    samples = scene(1)[:90, :90]
    made = made_by(tmp_path, negative, samples, low=-1.0, high=1.0)
    assert np.abs(made.astype(int) - (255 - samples.astype(int))).max() <= 1


def test_a_larger_output_is_averaged_back_down(tmp_path: Path) -> None:
    upsample = onnx.node("ConvTranspose", ["x", "w"], "y", strides=[2, 2], group=3)
    ones = {"w": np.ones((3, 1, 2, 2), np.float32)}
    twice = onnx.model([upsample], 64, constants=ones, side_out=128)
    samples = scene(1)[:100, :120]
    assert np.array_equal(made_by(tmp_path, twice, samples, scaling=2), samples)


def test_seams_between_tiles_are_blended(tmp_path: Path) -> None:
    tilt = np.linspace(-0.2, 0.2, 64, dtype=np.float32)
    tilted = onnx.model(
        [onnx.node("Add", ["x", "tilt"], "y")],
        64,
        constants={"tilt": np.broadcast_to(tilt, (1, 3, 64, 64))},
    )
    flat = np.full((64, 400, 3), 128, np.uint8)
    made = made_by(tmp_path, tilted, flat).astype(int)
    assert np.ptp(made) > 50, "the model tilts every tile"
    assert np.abs(np.diff(made, axis=1)).max() <= 6, "and no seam is a step of its 102 levels"


def test_a_file_that_is_no_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="not a working ONNX graph"):
        made_by(tmp_path, b"not a model", scene(0))


def test_an_output_of_another_shape_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"promises finite numbers in \[1, 3, 128, 128\]"):
        made_by(tmp_path, SAME, scene(0), scaling=2)
