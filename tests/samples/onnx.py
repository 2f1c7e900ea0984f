"""ONNX graphs of a node or two, written field by field (onnx.proto3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

_FLOAT, _INT, _INTS = 1, 2, 7


def model(
    nodes: Sequence[bytes],
    side: int,
    *,
    constants: Mapping[str, np.ndarray] | None = None,
    channels_out: int = 3,
    side_out: int | None = None,
) -> bytes:
    """A graph from ``x``, float32 [1, 3, side, side], to ``y``."""
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, b"tests")
    for name, values in (constants or {}).items():
        graph += _field(5, _tensor(name, values))
    graph += _field(11, _value("x", (1, 3, side, side)))
    graph += _field(12, _value("y", (1, channels_out, side_out or side, side_out or side)))
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, 13))


def node(kind: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> bytes:
    """One operator with whole numbers as attributes."""
    parts = [_field(1, name.encode()) for name in inputs]
    parts += [_field(2, output.encode()), _field(4, kind.encode())]
    for name, value in attributes.items():
        whole = isinstance(value, int)
        content = _field(3, value) if whole else b"".join(_field(8, item) for item in value)
        kinds = _field(20, _INT if whole else _INTS)
        parts.append(_field(5, _field(1, name.encode()) + content + kinds))
    return b"".join(parts)


def _tensor(name: str, values: np.ndarray) -> bytes:
    sides = b"".join(_field(1, side) for side in values.shape)
    raw = values.astype("<f4").tobytes()
    return sides + _field(2, _FLOAT) + _field(8, name.encode()) + _field(9, raw)


def _value(name: str, shape: Sequence[int]) -> bytes:
    sides = b"".join(_field(1, _field(1, side)) for side in shape)
    kind = _field(1, _FLOAT) + _field(2, sides)
    return _field(1, name.encode()) + _field(2, _field(1, kind))


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
