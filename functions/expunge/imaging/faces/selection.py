"""Select faces among all detected ones.

A face's *index* is its position among all detected faces, the most confident first, before any
selection. So a client can request a report, show it to a user, and send in a second request the
indices of the faces to hide.
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
"""Intersection over union from which a given box and a detected face are the same."""


def large_enough(faces: Faces, min_size: float, max_faces: int) -> NDArray[np.intp]:
    """Return the indices of faces whose shorter side has ``min_size`` pixels or more.

    At most ``max_faces``, the most confident ones; 0 means no limit.
    """
    fitting = np.flatnonzero(faces.sizes.min(axis=1, initial=np.inf) >= min_size)
    return fitting[:max_faces] if max_faces else fitting


def named(faces: Faces, wanted: Sequence[int | Box]) -> tuple[set[int], list[Box]]:
    """Return the indices of faces given by index or box, and the boxes that match no face.

    An index without a face is ignored.
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
    """Convert to an (N, 4) array."""
    return np.array(boxes, np.float32).reshape(-1, 4)
