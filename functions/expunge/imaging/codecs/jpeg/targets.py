"""Find the blocks of each component that an edit changes, and their new samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.colours import components_of
from expunge.imaging.codecs.jpeg.transform import Tiles

if TYPE_CHECKING:
    from expunge.imaging.codecs.jpeg.frame import Frame
    from expunge.imaging.codecs.picture import Edits


_AT_ONCE = 1024
"""MCUs that are processed together; they need some 10 MB."""


@dataclass(frozen=True)
class Targets:
    """The changed blocks of one component, and their new samples."""

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    values: Tiles
    cover: NDArray[np.float16]
    """Fraction of each sample's area that changed, 0 to 1 in sixteenths, which half precision holds
    exactly. The rest of the area keeps the old value."""

    def applied(self, samples: Tiles, chosen: NDArray[np.intp]) -> Tiles:
        """Apply the edit to the samples of the chosen blocks."""
        blended = self.values[chosen] - samples
        blended *= self.cover[chosen]
        blended += samples
        return blended


def targets_of(frame: Frame, edits: Edits) -> list[Targets]:
    """Return the targets of each component of the frame, in order.

    Parameters
    ----------
    edits
        Edits in stored coordinates, in channels that `components_of` accepts.
    """
    changed = edits.changed
    size = 8 * frame.most_down, 8 * frame.most_across
    mcus = _touched(changed, size)
    found: list[list[Targets]] = [[] for _ in frame.components]
    for at in range(0, len(mcus), _AT_ONCE):
        some = mcus[at : at + _AT_ONCE]
        # The last pixels are repeated beyond the image's edge, so that nothing of the old image
        # remains in the part of a block that is never shown.
        rows, columns = (
            np.minimum(some[:, axis, None] * side + np.arange(side), changed.shape[axis] - 1)
            for axis, side in enumerate(size)
        )
        mask = changed[rows[:, :, None], columns[:, None, :]].astype(np.float32)
        values = components_of(frame, edits.at(rows, columns))
        for index, parts in enumerate(found):
            parts.append(_part(frame, index, values[..., index], mask, some))
    return [_joined(found.pop(0)) for _ in frame.components]  # each is freed in turn


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
    mask: NDArray[np.float32],
    mcus: NDArray[np.int64],
) -> Targets:
    """Return one component's targets in some MCUs, from (n, height, width) samples and changes."""
    component = frame.components[index]
    across = frame.most_across // component.across
    down = frame.most_down // component.down
    weight = _pooled(mask, down, across)
    means = _pooled(values * mask, down, across)
    means /= np.maximum(weight, 1)
    cover = _tiles(weight / np.float32(across * down))
    mcu, row, column = np.nonzero(cover.any(axis=(3, 4)))
    return Targets(
        column=mcus[mcu, 1] * component.across + column,
        row=mcus[mcu, 0] * component.down + row,
        values=_tiles(means)[mcu, row, column],
        cover=cover[mcu, row, column].astype(np.float16),
    )


def _pooled(planes: NDArray[np.float32], down: int, across: int) -> NDArray[np.float32]:
    """Sum blocks of (n, H, W) to (n, H / down, W / across)."""
    total = np.zeros_like(planes[:, ::down, ::across])
    for y in range(down):
        for x in range(across):
            total += planes[:, y::down, x::across]
    return total


def _tiles(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Reshape (n, H, W) to (n, rows, columns, 8, 8)."""
    count, height, width = planes.shape
    return planes.reshape(count, height // 8, 8, width // 8, 8).swapaxes(2, 3)


def _joined(parts: list[Targets]) -> Targets:
    return Targets(
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.cover for part in parts]),
    )
