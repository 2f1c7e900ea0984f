"""Static quantisation to 8 bits: weights per channel, activations by measured ranges.

Convolutions, ReLUs and additions become integer operations (`QLinearConv`, and onnxruntime's
operator `QLinearAdd`). Everything else stays in 32-bit floats after a `DequantizeLinear`. A
ReLU costs nothing: the convolution before it cannot output values below the zero point.
Formulas: Jacob et al., arXiv 1712.05877, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from expunge.imaging.networks.graph import Graph, Node, Tensor, Value

Ranges = Mapping[str, tuple[float, float]]
"""Minimum and maximum of each activation, by name."""

WEIGHT_TOP = 63
"""Seven bits, so that the 16-bit sums of x86 CPUs without VNNI cannot overflow (onnxruntime's
``reduce_range``)."""
_OPSET = 13
"""The operators here are unchanged since 11; onnxruntime's optimiser adds some of 13."""


def quantised(graph: Graph, ranges: Ranges, *, keep: frozenset[str] = frozenset()) -> Graph:
    """The network in 8 bits: input uint8 instead of floats from 0 to 255, same outputs.

    Parameters
    ----------
    graph
        A network with one input, whose values are whole numbers from 0 to 255.
    ranges
        The range of every input and output of a `Conv`, `Relu` or `Add`.
    keep
        Output names of the `Conv` nodes that stay in floats.
    """
    source = graph.inputs[0]
    work = _Work(graph, ranges, keep)
    work.scales[source.name] = work.scale(source.name, 0.0, 255.0)
    for node in graph.nodes:
        work.add(node)
    return Graph(
        nodes=tuple(work.nodes),
        tensors=work.tensors,
        inputs=(Value(source.name, np.dtype("u1"), source.shape),),
        outputs=graph.outputs,
        opsets={"": _OPSET, "com.microsoft": 1},
    )


def folded(graph: Graph) -> Graph:
    """The network with each `BatchNormalization` folded into the `ConvTranspose` before it."""
    norms = {node.inputs[0]: node for node in graph.nodes if node.op == "BatchNormalization"}
    tensors = dict(graph.tensors)
    nodes = []
    for node in graph.nodes:
        norm = norms.get(node.outputs[0])
        if norm is not None and node.op == "ConvTranspose" and len(node.inputs) == 2:
            scale, bias, mean, variance = (graph.tensors[name] for name in norm.inputs[1:])
            epsilon = norm.attributes["epsilon"]
            assert isinstance(epsilon, float)
            factor = scale / np.sqrt(variance + np.float32(epsilon))
            tensors[node.inputs[1]] = graph.tensors[node.inputs[1]] * factor[:, None, None]
            tensors[norm.inputs[2]] = bias - mean * factor
            inputs = (*node.inputs, norm.inputs[2])
            nodes.append(replace(node, inputs=inputs, outputs=norm.outputs))
        elif node.op != "BatchNormalization":
            nodes.append(node)
    read = {name for node in nodes for name in node.inputs}
    left = {name: tensor for name, tensor in tensors.items() if name in read}
    return replace(graph, nodes=tuple(nodes), tensors=left)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Quantisation of one activation: real = step × (code − zero point)."""

    step: np.float32
    names: tuple[str, str]
    """Names of the tensors that hold the step and the zero point."""


@dataclass(slots=True)
class _Work:
    """State of the conversion from floats to integers."""

    graph: Graph
    ranges: Ranges
    keep: frozenset[str]
    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    scales: dict[str, _Scale] = field(default_factory=dict)
    """Scales of the activations that exist as integers."""
    floats: set[str] = field(default_factory=set)
    """Activations that exist as floats."""
    merged: dict[str, str] = field(default_factory=dict)
    """Output of a convolution → output of the ReLU that is merged into it."""

    def __post_init__(self) -> None:
        readers: dict[str, list[Node]] = {}
        for node in self.graph.nodes:
            for name in node.inputs:
                readers.setdefault(name, []).append(node)
        for node in self.graph.nodes:
            after = readers.get(node.outputs[0], [])
            in_integers = node.op == "Conv" and node.outputs[0] not in self.keep
            if in_integers and len(after) == 1 and after[0].op == "Relu":
                self.merged[node.outputs[0]] = after[0].outputs[0]

    def add(self, node: Node) -> None:
        if node.op == "Conv" and node.outputs[0] not in self.keep:
            self._convolution(node)
        elif node.op == "Add":
            self._addition(node)
        elif node.outputs[0] not in self.merged.values():
            self._float(node)

    def scale(self, name: str, low: float, high: float) -> _Scale:
        """Map ``low`` to ``high`` onto 0 to 255, with an exact zero."""
        low, high = min(low, 0.0), max(high, 0.0)
        step = np.float32((high - low) / 255 or 1.0)
        zero = np.uint8(np.clip(np.rint(-low / float(step)), 0, 255))
        names = (f"{name}/step", f"{name}/zero")
        self.tensors[names[0]], self.tensors[names[1]] = np.array(step), np.array(zero)
        return _Scale(step, names)

    def _convolution(self, node: Node) -> None:
        output = self.merged.get(node.outputs[0], node.outputs[0])
        of_input = self._in_integers(node.inputs[0])
        weight, bias = (self.graph.tensors[name] for name in node.inputs[1:3])
        top = np.abs(weight).max(axis=(1, 2, 3))
        steps = (np.maximum(top, 1e-12) / np.float32(WEIGHT_TOP)).astype(np.float32)
        codes = np.rint(weight / steps[:, None, None, None]).astype(np.int8)
        in_sums = np.rint(bias / (np.float64(of_input.step) * steps)).astype(np.int32)
        names = tuple(f"{output}/{part}" for part in ("weight", "steps", "zeros", "bias"))
        parts = (codes, steps, np.zeros(len(steps), np.int8), in_sums)
        self.tensors |= dict(zip(names, parts, strict=True))
        of_output = self.scales[output] = self.scale(output, *self.ranges[output])
        inputs = (
            self._codes(node.inputs[0]),
            *of_input.names,
            *names[:3],
            *of_output.names,
            names[3],
        )
        self.nodes.append(Node("QLinearConv", inputs, (self._codes(output),), node.attributes))

    def _addition(self, node: Node) -> None:
        output = node.outputs[0]
        terms = [
            part for n in node.inputs for part in (self._codes(n), *self._in_integers(n).names)
        ]
        of_output = self.scales[output] = self.scale(output, *self.ranges[output])
        inputs = (*terms, *of_output.names)
        self.nodes.append(Node("QLinearAdd", inputs, (self._codes(output),), {}, "com.microsoft"))

    def _float(self, node: Node) -> None:
        for name in node.inputs:
            if name in self.graph.tensors:
                self.tensors[name] = self.graph.tensors[name]
            elif name not in self.floats:
                self.floats.add(name)
                inputs = (self._codes(name), *self.scales[name].names)
                self.nodes.append(Node("DequantizeLinear", inputs, (name,)))
        self.nodes.append(node)
        self.floats.update(node.outputs)

    def _in_integers(self, name: str) -> _Scale:
        if name not in self.scales:
            made = self.scales[name] = self.scale(name, *self.ranges[name])
            self.nodes.append(Node("QuantizeLinear", (name, *made.names), (self._codes(name),)))
        return self.scales[name]

    def _codes(self, name: str) -> str:
        """The name of an activation's integer tensor; the network's input is one already."""
        return name if name == self.graph.inputs[0].name else f"{name}/codes"
