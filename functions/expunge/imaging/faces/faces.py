"""The faces detected in one image, as rows of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float32]

LANDMARKS = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")
"""In the order that all detectors use; left and right are the viewer's."""


@dataclass(frozen=True, slots=True)
class Faces:
    """N faces."""

    boxes: Floats
    """(N, 4): left, top, right, bottom."""
    scores: Floats
    """(N,): confidence from 0 to 1."""
    landmarks: Floats
    """(N, 5, 2): x and y of each of `LANDMARKS`."""

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def none(cls) -> Faces:
        """No faces."""
        zeros = np.zeros((0, 14), np.float32)
        return cls(zeros[:, :4], zeros[:, 0], zeros[:, 4:].reshape(0, 5, 2))

    @classmethod
    def joined(cls, parts: Sequence[Faces]) -> Faces:
        """Concatenate several sets of faces."""
        parts = parts or [cls.none()]
        return cls(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.landmarks for part in parts]),
        )

    def at(self, rows: NDArray[Any] | Sequence[int]) -> Faces:
        """Select faces by row indices, in that order, or by a boolean mask."""
        rows = np.asarray(rows, dtype=None if len(rows) else np.intp)
        return Faces(self.boxes[rows], self.scores[rows], self.landmarks[rows])

    def moved(self, scale: tuple[float, float], offset: tuple[float, float] = (0, 0)) -> Faces:
        """Multiply every x and y by its scale, then add the offset."""
        factor, shift = np.array(scale, np.float32), np.array(offset, np.float32)
        boxes = self.boxes * np.tile(factor, 2) + np.tile(shift, 2)
        return Faces(boxes, self.scores, self.landmarks * factor + shift)

    def turned_back(self, turns: int, width: int, height: int) -> Faces:
        """Map faces found in the ``np.rot90`` of an image back to that image, of this size."""
        points = np.concatenate((self.boxes.reshape(-1, 2, 2), self.landmarks), axis=1)
        for side in ((), (width,), (height, width), (width, height, width))[turns]:
            points = np.stack((side - points[..., 1], points[..., 0]), axis=-1)
        low, high = points[:, :2].min(axis=1), points[:, :2].max(axis=1)
        return Faces(np.concatenate((low, high), axis=1), self.scores, points[:, 2:])

    def clipped(self, width: int, height: int) -> Faces:
        """Clip boxes to the image; faces entirely outside are removed."""
        boxes = np.clip(self.boxes, 0, np.array([width, height, width, height], np.float32))
        inside = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        return Faces(boxes[inside], self.scores[inside], self.landmarks[inside])

    @property
    def sizes(self) -> Floats:
        """(N, 2): width and height of each box."""
        return self.boxes[:, 2:] - self.boxes[:, :2]
