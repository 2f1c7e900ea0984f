"""Write the additions of an 8-bit network so that every runtime rounds them alike.

`QLinearAdd` belongs to onnxruntime, whose WebAssembly build rounds one of 2,500 sums otherwise than
its builds for CPUs. Deeper layers make that visible: boxes move, by up to 7 % of a face's height.
The same sum in operators of the standard gives bit-identical codes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from expunge.imaging.networks.graph import Graph, Node, Tensor

_FLOAT = 1
"""``TensorProto.DataType.FLOAT``."""


def spelled_out(graph: Graph) -> Graph:
    """The same network with each `QLinearAdd` in operators of the ONNX standard.

    With codes a and b, code = a × step_a / step + b × step_b / step + offset, in 32-bit floats and
    in this order, as onnxruntime computes it (mlas, ``qladd.cpp``).
    """
    work = _Work(dict(graph.tensors))
    for node in graph.nodes:
        if node.op == "QLinearAdd":
            work.add(node)
        else:
            work.nodes.append(node)
    read = {name for node in work.nodes for name in node.inputs}
    left = {name: tensor for name, tensor in work.tensors.items() if name in read}
    return replace(graph, nodes=tuple(work.nodes), tensors=left)


@dataclass(slots=True)
class _Work:
    tensors: dict[str, Tensor]
    nodes: list[Node] = field(default_factory=list)

    def add(self, node: Node) -> None:
        a, step_a, zero_a, b, step_b, zero_b, step, zero = node.inputs
        output = node.outputs[0]
        ratios = [np.float32(self.tensors[of] / self.tensors[step]) for of in (step_a, step_b)]
        zeros = [int(self.tensors[of]) for of in (zero_a, zero_b)]
        offset = -sum(float(ratio) * at for ratio, at in zip(ratios, zeros, strict=True))
        terms = (
            self._scaled(a, ratios[0], f"{output}/first"),
            self._scaled(b, ratios[1], f"{output}/second"),
        )
        total = self._node("Add", terms, f"{output}/sum")
        terms = (total, self._number(f"{output}/offset", offset))
        moved = self._node("Add", terms, f"{output}/moved")
        self._node("QuantizeLinear", (moved, self._number("one", 1.0), zero), output)

    def _scaled(self, codes: str, ratio: np.float32, name: str) -> str:
        values = self._node("Cast", (codes,), f"{name}/float", to=_FLOAT)
        factor = self._number(f"{name}/ratio", float(ratio))
        return self._node("Mul", (values, factor), f"{name}/scaled")

    def _node(self, op: str, inputs: tuple[str, ...], output: str, **attributes: int) -> str:
        self.nodes.append(Node(op, inputs, (output,), dict(attributes)))
        return output

    def _number(self, name: str, value: float) -> str:
        self.tensors[name] = np.array(np.float32(value))
        return name
