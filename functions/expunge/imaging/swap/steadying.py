"""Hold the points of a mesh still where they move less than the network errs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from expunge.imaging.faces.faces import Floats

STILL = 0.012
"""Motion, by the face's size, below which a point is held still."""
REACH = 3
"""Frames before and after one whose points count."""
_FADES = 2.0
"""Standard deviation of their weights over time, in frames."""


def held(meshes: Floats, at: int) -> Floats:
    """Return the points of one mesh as a mean over time, each with those that are near to it.

    Weights fall with the distance in space (Tomasi and Manduchi, 1998), so what moves further than
    `STILL`, such as a mouth that speaks, is not smeared, and nothing comes late: a slow motion has
    as much before as after.

    Parameters
    ----------
    meshes
        (K, 478, 3): successive frames.
    at
        The row of the frame.
    """
    own = meshes[at]
    size = max(float(np.ptp(own[:, :2], axis=0).max()), 1.0)
    apart = np.linalg.norm(meshes[..., :2] - own[:, :2], axis=2) / (STILL * size)
    later = (np.arange(len(meshes)) - at)[:, None] / _FADES
    weights = np.exp(-(apart**2) - later**2 / 2)[..., None]
    return np.asarray((weights * meshes).sum(axis=0) / weights.sum(axis=0), np.float32)
