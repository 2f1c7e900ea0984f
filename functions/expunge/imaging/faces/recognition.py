"""Decide which faces of an image are the people that a caller named.

A stranger who stays visible is the harm, so a face counts as recognised only if it is large
enough, turned to the camera, nearer to a reference than strangers are, and without a rival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging.faces.faces import Floats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Faces

MARGIN = 0.05
"""How much nearer a face must be than any other of the image: relatives are alike."""
SMALLEST = 32
"""Least height in pixels of a face that is compared; below it more strangers pass."""
TURNED = 0.35
"""Greatest distance of the nose from the middle of the eyes, along them, in eye distances."""
MOST = 100
"""Most faces of one image that are compared, the largest ones; the others stay hidden."""


def comparable(faces: Faces, indices: Sequence[int]) -> list[int]:
    """Return those indices whose faces can be compared, the largest first."""
    heights = faces.sizes[:, 1]
    fit = (heights >= SMALLEST) & (turns(faces.landmarks) <= TURNED)
    usable = [index for index in indices if fit[index]]
    return sorted(usable, key=lambda index: -heights[index])[:MOST]


def turns(landmarks: Floats) -> NDArray[np.float64]:
    """Return how far each of N faces is turned to a side: 0 is frontal, 0.5 about half a profile.

    It is the distance of the nose from the middle of the eyes, along them, in eye distances.
    """
    points = landmarks.astype(np.float64)
    across = points[:, 1] - points[:, 0]
    length = np.maximum(np.hypot(*across.T), 1e-6)
    off = points[:, 2] - points[:, :2].mean(axis=1)
    return np.abs((off * across).sum(axis=1)) / length**2


@dataclass(frozen=True, slots=True)
class Limits:
    """How near descriptors must be to count as one person's; strangers are nearer to some faces.

    The network puts the faces of people who were rare in its training close together. With one
    limit for everybody it would take hundreds of times as many strangers among them for somebody
    else. So the limit is a linear function of the descriptor, which estimates how near the nearest
    strangers come. `models/recognition.py` measures it.
    """

    level: float
    slope: Floats
    """(128,)"""
    most: float

    @classmethod
    def of(cls, measured: Mapping[str, Any]) -> Limits:
        """Read ``face-descriptor.json``."""
        slope = np.array(measured["slope"], np.float32)
        return cls(float(measured["level"]), slope, float(measured["most"]))

    def at(self, descriptors: Floats) -> Floats:
        """Return the distance below which each of (N, 128) descriptors has no strangers."""
        limits: Floats = np.minimum(self.level + descriptors @ self.slope, self.most)
        return limits


def recognised(described: Floats, references: Floats, limits: Limits) -> dict[int, int]:
    """Return the rows of faces that are recognised, each with the row of its nearest reference.

    A reference whose nearest faces are about as near as each other recognises none of them.

    Parameters
    ----------
    described, references
        (F, 128) and (R, 128) descriptors.
    """
    apart = np.linalg.norm(described[:, None] - references[None], axis=2)
    near = apart < np.minimum(limits.at(described)[:, None], limits.at(references)[None])
    found: dict[int, int] = {}
    for face, row in enumerate(apart):
        reference = int(row.argmin())
        others = np.delete(apart[:, reference], face)
        if near[face, reference] and row[reference] + MARGIN <= others.min(initial=np.inf):
            found[face] = reference
    return found
