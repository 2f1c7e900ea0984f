"""The classical method, tile by tile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.progress import Progress, silent
from expunge.imaging.purify import chroma
from expunge.imaging.purify.drift import Drift
from expunge.imaging.purify.filters import Guide
from expunge.imaging.purify.planes import joined, split
from expunge.imaging.purify.tiles import tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.purify.planes import Plane
    from expunge.imaging.purify.strength import Treatment

TILE = 1024
"""Side of a tile, in pixels; one tile needs about 150 MB with its margins and planes."""
DRIFT_SPACING = 16
"""Pixels between the nodes of a random field."""


def purify(
    samples: NDArray[np.generic],
    depth: int,
    treatment: Treatment,
    seed: bytes,
    *,
    tile_side: int = TILE,
    progress: Progress = silent,
) -> NDArray[np.generic]:
    """Re-synthesise an image's pixels.

    Parameters
    ----------
    samples
        (H, W, 1) or (H, W, 3), grey or RGB, uint8 or uint16, 0 to ``2 ** depth - 1``.
    depth
        Bits per sample.
    treatment
        Parameters of the removal; a grey image has only luma.
    seed
        Seed of the random fields: the same seed and samples give the same result.
    tile_side
        Side of a tile in pixels; it limits memory and does not change the result.
    progress
        Called after each tile.

    Returns
    -------
    A new array of the same shape and type.
    """
    height, width, channels = samples.shape
    drifts = _drifts((height, width), channels, seed)
    made = np.empty_like(samples)
    margin = max(chroma.reach(treatment), 2 * treatment.luma_radius)
    done = 0
    for tile in tiles(height, width, tile_side, margin):
        fields = [drift.cut(tile.y, tile.x, tile.height, tile.width) for drift in drifts]
        planes = _treated(split(samples[tile.area], depth), fields, treatment)
        made[tile.inner] = joined([plane[tile.within] for plane in planes], depth)
        done += tile.inner_height * tile.inner_width
        progress(done / (height * width))
    return made


def _drifts(shape: tuple[int, int], planes: int, seed: bytes) -> list[Drift]:
    random = np.random.default_rng(np.frombuffer(seed, np.uint8))
    return [Drift.over(shape, DRIFT_SPACING, random) for _ in range(planes)]


def _treated(planes: list[Plane], drifts: list[Plane], treatment: Treatment) -> list[Plane]:
    """Planes without their residuals; chroma is predicted from the unchanged luma."""
    luma, *colours = planes
    if colours:
        colours = chroma.resynthesised(luma, colours, drifts[1:], treatment)
    if treatment.luma_radius:
        luma = Guide.of(luma, treatment.luma_radius, treatment.luma_noise**2).smoothed()
    if treatment.luma_drift:
        luma = luma + treatment.luma_drift * drifts[0]
    return [luma, *colours]
