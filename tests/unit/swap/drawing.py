"""Faces drawn from a mean mesh, so that tests need no photograph and no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from expunge.imaging.faces.mesh.mesh import Mesh
from expunge.imaging.faces.mesh.topology import BROWS, EYES, INNER_LIPS, IRISES, OUTER_LIPS, OVAL
from expunge.imaging.swap.anatomy import LIPS

PALE, DARK = (224, 178, 150), (120, 82, 64)


@cache
def mean_face() -> np.ndarray:
    """(478, 3), one unit high."""
    data = json.loads(Path(__file__).with_name("face.json").read_text(encoding="utf-8"))
    return np.array(data["points"], np.float32).reshape(-1, 3) / 1000


@dataclass(frozen=True)
class Drawn:
    pixels: np.ndarray
    mesh: Mesh


def points(
    height: float,
    at: tuple[float, float],
    *,
    turn: float = 0,
    open_mouth: float = 0,
    yaw: float = 0,
) -> np.ndarray:
    """A mesh of this height in pixels with its corner at ``at``.

    ``turn`` is in radians in the image, ``yaw`` shifts the nose by eye distances.
    """
    made = mean_face().copy()
    gap = made[14, 1] - made[13, 1]
    lower = LIPS[made[LIPS, 1] > made[13, 1] + gap / 2]
    middle, half = made[[78, 308], 0].mean(), np.ptp(made[[78, 308], 0]) / 2
    share = np.clip(1 - np.abs(made[lower, 0] - middle) / half, 0, 1)
    made[lower, 1] += share * (open_mouth * 0.3 - gap)
    made[[1, 4, 5, 195, 197, 2, 98, 327], 0] += yaw * (
        made[EYES[1], 0].mean() - made[EYES[0], 0].mean()
    )
    made[:, :2] -= 0.5
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    made[:, :2] = made[:, :2] @ turned + 0.5
    made *= height
    made[:, :2] += at
    return made.astype(np.float32)


def face(
    size: tuple[int, int] = (200, 240),
    height: float = 140,
    at: tuple[float, float] | None = None,
    *,
    skin: tuple[int, int, int] = PALE,
    fringe: bool = False,
    light: float = 1.0,
    **shape: float,
) -> Drawn:
    """A face on a grey wall with grain, in (width, height) pixels."""
    at = at or ((size[0] - height) / 2, (size[1] - height) / 2)
    mesh = points(height, at, **shape)
    canvas = np.full((size[1], size[0], 3), 90, np.uint8)
    for ring, colour in (
        (OVAL, skin),
        *((brow, (60, 40, 30)) for brow in BROWS),
        (OUTER_LIPS, (170, 70, 80)),
        (INNER_LIPS, (70, 20, 25)),
        *((eye, (235, 235, 235)) for eye in EYES),
        *((iris[1:], (40, 30, 20)) for iris in IRISES),
    ):
        cv2.fillPoly(
            canvas, [np.rint(mesh[ring, :2] * 16).astype(np.int32)], colour, cv2.LINE_AA, 4
        )
    if fringe:
        top, brows = mesh[OVAL, 1].min(), mesh[BROWS.ravel(), 1].min()
        cv2.rectangle(
            canvas, (0, int(top) - 4), (size[0], int(brows - 0.03 * height)), (40, 28, 20), -1
        )
    grain = np.random.default_rng(3).normal(0, 3, canvas.shape)
    lit = np.clip(canvas * light + grain, 0, 255).astype(np.uint8)
    return Drawn(lit, Mesh(mesh, 1.0))


def inside(
    mesh: Mesh, shape: tuple[int, ...], ring: np.ndarray = OVAL, grown: int = 0
) -> np.ndarray:
    """(H, W): the inside of a ring of points."""
    made = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(made, [np.rint(mesh.points[ring, :2]).astype(np.int32)], 1)
    if grown:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(grown) + 1,) * 2)
        made = cv2.dilate(made, disc) if grown > 0 else cv2.erode(made, disc)
    return made.astype(bool)
