"""A TensorFlow Lite file as tensors and operations (field numbers: ``schema.fbs``, version 3).

Only what the converter knows: one subgraph, floats of 32 or 16 bits, no quantisation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.networks.tflite.flatbuffer import Table
from expunge.imaging.networks.tflite.flexbuffer import MAX_DATA, Option, options

if TYPE_CHECKING:
    from collections.abc import Callable


MAX_BYTES = 16_000_000
"""Most bytes of a file; the face mesh has 2.5 million."""
MAX_SIDE = 4096
"""Longest axis of a tensor."""
MAX_CUSTOM = 100
"""Most custom operations, whose options are read one by one; the face mesh has 11."""
_VERSION = 3
_DTYPES = {0: "<f4", 1: "<f2", 2: "<i4", 4: "<i8"}
"""``TensorType``."""
_CUSTOM = 32
_OPERATIONS = {
    0: "ADD", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D", 6: "DEQUANTIZE", 17: "MAX_POOL_2D",
    18: "MUL", 22: "RESHAPE", 34: "PAD", 45: "STRIDED_SLICE", 54: "PRELU",
}  # fmt: skip
"""``BuiltinOperator``: those that the converter knows."""
_CONVOLUTION = ("padding", "stride_width", "stride_height")
_OPTIONS = {
    "ADD": ("activation",),
    "CONV_2D": (*_CONVOLUTION, "activation", "dilation_width", "dilation_height"),
    "DEPTHWISE_CONV_2D": (
        *_CONVOLUTION, "multiplier", "activation", "dilation_width", "dilation_height",
    ),
    "MAX_POOL_2D": (*_CONVOLUTION, "width", "height", "activation"),
    "MUL": ("activation",),
    "STRIDED_SLICE": ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_mask"),
}  # fmt: skip
"""Names of the fields of an operation's options, in the schema's order."""
_BYTES = frozenset(("padding", "activation"))
"""Options of one byte; the others have four."""
_ONE = frozenset(("dilation_width", "dilation_height"))
"""Options that are 1 where the file does not say them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One tensor."""

    name: str
    shape: tuple[int, ...]
    value: NDArray[Any] | None
    """A constant's values; ``None`` for what the network computes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; tensors are numbers into `Network.tensors`, -1 for one that is left out."""

    kind: str
    """A name of ``BuiltinOperator``, or that of a custom operation."""
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Mapping[str, Option] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """An option that is one number.

        Raises
        ------
        ValueError
            If it is missing, or a list.
        """
        value = self.options.get(name)
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{self.kind} has no number {name}")
        return value

    def integer(self, name: str) -> int:
        """An option that is one number, without its fraction."""
        return int(self.number(name))

    def integers(self, name: str) -> list[int]:
        """An option that is a list; an empty one if it is missing."""
        value = self.options.get(name)
        return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Network:
    """A file's only subgraph, with its operations in the order of execution."""

    tensors: tuple[Stored, ...]
    operations: tuple[Operation, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def parsed(data: bytes) -> Network:
    """Read a file; constants are views of it.

    Raises
    ------
    ValueError
        If it is too large, damaged, no such file, or has what is not read here.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"a network of more than {MAX_BYTES:,} bytes is not read")
    if data[4:8] != b"TFL3":
        raise ValueError("the file is not a TensorFlow Lite network")
    model = Table.root(data)
    graphs, buffers = model.tables(2), model.tables(4)
    if model.number(0, "I") != _VERSION or len(graphs) != 1:
        raise ValueError("only version 3 with one subgraph is read")
    kinds = [_kind(code) for code in model.tables(1)]
    (graph,) = graphs
    tensors = tuple(_tensor(table, buffers) for table in graph.tables(0))
    count, operations = len(tensors), graph.tables(3)
    custom = sum(_named(kinds, table) not in _OPERATIONS.values() for table in operations)
    if custom > MAX_CUSTOM:
        raise ValueError(f"a network of {custom:,} custom operations is not read")
    return Network(
        tensors,
        tuple(_operation(table, kinds, count) for table in operations),
        _numbers(graph, 1, 0, count),
        _numbers(graph, 2, 0, count),
    )


def _kind(code: Table) -> str:
    """The name; the older field of one byte cannot hold codes above 127."""
    number = max(code.number(0, "b"), code.number(3, "i"))
    if number == _CUSTOM:
        return code.text(1)
    if number not in _OPERATIONS:
        raise ValueError(f"the operation {number} is not known")
    return _OPERATIONS[number]


def _tensor(table: Table, buffers: list[Table]) -> Stored:
    shape, kind, buffer = table.integers(0), table.number(1, "b"), table.number(2, "I")
    if kind not in _DTYPES or any(not 0 < side <= MAX_SIDE for side in shape) or len(shape) > 4:
        raise ValueError(f"a tensor of type {kind} and shape {shape[:5]} is not read")
    if buffer >= len(buffers):
        raise ValueError("a tensor has no buffer")
    content = buffers[buffer].content(0)
    value = None
    if len(content):
        if len(content) != np.prod(shape, dtype=np.int64) * np.dtype(_DTYPES[kind]).itemsize:
            raise ValueError(f"a constant of shape {shape} has {len(content):,} bytes")
        value = content.view(_DTYPES[kind]).reshape(shape)
    return Stored(table.text(3), tuple(shape), value)


def _operation(table: Table, kinds: list[str], count: int) -> Operation:
    inputs, outputs = _numbers(table, 1, -1, count), _numbers(table, 2, 0, count)
    if not inputs or not outputs:
        raise ValueError("an operation without inputs or outputs is not read")
    kind = _named(kinds, table)
    if kind in _OPERATIONS.values():
        return Operation(kind, inputs, outputs, _options(table.table(4), _OPTIONS.get(kind, ())))
    return Operation(kind, inputs, outputs, options(table.content(5, MAX_DATA).tobytes()))


def _named(kinds: list[str], operation: Table) -> str:
    code = operation.number(0, "I")
    if code >= len(kinds):
        raise ValueError("an operation has no code")
    return kinds[code]


def _options(table: Table | None, names: tuple[str, ...]) -> dict[str, Option]:
    number: Callable[[int, str, int], int] = table.number if table else lambda *given: given[-1]
    return {
        name: number(place, "b" if name in _BYTES else "i", int(name in _ONE))
        for place, name in enumerate(names)
    }


def _numbers(table: Table, place: int, least: int, count: int) -> tuple[int, ...]:
    found = tuple(table.integers(place))
    if not all(least <= number < count for number in found):
        raise ValueError("an operation names a tensor that does not exist")
    return found
