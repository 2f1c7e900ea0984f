"""A region that a person pointed at, as if it had been found."""

from __future__ import annotations

import numpy as np

from expunge.imaging.marks.box import Window
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.found import FoundMark, SearchResult


def pointed_at(x: int, y: int, width: int, height: int) -> SearchResult:
    """Everything in the rectangle is to be filled in from around it."""
    window = Window(x, y, x + width, y + height)
    nothing = np.zeros((height, width), np.float32)
    everything = np.ones((height, width), bool)
    return SearchResult(
        (FoundMark("region", "", window, 1.0, Layers(nothing, nothing), everything, 1.0),), ()
    )
