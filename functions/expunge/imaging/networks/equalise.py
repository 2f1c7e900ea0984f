"""Equalise the channels of a network before it is quantised, without changing what it computes.

Eight bits serve a whole activation, so a channel with a small range would have few codes. A channel
can be made larger where it is computed, and the layers that read it smaller by the same factor;
rectifiers and additions let the factor through. Nagel et al., arXiv 1906.04721, section 4.1, and
Xiao et al., arXiv 2211.10438. All factors are powers of two, so that floats lose nothing: the
equalised network gives the same outputs, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.networks.graph import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.networks.graph import Graph, Tensor

Shifts = Mapping[str, Sequence[int]]
"""The exponent of each channel's factor, by the name of the first activation of its group."""
_WEIGHTED = frozenset(("Conv", "ConvTranspose"))
_SMALLEST = 1e-3
"""Least range of a channel that counts, as a fraction of the largest: noise stays small."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Activations that share their channels, because additions join them."""

    members: tuple[str, ...]
    writers: tuple[Node, ...]
    readers: tuple[Node, ...]


def equalised(graph: Graph, shifts: Shifts) -> Graph:
    """The network with each channel multiplied by two to the power of its shift.

    Every `BatchNormalization` must be folded before.
    """
    tensors = dict(graph.tensors)
    for group in _groups(graph):
        if group.members[0] in shifts:
            factors = np.exp2(np.array(shifts[group.members[0]], np.float32))
            for node in group.writers:
                weight, bias = node.inputs[1:3]
                tensors[weight] = tensors[weight] * _along(factors, _outputs_axis(node))
                tensors[bias] = tensors[bias] * factors
            for node in group.readers:
                weight = node.inputs[1]
                tensors[weight] = tensors[weight] / _along(factors, _inputs_axis(node))
    return replace(graph, tensors=tensors)


def shifts(graph: Graph, highs: Mapping[str, NDArray[np.float32]]) -> dict[str, list[int]]:
    """Choose factors from the largest absolute value of each channel of each activation.

    A depthwise convolution has a weight scale for each channel, so before it all channels get the
    same range. Other layers have one for all that they read, so half of a channel's difference
    goes to their weights.
    """
    return {
        group.members[0]: _chosen(graph.tensors, group, highs).tolist()
        for group in _groups(graph)
        if group.writers and all(node.op in _WEIGHTED for node in group.readers)
    }


def _chosen(
    tensors: Mapping[str, Tensor], group: _Group, highs: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.int64]:
    known = [highs[name] for name in group.members if name in highs]
    high = np.max(known, axis=0).astype(np.float64)
    high = np.maximum(high, _SMALLEST * high.max())
    factors = 1 / high
    if not all(map(_is_depthwise, group.readers)):
        read = [_largest(tensors[node.inputs[1]], _inputs_axis(node)) for node in group.readers]
        weights = np.max(read, axis=0).astype(np.float64)
        factors = np.sqrt(np.maximum(weights, 1e-6 * weights.max()) / high)
    factors *= high.max() / (high * factors).max()  # the activation's range stays
    return np.asarray(np.rint(np.log2(factors)), np.int64)


def _groups(graph: Graph) -> list[_Group]:
    """The groups of activations with readers, in the order in which they are computed."""
    rectified = {node.inputs[0]: node.outputs[0] for node in graph.nodes if node.op == "Relu"}
    made = {
        rectified.get(node.outputs[0], node.outputs[0]): node
        for node in graph.nodes
        if node.op in _WEIGHTED
    }
    joined = {name: name for name in made}
    for node in graph.nodes:
        if node.op == "Add":
            one, other = (joined[name] for name in node.inputs)
            joined[node.outputs[0]] = one
            joined = {name: one if root == other else root for name, root in joined.items()}
    groups = []
    for root in dict.fromkeys(joined.values()):
        members = tuple(name for name in joined if joined[name] == root)
        writers = tuple(made[name] for name in members if name in made)
        readers = tuple(
            node for node in graph.nodes if node.op != "Add" and set(node.inputs) & set(members)
        )
        if readers:
            groups.append(_Group(members, writers, readers))
    return groups


def _is_depthwise(node: Node) -> bool:
    group = node.attributes.get("group", 1)
    return isinstance(group, int) and group > 1


def _outputs_axis(node: Node) -> int:
    return 1 if node.op == "ConvTranspose" else 0


def _inputs_axis(node: Node) -> int:
    return 0 if node.op == "ConvTranspose" or _is_depthwise(node) else 1


def _along(factors: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    return factors.reshape([-1 if number == axis else 1 for number in range(4)])


def _largest(weight: Tensor, axis: int) -> NDArray[np.float32]:
    others = tuple(number for number in range(4) if number != axis)
    return np.asarray(np.abs(weight).max(axis=others), np.float32)
