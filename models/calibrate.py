"""Measure the shifts and ranges that ``centerface-int8`` is quantised with.

    python models/calibrate.py PICTURE… > functions/expunge/models/centerface-int8.json

The committed ones come from the pictures in the package of scikit-image 0.26 (its ``data``
folder; none is shipped here): astronaut, brick, camera, chelsea, coffee, coins, grass,
hubble_deep_field, ihc, motorcycle_left, retina and rocket. After a change, put the new file's size
and SHA-256 into ``models.toml``: ``expunge models pull`` says what they are.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.faces.centerface import dynamic
from expunge.imaging.networks.equalise import equalised, shifts
from expunge.imaging.networks.graph import Graph, Value
from expunge.imaging.networks.runtime import onnxruntime
from expunge.models import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIDES = (320, 640, 1024)
"""Pixels of the longer side that each picture is looked at with."""
MEASURED = frozenset(("Conv", "Relu", "Add", "ConvTranspose"))


def main(paths: list[str]) -> None:
    graph = dynamic(installed("centerface").read_bytes())
    names, extremes = measured(graph, paths)
    highs = {name: np.abs(found).max(axis=0) for name, found in zip(names, extremes, strict=True)}
    chosen = shifts(graph, highs)
    names, extremes = measured(equalised(graph, chosen), paths)
    ranges = {
        name: [float(f"{found[0].min():.6g}"), float(f"{found[1].max():.6g}")]
        for name, found in zip(names, extremes, strict=True)
    }
    parts = (
        f"{json.dumps(part)}: {{\n{rows(of)}\n}}"
        for part, of in (("shifts", chosen), ("ranges", ranges))
    )
    sys.stdout.write("{\n" + ",\n".join(parts) + "\n}\n")


def rows(of: Mapping[str, Sequence[float]]) -> str:
    """One line an activation."""
    return ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(values, separators=(',', ':'))}"
        for name, values in of.items()
    )


def measured(graph: Graph, paths: list[str]) -> tuple[list[str], list[np.ndarray]]:
    """Return names of activations, and (2, channels) each: lowest and highest value."""
    graph = with_every_output(graph)
    session = onnxruntime.InferenceSession(graph.serialised(), providers=["CPUExecutionProvider"])
    extremes: list[np.ndarray] = []
    for blob in blobs(paths):
        made = session.run(None, {graph.inputs[0].name: blob})
        found = [np.stack((m[0].min(axis=(1, 2)), m[0].max(axis=(1, 2)))) for m in made]
        extremes = [
            np.stack((np.minimum(a[0], b[0]), np.maximum(a[1], b[1])))
            for a, b in zip(extremes or found, found, strict=True)
        ]
    return [value.name for value in graph.outputs], extremes


def with_every_output(graph: Graph) -> Graph:
    """The graph that also hands out what its convolutions, rectifiers and additions make."""
    rectified = {node.inputs[0] for node in graph.nodes if node.op == "Relu"}
    names = [node.outputs[0] for node in graph.nodes if node.op in MEASURED]
    wanted = [name for name in names if name not in rectified]
    shape = (1, "channels", "rows", "columns")
    return replace(graph, outputs=tuple(Value(n, np.dtype("f4"), shape) for n in wanted))


def blobs(paths: list[str]) -> Iterator[np.ndarray]:
    for path in paths:
        picture = cv2.cvtColor(cv2.imread(str(Path(path))), cv2.COLOR_BGR2RGB)
        for side in SIDES:
            scale = side / max(picture.shape[:2])
            height, width = (max(1, round(s * scale / 32)) * 32 for s in picture.shape[:2])
            seen = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
            yield seen.transpose(2, 0, 1)[None].astype(np.float32)


if __name__ == "__main__":
    main(sys.argv[1:])
