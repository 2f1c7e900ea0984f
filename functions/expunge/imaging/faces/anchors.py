"""Shared decoding for detectors whose outputs are anchor grids of several strides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.faces.faces import Floats

STRIDES = (8, 16, 32)
"""Pixels from one grid cell to the next, finest first."""


def cells(size: tuple[int, int], stride: int, anchors: int) -> Floats:
    """Return (N, 2): column and row of each anchor; anchors of one cell are adjacent."""
    columns, rows = (side // stride for side in size)
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    return np.repeat(grid, anchors, axis=0).astype(np.float32)


def finest_first(outputs: Sequence[Floats], values: int) -> list[Floats]:
    """Select the outputs with ``values`` per anchor, as (N, values), in the order of `STRIDES`."""
    chosen = [output.reshape(-1, values) for output in outputs if output.shape[-1] == values]
    return sorted(chosen, key=len, reverse=True)


def top_scores(
    scores: Floats, threshold: float, most: int
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the indices of the highest scores at or above a threshold, at most ``most``.

    They are not sorted.
    """
    found = np.flatnonzero(scores >= threshold)
    if len(found) > most:
        found = found[np.argpartition(-scores[found], most)[:most]]
    return found
