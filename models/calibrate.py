"""Measure the ranges that ``centerface-int8`` is quantised with.

    python models/calibrate.py PICTURE… > functions/expunge/models/centerface-int8.json

The committed ranges come from the pictures in the package of scikit-image 0.26 (its ``data``
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
from expunge.imaging.networks.graph import Graph, Value
from expunge.imaging.networks.runtime import onnxruntime
from expunge.models import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDES = (320, 640, 1024)
"""Pixels of the longer side that each picture is looked at with."""
MEASURED = frozenset(("Conv", "Relu", "Add", "ConvTranspose"))


def main(paths: list[str]) -> None:
    graph = with_every_output(dynamic(installed("centerface").read_bytes()))
    session = onnxruntime.InferenceSession(graph.serialised(), providers=["CPUExecutionProvider"])
    names = [value.name for value in graph.outputs]
    ranges = dict.fromkeys(names, (0.0, 0.0))
    for blob in blobs(paths):
        for name, output in zip(
            names, session.run(None, {graph.inputs[0].name: blob}), strict=True
        ):
            low, high = ranges[name]
            ranges[name] = (min(low, float(output.min())), max(high, float(output.max())))
    rows = (
        f"  {json.dumps(name)}: [{low:.6g}, {high:.6g}]" for name, (low, high) in ranges.items()
    )
    sys.stdout.write("{\n" + ",\n".join(rows) + "\n}\n")


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
