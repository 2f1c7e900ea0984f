"""Reading, writing and quantising ONNX files, verified with onnxruntime."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.networks.graph import Graph, Value
from expunge.imaging.networks.protobuf import chunk, varint
from expunge.imaging.networks.quantise import WEIGHT_TOP, folded, quantised
from expunge.imaging.networks.session import Network, NetworkInvalid
from tests.unit.faces.networks import residual

BLOB = np.random.default_rng(1).integers(0, 256, (1, 3, 32, 64)).astype(np.float32)
MEASURED = ("r1", "c2", "a", "d", "n", "r2", "out")


def ranges(graph: Graph, names: tuple[str, ...] = MEASURED) -> dict[str, tuple[float, float]]:
    shape = ("n", "c", "h", "w")
    wanted = tuple(Value(name, np.dtype("f4"), shape) for name in names)
    made = Network(replace(graph, outputs=wanted).serialised()).run(BLOB)
    return {n: (float(v.min()), float(v.max())) for n, v in zip(names, made, strict=True)}


def equal(one: Graph, other: Graph) -> bool:
    parts = (one.nodes, one.inputs, one.outputs, one.opsets, list(one.tensors))
    if parts != (other.nodes, other.inputs, other.outputs, other.opsets, list(other.tensors)):
        return False
    return all(np.array_equal(one.tensors[name], other.tensors[name]) for name in one.tensors)


def test_a_written_network_can_be_read_and_run() -> None:
    graph = residual()
    file = graph.serialised()

    again = Graph.parse(file)

    assert equal(replace(graph, nodes=again.nodes), again)
    assert [n.op for n in again.nodes] == [n.op for n in graph.nodes]
    assert again.nodes[0].attributes == graph.nodes[0].attributes
    assert again.serialised() == file
    assert Network(file).run(BLOB)[0].shape == (1, 2, 32, 64)


def test_a_network_of_fixed_size_can_be_made_dynamic() -> None:
    graph = residual()
    fixed = replace(graph.inputs[0], shape=(1, 3, 32, 32))
    file = replace(graph, inputs=(fixed,)).serialised()

    free = Graph.parse(file).of_any_size().serialised()

    assert Network(free).run(BLOB)[0].shape == (1, 2, 32, 64)


def test_unused_tensors_are_removed() -> None:
    graph = residual()
    file = replace(graph, tensors=graph.tensors | {"idle": np.zeros(9, np.float32)}).serialised()

    assert "idle" not in Graph.parse(file).tensors


def test_folding_the_normalisation_changes_nothing() -> None:
    graph = residual()

    assert "BatchNormalization" not in {node.op for node in folded(graph).nodes}
    one, other = (Network(g.serialised()).run(BLOB)[0] for g in (graph, folded(graph)))
    assert one == pytest.approx(other, abs=2e-3)


def test_a_quantised_network_gives_nearly_the_same_outputs() -> None:
    graph = folded(residual())
    small = quantised(graph, ranges(graph, ("r1", "c2", "a", "out")), keep=frozenset({"out"}))

    truth = Network(graph.serialised()).run(BLOB)[0]
    network = Network(small.serialised())
    answer = network.run(BLOB.astype(np.uint8))[0]

    assert network.dtype == "uint8"
    assert np.abs(answer - truth).mean() < 0.03 * (truth.max() - truth.min())
    weights = [v for n, v in small.tensors.items() if n.endswith("/weight")]
    assert all(v.dtype == np.int8 and np.abs(v).max() <= WEIGHT_TOP for v in weights)


def test_quantising_twice_gives_the_same_bytes() -> None:
    graph = folded(residual())
    measured = ranges(graph, ("r1", "c2", "a", "r2", "out"))

    assert quantised(graph, measured).serialised() == quantised(graph, measured).serialised()


def test_a_file_that_is_not_a_network_is_refused() -> None:
    with pytest.raises(NetworkInvalid):
        Network(b"no network at all")
    with pytest.raises(ValueError, match="not an ONNX"):
        Graph.parse(varint(1, 4))
    with pytest.raises(ValueError, match="type"):
        Graph.parse(chunk(7, chunk(5, varint(2, 16) + chunk(8, "t"))) + chunk(8, varint(2, 13)))


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7, 0.99])
def test_a_file_that_ends_early_is_refused(part: float) -> None:
    whole = residual().serialised()
    with pytest.raises(ValueError, match=r"ends within|not an ONNX"):
        Graph.parse(whole[: int(len(whole) * part)])


@given(st.binary(max_size=80))
@settings(max_examples=150, deadline=None)
def test_noise_raises_only_value_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        Graph.parse(data)
