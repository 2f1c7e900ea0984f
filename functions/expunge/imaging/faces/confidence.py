"""The confidence in a face that several passes looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.plans import OVERLAP
from expunge.imaging.faces.suppression import iou

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.plans import Pass

SURE_SIZES = (16.0, 512.0)
"""Range of face heights, in pixels of the network's input, in which a pass is expected to find a
face: there the recall of CenterFace is 0.94 or more."""
SAME = 0.3
"""Intersection over union from which detections of two passes are the same face."""


def combined(faces: Faces, planned: Sequence[Pass], seen: Sequence[Faces]) -> Faces:
    """Set the faces' confidence over all passes; the most confident come first.

    It is half the mean and half the maximum over the passes that are expected to find a face of
    this size at this place. The mean takes false faces away, which rarely appear at several
    scales; the maximum keeps a true one that a single pass misses.
    """
    sums, counts, highest = np.zeros((3, len(faces)), np.float32)
    for scan, found in zip(planned, seen, strict=True):
        expected = _expected(faces, scan)
        scores = np.where(expected, _best_match(faces, found), 0)
        sums += scores
        counts += expected
        highest = np.maximum(highest, scores)
    both = (sums / np.maximum(counts, 1) + highest) / 2
    scores = np.where(counts > 0, both, faces.scores).astype(np.float32)
    order = np.argsort(-scores, kind="stable")
    return Faces(faces.boxes[order], scores[order], faces.landmarks[order])


def _expected(faces: Faces, scan: Pass) -> NDArray[np.bool_]:
    """Return (N,): whether the pass should find each face."""
    low, high = SURE_SIZES
    shown = faces.sizes[:, 1] * scan.scale
    fitting = (shown >= low) & (shown <= (OVERLAP if scan.tiled else high))
    if not scan.tiled:
        return fitting
    inside = np.zeros(len(faces), bool)
    for part in scan.parts:
        edges = np.array((part.x, part.y, part.x + part.width, part.y + part.height))
        inside |= (faces.boxes[:, :2] >= edges[:2]).all(axis=1) & (
            faces.boxes[:, 2:] <= edges[2:]
        ).all(axis=1)
    return fitting & inside


def _best_match(faces: Faces, found: Faces) -> Floats:
    """Return (N,): the highest score of the same face in ``found``; 0 if it is missing."""
    best = np.zeros(len(faces), np.float32)
    for start in range(0, len(found), 256):  # limits the matrix's size
        some = slice(start, start + 256)
        same = iou(faces.boxes, found.boxes[some]) >= SAME
        best = np.maximum(best, np.where(same, found.scores[some], 0).max(axis=1, initial=0))
    return best
