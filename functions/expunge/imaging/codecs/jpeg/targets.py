"""What an edit asks of each component's blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.jpeg.colours import components_of
from expunge.imaging.codecs.jpeg.transform import Tiles

if TYPE_CHECKING:
    from expunge.imaging.codecs.jpeg.frame import Frame


@dataclass(frozen=True)
class Targets:
    """The touched blocks of one component, and what their samples are to become."""

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    values: Tiles
    cover: Tiles
    """How much of each sample's area changed, 0 to 1; the rest of it keeps what it was."""

    def applied(self, samples: Tiles, chosen: NDArray[np.intp]) -> Tiles:
        """Samples of some of the blocks after the edit."""
        cover = self.cover[chosen]
        blended: Tiles = samples + cover * (self.values[chosen] - samples)
        return blended


def targets_of(frame: Frame, after: NDArray[np.uint8], changed: NDArray[np.bool_]) -> list[Targets]:
    """For each component of the frame, in order.

    Parameters
    ----------
    after
        (H, W, C) the whole picture after the edit, as `components_of` takes it.
    changed
        (H, W)
    """
    found: list[list[Targets]] = [[] for _ in frame.components]
    high, wide = 8 * frame.most_down, 8 * frame.most_across
    for band in np.unique(np.flatnonzero(changed.any(axis=1)) // high).tolist():
        rows = slice(band * high, (band + 1) * high)
        columns = np.flatnonzero(changed[rows].any(axis=0)) // wide
        first, last = int(columns[0]), int(columns[-1]) + 1
        area = (rows, slice(first * wide, last * wide))
        pixels = _filled(after[area], high, (last - first) * wide)
        mask = _filled(changed[area], high, (last - first) * wide)
        values = components_of(frame, pixels)
        for index, parts in enumerate(found):
            parts.append(_band(frame, index, values[..., index], mask, (first, band)))
    return [_joined(parts) for parts in found]


def _filled(area: NDArray[Any], height: int, width: int) -> NDArray[Any]:
    """An area of whole MCUs: beyond the picture's edge its last pixels go on.

    So nothing of the old picture stays in the part of a block that is never shown.
    """
    missing = [(0, height - area.shape[0]), (0, width - area.shape[1])]
    return np.pad(area, missing + [(0, 0)] * (area.ndim - 2), mode="edge")


def _band(
    frame: Frame,
    index: int,
    values: NDArray[np.float32],
    mask: NDArray[np.bool_],
    mcu: tuple[int, int],
) -> Targets:
    """One component of one row of MCUs, ``mcu`` being the column and row of the first."""
    component = frame.components[index]
    across = frame.most_across // component.across
    down = frame.most_down // component.down
    height, width = mask.shape[0] // down, mask.shape[1] // across
    pooled = (height, down, width, across)
    weight = mask.astype(np.float32).reshape(pooled).sum(axis=(1, 3))
    total = (values * mask).reshape(pooled).sum(axis=(1, 3))
    means = total / np.maximum(weight, 1)
    cover = _tiles(weight / (across * down))
    row, column = np.nonzero(cover.any(axis=(2, 3)))
    return Targets(
        column=column + mcu[0] * component.across,
        row=row + mcu[1] * component.down,
        values=_tiles(means)[row, column],
        cover=cover[row, column],
    )


def _tiles(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W) as (rows, columns, 8, 8)."""
    height, width = plane.shape
    return plane.reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2)


def _joined(parts: list[Targets]) -> Targets:
    return Targets(
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.cover for part in parts]),
    )
