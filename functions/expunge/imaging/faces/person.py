"""Add an output to CenterFace that tells people from animals and things.

The network calls many a dog, cat, paw or wheel a face, with a low score. Its trunk knows better: it
is a MobileNetV2 (arXiv 1801.04381) that has seen much more than faces. The new output reads the
trunk's activations, averaged over the image, through one small hidden layer. So it is for an image
that shows a single find (`doubt`). `models/person.py` measures the weights, ``person.json``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging.networks.graph import Node, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.networks.graph import Graph, Tensor

PERSON = "person"
"""The output: the natural logarithm by which odds that a find is a face change."""
TRUNK = "trunk"
_READ = {"413": 32, "474": 96, "500": 160}
"""Activations that are read, in cells of 8, 16 and 32 pixels, and their channels: coarse ones for
shapes, fine ones for fur."""
CHANNELS = sum(_READ.values())
HEADS = frozenset((*(f"{name}/read" for name in _READ), f"{PERSON}/hidden", PERSON))
"""Output names of the convolutions here. They stay in floats when the network is quantised."""


def weights() -> dict[str, Any]:
    """The measured weights: ``hidden`` (N, `CHANNELS`), ``hidden_bias`` (N), ``last`` and
    ``last_bias`` (N)."""
    measured: dict[str, Any] = json.loads(
        Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    )
    return measured


def judging(graph: Graph, measured: Mapping[str, Any]) -> Graph:
    """The network with the output `PERSON`, of shape (1, 1, 1, 1)."""
    graph = with_trunk(graph)
    hidden = np.array(measured["hidden"], np.float32)
    tensors = {
        f"{PERSON}/hidden/weight": hidden[:, :, None, None],
        f"{PERSON}/hidden/bias": np.array(measured["hidden_bias"], np.float32),
        f"{PERSON}/weight": np.array(measured["last"], np.float32)[None, :, None, None],
        f"{PERSON}/bias": np.array([measured["last_bias"]], np.float32),
    }
    nodes = (
        _convolution(TRUNK, f"{PERSON}/hidden"),
        Node("Relu", (f"{PERSON}/hidden",), (f"{PERSON}/rectified",)),
        _convolution(f"{PERSON}/rectified", PERSON),
    )
    return replace(
        graph,
        nodes=graph.nodes + nodes,
        tensors=graph.tensors | tensors,
        outputs=(*graph.outputs[:-1], Value(PERSON, np.dtype("f4"), (1, 1, 1, 1))),
    )


def with_trunk(graph: Graph) -> Graph:
    """The network with the output `TRUNK`, of shape (1, `CHANNELS`, 1, 1).

    A convolution by ones hands each channel on, as quantisation scales what convolutions read.
    """
    nodes: list[Node] = []
    tensors: dict[str, Tensor] = {}
    for name, channels in _READ.items():
        read = f"{name}/read"
        tensors[f"{read}/weight"] = np.ones((channels, 1, 1, 1), np.float32)
        tensors[f"{read}/bias"] = np.zeros(channels, np.float32)
        nodes.append(_convolution(name, read, group=channels))
        nodes.append(Node("GlobalAveragePool", (read,), (f"{name}/mean",)))
    means = tuple(f"{name}/mean" for name in _READ)
    nodes.append(Node("Concat", means, (TRUNK,), {"axis": 1}))
    return replace(
        graph,
        nodes=(*graph.nodes, *nodes),
        tensors=graph.tensors | tensors,
        outputs=(*graph.outputs, Value(TRUNK, np.dtype("f4"), (1, CHANNELS, 1, 1))),
    )


def _convolution(source: str, output: str, group: int = 1) -> Node:
    inputs = (source, f"{output}/weight", f"{output}/bias")
    return Node("Conv", inputs, (output,), {"group": group})
