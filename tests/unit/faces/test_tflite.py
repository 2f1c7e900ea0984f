"""TensorFlow Lite networks become ONNX graphs that compute the same, operation by operation."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.networks.graph import Graph
from expunge.imaging.networks.session import Network
from expunge.imaging.networks.tflite.converting import converted
from expunge.imaging.networks.tflite.model import parsed
from tests.unit.faces.tflite_files import File, in_numpy

SAME, VALID = 0, 1
CROP = {"left_rotation_idx": 1, "right_rotation_idx": 4, "output_width": 6, "output_height": 5,
        "scale_x": 1.5, "scale_y": 1.25, "target_rotation_radians": 0.0,
        "subset_idxs": [0, 1, 2, 4, 5]}  # fmt: skip


def check(data: bytes, value: np.ndarray, tolerance: float = 1e-4) -> list[np.ndarray]:
    """Hold the converted network to the definition; return its outputs."""
    network = Network(converted(data).serialised())
    made = network.run(value.astype(np.float32))
    expected = in_numpy(parsed(data), value.astype(np.float64))
    for one, other in zip(made, expected, strict=True):
        assert one.shape == other.shape
        assert np.abs(one - other).max() <= tolerance * max(1, np.abs(other).max())
    return made


def random(*shape: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, shape)


@pytest.mark.parametrize("kind", ["CONV_2D", "DEPTHWISE_CONV_2D"])
@pytest.mark.parametrize(
    ("padding", "stride", "dilation", "relu"),
    [(SAME, 1, 1, 1), (SAME, 2, 1, 0), (SAME, 3, 1, 1), (VALID, 2, 1, 0), (SAME, 1, 2, 0)],
)
def test_convolutions(kind: str, padding: int, stride: int, dilation: int, relu: int) -> None:
    file, after = File(), 5 if kind == "CONV_2D" else 3
    image = file.input("image", 1, 11, 8, 3)
    filters = (after, 3, 2, 3) if kind == "CONV_2D" else (1, 3, 2, 3)
    weights = file.add("DEQUANTIZE", [file.constant(random(*filters), "float16")], *filters)
    spans = [dilation * (length - 1) for length in (3, 2)]
    sides = [
        -(-(side if padding == SAME else side - span) // stride)
        for side, span in zip((11, 8), spans, strict=True)
    ]
    made = file.add(
        kind, [image, weights, file.constant(random(after, seed=4))], 1, *sides, after,
        padding=padding, stride_width=stride, stride_height=stride, activation=relu, multiplier=1,
        dilation_width=dilation, dilation_height=dilation,
    )  # fmt: skip

    check(file.tobytes(made), random(1, 11, 8, 3, seed=5))


def test_weights_of_16_bits_stay_in_16_bits() -> None:
    file = File()
    image = file.input("image", 1, 8, 8, 4)
    weights = file.add("DEQUANTIZE", [file.constant(random(4, 3, 3, 4), "float16")], 4, 3, 3, 4)
    bias = file.constant(random(4))
    data = file.tobytes(file.add("CONV_2D", [image, weights, bias], 1, 8, 8, 4,
                                 padding=SAME, stride_width=1, stride_height=1))  # fmt: skip

    kinds = sorted(str(tensor.dtype) for tensor in converted(data).tensors.values())

    assert kinds == ["float16", "float32"]


def test_operations_on_images_follow_each_other_in_any_order() -> None:
    file = File()
    x = file.input("image", 1, 9, 6, 4)
    x = file.add("PRELU", [x, file.constant(random(1, 1, 4) * 6)], 1, 9, 6, 4)
    x = file.add("PAD", [x, file.constant([[0, 0], [1, 2], [0, 1], [2, 0]], "int32")], 1, 12, 7, 6)
    x = file.add("MAX_POOL_2D", [x], 1, 6, 4, 6, padding=SAME, stride_width=2, stride_height=2,
                 width=3, height=2)  # fmt: skip
    x = file.add("ADD", [x, file.constant(random(6))], 1, 6, 4, 6, activation=1)
    x = file.add("MUL", [x, file.constant(random(4, 6))], 1, 6, 4, 6)
    bounds = [file.constant(each, "int32") for each in ([0, 1, 0, 2], [1, 6, 4, 6], [1, 2, 1, 1])]
    x = file.add("STRIDED_SLICE", [x, *bounds], 1, 3, 4, 4)
    flat = file.add("RESHAPE", [x], 1, 24, 2)
    back = file.add("RESHAPE", [flat], 1, 4, 4, 3)

    check(file.tobytes(flat, back, x), random(1, 9, 6, 4, seed=8))


@given(st.integers(0, 2**32), st.floats(0.2, 9), st.floats(-4, 4), st.floats(-8, 14))
def test_custom_operations_do_what_mediapipe_defines(
    seed: int, size: float, turn: float, place: float
) -> None:
    """Crops that are turned, and that lie partly or wholly outside the image, among them."""
    rng = np.random.default_rng(seed)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    points = rng.uniform(-1, 1, (6, 3)) * size
    points[4] = points[1] + (2.0, rng.uniform(-1, 1), 0)
    points[:, :2] = points[:, :2] @ rotation + (place, 5)
    file = File()
    image = file.input("image", 1, 9, 8, 3)
    # The landmarks depend on the image by a factor of zero: a network has one input.
    sums = file.add("MUL", [file.add("RESHAPE", [image], 1, 72, 3), file.constant(0.0)], 1, 72, 3)
    bounds = [file.constant(each, "int32") for each in ([0, 0, 0], [1, 6, 3], [1, 1, 1])]
    zeros = file.add("STRIDED_SLICE", [sums, *bounds], 1, 6, 3)
    landmarks = file.add("ADD", [zeros, file.constant(points[None])], 1, 6, 3)
    matrix = file.add("Landmarks2TransformMatrix", [landmarks], 1, 4, 4, **CROP)
    cut = file.add("TransformTensorBilinear", [image, matrix], 1, 5, 6, 3,
                   output_width=6, output_height=5)  # fmt: skip
    pairs = file.add("RESHAPE", [file.add("MUL", [cut, file.constant(3.0)], 1, 5, 6, 3)], 1, 45, 2)
    moved = file.add("TransformLandmarks", [pairs, matrix], 1, 45, 2)
    data = file.tobytes(matrix, moved)
    value = rng.uniform(-1, 1, (1, 9, 8, 3))

    network, float32 = Network(converted(data).serialised()), value.astype(np.float32)
    made = network.run(float32)[0]
    expected = in_numpy(parsed(data), value)[0]
    assert np.abs(made - expected).max() < 1e-4 * max(1, np.abs(expected).max())


def test_a_crop_is_zero_beyond_the_outermost_pixels() -> None:
    """Not blended with zero, as ONNX's own ``GridSample`` would."""
    file = File()
    image = file.input("image", 1, 4, 4, 2)
    flat = file.add("RESHAPE", [image], 1, 16, 2)
    bounds = [file.constant(each, "int32") for each in ([0, 0, 0], [1, 8, 2], [1, 1, 1])]
    half = file.add("STRIDED_SLICE", [flat, *bounds], 1, 8, 2)
    squared = file.add("RESHAPE", [half], 1, 4, 4)
    zeros = file.add("MUL", [squared, file.constant(0.0)], 1, 4, 4)
    matrix = np.eye(4)
    matrix[:2, 3] = -0.25, 0.0
    given_ = file.add("ADD", [zeros, file.constant(matrix[None])], 1, 4, 4)
    cut = file.add("TransformTensorBilinear", [image, given_], 1, 4, 4, 2,
                   output_width=4, output_height=4)  # fmt: skip

    (made,) = check(file.tobytes(cut), random(1, 4, 4, 2))

    assert (made[0, :, 0] == 0).all()
    assert (made[0, :, 1:] != 0).all()


def sound() -> bytes:
    file = File()
    image = file.input("image", 1, 8, 8, 3)
    weights = file.add("DEQUANTIZE", [file.constant(random(4, 3, 3, 3), "float16")], 4, 3, 3, 3)
    x = file.add("CONV_2D", [image, weights, file.constant(random(4))], 1, 8, 8, 4,
                 padding=SAME, stride_width=1, stride_height=1)  # fmt: skip
    points = file.add("RESHAPE", [x], 1, 64, 4)
    options = CROP | {"subset_idxs": list(range(9))}
    matrix = file.add("Landmarks2TransformMatrix", [points], 1, 4, 4, **options)
    cut = file.add("TransformTensorBilinear", [x, matrix], 1, 5, 6, 4,
                   output_width=6, output_height=5)  # fmt: skip
    return file.tobytes(cut)


SOUND = sound()


@given(st.data())
def test_a_damaged_file_gives_a_reason_and_no_crash(data: st.DataObject) -> None:
    damaged = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(SOUND) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    with suppress(ValueError):
        assert isinstance(converted(bytes(damaged)), Graph)


@given(st.integers(0, len(SOUND) - 1))
def test_a_file_that_is_cut_off_is_refused_or_whole_without_its_end(length: int) -> None:
    with suppress(ValueError):
        converted(SOUND[:length])


def test_files_that_name_the_same_bytes_many_times_are_bounded() -> None:
    file = File()
    x = file.input("image", 1, 1, 64, 64)
    large = file.constant(random(64, 64))
    for _ in range(1100):
        x = file.add("ADD", [x, large], 1, 1, 64, 64)

    with pytest.raises(ValueError, match="constants take more than"):
        converted(file.tobytes(x))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"target_rotation_radians": 0.5}, "turned from level"),
        ({"subset_idxs": [0, 1, 99]}, "do not exist"),
        ({"output_width": 0}, "without cells"),
        ({"scale_x": [1, 2]}, "no number scale_x"),
    ],
)
def test_options_that_are_not_known_are_refused(change: dict[str, Any], reason: str) -> None:
    file = File()
    points = file.input("points", 1, 9, 3)
    options = CROP | change
    data = file.tobytes(file.add("Landmarks2TransformMatrix", [points], 1, 4, 4, **options))

    with pytest.raises(ValueError, match=reason):
        converted(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a TensorFlow Lite"),
        (b"\0\0\0\0TFL3", "version 3"),
        (b"\xff\xff\xff\x7fTFL3" + bytes(90), "outside the file"),
        (bytes(16_000_001), "more than"),
    ],
)
def test_what_is_no_network_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        converted(data)


def test_an_unknown_operation_is_named() -> None:
    file = File()
    data = file.tobytes(file.add("Mystery", [file.input("x", 1, 4)], 1, 4))

    with pytest.raises(ValueError, match="operation Mystery is not known"):
        converted(data)
