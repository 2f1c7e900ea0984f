"""Generate small networks as ONNX files."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from expunge.imaging.networks.graph import Graph, Node, Value

PICTURE = Value("input", np.dtype("f4"), (1, 3, "height", "width"))


def constant(outputs: Mapping[str, np.ndarray]) -> bytes:
    """Return a network whose outputs are constant."""
    return Graph(
        nodes=tuple(Node("Identity", (f"{name}/value",), (name,)) for name in outputs),
        tensors={f"{name}/value": value.astype(np.float32) for name, value in outputs.items()},
        inputs=(PICTURE,),
        outputs=tuple(Value(name, np.dtype("f4"), v.shape) for name, v in outputs.items()),
        opsets={"": 13},
    ).serialised()


def residual(seed: int = 3) -> Graph:
    """Return a network of convolutions (one depthwise), ReLUs, an addition, a deconvolution."""
    rng = np.random.default_rng(seed)
    tensors = {
        "w1": rng.normal(0, 0.2, (8, 3, 3, 3)),
        "b1": rng.normal(0, 20, 8),
        "w2": rng.normal(0, 0.4, (8, 1, 3, 3)),
        "b2": rng.normal(0, 20, 8),
        "w3": rng.normal(0, 0.4, (8, 8, 2, 2)),
        "scale": rng.uniform(0.5, 2, 8),
        "bias": rng.normal(0, 5, 8),
        "mean": rng.normal(0, 5, 8),
        "variance": rng.uniform(1, 2, 8),
        "w4": rng.normal(0, 0.4, (2, 8, 1, 1)),
        "b4": rng.normal(0, 1, 2),
    }
    same: dict[str, list[int]] = {"pads": [1, 1, 1, 1], "kernel_shape": [3, 3]}
    nodes = (
        Node("Conv", ("input", "w1", "b1"), ("c1",), {**same, "strides": [2, 2]}),
        Node("Relu", ("c1",), ("r1",)),
        Node("Conv", ("r1", "w2", "b2"), ("c2",), {**same, "group": 8}),
        Node("Add", ("r1", "c2"), ("a",)),
        Node("ConvTranspose", ("a", "w3"), ("d",), {"strides": [2, 2], "kernel_shape": [2, 2]}),
        Node(
            "BatchNormalization",
            ("d", "scale", "bias", "mean", "variance"),
            ("n",),
            {"epsilon": 0.001},
        ),
        Node("Relu", ("n",), ("r2",)),
        Node("Conv", ("r2", "w4", "b4"), ("out",), {"kernel_shape": [1, 1]}),
    )
    return Graph(
        nodes=nodes,
        tensors={name: value.astype(np.float32) for name, value in tensors.items()},
        inputs=(PICTURE,),
        outputs=(Value("out", np.dtype("f4"), (1, 2, "rows", "columns")),),
        opsets={"": 13},
    )
