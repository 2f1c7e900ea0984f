"""The classical method, tile by tile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.imaging.progress import Progress, silent
from expunge.imaging.purify import chroma
from expunge.imaging.purify.drift import Drift
from expunge.imaging.purify.filters import doubled, smoothing
from expunge.imaging.purify.planes import changed, split
from expunge.imaging.purify.tiles import TILE, threads, tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from expunge.imaging.purify.planes import Plane
    from expunge.imaging.purify.strength import Treatment
    from expunge.imaging.purify.tiles import Area, Tile

    Map = Callable[[Callable[[Tile], float], Iterable[Tile]], Iterable[float]]

DRIFT_SPACING = 8
"""Pixels of half size between the nodes of a random field."""


def purify(
    samples: NDArray[Any],
    depth: int,
    treatment: Treatment,
    seed: bytes,
    *,
    most: float = np.inf,
    tile_side: int = TILE,
    at_once: int | None = None,
    progress: Progress = silent,
) -> float:
    """Re-synthesise an image's pixels, in place.

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
    most
        Sum of squared differences above which to stop; the samples are then of no use.
    tile_side
        Side of a tile in pixels, even; it limits memory and does not change the result.
    at_once
        Tiles that are processed at once, by default `threads`; it does not change the result.
    progress
        Called after each tile.

    Returns
    -------
    The sum of squared differences between the samples before and after.
    """
    height, width, _ = samples.shape
    random = np.random.default_rng(np.frombuffer(seed, np.uint8))
    half = (-(-height // 2), -(-width // 2))
    drifts = [Drift.over(half, DRIFT_SPACING, random) for _ in range(samples.shape[2])]
    margin = max(chroma.reach(treatment), 2 * treatment.luma_radius)
    error, above, done = 0.0, samples[:0], 0
    with _mapping(at_once or threads(width, tile_side)) as each:
        for row in tiles(height, width, tile_side, margin):
            top, end = row[0].inner_y, row[0].inner_y + row[0].inner_height
            before = np.concatenate((above, samples[top : row[0].y + row[0].height]))
            above = before[max(end - margin, 0) - row[0].y : end - row[0].y].copy()
            one = partial(_treat, samples, before, depth, treatment, drifts)
            for tile, differs in zip(row, each(one, row), strict=True):
                error += differs
                done += tile.inner_height * tile.inner_width
                progress(done / (height * width))
            if error > most:
                break
    return error


@contextmanager
def _mapping(at_once: int) -> Iterator[Map]:
    """A function like ``map`` that uses threads; filters release the interpreter's lock."""
    if at_once == 1:
        yield map
        return
    with ThreadPoolExecutor(at_once, "purify") as pool:
        try:
            yield pool.map
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _treat(
    samples: NDArray[Any],
    before: NDArray[Any],
    depth: int,
    treatment: Treatment,
    drifts: list[Drift],
    tile: Tile,
) -> float:
    """Write one tile's result; ``before`` has the rows of the tile as they were."""
    part = before[:, tile.area[1]]
    within = tile.within()
    was = part[within]
    now = changed(was, _changes(part, depth, treatment, drifts, tile), depth)
    samples[tile.inner] = now
    return 0.0 if now is was else float(cv2.norm(was, now, cv2.NORM_L2SQR))


def _changes(
    part: NDArray[Any], depth: int, treatment: Treatment, drifts: list[Drift], tile: Tile
) -> list[Plane | None]:
    """What to add to luma and to the two colours of a tile's inner rectangle."""
    planes = split(part, depth)
    area = _even(tile.within(chroma.near(treatment)))
    half = _half(area)
    fields = [
        drift.cut(
            tile.y // 2 + half[0].start,
            tile.x // 2 + half[1].start,
            half[0].stop - half[0].start,
            half[1].stop - half[1].start,
        )
        for drift in drifts
    ]
    rows, columns = tile.within()
    inner = (
        slice(rows.start - area[0].start, rows.stop - area[0].start),
        slice(columns.start - area[1].start, columns.stop - area[1].start),
    )
    made: list[Plane | None] = [_luma(planes[0][area], fields[0], treatment)]
    if len(planes) > 1:
        made += chroma.changes(planes, fields[1:], treatment, area, half)
    return [
        None if change is None else change[inner] * np.float32(treatment.amount) for change in made
    ]


def _luma(plane: Plane, drift: Plane, treatment: Treatment) -> Plane | None:
    change = None
    if treatment.luma_radius:
        change = smoothing(plane, treatment.luma_radius, treatment.luma_noise**2)
    if change is not None and treatment.luma_drift:
        change += treatment.luma_drift * doubled(drift)
    return change


def _even(area: Area) -> Area:
    """The area with even ends; `split` has added the row or the column that may be missing."""
    rows, columns = area
    return (
        slice(rows.start, rows.stop + rows.stop % 2),
        slice(columns.start, columns.stop + columns.stop % 2),
    )


def _half(area: Area) -> Area:
    rows, columns = area
    return (
        slice(rows.start // 2, rows.stop // 2),
        slice(columns.start // 2, columns.stop // 2),
    )
