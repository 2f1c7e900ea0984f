"""The ONNX graph while it is written: names, constants, and the order of axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.networks.graph import Node, Tensor
from expunge.imaging.networks.tflite.model import Network

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from expunge.imaging.networks.graph import Attribute

MAX_CONSTANTS = 16_000_000
"""Most bytes of constants written. A hostile file may name the same bytes many times."""
CHANNELS_FIRST, CHANNELS_LAST = (0, 3, 1, 2), (0, 2, 3, 1)
"""The order of axes that turns TensorFlow's images into ONNX's, and back."""
_FLOAT = 1
"""``TensorProto.DataType.FLOAT``."""


@dataclass(slots=True)
class Writing:
    """Nodes and constants so far.

    What is computed and has four axes is held in ONNX's order, (N, C, H, W), from one operation
    to the next. Everything else keeps its order.
    """

    network: Network
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Tensor] = field(default_factory=dict)
    values: dict[int, NDArray[Any]] = field(default_factory=dict)
    """Constants of the file by their numbers, and what follows from them alone."""
    _room: int = MAX_CONSTANTS

    def shape(self, number: int) -> tuple[int, ...]:
        """A tensor's shape, as the file has it."""
        return self.network.tensors[number].shape

    def value(self, number: int) -> NDArray[Any]:
        """The values of a constant.

        Raises
        ------
        ValueError
            If the network computes that tensor.
        """
        if number not in self.values:
            raise ValueError("what should be a constant is computed")
        return self.values[number]

    def operand(self, number: int, axes: int) -> str:
        """A tensor that is added or multiplied to one with so many axes."""
        if number not in self.values:
            if axes == 4 > len(self.shape(number)):
                raise ValueError("a computed tensor has fewer axes than the one it meets")
            return named(number)
        value = self.values[number]
        if axes == 4:
            value = value.reshape((1,) * (4 - value.ndim) + value.shape)
            value = value.transpose(CHANNELS_FIRST)
        return self.weights(value)

    def node(self, op: str, *inputs: str, output: str = "", **attributes: Attribute) -> str:
        """Add an operation with one output; return the output's name."""
        name = output or f"n{len(self.nodes)}"
        self.nodes.append(Node(op, inputs, (name,), dict(attributes)))
        return name

    def weights(self, value: NDArray[Any]) -> str:
        """A constant in 32-bit floats; one of 16 bits becomes floats when it is loaded."""
        name = self.constant(value)
        return self.node("Cast", name, to=_FLOAT) if value.dtype == np.float16 else name

    def constant(self, value: NDArray[Any]) -> str:
        """A constant as it is."""
        self._room -= value.nbytes
        if self._room < 0:
            raise ValueError(f"the constants take more than {MAX_CONSTANTS:,} bytes")
        name = f"c{len(self.constants)}"
        self.constants[name] = np.ascontiguousarray(value).reshape(value.shape)
        return name

    def integers(self, *values: int) -> str:
        """A constant list of integers."""
        return self.constant(np.array(values, np.int64))

    def floats(self, values: ArrayLike) -> str:
        """A constant of 32-bit floats."""
        return self.constant(np.asarray(values, np.float32))

    def ordered(self, name: str, order: tuple[int, ...], output: str = "") -> str:
        """A tensor with its axes in another order."""
        return self.node("Transpose", name, output=output, perm=list(order))


def named(number: int) -> str:
    """The name of a computed tensor."""
    return f"t{number}"
