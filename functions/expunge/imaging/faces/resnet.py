"""Write the face descriptor's network as an ONNX file, from the weights that face-api publishes.

The network is dlib's ``dlib_face_recognition_resnet_model_v1`` (King, 2017; its author gave it to
the public domain): a residual network (He et al., arXiv 1512.03385) that makes 128 numbers of a
face of 150 × 150 pixels. face-api stores each tensor one after the other, and most of them in
8 bits. They stay in 8 bits here, so the file is no larger than its source.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging.faces.descriptor import SIDE
from expunge.imaging.networks.graph import Graph, Node, Tensor, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.networks.graph import Attribute

LENGTH = 128
"""Numbers of a descriptor."""
MEANS = (122.782, 117.001, 104.298)
"""What the network expects each of red, green and blue to be less by (dlib, ``input.h``)."""
BLOCKS = (
    *("conv32_1", "conv32_2", "conv32_3", "conv64_down", "conv64_1", "conv64_2", "conv64_3"),
    *("conv128_down", "conv128_1", "conv128_2", "conv256_down", "conv256_1", "conv256_2"),
    "conv256_down_out",
)
"""The residual blocks in order; those named «down» halve the sides."""
MAX_BYTES = 16_000_000
"""Most bytes of the weights; the published ones have 6.4 million."""
MAX_MANIFEST = 100_000
"""Most bytes of the manifest; the published one has 19,615."""
MAX_TENSORS = 500
_FLOAT = 1
"""``TensorProto.DataType.FLOAT``."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A tensor as it is stored: ``scale`` × its values + ``least``."""

    values: Tensor
    scale: float = 1.0
    least: float = 0.0

    @property
    def floats(self) -> NDArray[np.float32]:
        """The tensor in 32-bit floats."""
        return np.asarray(self.values * np.float64(self.scale) + self.least, np.float32)


def converted(weights: bytes, manifest: bytes) -> Graph:
    """Return the network with one input, (N, 3, 150, 150) RGB from 0 to 255 in floats.

    Raises
    ------
    ValueError
        If the files are too large, contradict each other, or are of another network.
    """
    tensors = stored(weights, manifest)
    work = _Work(tensors)
    try:
        work.write()
    except (KeyError, ValueError) as error:
        raise ValueError(f"these are not the weights of the face descriptor: {error}") from error
    image = Value("image", np.dtype("<f4"), ("faces", 3, SIDE, SIDE))
    output = Value("descriptor", np.dtype("<f4"), ("faces", LENGTH))
    return Graph(tuple(work.nodes), work.constants, (image,), (output,), {"": 13})


def stored(weights: bytes, manifest: bytes) -> dict[str, Weight]:
    """Read the tensors of a weights file by its manifest, in the layout of TensorFlow.js.

    Raises
    ------
    ValueError
        If either file is too large or damaged, or if they contradict each other.
    """
    if len(weights) > MAX_BYTES or len(manifest) > MAX_MANIFEST:
        raise ValueError(
            f"weights of more than {MAX_BYTES:,} bytes, or a manifest of more than "
            f"{MAX_MANIFEST:,}, are not read"
        )
    found, start = dict[str, Weight](), 0
    for name, shape, coding in _entries(manifest):
        kind = np.dtype("u1" if coding else "<f4")
        size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
        if min(shape, default=1) < 1 or start + size > len(weights):
            raise ValueError(f"the weights end inside {name}")
        values = np.frombuffer(weights[start : start + size], kind).reshape(shape)
        found[name] = Weight(values, *(float(coding[key]) for key in ("scale", "min") if coding))
        start += size
    if start != len(weights):
        raise ValueError(f"{len(weights) - start:,} bytes of the weights belong to no tensor")
    return found


def _entries(manifest: bytes) -> list[tuple[str, list[int], dict[str, Any]]]:
    try:
        entries = json.loads(manifest)[0]["weights"]
        read = [(str(e["name"]), list(map(int, e["shape"])), _coding(e)) for e in entries]
    except (LookupError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"the manifest cannot be read: {error}") from error
    if len(read) > MAX_TENSORS:
        raise ValueError(f"a network of more than {MAX_TENSORS} tensors is not read")
    return read


def _coding(entry: Mapping[str, Any]) -> dict[str, Any]:
    coding = entry.get("quantization") or {}
    kind = coding.get("dtype", "uint8") if coding else entry["dtype"]
    if kind != ("uint8" if coding else "float32"):
        raise ValueError(f"values of type {kind} are not read")
    return {"scale": coding["scale"], "min": coding["min"]} if coding else {}


@dataclass(slots=True)
class _Work:
    """The graph while it is written."""

    tensors: Mapping[str, Weight]
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Tensor] = field(default_factory=dict)

    def write(self) -> None:
        means = np.array(MEANS, np.float32).reshape(1, 3, 1, 1)
        x = self.node("Sub", "image", self.constant(means))
        x = self.node("Div", x, self.constant(np.float32(255)))
        x, side = self.convolved(x, "conv32_down", stride=2), (SIDE - 7) // 2 + 1
        x = self.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2])
        side = (side - 3) // 2 + 1
        for block in BLOCKS:
            if "down" in block:
                x, side = self.halved(x, block, side), side // 2
            else:
                x = self.residual(x, block)
        x = self.node("ReduceMean", x, axes=[2, 3], keepdims=0)
        last = self.tensors["fc"]
        if last.values.ndim != 2 or last.values.shape[1] != LENGTH:
            raise ValueError(f"fc has the shape {last.values.shape}")
        self.node("MatMul", x, self.weights(last, np.ones((1, 1))), output="descriptor")

    def residual(self, x: str, block: str) -> str:
        y = self.convolved(x, f"{block}/conv1", pad=1)
        y = self.convolved(y, f"{block}/conv2", pad=1, rectified=False)
        return self.node("Relu", self.node("Add", y, x))

    def halved(self, x: str, block: str, side: int) -> str:
        """A residual block with half the sides; zeros fill missing channels, rows and columns."""
        y = self.convolved(x, f"{block}/conv1", stride=2)
        y = self.convolved(y, f"{block}/conv2", pad=1, rectified=False)
        kept = self.node("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
        y = self.padded(y, 0, side // 2 - ((side - 3) // 2 + 1))
        before, after = self.tensors[f"{block}/conv1/conv/filters"].values.shape[2:]
        return self.node("Relu", self.node("Add", y, self.padded(kept, after - before, 0)))

    def padded(self, x: str, channels: int, sides: int) -> str:
        if not (channels or sides):
            return x
        ends = np.array([0, 0, 0, 0, 0, channels, sides, sides], np.int64)
        return self.node("Pad", x, self.constant(ends))

    def convolved(
        self, x: str, layer: str, *, stride: int = 1, pad: int = 0, rectified: bool = True
    ) -> str:
        """A convolution; the scale of each channel after it becomes part of its weights."""
        filters, scale = self.tensors[f"{layer}/conv/filters"], self._of(layer, "scale/weights")
        bias = self._of(layer, "conv/bias") * scale + self._of(layer, "scale/biases")
        weights = Weight(filters.values.transpose(3, 2, 0, 1), filters.scale, filters.least)
        made = self.weights(weights, scale.reshape(-1, 1, 1, 1))
        y = self.node(
            "Conv", x, made, self.constant(bias), strides=[stride, stride], pads=[pad] * 4
        )
        return self.node("Relu", y) if rectified else y

    def _of(self, layer: str, name: str) -> NDArray[np.float32]:
        return self.tensors[f"{layer}/{name}"].floats

    def weights(self, weight: Weight, factor: NDArray[Any]) -> str:
        """A tensor multiplied by a factor. One of 8 bits becomes floats when it is loaded."""
        if weight.values.dtype != np.uint8:
            return self.constant(np.asarray(weight.floats * factor, np.float32))
        codes = self.node("Cast", self.constant(weight.values), to=_FLOAT)
        scale, least = (np.asarray(n * factor, np.float32) for n in (weight.scale, weight.least))
        scaled = self.node("Mul", codes, self.constant(scale))
        return self.node("Add", scaled, self.constant(least))

    def node(self, op: str, *inputs: str, output: str = "", **attributes: Attribute) -> str:
        name = output or f"n{len(self.nodes)}"
        self.nodes.append(Node(op, inputs, (name,), dict(attributes)))
        return name

    def constant(self, value: NDArray[Any] | np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = np.ascontiguousarray(value).reshape(np.shape(value))
        return name
