"""Put a prepared face on a face of a frame.

What changes slowly over a face (where pixels come from, light, opacity) is made on a coarse grid
and enlarged; only pixels are handled at full size, in bands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.codecs.picture import Patch
from expunge.imaging.faces.faces import Floats
from expunge.imaging.faces.mesh.topology import OVAL
from expunge.imaging.swap import enhance as enhancing
from expunge.imaging.swap import sharpness
from expunge.imaging.swap.anatomy import MOUTH
from expunge.imaging.swap.brows import Brows
from expunge.imaging.swap.fields import grown, outlines, smooth
from expunge.imaging.swap.grid import Grid
from expunge.imaging.swap.light import Light
from expunge.imaging.swap.looking import Look
from expunge.imaging.swap.plugged import Plugged
from expunge.imaging.swap.pose import Expression, between, fitted
from expunge.imaging.swap.refusal import check_covered, check_seen, check_whole
from expunge.imaging.swap.skin import Parts
from expunge.imaging.swap.source import Level, SourceFace
from expunge.imaging.swap.warp import Warp, shown, warp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from expunge.imaging.faces.mesh.mesh import Mesh

    Pixels = NDArray[np.uint8]

SIDE = 1.25
"""What lengths are fractions of: the mesh's longer side, times this."""
EDGE, FADE = 0.02, 0.02
"""How far inside of its oval the new face ends, and over what it fades, by the side."""
GROWN, SOFT = 0.025, 0.015
"""How much more than what covers a face stays, and over what it fades, by the side."""
COVERED_FOREHEAD = (0.03, 0.08)
"""Part of a forehead under hair over which the target comes to keep all above its brows."""
STRETCHED = 0.03
"""How much more than what is stretched too widely stays the target's, by the side."""
FOLLOWS = 0.4
"""How far what covers a face follows it from the last frame to this one."""
SAME_FORM = 0.05
"""Change of the grid's proportions from which two frames cannot be compared."""
TEETH = (0.06, 0.12)
"""Openness of the target's mouth over which it keeps its own teeth, if the source shows none."""
SHUT = (0.06, 0.10)
"""Openness of the source's mouth over which it shows teeth."""
SMALL = 70
"""Pixels of a face's longer side below which a warning is given."""
OTHER_MOUTH = 0.2
"""Difference of `Expression.mouth` from which a warning is given."""
PARTLY = 0.08
"""Part of a target's skin that is covered, from which a warning is given."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """One replaced face."""

    patch: Patch
    warnings: tuple[str, ...]
    """Words of `operations.reports.swap.Warned`."""

    @property
    def region(self) -> tuple[int, int, int, int]:
        """x, y, width and height of the rectangle in which pixels may differ."""
        return self.patch.place


@dataclass(slots=True)
class Last:
    """What covered a face in the frame before: whether a cell is covered may change by little."""

    covers: Floats | None = None
    mouth_cover: float | None = None
    """The evidence that something hides the mouth."""

    def evidence(self, seen: float) -> float:
        """Return the mean of a frame's evidence for a hidden mouth and of those before."""
        before = seen if self.mouth_cover is None else self.mouth_cover
        self.mouth_cover = before + FOLLOWS * (seen - before)
        return self.mouth_cover

    def steadied(self, covers: Floats) -> Floats:
        """Return (rows, columns) of this frame's grid, which is as large as the face."""
        if self.covers is not None:
            (rows, columns), (high, wide) = covers.shape, self.covers.shape
            if abs(wide * rows / (high * columns) - 1) < SAME_FORM:
                before = cv2.resize(self.covers, (columns, rows), interpolation=cv2.INTER_LINEAR)
                covers = np.asarray(before + FOLLOWS * (covers - before), np.float32)
        self.covers = covers
        return covers


def prepared(image: Pixels, mesh: Mesh, plugged: Plugged | None = None) -> SourceFace:
    """Return the face of (H, W, 3) RGB, ready to be put on others.

    ``plugged`` has the operator's networks, where there are any.

    Raises
    ------
    expunge.imaging.swap.refusal.FaceUnusable
        For a face in profile, cut off at the picture's edge, or covered.
    """
    check_seen(mesh)
    check_whole(mesh, (image.shape[1], image.shape[0]))
    made = SourceFace.of(image, mesh, plugged or Plugged())
    check_covered(made.look)
    return made


def swapped(
    frame: Pixels,
    target: Mesh,
    source: SourceFace,
    *,
    enhance: bool = False,
    blur: float | None = None,
    last: Last | None = None,
) -> Swapped:
    """Return the new pixels of one face; the frame stays as it is.

    Parameters
    ----------
    frame
        (H, W, 3) RGB.
    target
        A mesh of which a part lies in the frame.
    enhance
        Restore the new face with the operator's network, or else sharpen it as far as the old one
        was sharp.
    blur
        How blurred the target is (`sharpness.blur`), where that is known better than from this
        frame alone.
    last
        What the frame before showed of the same face; this call updates it.
    """
    there = sharpness.blur(frame, target.points) if blur is None else blur
    work = _Work.of(frame, target, source, there, last or Last())
    before = frame[work.grid.area]
    own = target.points - np.array((work.grid.x, work.grid.y, 0), np.float32)
    painted = _painted(work) if source.swapper is None else source.swapper(before, own)
    if enhance and source.plugged.restorer is not None:
        painted = source.plugged.restorer.restored(painted, own)
    elif enhance:
        painted = _enhanced(painted, before, work.scale)
    made = np.empty_like(before)
    for rows, cells in work.grid.bands():
        weight = np.ascontiguousarray(work.grid.fine(work.mask, cells))
        under = work.brows.off(np.ascontiguousarray(before[rows]), work.grid, cells)
        made[rows] = cv2.blendLinear(under, painted[rows], 1 - weight, weight)
    return Swapped(Patch(work.grid.x, work.grid.y, made), tuple(_warnings(work, target, source)))


@dataclass(frozen=True, slots=True)
class _Work:
    """What the new pixels of a face are made from."""

    grid: Grid
    level: Level
    scale: float
    """By which the source is enlarged."""
    field: Warp
    light: Light
    mask: Floats
    """(rows, columns): the opacity of the new face."""
    brows: Brows
    look: Look
    does: Expression

    @classmethod
    def of(cls, frame: Pixels, target: Mesh, source: SourceFace, there: float, last: Last) -> _Work:
        points = target.points
        posed, scale = fitted(source.level.points, points)
        does = Expression.of(points)
        shape = between(posed, points, source.expression, does)
        side = SIDE * float(np.ptp(points[:, :2], axis=0).max())
        size = frame.shape[1], frame.shape[0]
        grid = Grid.around(np.concatenate((points, shape)), size, 0.02 * side)
        level = source.at(scale, there)
        field = warp(grid.cells(shape), level.points, grid.shape)
        old, new = grid.coarse(frame[grid.area]), shown(level.pixels, field.places)
        look = Look.at(old, grid.cells(points), steadied=last.evidence)
        parts = Parts.of(grid.cells(shape), grid.shape)
        hidden = shown(level.hidden, field.places, beyond=255)
        covers = _covers(parts, look, hidden, source.look)
        covers = last.steadied(np.maximum(covers, _stretched(field, parts.side)))
        columns_rows = grid.shape[::-1]
        skin = parts.skin & (covers < 0.3) & (field.kinds > 0)
        both = (skin & (cv2.resize(look.skin, columns_rows) > 0.5)).astype(np.float32)
        bare = (field.kinds > 1).astype(np.float32)
        light = Light.of(new, old, both, bare, side / grid.step)
        inside = outlines(grid.cells(shape), (OVAL,), grid.shape)
        mask = _mask(inside, covers, field.kinds, parts.side, _kept_mouth(does, source.expression))
        fringed = _fringed(look, source.look)
        brows = Brows.of(old, grid.cells(points), both, covers) if fringed else Brows()
        return cls(grid, level, scale, field, light, mask, brows, look, does)


def _fringed(*looks: Look) -> float:
    """How far the target keeps all above its brows, as hair hides a part of a forehead: 0 to 1."""
    low, high = COVERED_FOREHEAD
    share = max(look.covered.forehead for look in looks)
    return float(np.clip((share - low) / (high - low), 0, 1))


def _covers(parts: Parts, look: Look, hidden: Pixels, source: Look) -> Floats:
    """(rows, columns) from 0 to 1: what of the target stays in front."""
    rows, columns = parts.oval.shape
    there = cv2.resize(look.covered.field, (columns, rows), interpolation=cv2.INTER_NEAREST)
    covered = np.maximum(there, (hidden > 127).astype(np.float32))
    soft = smooth(grown(covered, GROWN * parts.side), SOFT * parts.side)
    fringed = _fringed(look, source)
    if not fringed:
        return soft
    above = (parts.height - 0.025 * parts.side) / (0.012 * parts.side)
    kept = fringed / (1 + np.exp(-np.clip(above, -30, 30)))
    return np.asarray(np.maximum(soft, kept), np.float32)


def _stretched(field: Warp, side: float) -> Floats:
    """(rows, columns) from 0 to 1: where the target stays, as the source has too few pixels.

    At the side of a face that is turned more than the source, a strip of the source would be
    stretched widely, with the hair or the ear in it.
    """
    return smooth(grown(field.stretched, STRETCHED * side), FADE * side)


def _mask(
    inside: Floats, covers: Floats, kinds: NDArray[np.uint8], side: float, kept_mouth: float
) -> Floats:
    band = smooth(grown(inside, -EDGE * side), FADE * side)
    mask = np.minimum(inside, band) * (1 - covers)
    if kept_mouth:
        mask *= 1 - kept_mouth * smooth((kinds == MOUTH + 1).astype(np.float32), 0.005 * side)
    mask[(kinds == 0) | (mask < 1 / 255)] = 0
    return np.asarray(mask, np.float32)


def _kept_mouth(target: Expression, source: Expression) -> float:
    """How much of the target's inner mouth stays, 0 to 1: it cannot show teeth that are not there.

    It changes slowly with the target's mouth, so that it does not flicker in a moving picture.
    """
    opened = (target.mouth - TEETH[0]) / (TEETH[1] - TEETH[0])
    closed = (SHUT[1] - source.mouth) / (SHUT[1] - SHUT[0])
    return float(np.clip(opened, 0, 1) * np.clip(closed, 0, 1))


def _painted(work: _Work) -> Pixels:
    """(H, W, 3): the new face in the target's light, all over the rectangle."""
    made = np.empty((work.grid.height, work.grid.width, 3), np.uint8)
    for rows, cells in work.grid.bands():
        fine = [
            work.grid.fine(part, cells)
            for part in (work.field.places, work.light.on_grey, work.light.offset)
        ]
        made[rows] = work.light.on(shown(work.level.pixels, fine[0]), fine[1], fine[2])
    return made


def _enhanced(painted: Pixels, before: Pixels, scale: float) -> Pixels:
    sigma = enhancing.radius(scale)
    made, there = (enhancing.energy(part, sigma) for part in (painted, before))
    return enhancing.sharpened(painted, sigma, enhancing.amount(made, there))


def _warnings(work: _Work, target: Mesh, source: SourceFace) -> Iterator[str]:
    sides = (
        float(np.ptp(one[:, :2], axis=0).max()) for one in (target.points, source.level.points)
    )
    if work.look.glasses or source.look.glasses:
        yield "glasses"
    if work.look.beard or source.look.beard:
        yield "beard"
    if min(sides) < SMALL:
        yield "small_face"
    if abs(work.does.mouth - source.expression.mouth) > OTHER_MOUTH:
        yield "mouth"
    if work.look.covered.share > PARTLY:
        yield "occluded"
    if source.faces > 1:
        yield "several_faces"
