"""An operator's networks make or restore the face, within the same mask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from expunge import models
from expunge.errors import Unavailable
from expunge.imaging.networks.graph import Graph, Node, Value
from expunge.imaging.swap import plugged
from expunge.imaging.swap.plugged import NUMBERS, Plugged
from expunge.imaging.swap.swapping import prepared, swapped
from expunge.operations import swap_still
from tests.unit.swap.drawing import DARK, Drawn, face, inside

F4 = np.dtype("f4")
SPAN = (0.0, 1.0)


def network(nodes: list[Node], tensors: dict[str, np.ndarray], **inputs: tuple[int, ...]) -> bytes:
    values = tuple(Value(name, F4, shape) for name, shape in inputs.items())
    output = Value("output", F4, tuple("abcd"[: len(inputs.get("target", (0,) * 4))]))
    return Graph(tuple(nodes), tensors, values, (output,), {"": 13}).serialised()


def inverter(side: int = 128) -> bytes:
    """A restorer that inverts; its values run from -1 to 1."""
    return network([Node("Neg", ("input",), ("output",))], {}, input=(1, 3, side, side))


def lost() -> bytes:
    """A restorer whose values are no numbers."""
    nodes = [Node("Mul", ("input", "nothing"), ("output",))]
    return network(nodes, {"nothing": np.float32([np.nan])}, input=(1, 3, 128, 128))


def flat() -> bytes:
    """A restorer that gives one channel."""
    nodes = [Node("ReduceMax", ("input",), ("output",), {"axes": [1], "keepdims": 1})]
    return network(nodes, {}, input=(1, 3, 128, 128))


def brightener(turn: np.ndarray) -> bytes:
    """A swapper that adds the greatest number of the source to the target."""
    nodes = [
        Node("ReduceMax", ("source",), ("most",), {"keepdims": 1}),
        Node("Mul", ("most", "fifth"), ("added",)),
        Node("Reshape", ("added", "one"), ("plain",)),
        Node("Add", ("target", "plain"), ("summed",)),
        Node("MatMul", ("source", "emap"), ("turned",)),
        Node("ReduceMax", ("turned",), ("unused",), {"keepdims": 1}),
        Node("Identity", ("summed",), ("output",)),
    ]
    tensors = {
        "fifth": np.float32([[0.2]]),
        "one": np.int64([1, 1, 1, 1]),
        "emap": turn.astype(np.float32),
    }
    return network(nodes, tensors, target=(1, 3, 128, 128), source=(1, NUMBERS))


def describer() -> bytes:
    """An embedder that says the same of every face: 3 at the first place."""
    numbers = np.zeros((1, NUMBERS), np.float32)
    numbers[0, 0] = 3
    nodes = [Node("Identity", ("numbers",), ("output",))]
    graph = Graph(
        tuple(nodes),
        {"numbers": numbers},
        (Value("input", F4, (1, 3, 112, 112)),),
        (Value("output", F4, (1, NUMBERS)),),
        {"": 13},
    )
    return graph.serialised()


def put(target: Drawn, tools: Plugged, **options: bool) -> np.ndarray:
    one = face(skin=DARK)
    source = prepared(one.pixels, one.mesh, tools)
    made = swapped(target.pixels, target.mesh, source, **options)
    whole = target.pixels.copy()
    whole[made.patch.area] = made.patch.pixels
    return whole


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))
    return tmp_path


def named(folder: Path, name: str, data: bytes, table: str = "") -> str:
    (folder / f"{name}.onnx").write_bytes(data)
    digest = __import__("hashlib").sha256(data).hexdigest()
    return (
        f'[{name}]\nfile = "{name}.onnx"\nbytes = {len(data)}\nsha256 = "{digest}"\n'
        f'licence = "own"\npurpose = "a test"\n{table}\n'
    )


def test_a_restorer_is_used_only_where_it_is_asked_for(folder: Path) -> None:
    entry = named(folder, "mine", inverter(), "[mine.face_restorer]\nside = 128")
    (folder / "models.toml").write_text(entry)
    target, tools = face(), swap_still.plugged()

    plain, restored = put(target, tools), put(target, tools, enhance=True)

    assert tools.restorer is not None
    assert tools.restorer.name == "mine"
    core = inside(target.mesh, plain.shape, grown=-16)
    near = inside(target.mesh, plain.shape, grown=12)
    assert np.abs(255.0 - plain[core] - restored[core]).mean() < 12
    assert (restored[~near] == target.pixels[~near]).all()


def test_a_swapper_makes_the_face_from_the_turned_numbers_of_the_source(folder: Path) -> None:
    turn = np.roll(np.eye(NUMBERS), 1, axis=1)
    entries = named(folder, "swapper", brightener(turn), '[swapper.face_swapper]\nembedder = "arc"')
    (folder / "models.toml").write_text(entries + named(folder, "arc", describer()))
    target, tools = face(light=0.5), swap_still.plugged()

    after = put(target, tools)

    assert tools.swapper is not None
    expected = np.zeros((1, NUMBERS))
    expected[0, 1] = 1
    numbers = tools.swapper.embedding(target.pixels, target.mesh.points)
    assert np.allclose(numbers, expected)
    core = inside(target.mesh, after.shape, grown=-20)
    assert np.abs(after[core].astype(float) - target.pixels[core] - 51).mean() < 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no network", "cannot load"),
        (inverter(), "inputs"),
        (brightener(np.eye(512, 7)), "512 × 512"),
    ],
)
def test_a_file_that_is_no_such_network_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    path, other = tmp_path / f"{len(data)}.onnx", tmp_path / "arc.onnx"
    path.write_bytes(data)
    other.write_bytes(describer())

    with pytest.raises(Unavailable, match=words):
        plugged.swapper(path, other, 128, SPAN)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (inverter(64), r"cannot run on \(1, 3, 128, 128\)"),
        (flat(), r"gives \(1, 1, 128, 128\), not \(1, 3, 128, 128\)"),
        (lost(), "no numbers"),
    ],
)
def test_a_network_that_does_not_do_its_work_is_named(
    data: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes(data)
    tools = Plugged(restorer=plugged.restorer("mine", path, 128, (-1.0, 1.0)))

    with pytest.raises(Unavailable, match=words):
        put(face(), tools, enhance=True)


def test_a_swapper_without_its_embedder_is_named(folder: Path) -> None:
    table = '[swapper.face_swapper]\nembedder = "arc"'
    (folder / "models.toml").write_text(named(folder, "swapper", brightener(np.eye(512)), table))

    with pytest.raises(Unavailable, match="«swapper» needs «arc», which is not installed"):
        swap_still.plugged()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"face_restorer": {"side": 3}}, "side"),
        ({"face_swapper": {}}, "embedder"),
        ({"face_swapper": {"embedder": "a", "hat": 1}}, "hat"),
    ],
)
def test_a_wrong_table_is_named(table: dict[str, Any], words: str, folder: Path) -> None:
    (kind, keys), *_ = table.items()
    lines = "\n".join(f"{key} = {value!r}" for key, value in keys.items())
    entry = named(folder, "mine", b"", f"[mine.{kind}]\n{lines}")
    (folder / "models.toml").write_text(entry)

    with pytest.raises(ValueError, match=words):
        models.catalogue()
