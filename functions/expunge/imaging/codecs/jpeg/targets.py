"""Find the blocks of each component that an edit changes, and their new samples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.colours import components_of
from expunge.imaging.codecs.jpeg.transform import Tiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.jpeg.frame import Frame
    from expunge.imaging.codecs.picture import Edits


_Number = TypeVar("_Number", np.uint8, np.float32)
_AT_ONCE = 1024
"""MCUs that are processed together; they need some 10 MB."""


@dataclass(frozen=True)
class Targets:
    """The changed blocks of one component, and their new samples."""

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    values: Tiles
    cover: NDArray[np.uint8]
    """(n, 8, 8) of each sample's pixels, how many changed; the others keep the old value."""
    most: int
    """Pixels of a sample."""

    @property
    def whole(self) -> NDArray[np.bool_]:
        """(n,): blocks of which every pixel changed."""
        return np.asarray((self.cover == self.most).all(axis=(1, 2)), bool)

    def applied(self, samples: Tiles, chosen: NDArray[np.intp]) -> Tiles:
        """Apply the edit to the samples of the chosen blocks."""
        blended = self.values[chosen] - samples
        blended *= self.cover[chosen] / np.float32(self.most)
        blended += samples
        return blended


def targets_of(frame: Frame, edits: Edits) -> list[Targets]:
    """Return the targets of each component of the frame, in order.

    Parameters
    ----------
    edits
        Edits in stored coordinates, in channels that `components_of` accepts.
    """
    size = 8 * frame.most_down, 8 * frame.most_across
    mcus = _touched(edits.changed, size)
    found: list[list[Targets]] = [[] for _ in frame.components]
    for first, last in _portions(mcus[:, 0]):
        some = mcus[first:last]
        pixels, mask = _gathered(edits, size, some)
        values = components_of(frame, pixels)
        for index, parts in enumerate(found):
            parts.append(_part(frame, index, values[..., index], mask, some))
    return [_joined(found.pop(0)) for _ in frame.components]  # each is freed in turn


def _portions(rows: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield parts of a sorted list, of whole rows, that have few MCUs or one row."""
    edges = np.append(np.flatnonzero(np.diff(rows, prepend=-1)), len(rows)).tolist()
    first = 0
    for edge, following in pairwise(edges):
        if following - first > _AT_ONCE and edge > first:
            yield first, edge
            first = edge
    if first < len(rows):
        yield first, len(rows)


def _gathered(
    edits: Edits, size: tuple[int, int], mcus: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return (n, height, width, C) pixels of MCUs, and (n, height, width) which are changed.

    The last pixels are repeated beyond the image's edge, so that nothing of the old image remains
    in the part of a block that is never shown.
    """
    pixels, masks = [], []
    for row in np.bincount(mcus[:, 0]).nonzero()[0].tolist():
        columns = mcus[mcus[:, 0] == row, 1]
        left, right = columns[0] * size[1], (columns[-1] + 1) * size[1]
        lines = slice(row * size[0], (row + 1) * size[0])
        band = edits.area(lines, slice(left, right))
        changed = edits.changed[lines, left:right, None].astype(np.uint8)
        pixels.append(_cut(band, size)[columns - columns[0]])
        masks.append(_cut(changed, size)[columns - columns[0], ..., 0])
    return np.concatenate(pixels), np.concatenate(masks)


def _cut(band: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Cut a row of MCUs into (n, height, width, C)."""
    high, wide = size
    missing = high - band.shape[0], -band.shape[1] % wide
    if any(missing):
        band = np.pad(band, ((0, missing[0]), (0, missing[1]), (0, 0)), "edge")
    return band.reshape(high, -1, wide, band.shape[2]).swapaxes(0, 1)


def _touched(changed: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.int64]:
    """Return (n, 2): row and column of each changed MCU; ``size`` is an MCU's height and width."""
    high, wide = size
    rows = np.logical_or.reduceat(changed.any(axis=1), np.arange(0, changed.shape[0], high))
    edges = np.arange(0, changed.shape[1], wide)
    found = [np.empty((0, 2), np.int64)]
    for row in np.flatnonzero(rows).tolist():
        columns = changed[row * high : (row + 1) * high].any(axis=0)
        mcus = np.flatnonzero(np.logical_or.reduceat(columns, edges))
        found.append(np.stack((np.full_like(mcus, row), mcus), axis=1))
    return np.concatenate(found)


def _part(
    frame: Frame,
    index: int,
    values: NDArray[np.float32],
    mask: NDArray[np.uint8],
    mcus: NDArray[np.int64],
) -> Targets:
    """Return one component's targets in some MCUs, from (n, height, width) samples and changes."""
    component = frame.components[index]
    across = frame.most_across // component.across
    down = frame.most_down // component.down
    weight = _pooled(mask, down, across)
    if down * across > 1:
        values = _pooled(values * mask, down, across)
        values /= np.maximum(weight, 1)
    cover = _tiles(weight)
    mcu, row, column = np.nonzero(cover.any(axis=(3, 4)))
    return Targets(
        column=mcus[mcu, 1] * component.across + column,
        row=mcus[mcu, 0] * component.down + row,
        values=_tiles(values)[mcu, row, column],
        cover=cover[mcu, row, column],
        most=across * down,
    )


def _pooled(planes: NDArray[_Number], down: int, across: int) -> NDArray[_Number]:
    """Sum blocks of (n, H, W) to (n, H / down, W / across)."""
    total = planes[:, ::down, ::across].copy()
    for y, x in list(np.ndindex(down, across))[1:]:
        total += planes[:, y::down, x::across]
    return total


def _tiles(planes: NDArray[_Number]) -> NDArray[_Number]:
    """Reshape (n, H, W) to (n, rows, columns, 8, 8)."""
    count, height, width = planes.shape
    return planes.reshape(count, height // 8, 8, width // 8, 8).swapaxes(2, 3)


def _joined(parts: list[Targets]) -> Targets:
    return Targets(
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.cover for part in parts]),
        parts[0].most,
    )
