"""The step along a mark's outline: what tells an overlay from a lookalike.

Pairs of points stand across the outline, one a little inside, one a little outside. Under
an overlay of opacity α every pair differs by the same known amount in the log plane (see
``plane``), whatever the picture; pairs of the same spacing that do not straddle the
outline say how much the picture itself varies there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks import sparkle
from expunge.imaging.marks.box import Box
from expunge.imaging.marks.plane import EPSILON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

POINTS = 60
"""Along each arc."""
BLUNT = 0.055
"""Of the side: where the star is narrower than twice this, its points are left out."""
OPACITIES = np.arange(0.04, 0.8, 0.02)
NOISE = 0.7
"""Grey levels of noise that no neighbourhood is trusted to be below (rounding alone is 0.3)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the outline of one box says."""

    opacity: float
    """The α that explains the pairs best, 0.04 to 0.8."""
    likelihood: float
    """Mean log-likelihood ratio of a pair, an overlay of that opacity against none."""
    weakest: float
    """The same for the second weakest of eight stretches of the outline."""
    share: float
    """Of pairs that differ in the mark's direction by half of the step or more, 0 to 1."""
    fit: float
    """Of pairs within 30 % of the step, 0 to 1."""


@cache
def _points(each: int) -> sparkle.Outline:
    whole = sparkle.outline(2 * each)
    wide = np.abs(whole.points).min(axis=1) > BLUNT
    return sparkle.Outline(whole.points[wide], whole.normals[wide])


def profiles(
    plane: NDArray[np.float32], boxes: Sequence[Box], offsets: Sequence[float], each: int = POINTS
) -> NDArray[np.float32]:
    """The plane at some distances from the outline of each box.

    Parameters
    ----------
    offsets
        In spacings, positive outwards; a spacing is 0.75 px and 0.7 % of the side.

    Returns
    -------
    ndarray
        ``(boxes, points, offsets)``.
    """
    line = _points(each)
    centres = np.array([box.centre for box in boxes])
    side = np.array([box.width for box in boxes])[:, None, None]
    reach = np.asarray(offsets) * (0.75 + 0.007 * side)
    x = centres[:, 0, None, None] - 0.5 + line.points[:, 0, None] * side
    y = centres[:, 1, None, None] - 0.5 + line.points[:, 1, None] * side
    x, y = x + line.normals[:, 0, None] * reach, y + line.normals[:, 1, None] * reach
    flat = (-1, len(offsets))
    values = cv2.remap(
        plane,
        x.reshape(flat).astype(np.float32),
        y.reshape(flat).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return values.reshape(x.shape)


def expected_step(outer: NDArray[np.float32], opacity: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The step of a white overlay of some opacity, where the plane outside it is ``outer``."""
    distance = np.exp(-outer)
    return np.log(distance / ((1 - opacity) * (distance - EPSILON) + EPSILON))


def step(plane: NDArray[np.float32], box: Box) -> Step:
    """Weigh an overlay at one box against none."""
    inner2, inner, outer, outer2 = profiles(plane, [box], (-3, -1, 1, 3))[0].T
    seen = inner - outer
    scale = _smooth(np.abs(inner2 - inner) + np.abs(outer - outer2)) / 2
    scale += 0.003 + NOISE * np.exp((inner + outer) / 2)
    nothing = np.log1p((seen / scale) ** 2)
    coarse = _ratios(seen, outer, scale, nothing, OPACITIES)
    near = OPACITIES[np.argmax(coarse.mean(axis=1))] + np.arange(-0.015, 0.02, 0.005)
    ratios = _ratios(seen, outer, scale, nothing, near)
    best = int(np.argmax(ratios.mean(axis=1)))
    ratio, model = ratios[best], expected_step(outer, near[best])
    stretches = np.sort([part.mean() for part in np.array_split(ratio, 8)])
    return Step(
        opacity=float(near[best]),
        likelihood=float(ratio.mean()),
        weakest=float(stretches[1]),
        share=float((seen > model / 2).mean()),
        fit=float((np.abs(seen - model) < 0.3 * model).mean()),
    )


def _ratios(
    seen: NDArray[np.float32],
    outer: NDArray[np.float32],
    scale: NDArray[np.float32],
    nothing: NDArray[np.float32],
    opacities: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Log-likelihood ratios, Cauchy about the expected step against Cauchy about zero."""
    misfit = (seen - expected_step(outer, opacities[:, None])) / scale
    return nothing - np.log1p(misfit**2)


def _smooth(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean over nine neighbours along each arc."""
    arcs = np.pad(values.reshape(4, -1), ((0, 0), (4, 4)), mode="reflect")
    return cv2.blur(arcs, (9, 1))[:, 4:-4].ravel()


def refine(plane: NDArray[np.float32], box: Box) -> Box:
    """Move and scale a box to where the step along its outline is largest."""
    for grow, shift in ((0.05, 0.05), (0.03, 0.025), (0.015, 0.012), (0.007, 0.006)):
        (x, y), side = box.centre, box.width
        moves = [
            Box.around((x + i * shift * side, y + j * shift * side), side * scale, side * scale)
            for scale in (1 - grow, 1.0, 1 + grow)
            for i, j in _MOVES
        ]
        rims = profiles(plane, moves, (-0.75, 0.75), each=16)
        steps = np.clip(rims[..., 0] - rims[..., 1], -0.8, 0.8).mean(axis=1)
        box = moves[int(np.argmax(steps))]
    return box


_MOVES = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
