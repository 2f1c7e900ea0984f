"""A region that the caller gives, as a search result."""

from __future__ import annotations

import numpy as np

from expunge.imaging.marks.box import Window
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.found import FoundMark, SearchResult


def pointed_at(x: int, y: int, width: int, height: int) -> SearchResult:
    """Return a result in which the whole rectangle will be inpainted from its surroundings."""
    window = Window(x, y, x + width, y + height)
    nothing = np.zeros((height, width), np.float32)
    everything = np.ones((height, width), bool)
    return SearchResult(
        (FoundMark("region", "", window, 1.0, Layers(nothing, nothing), everything, 1.0),), ()
    )
