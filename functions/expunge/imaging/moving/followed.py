"""A face in one frame of a moving picture, and how far two of them are apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.faces import Floats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.moving.motion import Motion

LIKE = 2.0
"""Largest factor between the sizes of one face in two searches."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A face in one frame, in pixels of the frame."""

    track: int
    """The same number in all frames of one shot in which the face was followed; from 0."""
    box: Floats
    """(4,): left, top, right, bottom; it may reach beyond the frame."""
    landmarks: Floats
    """(5, 2)."""
    score: float
    """Confidence when it was last seen, 0 to 1."""
    seen: bool
    """Whether it was detected in this frame, not filled in."""

    def moved(self, motion: Motion) -> Followed:
        """The face after a motion, filled in."""
        corners = motion.applied(self.box.reshape(2, 2)).reshape(4)
        return replace(self, box=corners, landmarks=motion.applied(self.landmarks), seen=False)

    def towards(self, other: Followed, share: float) -> Followed:
        """A place on the way to another one; ``share`` is 0 here and 1 there."""
        box = self.box + (other.box - self.box) * np.float32(share)
        points = self.landmarks + (other.landmarks - self.landmarks) * np.float32(share)
        return replace(self, box=box, landmarks=points, seen=False)


def boxes_of(faces: Sequence[Followed]) -> Floats:
    """(N, 4)."""
    return np.array([face.box for face in faces], np.float32).reshape(-1, 4)


def distances(some: Sequence[Followed], others: Sequence[Followed]) -> Floats:
    """(N, M): distances of centres in face sizes; infinite where sizes differ too much."""
    one, other = boxes_of(some)[:, None], boxes_of(others)[None]
    sizes = [np.maximum((box[..., 2:] - box[..., :2]).mean(axis=-1), 1e-3) for box in (one, other)]
    small, large = np.minimum(*sizes), np.maximum(*sizes)
    middles = (one[..., :2] + one[..., 2:] - other[..., :2] - other[..., 2:]) / 2
    apart = np.linalg.norm(middles, axis=-1) / large
    return np.asarray(np.where(large > LIKE * small, np.inf, apart), np.float32)


def visible(face: Followed, width: float, height: float) -> bool:
    """Whether any of a face is in a frame of this size."""
    left, top, right, bottom = face.box.tolist()
    return bool(right > 0 and bottom > 0 and left < width and top < height)
