"""What covers a face: hair, hats and the like, which are not of the colour of its own skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.faces.faces import Floats
from expunge.imaging.faces.mesh.topology import BROWS, EYES, OUTER_LIPS, OVAL
from expunge.imaging.swap.anatomy import BROW_POINTS, CHIN_TIP, CROWN
from expunge.imaging.swap.fields import grown, outlines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

CELLS = 128
"""Cells of the longer side on which colours are compared."""
UNLIKE = 14.0
"""Squared deviations from the skin's median, in robust deviations, from which a cell is no skin."""
NOISE = np.array((4.0, 1.2, 1.5), np.float32)
"""Added to the deviations of L, a and b: no skin is that even."""
LEAST = 16
"""Cells of skin that must be seen."""
FEATURES = (*EYES, OUTER_LIPS, *BROWS)
"""Rings of what differs from skin in every face."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a face over (rows, columns) cells."""

    side: float
    """The face's longer side in cells, times 1.25; what other lengths are fractions of."""
    oval: Bools
    skin: Bools
    """The oval less its edge and its features."""
    forehead: Bools
    height: Floats
    """Distance above the brows' upper edge, in cells; negative below."""
    up: Floats
    """(2,): the direction from the chin to the crown, of length 1."""
    level: float

    def height_of(self, point: Floats) -> float:
        """The `height` of an (x, y)."""
        return float(point @ self.up) - self.level

    @classmethod
    def of(cls, cells: Floats, shape: tuple[int, int]) -> Parts:
        side = 1.25 * float(np.ptp(cells[:, :2], axis=0).max())
        inside = outlines(cells, (OVAL,), shape)
        features = grown(outlines(cells, FEATURES, shape), 0.01 * side)
        oval = inside > 0.5
        skin = (grown(inside, -0.015 * side) > 0.5) & (features < 0.5)
        up = cells[CROWN, :2] - cells[CHIN_TIP, :2]
        up = up / max(float(np.linalg.norm(up)), 1e-6)
        level = float((cells[BROW_POINTS, :2] @ up).max()) + 0.015 * side
        rows, columns = shape
        x, y = np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)
        height = (x * up[0])[None] + (y * up[1])[:, None] - np.float32(level)
        return cls(side, oval, skin, oval & (height > 0), height.astype(np.float32), up, level)


@dataclass(frozen=True, slots=True)
class Cover:
    """What covers a face."""

    field: Floats
    """(rows, columns): 1 where something covers it, else 0."""
    share: float
    """The part of the skin below the brows that is covered."""
    forehead: float
    """The part of the forehead that is covered."""


def lab(pixels: NDArray[np.uint8]) -> Floats:
    """Return L from 0 to 100, a and b."""
    made = cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    return np.asarray(made, np.float32)


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of one face's own skin."""

    middle: Floats
    """(3,): the median."""
    spread: Floats
    """(3,): robust deviations, and `NOISE`."""

    @classmethod
    def of(cls, colours: Floats, own: Bools) -> Tone | None:
        """Measure (rows, columns, 3) where the skin is; ``None`` if too little of it is seen."""
        known = colours[own]
        if len(known) < LEAST:
            return None
        middle = np.median(known, axis=0)
        spread = np.median(np.abs(known - middle), axis=0) * np.float32(1.48) + NOISE
        return cls(middle, spread)

    def deviations(self, colours: Floats, *, bright: bool) -> Floats:
        """Return (rows, columns): squared deviations of (rows, columns, 3).

        Parameters
        ----------
        bright
            Also count what is brighter than skin. A light on one side of a face is, too.
        """
        away = (colours - self.middle) / self.spread
        if not bright:
            away[..., 0] = np.minimum(away[..., 0], 0)
        return np.asarray((away**2).sum(axis=-1), np.float32)


def skin_tone(colours: Floats, parts: Parts, *, above: float | None = None) -> Tone | None:
    """Measure the skin away from the edge of (rows, columns, 3), as `lab` returns them.

    ``above`` takes only what is above this `Parts.height`.
    """
    own = parts.skin & _core(parts) & ~parts.forehead
    return Tone.of(colours, own if above is None else own & (parts.height > above))


def cover(away: Floats | None, parts: Parts, hidden: Bools | None = None) -> Cover:
    """Return what covers a face: connected cells unlike its skin that reach in from its edge.

    Parameters
    ----------
    away
        (rows, columns), as `Tone.deviations` returns them; ``None`` if they are not known.
    hidden
        (rows, columns): what is known to be covered.
    """
    found = np.zeros(parts.oval.shape, bool) if hidden is None else hidden
    if away is not None:
        unlike = (away > UNLIKE) & parts.oval & (parts.skin | ~_core(parts))
        found = found | _reaching_in(unlike, parts)
    below = parts.skin & ~parts.forehead
    return Cover(found.astype(np.float32), _share(found, below), _share(found, parts.forehead))


def _core(parts: Parts) -> Bools:
    """What is far from the edge."""
    return np.asarray(grown(parts.oval.astype(np.float32), -0.07 * parts.side) > 0.5)


def _reaching_in(unlike: Bools, parts: Parts) -> Bools:
    reach = max(1, round(0.006 * parts.side))
    square = np.ones((2 * reach + 1,) * 2, np.uint8)
    opened = cv2.morphologyEx(unlike.astype(np.uint8), cv2.MORPH_OPEN, square)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(opened)
    edge = parts.oval & ~(grown(parts.oval.astype(np.float32), -0.025 * parts.side) > 0.5)
    touching = np.bincount(labels[edge], minlength=count)
    area = facts[:, cv2.CC_STAT_AREA]
    large = (area > 0.002 * parts.side**2) & (touching > 0.1 * np.sqrt(area))
    large[0] = False
    return np.asarray(large[labels], bool)


def _share(found: Bools, where: Bools) -> float:
    return float(found[where].mean()) if where.any() else 0.0
