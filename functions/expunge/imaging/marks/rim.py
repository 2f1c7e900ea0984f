"""Measure the step along a mark's outline, which distinguishes an overlay from a lookalike.

Pairs of points straddle the outline, one a little inside and one a little outside. Under an
overlay of opacity α every pair differs by the same known amount in the log plane (see ``plane``),
whatever the image. Pairs of the same spacing beside the outline give the image's own variation.

A *place* is a centre and a width, x, y and w in pixels; places are arrays ``(n, 3)``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.plane import EPSILON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.marks.arrays import Floats
    from expunge.imaging.marks.outline import Outline

NOISE = 0.7
"""Least noise in grey levels that is assumed anywhere (rounding alone is 0.3)."""
MAX_STEP = 0.6
"""Limit of a step in the log plane, so that a strong edge counts no more than a mark's."""
REMAINS = (-0.3, -0.15, -0.07, -0.03, 0.03, 0.07, 0.15, 0.3)
"""Residual opacities to test: negative if too much was removed."""


@dataclass(frozen=True, slots=True)
class Step:
    """Measurements along the outline at one place."""

    opacity: float
    """The α among the given models that explains the pairs best."""
    colour: float
    """The colour of that model, 0 to 255."""
    likelihood: float
    """Mean log-likelihood ratio of a pair, an overlay of that opacity against none."""
    weakest: float
    """The same for the second weakest of eight stretches of the outline."""
    share: float
    """Fraction of pairs that differ in the mark's direction by half of the step or more."""
    fit: float
    """Fraction of pairs within 30 % of the step."""
    calm: float
    """Logarithm of the texture just inside over that just outside: 0 under an overlay."""


def profiles(plane: Floats, line: Outline, places: Floats, offsets: Sequence[float]) -> Floats:
    """Sample the plane at some distances from the outline, at each of several places.

    Parameters
    ----------
    offsets
        In spacings, positive outwards; a spacing is 0.75 px plus the outline's ``spread``.

    Returns
    -------
    ndarray
        ``(places, offsets, points)``.
    """
    at = np.asarray(places, np.float32)[:, :, None, None]
    width = at[:, 2]
    reach = np.asarray(offsets, np.float32)[:, None] * (0.75 + line.spread * width)
    x = at[:, 0] - 0.5 + line.points[:, 0] * width + line.normals[:, 0] * reach
    y = at[:, 1] - 0.5 + line.points[:, 1] * width + line.normals[:, 1] * reach
    flat = (-1, x.shape[2])
    values = cv2.remap(
        plane, x.reshape(flat), y.reshape(flat), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return values.reshape(x.shape)


def expected_step(outer: Floats, opacity: Floats, colour: Floats | float) -> Floats:
    """Return the step of an overlay of this opacity and colour; ``outer`` is the plane outside."""
    white = 255 + EPSILON - colour
    return -np.log(1 - opacity + opacity * white * np.exp(outer))


def steps(plane: Floats, line: Outline, places: Floats, models: Floats) -> list[Step]:
    """Compare, at each place, the hypotheses of an overlay and of none.

    Parameters
    ----------
    models
        ``(m, 2)``: the opacities and colours that an overlay may have.
    """
    seen, scale, outer, calm = _pairs(plane, line, places)
    opacity, colour = np.asarray(models, np.float32).T[:, :, None]
    found = []
    for at in range(len(places)):
        expected = expected_step(outer[at], opacity, colour)
        ratios = _ratios(seen[at], scale[at], expected)
        best = int(np.argmax(ratios.sum(axis=1)))
        ratio, model = ratios[best], expected[best]
        size, towards = np.abs(model), seen[at] * np.sign(model)
        edges = np.arange(8) * len(ratio) // 8
        stretches = np.add.reduceat(ratio, edges) / np.diff(edges, append=len(ratio))
        found.append(
            Step(
                opacity=float(opacity[best, 0]),
                colour=float(colour[best, 0]),
                likelihood=float(ratio.mean()),
                weakest=float(np.partition(stretches, 1)[1]),
                share=np.count_nonzero(towards > size / 2) / len(ratio),
                fit=np.count_nonzero(np.abs(towards - size) < 0.3 * size) / len(ratio),
                calm=float(calm[at]),
            )
        )
    return found


def remainder(plane: Floats, line: Outline, place: Floats) -> float:
    """Return the log-likelihood ratio, 0 or more, of any step that remains after a removal."""
    seen, scale, outer, _ = _pairs(plane, line, place)
    expected = expected_step(outer[0], np.array(REMAINS, np.float32)[:, None], 255.0)
    return max(0.0, float(_ratios(seen[0], scale[0], expected).mean(axis=1).max()))


def _pairs(plane: Floats, line: Outline, places: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the observed steps, the image's variation, the plane outside, the texture ratio."""
    rims = profiles(plane, line, places, (-3, -1, 1, 3))
    inner2, inner, outer, outer2 = rims.transpose(1, 0, 2)
    beyond, within = np.abs(outer - outer2), np.abs(inner2 - inner)
    varies = (beyond + within) / 2 if line.deep else beyond
    floor = 0.003 + NOISE * np.exp((inner + outer) / 2)
    calm = np.log((within + floor).mean(axis=1) / (beyond + floor).mean(axis=1))
    return inner - outer, _smooth(varies, line.arcs) + floor, outer, calm


def _ratios(seen: Floats, scale: Floats, models: Floats) -> Floats:
    """Return log-likelihood ratios: Cauchy around each model's step over Cauchy around zero."""
    return np.log((1 + (seen / scale) ** 2) / (1 + ((seen - models) / scale) ** 2))


def _smooth(values: Floats, arcs: int) -> Floats:
    """Average nine neighbours along each arc."""
    pieces = cv2.blur(values.reshape(len(values) * arcs, -1), (9, 1), borderType=cv2.BORDER_REFLECT)
    return pieces.reshape(values.shape)


def heights(plane: Floats, line: Outline, places: Floats, offset: float = 1.0) -> Floats:
    """Return the mean step at each place, ``(n,)``, as a quick estimate."""
    rims = profiles(plane, line, places, (-offset, offset))
    mean: Floats = np.clip(rims[:, 0] - rims[:, 1], -MAX_STEP, MAX_STEP).mean(axis=1)
    return mean


def refine(plane: Floats, line: Outline, places: Floats, aspect: float = 1.0) -> Floats:
    """Move and scale places to maximise the step along their outline."""
    thin = thinned(line)
    for grow, shift in ((0.05, 0.05), (0.03, 0.025), (0.015, 0.012), (0.007, 0.006)):
        by = shift * min(1.0, aspect) * places[:, None, None, 2:]
        moves = np.tile(places[:, None, None], (1, 3, 5, 1))
        moves[..., :2] += by * _MOVES
        moves[..., 2] *= np.array([1 - grow, 1.0, 1 + grow])[:, None]
        moves = moves.reshape(len(places), 15, 3)
        size = heights(plane, thin, moves.reshape(-1, 3), 0.75).reshape(len(places), 15)
        places = moves[np.arange(len(places)), np.argmax(size, axis=1)]
    return places


@cache
def thinned(line: Outline, each: int = 3) -> Outline:
    """Keep every ``each``-th point, for a quick estimate."""
    return replace(line, points=line.points[::each], normals=line.normals[::each], arcs=1)


_MOVES = np.array([(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)], np.float32)
