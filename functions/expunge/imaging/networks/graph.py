"""ONNX files as graphs of nodes and tensors (field numbers: ``onnx.proto``, IR version 4).

Only the part of the format that the networks here use: no subgraphs, no external data, no
training information. Fields that are not read are not written either.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.networks.protobuf import chunk, fields, fixed32, integers, varint

if TYPE_CHECKING:
    from collections.abc import Iterable

Attribute = int | float | str | list[int] | bytes
"""Bytes are a whole, unparsed ``AttributeProto`` of another type."""
Tensor = NDArray[Any]

_DTYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8"}
"""``TensorProto.DataType``."""
_NUMBERS = {np.dtype(name): number for number, name in _DTYPES.items()}
_IR_VERSION = 4
"""The first version in which initialisers need not be inputs too."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute] = field(default_factory=dict)
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """An input or output of the graph; a string in ``shape`` is a dimension of any length."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A network: nodes in execution order, and its constant tensors (weights)."""

    nodes: tuple[Node, ...]
    tensors: dict[str, Tensor]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    opsets: dict[str, int]

    def of_any_size(self) -> Graph:
        """The same network, with an input of one image of any height and width."""
        return replace(
            self,
            inputs=tuple(
                replace(value, shape=(1, *value.shape[1:2], "height", "width"))
                for value in self.inputs
            ),
            outputs=tuple(
                replace(
                    value, shape=tuple(f"{value.name}/{axis}" for axis in range(len(value.shape)))
                )
                for value in self.outputs
            ),
        )

    @classmethod
    def parse(cls, data: bytes) -> Graph:
        """Read a file; tensors that no node uses are omitted.

        Raises
        ------
        ValueError
            If it is not an ONNX file, or has a tensor of an unsupported type.
        """
        try:
            return cls._of(_grouped(data))
        except (AttributeError, LookupError, TypeError, struct.error) as error:
            raise ValueError("the file is not an ONNX network") from error

    @classmethod
    def _of(cls, model: dict[int, list[Any]]) -> Graph:
        opsets = [_grouped(entry) for entry in model[8]]
        parts = _grouped(model[7][0])
        nodes = tuple(map(_node, parts.get(1, ())))
        tensors = dict(map(_tensor, parts.get(5, ())))
        values = [_value(value) for value in parts.get(11, ())]
        read = {name for node in nodes for name in node.inputs}
        return cls(
            nodes=nodes,
            tensors={name: tensor for name, tensor in tensors.items() if name in read},
            inputs=tuple(value for value in values if value.name not in tensors),
            outputs=tuple(map(_value, parts.get(12, ()))),
            opsets={_text(entry, 1): entry[2][0] for entry in opsets},
        )

    def serialised(self) -> bytes:
        """The graph as an ONNX file; equal graphs give equal bytes."""
        graph = [chunk(1, _node_bytes(node)) for node in self.nodes]
        graph.append(chunk(2, "graph"))
        graph += [chunk(5, _tensor_bytes(*entry)) for entry in self.tensors.items()]
        graph += [chunk(11, _value_bytes(value)) for value in self.inputs]
        graph += [chunk(12, _value_bytes(value)) for value in self.outputs]
        model = [varint(1, _IR_VERSION), chunk(7, b"".join(graph))]
        for domain, version in self.opsets.items():
            model.append(chunk(8, chunk(1, domain) + varint(2, version)))
        return b"".join(model)


def last_tensor(data: bytes) -> Tensor:
    """The last constant tensor of a file, whether a node uses it or not.

    Raises
    ------
    ValueError
        If it is not an ONNX file, or has no tensor.
    """
    try:
        parts = _grouped(_grouped(data)[7][0])
        return _tensor(parts[5][-1])[1]
    except (AttributeError, LookupError, TypeError, struct.error) as error:
        raise ValueError("the file is not an ONNX network with a tensor") from error


def _grouped(message: bytes) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for number, value in fields(message):
        found.setdefault(number, []).append(value)
    return found


def _text(message: dict[int, list[Any]], number: int) -> str:
    text: bytes = message.get(number, [b""])[0]
    return text.decode()


def _all_integers(values: Iterable[int | bytes]) -> list[int]:
    return [number for value in values for number in integers(value)]


def _node(data: bytes) -> Node:
    message = _grouped(data)
    return Node(
        op=_text(message, 4),
        inputs=tuple(name.decode() for name in message.get(1, ())),
        outputs=tuple(name.decode() for name in message.get(2, ())),
        attributes=dict(map(_attribute, message.get(5, ()))),
        domain=_text(message, 7),
    )


def _attribute(data: bytes) -> tuple[str, Attribute]:
    message = _grouped(data)
    value: Attribute = data
    if 2 in message:
        (value,) = struct.unpack("<f", message[2][0])
    elif 3 in message:
        value = integers(message[3][0])[0]
    elif 4 in message:
        value = _text(message, 4)
    elif 8 in message:
        value = _all_integers(message[8])
    return _text(message, 1), value


def _tensor(data: bytes) -> tuple[str, Tensor]:
    message = _grouped(data)
    kind = message[2][0]
    if kind not in _DTYPES:
        raise ValueError(f"tensors of type {kind} are not supported")
    if 9 in message:
        flat = np.frombuffer(message[9][0], _DTYPES[kind])
    elif 4 in message:
        flat = np.frombuffer(b"".join(message[4]), "<f4")
    else:
        flat = np.array(_all_integers(message.get(5, []) + message.get(7, [])), _DTYPES[kind])
    return _text(message, 8), flat.reshape(_all_integers(message.get(1, ())))


def _value(data: bytes) -> Value:
    message = _grouped(data)
    tensor = _grouped(_grouped(message[2][0])[1][0])
    shape = _grouped(tensor[2][0]).get(1, ()) if 2 in tensor else ()
    sides = [_grouped(side) for side in shape]
    return Value(
        name=_text(message, 1),
        dtype=np.dtype(_DTYPES[tensor[1][0]]),
        shape=tuple(side[1][0] if 1 in side else _text(side, 2) for side in sides),
    )


def _node_bytes(node: Node) -> bytes:
    parts = [chunk(1, name) for name in node.inputs]
    parts += [chunk(2, name) for name in node.outputs]
    parts += [chunk(3, node.outputs[0]), chunk(4, node.op)]
    parts += [chunk(5, _attribute_bytes(*entry)) for entry in node.attributes.items()]
    if node.domain:
        parts.append(chunk(7, node.domain))
    return b"".join(parts)


def _attribute_bytes(name: str, value: Attribute) -> bytes:
    """Types: 1 float, 2 integer, 3 string, 7 integers (``AttributeProto.AttributeType``)."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, float):
        coded, kind = fixed32(2, struct.pack("<f", value)), 1
    elif isinstance(value, int):
        coded, kind = varint(3, value), 2
    elif isinstance(value, str):
        coded, kind = chunk(4, value), 3
    else:
        coded, kind = b"".join(varint(8, item) for item in value), 7
    return chunk(1, name) + coded + varint(20, kind)


def _tensor_bytes(name: str, tensor: Tensor) -> bytes:
    sides = b"".join(varint(1, side) for side in tensor.shape)
    kind = varint(2, _NUMBERS[tensor.dtype])
    return sides + kind + chunk(8, name) + chunk(9, tensor.tobytes())


def _value_bytes(value: Value) -> bytes:
    sides = b"".join(
        chunk(1, varint(1, side) if isinstance(side, int) else chunk(2, side))
        for side in value.shape
    )
    tensor = varint(1, _NUMBERS[value.dtype]) + chunk(2, sides)
    return chunk(1, value.name) + chunk(2, chunk(1, tensor))
