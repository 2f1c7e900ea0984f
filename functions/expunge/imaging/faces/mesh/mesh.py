"""Find the mesh of a face with MediaPipe's attention mesh (Grishchenko et al., arXiv 2006.10962).

The network sees a square around the face, turned so that the eyes are level. A mesh gives a better
square than a detector's box does, so a new face takes two passes, and a followed one a single pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from expunge.errors import Unavailable
from expunge.imaging.faces.faces import Floats
from expunge.imaging.faces.mesh.square import Square
from expunge.imaging.faces.mesh.topology import (
    EYES,
    IRISES,
    POINTS,
    REFINED_EYES,
    REFINED_LIPS,
    SURFACE,
)
from expunge.imaging.networks.session import Network, NetworkInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


SIDE = 192
"""Sides of the network's input in pixels."""
_OUTPUTS = {
    "output_mesh_identity": SURFACE * 3, "output_lips": 160, "output_left_eye": 142,
    "output_right_eye": 142, "output_left_iris": 10, "output_right_iris": 10, "conv_faceflag": 1,
}  # fmt: skip
"""Numbers of each output."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """One face."""

    points: Floats
    """(478, 3): x to the right and y down in pixels of the image, whose corner is (0, 0), so that
    the first pixel's centre is at 0.5; z in the same unit, growing away from the camera."""
    confidence: float
    """0 to 1: that the square holds a face at all."""


class MeshFinder:
    """The network, ready to run."""

    def __init__(self, model: bytes) -> None:
        self._network = Network(model)
        if set(self._network.outputs) != set(_OUTPUTS):
            raise NetworkInvalid("it is not the attention mesh")

    def find(self, image: NDArray[np.uint8], box: Floats, landmarks: Floats) -> Mesh:
        """Return the mesh of a detected face, in two passes.

        Parameters
        ----------
        image
            (H, W, 3) RGB.
        box, landmarks
            (4,) and (5, 2), as in `faces.Faces`.
        """
        first = self._seen(image, Square.around(box, landmarks))
        return self.follow(image, first)

    def follow(self, image: NDArray[np.uint8], previous: Mesh) -> Mesh:
        """Return the mesh of a face that had a mesh at about the same place, in one pass."""
        return self._seen(image, Square.of(previous.points))

    def _seen(self, image: NDArray[np.uint8], square: Square) -> Mesh:
        shown = square.cut(image, SIDE)
        outputs = self._network.run(shown[None].astype(np.float32) / np.float32(255))
        found = dict(zip(self._network.outputs, outputs, strict=True))
        points, flag = _joined(found), float(found["conv_faceflag"].ravel()[0])
        points[:, :2] = square.to_image(points[:, :2], SIDE)
        points[:, 2] *= square.side / SIDE
        if not np.isfinite(points).all():
            return Mesh(np.zeros((POINTS, 3), np.float32), 0.0)
        return Mesh(points, float(1 / (1 + np.exp(-np.clip(flag, -50, 50)))))


def _joined(found: dict[str, Floats]) -> Floats:
    """All points in pixels of the square; what the network gives once more replaces the first.

    An iris has no depth of its own, so it gets that of its eye.
    """
    points = np.zeros((POINTS, 3), np.float32)
    points[:SURFACE] = found["output_mesh_identity"].reshape(SURFACE, 3)
    points[REFINED_LIPS, :2] = found["output_lips"].reshape(-1, 2)
    for side, name in enumerate(("left", "right")):
        points[REFINED_EYES[side], :2] = found[f"output_{name}_eye"].reshape(-1, 2)
        points[IRISES[side], :2] = found[f"output_{name}_iris"].reshape(-1, 2)
        points[IRISES[side], 2] = points[EYES[side], 2].mean()
    return points


@cache
def loaded(path: Path) -> MeshFinder:
    """Load the network; a process does it once.

    Raises
    ------
    expunge.errors.Unavailable
        If the file is not such a network.
    """
    try:
        return MeshFinder(path.read_bytes())
    except (OSError, NetworkInvalid) as error:
        raise Unavailable(f"The face mesh cannot be used: {error}") from error
