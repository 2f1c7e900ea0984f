"""Small TensorFlow Lite files, and what they compute in NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
from flatbuffers import flexbuffers
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from expunge.imaging.networks.tflite.model import (
    _BYTES,
    _CUSTOM,
    _OPERATIONS,
    _OPTIONS,
    Network,
    Operation,
)

CODES = {name: number for number, name in _OPERATIONS.items()}
TYPES = {"float32": 0, "float16": 1, "int32": 2}
Floats = NDArray[np.float64]


@dataclass
class File:
    """A network while a test draws it; `tobytes` writes the file."""

    tensors: list[tuple[str, tuple[int, ...], NDArray[Any] | None]] = field(default_factory=list)
    operations: list[tuple[str, list[int], list[int], Mapping[str, Any]]] = field(
        default_factory=list
    )
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    def input(self, name: str, *shape: int) -> int:
        self.inputs.append(self.computed(name, *shape))
        return self.inputs[-1]

    def computed(self, name: str, *shape: int) -> int:
        self.tensors.append((name, shape, None))
        return len(self.tensors) - 1

    def constant(self, value: Any, dtype: str = "float32") -> int:
        made = np.asarray(value, dtype)
        self.tensors.append(("", made.shape, made))
        return len(self.tensors) - 1

    def add(self, kind: str, inputs: Sequence[int], *shape: int, **options: Any) -> int:
        made = self.computed(f"{kind} {len(self.operations)}", *shape)
        self.operations.append((kind, list(inputs), [made], options))
        return made

    def tobytes(self, *outputs: int) -> bytes:
        self.outputs = list(outputs)
        return _Writer(self).written()


class _Writer:
    def __init__(self, file: File) -> None:
        self.file, self.builder = file, flatbuffers.Builder(1024)
        self.kinds = list(dict.fromkeys(kind for kind, *_ in file.operations))

    def written(self) -> bytes:
        buffers = [self.table({})]
        tensors = []
        for name, shape, value in self.file.tensors:
            if value is not None:
                data = self.builder.CreateByteVector(value.tobytes())
                buffers.append(self.table({0: ("offset", data)}))
            kind = TYPES[str(value.dtype)] if value is not None else 0
            members = {
                0: ("offset", self.integers(shape)), 1: ("Int8", kind),
                2: ("Uint32", len(buffers) - 1 if value is not None else 0),
                3: ("offset", self.builder.CreateString(name)),
            }  # fmt: skip
            tensors.append(self.table(members))
        operations = [self.operation(*one) for one in self.file.operations]
        graph = self.table({
            0: ("offset", self.list(tensors)), 1: ("offset", self.integers(self.file.inputs)),
            2: ("offset", self.integers(self.file.outputs)), 3: ("offset", self.list(operations)),
        })  # fmt: skip
        codes = [self.code(kind) for kind in self.kinds]
        root = self.table({
            0: ("Uint32", 3), 1: ("offset", self.list(codes)), 2: ("offset", self.list([graph])),
            4: ("offset", self.list(buffers)),
        })  # fmt: skip
        self.builder.Finish(root, b"TFL3")
        return bytes(self.builder.Output())

    def code(self, kind: str) -> int:
        number = CODES.get(kind, _CUSTOM)
        members = {0: ("Int8", number), 3: ("Int32", number)}
        if number == _CUSTOM:
            members[1] = ("offset", self.builder.CreateString(kind))
        return self.table(members)

    def operation(
        self, kind: str, inputs: list[int], outputs: list[int], options: Mapping[str, Any]
    ) -> int:
        members = {0: ("Uint32", self.kinds.index(kind)), 1: ("offset", self.integers(inputs)),
                   2: ("offset", self.integers(outputs))}  # fmt: skip
        if kind not in CODES and options:
            data = self.builder.CreateByteVector(_map(options))
            members[5] = ("offset", data)
        elif kind in _OPTIONS:
            fields = {
                place: ("Int8" if name in _BYTES else "Int32", options[name])
                for place, name in enumerate(_OPTIONS[kind])
                if name in options
            }
            members |= {3: ("Uint8", 1), 4: ("offset", self.table(fields))}
        return self.table(members)

    def table(self, members: Mapping[int, tuple[str, int]]) -> int:
        self.builder.StartObject(max(members, default=-1) + 1)
        for place, (kind, value) in members.items():
            if kind == "offset":
                self.builder.PrependUOffsetTRelativeSlot(place, value, 0)
            else:
                getattr(self.builder, f"Prepend{kind}Slot")(place, value, None)
        made: int = self.builder.EndObject()
        return made

    def integers(self, values: Sequence[int]) -> int:
        made: int = self.builder.CreateNumpyVector(np.array(values, np.int32))
        return made

    def list(self, offsets: Sequence[int]) -> int:
        self.builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        made: int = self.builder.EndVector()
        return made


def _map(options: Mapping[str, Any]) -> bytes:
    builder = flexbuffers.Builder()
    with builder.Map():
        for name, value in options.items():
            builder.Key(name)
            if isinstance(value, list):
                builder.TypedVectorFromElements(value)
            else:
                builder.Add(value)
    return bytes(builder.Finish())


def in_numpy(network: Network, *inputs: Floats) -> list[Floats]:
    """Run a network as its publications define each operation, in 64-bit floats."""
    known: dict[int, Floats] = {
        number: np.asarray(one.value, np.float64)
        for number, one in enumerate(network.tensors)
        if one.value is not None
    }
    known |= dict(zip(network.inputs, inputs, strict=True))
    for one in network.operations:
        given = [known[number] for number in one.inputs if number >= 0]
        shape = network.tensors[one.outputs[0]].shape
        made = _RUN[one.kind](one, given, shape)
        assert made.shape == shape, one.kind
        known[one.outputs[0]] = made
    return [known[number] for number in network.outputs]


def _activated(one: Operation, value: Floats) -> Floats:
    return np.maximum(value, 0) if one.options.get("activation") else value


def _windows(one: Operation, image: Floats, size: tuple[int, int], fill: float) -> Floats:
    """(rows, columns, C, h, w): what each place of the window sees."""
    steps = one.integer("stride_height"), one.integer("stride_width")
    gaps = [int(one.options.get(f"dilation_{axis}", 1)) for axis in ("height", "width")]  # type: ignore[arg-type]
    spans = [gap * (length - 1) + 1 for gap, length in zip(gaps, size, strict=True)]
    ends = [(0, 0), (0, 0)]
    if one.options["padding"] == 0:
        for axis in range(2):
            side = image.shape[1 + axis]
            short = max((math.ceil(side / steps[axis]) - 1) * steps[axis] + spans[axis] - side, 0)
            ends[axis] = short // 2, short - short // 2
    padded = np.pad(image[0], (*ends, (0, 0)), constant_values=fill)
    seen = sliding_window_view(padded, spans, axis=(0, 1))
    return seen[:: steps[0], :: steps[1], :, :: gaps[0], :: gaps[1]]


def _convolution(one: Operation, given: list[Floats], _: Any) -> Floats:
    image, filters, bias = given
    seen = _windows(one, image, filters.shape[1:3], 0.0)
    if one.kind == "CONV_2D":
        made = np.einsum("xyihw,ohwi->xyo", seen, filters, optimize=True)
    else:
        made = np.einsum("xyihw,hwi->xyi", seen, filters[0], optimize=True)
    return _activated(one, made[None] + bias)


def _pool(one: Operation, given: list[Floats], _: Any) -> Floats:
    size = one.integer("height"), one.integer("width")
    return _activated(one, _windows(one, given[0], size, -np.inf).max(axis=(3, 4))[None])


def _matrix(one: Operation, given: list[Floats], _: Any) -> Floats:
    """By angles, as MediaPipe has it."""
    points = given[0][0, :, :2]
    right, left = (
        points[one.integer("right_rotation_idx")],
        points[one.integer("left_rotation_idx")],
    )
    turn = -np.arctan2(right[1] - left[1], right[0] - left[0])

    def rotation(angle: float) -> Floats:
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    level = [rotation(turn) @ points[index] for index in one.integers("subset_idxs")]
    low, high = np.min(level, axis=0), np.max(level, axis=0)
    size = np.array([one.integer("output_width"), one.integer("output_height")])
    scale = np.array([one.number("scale_x"), one.number("scale_y")]) * (high - low) / size
    steps = [np.eye(3) for _ in range(4)]
    steps[0][:2, 2] = rotation(-turn) @ ((low + high) / 2)
    steps[1][:2, :2] = rotation(-turn)
    steps[2][:2, :2] = np.diag(scale)
    steps[3][:2, 2] = -size / 2
    product = np.linalg.multi_dot(steps)
    made = np.eye(4)
    made[:2, :2], made[:2, 3] = product[:2, :2], product[:2, 2]
    return made[None]


def _crop(_: Operation, given: list[Floats], shape: tuple[int, ...]) -> Floats:
    """Cell by cell; zero where a cell's centre is beyond the centres of the outermost pixels."""
    image, matrix = given[0][0], given[1][0]
    made = np.zeros(shape)
    for row in range(shape[1]):
        for column in range(shape[2]):
            x, y = (matrix @ (column + 0.5, row + 0.5, 0, 1))[:2] - 0.5
            if not (0 <= x <= image.shape[1] - 1 and 0 <= y <= image.shape[0] - 1):
                continue
            left, top = min(int(x), image.shape[1] - 2), min(int(y), image.shape[0] - 2)
            across, down = x - left, y - top
            upper, lower = (
                (1 - across) * image[at, left] + across * image[at, left + 1]
                for at in (top, top + 1)
            )
            made[0, row, column] = (1 - down) * upper + down * lower
    return made


def _landmarks(_: Operation, given: list[Floats], __: Any) -> Floats:
    points, matrix = given[0], given[1][0]
    return np.stack([[matrix[:2, :2] @ point + matrix[:2, 3] for point in points[0]]])


_RUN: dict[str, Callable[[Operation, list[Floats], tuple[int, ...]], Floats]] = {
    "ADD": lambda one, given, _: _activated(one, given[0] + given[1]),
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "DEQUANTIZE": lambda _, given, __: given[0],
    "MAX_POOL_2D": _pool,
    "MUL": lambda one, given, _: _activated(one, given[0] * given[1]),
    "PAD": lambda _, given, __: np.pad(given[0], given[1].astype(int)),
    "PRELU": lambda _, given, __: np.where(given[0] > 0, given[0], given[0] * given[1]),
    "RESHAPE": lambda _, given, shape: given[0].reshape(shape),
    "STRIDED_SLICE": lambda _, given, __: given[0][
        tuple(slice(*map(int, bounds)) for bounds in zip(*given[1:], strict=True))
    ],
    "Landmarks2TransformMatrix": _matrix,
    "TransformTensorBilinear": _crop,
    "TransformLandmarks": _landmarks,
}
