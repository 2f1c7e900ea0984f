"""Of boxes that show the same face, the surest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Faces, Floats

MAX_CANDIDATES = 4_000
"""That are compared with one another; the surest of more."""


INSIDE = 0.7
"""Part of a box that lies in a surer one from which it goes: the network sees faces in the
features of one that is too large for a pass."""


def suppressed(faces: Faces, threshold: float) -> Faces:
    """Greedy non-maximum suppression; the surest come first.

    Parameters
    ----------
    threshold
        Intersection over union above which the less sure of two boxes goes, 0 to 1.
    """
    order = np.argsort(-faces.scores, kind="stable")[:MAX_CANDIDATES]
    boxes = faces.boxes[order]
    areas = _areas(boxes)
    kept: list[int] = []
    left = np.arange(len(order))
    while len(left):
        first, rest = left[0], left[1:]
        kept.append(int(order[first]))
        overlap = _overlap(boxes[first], boxes[rest])
        union = areas[first] + areas[rest] - overlap
        left = rest[(overlap <= threshold * union) & (overlap <= INSIDE * areas[rest])]
    return faces.at(kept)


def iou(one: Floats, other: Floats) -> NDArray[np.float32]:
    """(N, M): intersection over union of each of (N, 4) boxes with each of (M, 4)."""
    overlap = _overlap(one[:, None], other[None])
    union: NDArray[np.float32] = _areas(one)[:, None] + _areas(other)[None] - overlap
    return np.asarray(overlap / np.maximum(union, 1e-9), np.float32)


def _areas(boxes: Floats) -> Floats:
    sides = boxes[..., 2:] - boxes[..., :2]
    area: Floats = sides[..., 0] * sides[..., 1]
    return area


def _overlap(one: Floats, other: Floats) -> Floats:
    sides = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    sides = np.maximum(sides, 0)
    area: Floats = sides[..., 0] * sides[..., 1]
    return area
