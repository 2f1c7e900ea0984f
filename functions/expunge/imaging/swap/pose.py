"""How two faces stand to each other: pose, turn to the side, expression, and the shape between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.swap.anatomy import (
    ANCHORS,
    AROUND_EYES,
    CHIN,
    LEFT_EYE,
    LIDS,
    LIPS,
    MOUTH_CORNERS,
    MOUTH_MIDDLES,
    NOSE_TIP,
    RIGHT_EYE,
    STEPS,
)

if TYPE_CHECKING:
    from expunge.imaging.faces.faces import Floats

MOVED = 0.9
"""Part of the way from the target's shape to the source's; most of the likeness is in this."""
RINGS = 2
"""Edges from the oval within which the shape goes over into the target's."""
SAME_MOUTH, OTHER_MOUTH = 0.12, 0.3
"""Differences of `openness` below which the lips move as the rest, and above which not at all."""
SAME_EYE, OTHER_EYE = 0.15, 0.35
"""The same for the lids, whose openness is by the eye's width."""
_POINTS = np.array(tuple(ANCHORS))
_WEIGHTS = np.array(tuple(ANCHORS.values())) / sum(ANCHORS.values())


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face does."""

    mouth: float
    """Distance of the inner lips, in widths of the inner mouth."""
    eyes: tuple[float, float]
    """Distance of the lids of each eye, in widths of the eye."""

    @classmethod
    def of(cls, points: Floats) -> Expression:
        def length(a: int, b: int) -> float:
            return float(np.linalg.norm(points[a, :2] - points[b, :2]))

        mouth = length(*MOUTH_MIDDLES) / max(length(*MOUTH_CORNERS), 1e-6)
        left, right = (
            length(top, bottom) / max(length(outer, inner), 1e-6)
            for top, bottom, outer, inner in LIDS
        )
        return cls(mouth, (left, right))


def yaw(points: Floats) -> float:
    """Return how far a face is turned: the nose's offset from between the eyes, in eye distances.

    0 is frontal; ±0.35 is about 25 degrees more or less.
    """
    left, right = points[LEFT_EYE, :2].mean(axis=0), points[RIGHT_EYE, :2].mean(axis=0)
    across = right - left
    offset = points[NOSE_TIP, :2] - (left + right) / 2
    return float(offset @ across / max(float(across @ across), 1e-6))


def fitted(source: Floats, target: Floats) -> tuple[Floats, float]:
    """Return the source's (478, 3) points turned, scaled and moved onto the target, and the scale.

    The least squares of `ANCHORS` decide (Umeyama, 1991).
    """
    a, b = source[_POINTS].astype(float), target[_POINTS].astype(float)
    middle_a, middle_b = _WEIGHTS @ a, _WEIGHTS @ b
    a, b = a - middle_a, b - middle_b
    left, sizes, right = np.linalg.svd((_WEIGHTS[:, None] * b).T @ a)
    mirror = np.array([1, 1, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    turn = left * mirror @ right
    scale = float((sizes * mirror).sum() / (_WEIGHTS * (a**2).sum(axis=1)).sum())
    moved = (source - middle_a) @ (scale * turn).T + middle_b
    return moved.astype(np.float32), scale


def between(
    posed: Floats, target: Floats, source_does: Expression, target_does: Expression
) -> Floats:
    """Return the (478, 3) points of the new face: the source's shape, the target's expression.

    Lips and lids follow the target the more, the more the two expressions differ.
    """
    share = np.clip(STEPS / RINGS, 0, 1) * MOVED
    lips = _alike(source_does.mouth - target_does.mouth, SAME_MOUTH, OTHER_MOUTH)
    share[LIPS] = np.minimum(share[LIPS], MOVED * lips)
    share[CHIN] *= lips
    for points, one, other in zip(AROUND_EYES, source_does.eyes, target_does.eyes, strict=True):
        share[points] *= _alike(one - other, SAME_EYE, OTHER_EYE)
    made = target.copy()
    made[:, :2] += share[:, None].astype(np.float32) * (posed - target)[:, :2]
    return made


def _alike(difference: float, same: float, other: float) -> float:
    return float(np.clip((other - abs(difference)) / (other - same), 0, 1))
