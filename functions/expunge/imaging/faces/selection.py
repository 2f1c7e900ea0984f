"""Of the faces that were found, those that are meant.

A face's *index* is its place among all faces found, the surest first, before any choice: so a
client can ask for a report, show it to a person, and name in a second request what to hide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.suppression import iou

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Faces, Floats

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
SAME = 0.3
"""Intersection over union from which a given box and a found face are the same."""


def large_enough(faces: Faces, min_size: float, max_faces: int) -> NDArray[np.intp]:
    """Indices of the faces whose shorter side has ``min_size`` pixels or more.

    Of more than ``max_faces``, the surest; 0 means all.
    """
    fitting = np.flatnonzero(faces.sizes.min(axis=1, initial=np.inf) >= min_size)
    return fitting[:max_faces] if max_faces else fitting


def named(faces: Faces, wanted: Sequence[int | Box]) -> tuple[set[int], list[Box]]:
    """Indices of the faces that are named by index or box, and boxes that no face is in.

    An index that no face has names nothing.
    """
    found: set[int] = set()
    unmatched: list[Box] = []
    for one in wanted:
        if isinstance(one, int):
            found |= {one} & set(range(len(faces)))
            continue
        same = np.flatnonzero(iou(faces.boxes, as_boxes([one]))[:, 0] >= SAME)
        found |= set(same.tolist())
        unmatched += [] if len(same) else [one]
    return found, unmatched


def as_boxes(boxes: Sequence[Box]) -> Floats:
    """(N, 4)."""
    return np.array(boxes, np.float32).reshape(-1, 4)
