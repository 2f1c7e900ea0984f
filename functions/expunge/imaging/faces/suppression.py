"""Keep the most confident of several boxes around the same face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Faces, Floats

MAX_CANDIDATES = 4_000
"""Most boxes that are compared; of more, the most confident are."""


INSIDE = 0.7
"""A box is removed if this fraction of it is inside a more confident box. In a face that is too
large for a pass, the network sees further faces in its features."""


def suppressed(faces: Faces, threshold: float) -> Faces:
    """Apply greedy non-maximum suppression; the most confident faces come first.

    Parameters
    ----------
    threshold
        Intersection over union above which the less confident box is removed, 0 to 1.
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
    """Return (N, M): intersection over union of each of (N, 4) boxes with each of (M, 4)."""
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
