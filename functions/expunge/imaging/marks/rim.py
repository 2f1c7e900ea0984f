"""The step along a mark's outline: what tells an overlay from a lookalike.

Pairs of points stand across the outline, one a little inside, one a little outside. Under
an overlay of opacity α every pair differs by the same known amount in the log plane (see
``plane``), whatever the picture; pairs of the same spacing that do not straddle the
outline say how much the picture itself varies there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.plane import EPSILON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.marks.arrays import Floats
    from expunge.imaging.marks.outline import Outline

OPACITIES = np.arange(0.04, 0.8, 0.02, dtype=np.float32)
FINER = np.arange(-0.015, 0.02, 0.005, dtype=np.float32)
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


def profiles(
    plane: Floats, line: Outline, boxes: Sequence[Box], offsets: Sequence[float]
) -> Floats:
    """The plane at some distances from the outline, for each of several boxes.

    Parameters
    ----------
    offsets
        In spacings, positive outwards; a spacing is 0.75 px and the outline's ``spread``.

    Returns
    -------
    ndarray
        ``(boxes, points, offsets)``.
    """
    places = np.array([(*box.centre, box.width) for box in boxes])[:, :, None, None]
    width = places[:, 2]
    reach = np.asarray(offsets) * (0.75 + line.spread * width)
    x = places[:, 0] - 0.5 + line.points[:, 0, None] * width + line.normals[:, 0, None] * reach
    y = places[:, 1] - 0.5 + line.points[:, 1, None] * width + line.normals[:, 1, None] * reach
    flat = (-1, len(offsets))
    values = cv2.remap(
        plane,
        x.reshape(flat).astype(np.float32),
        y.reshape(flat).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return values.reshape(x.shape)


def expected_step(outer: Floats, opacity: Floats | float, colour: float) -> Floats:
    """The step of an overlay of some opacity and colour, where the plane outside is ``outer``."""
    distance = np.exp(-outer)
    white = 255 + EPSILON - colour
    return np.log(distance / ((1 - opacity) * distance + opacity * white))


def step(plane: Floats, line: Outline, box: Box, colour: float = 255.0) -> Step:
    """Weigh an overlay at one box against none."""
    inner2, inner, outer, outer2 = profiles(plane, line, [box], (-3, -1, 1, 3))[0].T
    seen = inner - outer
    varies = np.abs(outer - outer2)
    if line.deep:
        varies = (varies + np.abs(inner2 - inner)) / 2
    scale = _smooth(varies, line.arcs) + 0.003 + NOISE * np.exp((inner + outer) / 2)
    coarse = _ratios(seen, scale, expected_step(outer, OPACITIES[:, None], colour))
    near = OPACITIES[np.argmax(coarse.mean(axis=1))] + FINER
    models = expected_step(outer, near[:, None], colour)
    ratios = _ratios(seen, scale, models)
    best = int(np.argmax(ratios.mean(axis=1)))
    ratio, model = ratios[best], models[best]
    stretches = np.sort([part.mean() for part in np.array_split(ratio, 8)])
    return Step(
        opacity=float(near[best]),
        likelihood=float(ratio.mean()),
        weakest=float(stretches[1]),
        share=float((seen > model / 2).mean()),
        fit=float((np.abs(seen - model) < 0.3 * model).mean()),
    )


def _ratios(seen: Floats, scale: Floats, models: Floats) -> Floats:
    """Log-likelihood ratios, Cauchy about each model's step against Cauchy about zero."""
    return np.log1p((seen / scale) ** 2) - np.log1p(((seen - models) / scale) ** 2)


def _smooth(values: Floats, arcs: int) -> Floats:
    """Mean over nine neighbours along each arc."""
    pieces = cv2.blur(values.reshape(arcs, -1), (9, 1), borderType=cv2.BORDER_REFLECT)
    return pieces.ravel()


def refine(plane: Floats, line: Outline, box: Box) -> Box:
    """Move and scale a box to where the step along its outline is largest."""
    thin = _thinned(line)
    for grow, shift in ((0.05, 0.05), (0.03, 0.025), (0.015, 0.012), (0.007, 0.006)):
        (x, y), size = box.centre, min(box.width, box.height)
        moves = [
            Box.around(
                (x + i * shift * size, y + j * shift * size), box.width * scale, box.height * scale
            )
            for scale in (1 - grow, 1.0, 1 + grow)
            for i, j in _MOVES
        ]
        rims = profiles(plane, thin, moves, (-0.75, 0.75))
        steps = np.clip(rims[..., 0] - rims[..., 1], -0.8, 0.8).mean(axis=1)
        box = moves[int(np.argmax(steps))]
    return box


@cache
def _thinned(line: Outline) -> Outline:
    """Every third point, for a quick look."""
    return replace(line, points=line.points[::3], normals=line.normals[::3], arcs=1)


_MOVES = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
