"""YuNet (Wu et al., Machine Intelligence Research 2023), from OpenCV's model zoo, 2023 edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.imaging.faces.anchors import STRIDES, cells, top_scores
from expunge.imaging.faces.faces import Faces
from expunge.imaging.networks.session import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

_KINDS = ("cls", "obj", "bbox", "kps")
_LONGEST = 8.0
"""Limit of the logarithm of a side in cells, so that no output overflows."""


class YuNet:
    """The network has twelve outputs, named by kind and stride: ``cls_8`` … ``kps_32``."""

    judges = False
    stride = STRIDES[-1]

    def __init__(self, model: bytes) -> None:
        self._network = Network(model)

    def blob(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """Convert RGB to the network's input: BGR, 0 to 255."""
        return np.stack(cv2.split(pixels)[::-1])[None].astype(np.float32)

    def infer(self, blob: NDArray[Any], *, release: bool = False) -> list[Floats]:
        """Return the outputs ordered by kind, then by stride."""
        made = self._network.run(blob, release=release)
        outputs = dict(zip(self._network.outputs, made, strict=True))
        return [outputs[f"{kind}_{stride}"] for kind in _KINDS for stride in STRIDES]

    def decode(
        self, outputs: list[Floats], size: tuple[int, int], threshold: float, most: int
    ) -> Faces:
        levels = [
            _level(size, stride, outputs[number :: len(STRIDES)], threshold)
            for number, stride in enumerate(STRIDES)
        ]
        faces = Faces.joined(levels)
        return faces.at(top_scores(faces.scores, threshold, most))

    def person(self, outputs: list[Floats]) -> float:  # noqa: ARG002 - it has no such output
        """Return 0: the network cannot tell."""
        return 0.0


def _level(size: tuple[int, int], stride: int, outputs: list[Floats], threshold: float) -> Faces:
    classes, objects, boxes, points = (output[0] for output in outputs)
    scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
    at = np.flatnonzero(scores >= threshold)
    cell = cells(size, stride, 1)[at]
    centres = (cell + boxes[at, :2]) * stride
    halves = np.exp(np.minimum(boxes[at, 2:], _LONGEST)) * stride / 2
    landmarks = (points[at].reshape(-1, 5, 2) + cell[:, None]) * stride
    return Faces(
        np.concatenate((centres - halves, centres + halves), axis=1), scores[at], landmarks
    )
