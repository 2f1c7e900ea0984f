"""Equalising channels changes no output, and makes the 8-bit network nearer to the floats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from expunge.imaging.networks.equalise import equalised, shifts
from expunge.imaging.networks.graph import Graph, Value
from expunge.imaging.networks.quantise import folded, quantised
from expunge.imaging.networks.runtime import onnxruntime
from tests.unit.faces.networks import residual

ACTIVATIONS = ("r1", "c2", "a", "r2")


def run(graph: Graph, picture: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(graph.serialised(), providers=["CPUExecutionProvider"])
    dtype = np.uint8 if "uint8" in session.get_inputs()[0].type else np.float32
    made: list[np.ndarray] = session.run(None, {"input": picture.astype(dtype)})
    return made


def shown(graph: Graph, *names: str) -> Graph:
    """The graph with these activations as outputs."""
    shape = (1, "channels", "rows", "columns")
    return replace(graph, outputs=tuple(Value(name, np.dtype("f4"), shape) for name in names))


@pytest.fixture(scope="module")
def uneven() -> Graph:
    """A network whose channels differ in range by up to a hundred times."""
    graph = folded(residual())
    factors = np.geomspace(0.1, 10, 8).astype(np.float32)
    tensors = dict(graph.tensors)
    tensors["w1"] = tensors["w1"] * factors[:, None, None, None]
    tensors["b1"] = tensors["b1"] * factors
    tensors["w3"] = tensors["w3"] / factors[:, None, None, None]
    return replace(graph, tensors=tensors)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(9).integers(0, 256, (1, 3, 32, 32)).astype(np.float32)


@pytest.fixture(scope="module")
def equal(uneven: Graph, picture: np.ndarray) -> Graph:
    made = run(shown(uneven, *ACTIVATIONS), picture)
    highs = {
        name: np.abs(part[0]).max(axis=(1, 2)) for name, part in zip(ACTIVATIONS, made, strict=True)
    }
    return equalised(uneven, shifts(uneven, highs))


def test_the_outputs_stay_the_same_bit_for_bit(
    uneven: Graph, equal: Graph, picture: np.ndarray
) -> None:
    assert any((tensor != equal.tensors[name]).any() for name, tensor in uneven.tensors.items())
    for before, after in zip(run(uneven, picture), run(equal, picture), strict=True):
        assert np.array_equal(before, after)


def test_channels_that_an_addition_joins_keep_a_common_factor(
    uneven: Graph, equal: Graph, picture: np.ndarray
) -> None:
    first, second, total = run(shown(equal, "r1", "c2", "a"), picture)
    plain = run(shown(uneven, "a"), picture)[0]

    assert np.array_equal(first + second, total)
    high = np.abs(total[0]).max(axis=(1, 2))
    before = np.abs(plain[0]).max(axis=(1, 2))
    assert high.max() / high.min() < before.max() / before.min()


def test_eight_bits_are_nearer_to_the_floats(
    uneven: Graph, equal: Graph, picture: np.ndarray
) -> None:
    expected = run(uneven, picture)[0]

    def error(graph: Graph) -> float:
        made = run(shown(graph, *ACTIVATIONS), picture)
        ranges = {
            name: (float(part.min()), float(part.max()))
            for name, part in zip(ACTIVATIONS, made, strict=True)
        }
        got = run(quantised(graph, ranges, keep=frozenset(("out",))), picture)[0]
        return float(np.square(got - expected).mean())

    assert error(equal) < error(uneven) / 2
