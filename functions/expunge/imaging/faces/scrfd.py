"""SCRFD (Guo et al., arXiv 2105.04714), as exported by InsightFace: two anchors per cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging.faces.anchors import STRIDES, cells, finest_first, top_scores
from expunge.imaging.faces.faces import Faces
from expunge.imaging.networks.session import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

_ANCHORS = 2


class Scrfd:
    """The network has nine outputs: scores, box distances and landmarks, for three strides."""

    judges = False
    stride = STRIDES[-1]

    def __init__(self, model: bytes) -> None:
        self._network = Network(model)

    def blob(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """Convert RGB to the network's input: (value − 127.5) / 128."""
        planes = pixels.transpose(2, 0, 1)[None].astype(np.float32)
        return np.ascontiguousarray((planes - 127.5) / 128)

    def infer(self, blob: NDArray[Any], *, release: bool = False) -> list[Floats]:
        """Return the outputs in the file's order; `decode` identifies them by their shapes."""
        return self._network.run(blob, release=release)

    def decode(
        self, outputs: list[Floats], size: tuple[int, int], threshold: float, most: int
    ) -> Faces:
        scores, sides, points = (finest_first(outputs, values) for values in (1, 4, 10))
        levels = zip(STRIDES, scores, sides, points, strict=True)
        found = [_level(size, *level, threshold, most) for level in levels]
        faces = Faces.joined(found)
        return faces.at(top_scores(faces.scores, threshold, most))

    def person(self, outputs: list[Floats]) -> float:  # noqa: ARG002 - it has no such output
        """Return 0: the network cannot tell."""
        return 0.0


def _level(
    size: tuple[int, int],
    stride: int,
    scores: Floats,
    sides: Floats,
    points: Floats,
    threshold: float,
    most: int,
) -> Faces:
    at = top_scores(scores[:, 0], threshold, most)
    centres = cells(size, stride, _ANCHORS)[at] * stride
    reach = sides[at] * stride  # left, top, right, bottom
    boxes = np.concatenate((centres - reach[:, :2], centres + reach[:, 2:]), axis=1)
    landmarks = points[at].reshape(-1, 5, 2) * stride + centres[:, None]
    return Faces(boxes, scores[at, 0], landmarks)
