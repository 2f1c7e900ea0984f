"""The face that is put in: its pixels, its mesh, and what is known of it once for all targets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.faces.faces import Floats
from expunge.imaging.swap import sharpness
from expunge.imaging.swap.grid import Grid
from expunge.imaging.swap.looking import Look
from expunge.imaging.swap.plugged import Plugged
from expunge.imaging.swap.pose import Expression

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.faces.mesh.mesh import Mesh

MARGIN = 0.15
"""Pixels kept around the mesh, by its longer side."""
_STEP = 2**0.25
"""Scales of the source that are kept differ by this factor."""
_SOFTER = 0.15
"""Pixels by which the deviations of its blurs differ."""
_KEPT = 3
"""Most blurred copies that are kept."""


@dataclass(frozen=True, slots=True)
class Level:
    """The source at one scale."""

    pixels: NDArray[np.uint8]
    """(H, W, 3) RGB."""
    points: Floats
    """(478, 3) in these pixels."""
    hidden: NDArray[np.uint8]
    """(H, W): 255 where something covers the face."""
    blur: float
    """As `sharpness.blur` measures it, in these pixels."""


@dataclass(frozen=True, slots=True)
class SourceFace:
    """A face that can be put on others."""

    level: Level
    """As it is in its picture."""
    expression: Expression
    look: Look
    plugged: Plugged = field(default_factory=Plugged)
    embedding: Floats | None = None
    """What describes it for the operator's network, if there is one."""
    faces: int = 1
    """Faces in its picture, of which it is the largest."""
    _levels: dict[int, Level] = field(default_factory=dict)
    _soft: dict[tuple[int, int], Level] = field(default_factory=dict)

    @classmethod
    def of(cls, image: NDArray[np.uint8], mesh: Mesh, plugged: Plugged | None = None) -> SourceFace:
        """Cut the face out of (H, W, 3) RGB."""
        points = mesh.points
        extent = float(np.ptp(points[:, :2], axis=0).max())
        grid = Grid.around(points, (image.shape[1], image.shape[0]), MARGIN * extent)
        pixels = np.ascontiguousarray(image[grid.area])
        own = points - np.array((grid.x, grid.y, 0), np.float32)
        look = Look.at(pixels, own, bright=True)
        hidden = cv2.resize(look.covered.field * 255, (grid.width, grid.height))
        level = Level(pixels, own, hidden.astype(np.uint8), sharpness.blur(pixels, own))
        tools = plugged or Plugged()
        embedding = None if tools.swapper is None else tools.swapper.embedding(pixels, own)
        return cls(level, Expression.of(points), look, tools, embedding)

    @property
    def swapper(self) -> Callable[[NDArray[np.uint8], Floats], NDArray[np.uint8]] | None:
        """What makes the new face of pixels and a mesh in them by the operator's network."""
        network, embedding = self.plugged.swapper, self.embedding
        if network is None or embedding is None:
            return None
        return lambda pixels, points: network.swapped(pixels, points, embedding)

    def at(self, scale: float, there: float = 0.0) -> Level:
        """Return the source for a target in which it is ``scale`` times as large.

        A smaller one is the mean of its pixels, so that nothing of it flickers or jags.

        Parameters
        ----------
        there
            How blurred the target is, in its pixels (`sharpness.blur`): the source is not sharper.
        """
        step = max(0, int(np.floor(np.log(1 / max(scale, 1e-3)) / np.log(_STEP))))
        level = self._scaled(step)
        enlarged = scale * _STEP**step
        count = round(sharpness.missing(level.blur * enlarged, there) / enlarged / _SOFTER)
        return level if count == 0 else self._softer(level, step, count)

    def _scaled(self, step: int) -> Level:
        if step == 0:
            return self.level
        if step not in self._levels:
            self._levels[step] = _smaller(self.level, _STEP**-step)
        return self._levels[step]

    def _softer(self, level: Level, step: int, count: int) -> Level:
        made = self._soft.pop((step, count), None)
        if made is None:
            made = replace(level, pixels=sharpness.softened(level.pixels, count * _SOFTER))
        self._soft[step, count] = made
        if len(self._soft) > _KEPT:
            del self._soft[next(iter(self._soft))]
        return made


def _smaller(level: Level, scale: float) -> Level:
    height, width = level.pixels.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    pixels = cv2.resize(level.pixels, size, interpolation=cv2.INTER_AREA)
    hidden = cv2.resize(level.hidden, size, interpolation=cv2.INTER_AREA)
    factors = np.array((size[0] / width, size[1] / height, scale), np.float32)
    made, points = np.asarray(pixels, np.uint8), level.points * factors
    return Level(made, points, np.asarray(hidden, np.uint8), sharpness.blur(made, points))
