"""MediaPipe's three custom operations of the attention mesh, in standard operators.

Definitions: ``landmarks_to_transform_matrix.cc``, ``transform_tensor_bilinear.cc`` and
``transform_landmarks.cc`` of MediaPipe's ``util/tflite/operations``, version 2 of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.networks.tflite.writing import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.networks.tflite.model import Operation
    from expunge.imaging.networks.tflite.writing import Writing

_SMALLEST = 1e-12
"""In place of the distance between corner points that coincide."""


def write(work: Writing, operation: Operation) -> None:
    """Add the nodes of one operation.

    Raises
    ------
    ValueError
        If the operation is not one of the three, or has options or shapes that are not known.
    """
    writer = _WRITERS.get(operation.kind)
    if writer is None:
        raise ValueError(f"the operation {operation.kind} is not known")
    writer(work, operation)


def _matrix(work: Writing, operation: Operation) -> None:
    """Landmarks (1, N, 3) to the (1, 4, 4) matrix from cells of a crop to the image.

    The crop is turned so that two landmarks are level, and encloses some others with a margin.
    """
    shape = work.shape(operation.inputs[0])
    subset = operation.integers("subset_idxs")
    turns = [operation.integer(f"{side}_rotation_idx") for side in ("left", "right")]
    if len(shape) != 3 or shape[2] < 2 or not subset:
        raise ValueError(f"a matrix is not made of landmarks of shape {shape}")
    if not all(0 <= index < shape[1] for index in (*turns, *subset)):
        raise ValueError("a matrix names landmarks that do not exist")
    if operation.number("target_rotation_radians"):
        raise ValueError("a crop that is turned from level is not read")
    size = np.array([operation.integer("output_width"), operation.integer("output_height")])
    scale = np.array([operation.number("scale_x"), operation.number("scale_y")])
    if size.min() < 1:
        raise ValueError("a crop without cells is not read")
    points = work.node(
        "Slice", named(operation.inputs[0]), *(work.integers(n) for n in (0, 2, 2, 1))
    )
    points = work.node("Reshape", points, work.integers(-1, 2))
    left, right = (work.node("Gather", points, work.integers(n), axis=0) for n in turns)
    turn = _turn(work, work.node("Sub", right, left))
    back = work.ordered(turn, (1, 0))

    level = work.node("MatMul", work.node("Gather", points, work.integers(*subset)), back)
    high = work.node("ReduceMax", level, axes=[0], keepdims=1)
    low = work.node("ReduceMin", level, axes=[0], keepdims=1)
    middle = work.node("Mul", work.node("Add", high, low), work.floats(0.5))
    centre = work.node("MatMul", middle, turn)
    sides = work.node("Mul", work.node("Sub", high, low), work.floats([scale / size]))

    linear = work.node("Mul", back, sides)
    corner = work.node("MatMul", linear, work.floats(size.reshape(2, 1) / 2))
    shift = work.node("Sub", work.ordered(centre, (1, 0)), corner)
    rows = work.node("Concat", linear, work.floats(np.zeros((2, 1))), shift, axis=1)
    whole = work.node("Concat", rows, work.floats(np.eye(4)[2:]), axis=0)
    work.node("Reshape", whole, work.integers(1, 4, 4), output=named(operation.outputs[0]))


def _turn(work: Writing, across: str) -> str:
    """The (2, 2) rotation that makes a (1, 2) vector level."""
    squares = work.node("Mul", across, across)
    length = work.node("Sqrt", work.node("ReduceSum", squares, work.integers(1), keepdims=1))
    unit = work.node("Div", across, work.node("Max", length, work.floats(_SMALLEST)))
    spread = work.node("MatMul", unit, work.floats([[1, 0, 0, 1], [0, 1, -1, 0]]))
    return work.node("Reshape", spread, work.integers(2, 2))


def _crop(work: Writing, operation: Operation) -> None:
    """Sample an image between its pixels where a matrix places the cells of a crop.

    A cell whose centre lies beyond the centres of the outermost pixels is zero.
    """
    image, matrix = operation.inputs
    shape = work.shape(image)
    width, height = operation.integer("output_width"), operation.integer("output_height")
    if len(shape) != 4 or work.shape(operation.outputs[0]) != (1, height, width, shape[3]):
        raise ValueError(f"a crop of an image of shape {shape} is not read")
    if min(shape[1:3]) < 2:
        raise ValueError("a crop of an image of one pixel is not read")
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    cells = np.stack((columns, rows), axis=-1).reshape(-1, 2)
    linear, shift = _affine(work, matrix)
    placed = work.node("Add", work.node("MatMul", work.floats(cells), linear), shift)
    centred = work.node("Sub", placed, work.floats(0.5))
    spans = work.floats([[2 / (shape[2] - 1), 2 / (shape[1] - 1)]])
    grid = work.node("Sub", work.node("Mul", centred, spans), work.floats(1))

    farthest = work.node("ReduceMax", work.node("Abs", grid), axes=[1], keepdims=0)
    inside = work.node("Cast", work.node("LessOrEqual", farthest, work.floats(1)), to=1)
    mask = work.node("Reshape", inside, work.integers(1, 1, height, width))
    grid = work.node("Reshape", grid, work.integers(1, height, width, 2))
    sampled = work.node(
        "GridSample", named(image), grid, mode="bilinear", padding_mode="zeros", align_corners=1
    )
    work.node("Mul", sampled, mask, output=named(operation.outputs[0]))


def _landmarks(work: Writing, operation: Operation) -> None:
    """Landmarks (1, N, 2) from a crop to the image."""
    points, matrix = operation.inputs
    shape = work.shape(points)
    if len(shape) != 3 or shape[2] != 2:
        raise ValueError(f"landmarks of shape {shape} are not moved")
    linear, shift = _affine(work, matrix)
    moved = work.node("MatMul", named(points), linear)
    work.node("Add", moved, shift, output=named(operation.outputs[0]))


def _affine(work: Writing, matrix: int) -> tuple[str, str]:
    """A (1, 4, 4) matrix's part for x and y: what rows are multiplied by, and the shift."""
    if work.shape(matrix) != (1, 4, 4):
        raise ValueError("a matrix does not have four rows and columns")
    rows = work.node("Reshape", named(matrix), work.integers(4, 4))
    turned = work.ordered(rows, (1, 0))
    top = work.node("Slice", turned, *(work.integers(n) for n in (0, 2, 1, 1)))
    linear = work.node("Slice", top, *(work.integers(n) for n in (0, 2, 0, 1)))
    return linear, work.node("Slice", top, *(work.integers(n) for n in (3, 4, 0, 1)))


_WRITERS: dict[str, Callable[[Writing, Operation], None]] = {
    "Landmarks2TransformMatrix": _matrix,
    "TransformTensorBilinear": _crop,
    "TransformLandmarks": _landmarks,
}
