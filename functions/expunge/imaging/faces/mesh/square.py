"""The square of an image that the mesh's network looks at, and the way back to the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.imaging.faces.mesh.topology import EYES, SURFACE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

_MARGIN = 1.5
"""Side of the square by the longer side of the face (MediaPipe's ``face_landmark`` module)."""
_SHRUNK = 2.0
"""Pixels of the image per pixel of the cut from which the image is first made smaller; sampled
between its pixels alone, a detail would come and go as the face moves."""
_LEFT_EYE, _RIGHT_EYE = EYES[0, 0], EYES[1, 0]
"""The outer corners."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square in pixels of the image."""

    centre: tuple[float, float]
    side: float
    angle: float
    """Clockwise turn in radians, as it appears."""

    @classmethod
    def around(cls, box: Floats, landmarks: Floats) -> Square:
        """The square for a detected face: (4,) box and (5, 2) landmarks."""
        across, down = (float(side) for side in landmarks[1] - landmarks[0])
        left, top, right, bottom = (float(side) for side in box)
        middle = (left + right) / 2, (top + bottom) / 2
        return cls(
            middle, max(right - left, bottom - top) * _MARGIN, float(np.arctan2(down, across))
        )

    @classmethod
    def of(cls, points: Floats, margin: float = _MARGIN) -> Square:
        """The square for a face whose (478, 3) mesh is known."""
        across, down = (float(side) for side in (points[_RIGHT_EYE] - points[_LEFT_EYE])[:2])
        angle = float(np.arctan2(down, across))
        turn = _turn(angle)
        level = points[:SURFACE, :2] @ turn
        low, high = level.min(axis=0), level.max(axis=0)
        middle = turn @ ((low + high) / 2)
        return cls((float(middle[0]), float(middle[1])), float((high - low).max()) * margin, angle)

    def to_image(self, points: NDArray[Any], size: int) -> NDArray[Any]:
        """Map (N, 2) points of a cut with this many pixels a side to the image."""
        centred = (points - size / 2) * (max(self.side, 1.0) / size)
        return centred @ _turn(self.angle).T + self.centre

    def cut(self, image: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
        """Return the square as (size, size, 3); beyond the image, its edge goes on."""
        shown, scale, corner = self._smaller(image, size)
        linear = _turn(self.angle) * (max(self.side, 1.0) / size) * scale[:, None]
        start = (np.array(self.centre) - corner) * scale
        shift = start + linear @ np.full(2, (1 - size) / 2) - 0.5  # from corners to centres
        made = cv2.warpAffine(
            np.ascontiguousarray(shown),
            np.column_stack((linear, shift)),
            (size, size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(made, np.uint8)

    def _smaller(
        self, image: NDArray[np.uint8], size: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.float64]]:
        """The image, or what it has of the square made smaller; its scale, and its corner."""
        if self.side < _SHRUNK * size:
            return image, np.ones(2), np.zeros(2)
        reach = self.side * 0.75  # half of a diagonal, and some
        height, width = image.shape[:2]
        limits = np.array([[0, 0], [width, height]])
        ends = np.clip([np.subtract(self.centre, reach), np.add(self.centre, reach)], *limits)
        (left, top), (right, bottom) = np.rint(ends).astype(int)
        if right - left < 1 or bottom - top < 1:
            return image, np.ones(2), np.zeros(2)
        part = image[top:bottom, left:right]
        sides = [max(1, round(side * size / self.side)) for side in (right - left, bottom - top)]
        shown = np.asarray(cv2.resize(part, sides, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.array(sides) / (right - left, bottom - top)
        return shown, scale, np.array([left, top])


def _turn(angle: float) -> NDArray[np.float64]:
    """The (2, 2) matrix that turns a column clockwise, as it appears."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])
