"""Additions of an 8-bit network, written so that every runtime rounds them alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.networks.additions import spelled_out
from expunge.imaging.networks.graph import Graph, Node, Value
from expunge.imaging.networks.session import Network
from expunge.models import State, browser_files, catalogue

ALL = np.stack(np.meshgrid(np.arange(256), np.arange(256))).astype(np.uint8).reshape(2, 1, 256, 256)
"""Every pair of codes."""


def sum_of(steps: tuple[float, float, float], zeros: tuple[int, int, int]) -> Graph:
    """The sum of the two halves of an input with itself turned, in 8 bits."""
    names = ("a", "b", "c")
    tensors = {f"{n}/step": np.array(np.float32(s)) for n, s in zip(names, steps, strict=True)}
    tensors |= {f"{n}/zero": np.array(np.uint8(z)) for n, z in zip(names, zeros, strict=True)}
    inputs = ("x", "a/step", "a/zero", "turned", "b/step", "b/zero", "c/step", "c/zero")
    return Graph(
        nodes=(
            Node("Transpose", ("x",), ("turned",), {"perm": [0, 1, 3, 2]}),
            Node("QLinearAdd", inputs, ("y",), {}, "com.microsoft"),
        ),
        tensors=tensors,
        inputs=(Value("x", np.dtype("u1"), (1, 1, "height", "width")),),
        outputs=(Value("y", np.dtype("u1"), (1, 1, "h", "w")),),
        opsets={"": 13, "com.microsoft": 1},
    )


STEP = st.floats(1 / 64, 2, width=32)
CODE = st.integers(0, 255)


@given(st.tuples(STEP, STEP, STEP), st.tuples(CODE, CODE, CODE))
def test_a_sum_has_the_code_that_its_formula_gives(
    steps: tuple[float, float, float], zeros: tuple[int, int, int]
) -> None:
    graph = spelled_out(sum_of(steps, zeros))
    assert "QLinearAdd" not in {node.op for node in graph.nodes}
    left, right = ALL[1:], ALL[1:].transpose(0, 1, 3, 2)

    (made,) = Network(graph.serialised()).run(left)

    a, b = (np.float32(np.float32(step) / np.float32(steps[2])) for step in steps[:2])
    offset = np.float32(-(float(a) * zeros[0] + float(b) * zeros[1]))
    real = (left.astype(np.float32) * a + right.astype(np.float32) * b) + offset
    assert np.array_equal(made, np.clip(np.rint(real) + zeros[2], 0, 255).astype(np.uint8))


def test_the_sum_is_the_one_it_replaces() -> None:
    graph = sum_of((0.11, 0.3, 0.23), (3, 128, 40))

    (fused,) = Network(graph.serialised()).run(ALL[1:])
    (spelled,) = Network(spelled_out(graph).serialised()).run(ALL[1:])

    difference = np.abs(fused.astype(int) - spelled.astype(int))
    assert difference.max() <= 1
    assert difference.mean() < 0.01, "a runtime may round a tie otherwise"


def test_the_browsers_detector_is_made_from_the_services() -> None:
    made = next(file for file in browser_files() if file.spelled_out)
    origin = next(model for model in catalogue() if model.name == made.spelled_out)
    if {origin.state(), made.state()} != {State.INSTALLED}:
        pytest.skip("no weights here; run: expunge models pull")

    graph = spelled_out(Graph.parse(origin.path().read_bytes()))

    assert graph.serialised() == made.path().read_bytes()
