"""Describe a face by 128 numbers that are alike in photographs of the same person.

The network is dlib's (`resnet`). A descriptor identifies a person, so it is biometric data:
nothing here stores or logs one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.errors import Unavailable
from expunge.imaging.networks.session import Network, NetworkInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Picture
    from expunge.imaging.faces.faces import Floats

SIDE = 150
"""Sides of the network's input in pixels."""
LEAST_CONTRAST = 8.0
"""Deviation of a face's brightness, of 255, from which its descriptor tells people apart; those of
faces in the dark are all alike."""
_PADDING = 0.25
"""Space around the mean face on each side, in its widths; dlib trained the network with it."""
_MEAN_FACE = (
    (0.2258, 0.2160),
    (0.7545, 0.2160),
    (0.4901, 0.5156),
    (0.2541, 0.7802),
    (0.7261, 0.7802),
)
"""`faces.LANDMARKS` in dlib's mean face (``image_transforms/interpolation.h``): the centres of its
six points of each eye, then the nose's tip and the mouth's corners."""
_PLACES = (np.array(_MEAN_FACE) + _PADDING) / (1 + 2 * _PADDING) * SIDE


class Describer:
    """The network, ready to run."""

    def __init__(self, model: bytes) -> None:
        self._network = Network(model)

    def describe(self, picture: Picture, landmarks: Floats) -> Floats:
        """Return the (128,) descriptor of the face with these (5, 2) landmarks.

        It is the mean for the face and its mirror image.
        """
        seen = aligned(picture, landmarks)
        both = np.stack((seen, seen[:, ::-1])).transpose(0, 3, 1, 2).astype(np.float32)
        made: Floats = self._network.run(both)[0].mean(axis=0)
        return made


@cache
def loaded(path: Path) -> Describer:
    """Load the network; a process does it once.

    Raises
    ------
    expunge.errors.Unavailable
        If the file is not such a network.
    """
    try:
        return Describer(path.read_bytes())
    except (OSError, NetworkInvalid) as error:
        raise Unavailable(f"The face descriptor cannot be used: {error}") from error


def tells(picture: Picture, landmarks: Floats) -> bool:
    """Whether the face with these (5, 2) landmarks has enough contrast for a descriptor."""
    edge = SIDE // 4
    face = aligned(picture, landmarks)[edge:-edge, edge:-edge]
    return float(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY).std()) >= LEAST_CONTRAST


def aligned(picture: Picture, landmarks: Floats) -> NDArray[np.uint8]:
    """Return the face as (150, 150, 3) RGB: level, and as large as the network expects."""
    to_image = similarity(_PLACES, landmarks.astype(np.float64))
    corners = np.array([(0, 0, 1), (SIDE, 0, 1), (0, SIDE, 1), (SIDE, SIDE, 1)]) @ to_image.T
    left, top = np.maximum(np.floor(corners.min(axis=0)) - 1, 0).astype(int)
    right, bottom = np.maximum(np.ceil(corners.max(axis=0)) + 2, 1).astype(int)
    left, top = min(left, picture.width - 1), min(top, picture.height - 1)
    seen = replace(picture, pixels=picture.pixels[top:bottom, left:right], alpha=None).rgb8()
    to_image[:, 2] -= (left, top)
    pixel = float(np.hypot(*to_image[:, 0]))
    if pixel > 1:
        width, height = (max(1, round(side / pixel)) for side in (seen.shape[1], seen.shape[0]))
        to_image *= [[width / seen.shape[1]], [height / seen.shape[0]]]
        seen = np.asarray(cv2.resize(seen, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    centred = to_image.copy()  # from corners of pixels to their centres
    centred[:, 2] += to_image[:, :2] @ (0.5, 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    made = cv2.warpAffine(
        np.ascontiguousarray(seen),
        centred,
        (SIDE, SIDE),
        flags=flags,
        borderMode=cv2.BORDER_CONSTANT,
    )
    return np.asarray(made, np.uint8)


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (2, 3) turn, scale and shift with the least squares from points to points."""
    middle, other = source.mean(axis=0), target.mean(axis=0)
    (x, y), (u, v) = (source - middle).T, (target - other).T
    size = float((x * x + y * y).sum())
    a, b = float((x * u + y * v).sum()) / size, float((x * v - y * u).sum()) / size
    turn = np.array([[a, -b], [b, a]])
    return np.column_stack((turn, other - turn @ middle))
