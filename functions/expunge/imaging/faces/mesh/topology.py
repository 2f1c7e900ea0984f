"""How the points of a mesh belong together (``topology.json`` names its source and licence).

Left and right are the viewer's. A ring is closed: its last point is joined to its first.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DATA = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _indices(name: str) -> NDArray[np.intp]:
    made: NDArray[np.intp] = np.array(_DATA[name], np.intp)
    made.flags.writeable = False
    return made


POINTS = 478
"""Points of a mesh; the last ten are the irises."""
SURFACE = 468
"""Points of the mesh's surface."""
TRIANGLES = _indices("triangles").reshape(-1, 3)
"""(852, 3): the surface, with holes for the eyes and the mouth."""
OVAL = _indices("oval")
"""(36,): the ring around the face, clockwise from the top."""
OUTER_LIPS, INNER_LIPS = _indices("outer_lips"), _indices("inner_lips")
"""(20,) each: rings from the left corner of the mouth, first along the lower lip."""
EYES = _indices("eyes")
"""(2, 16): the rings of the left and the right eye, from the outer corner along the lower lid."""
BROWS = _indices("brows")
"""(2, 10): the rings of the brows, from the outer end along the upper edge."""
IRISES = np.arange(SURFACE, POINTS).reshape(2, 5)
"""(2, 5): the left and the right iris: its centre, then four points of its edge."""
REFINED_LIPS, REFINED_EYES = _indices("refined_lips"), _indices("refined_eyes")
"""(80,) and (2, 71): the points of the surface that the network gives once more, in its order."""
NOSE, LEFT_MOUTH, RIGHT_MOUTH = 1, 61, 291
"""The tip of the nose, and the corners of the mouth."""


def landmarks(points: NDArray[Any]) -> NDArray[np.float32]:
    """The five points of `faces.LANDMARKS`, (5, 2), of a mesh's (478, 3)."""
    eyes = points[EYES, :2].mean(axis=1)
    return np.concatenate((eyes, points[[NOSE, LEFT_MOUTH, RIGHT_MOUTH], :2])).astype(np.float32)
