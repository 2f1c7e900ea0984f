"""Regions that the caller gives, as a search result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Window
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.found import FoundMark, SearchResult

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Flags

APART = 16
"""Pixels between regions that are filled one by one; nearer ones are one hole, so that neither is
filled from the other."""


def pointed_at(inside: Flags) -> SearchResult:
    """Return a result in which these pixels, (H, W), will be inpainted from their surroundings."""
    near = cv2.dilate(inside.astype(np.uint8), np.ones((2 * APART + 1,) * 2, np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    marks = [_hole(inside & (labels == number), boxes[number]) for number in range(1, count)]
    return SearchResult(tuple(marks), ())


def _hole(inside: Flags, box: np.ndarray) -> FoundMark:
    x, y, width, height, _ = box.tolist()
    part = inside[y : y + height, x : x + width]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    window = Window(
        x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]) + 1, y + int(rows[-1]) + 1
    )
    opaque = inside[window.slices]
    nothing = np.zeros(opaque.shape, np.float32)
    return FoundMark("region", "", window, 1.0, Layers(nothing, nothing), opaque, 1.0)
