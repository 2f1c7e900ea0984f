"""Hold the points of a mesh still where they move less than the network errs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.mesh.topology import REFINED_EYES, REFINED_LIPS, SURFACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.swap.film_motion import Similarity

    Doubles = NDArray[np.float64]

STILL = 0.012
"""Motion, by the face's size, below which a point is held still."""
REACH = 6
"""Frames before and after one whose points count."""
_LINE = 3
"""Fewest values through which a line says anything."""
_FADES = 4.0
"""Standard deviation of their weights over time, in frames."""
_FIRM = np.setdiff1d(np.arange(SURFACE), np.concatenate((REFINED_LIPS, *REFINED_EYES)))
"""Points that move with the head, not with the mouth or an eye."""
_ALIKE = 1.0
"""Difference of blurs in pixels from which another frame's says little of this one's."""
SUDDEN = STILL / 2
"""Distance of a pose from an even motion, by the face's size, at which it is no error of the
network any more. From the motion of the picture itself, `STILL` is."""


def held(
    meshes: Floats, later: NDArray[np.int_], motions: Sequence[Similarity] | None = None
) -> Floats:
    """Return the points of one mesh as a mean over time, each with those that are near to it.

    The meshes are laid on each other first, so a face that moves evenly has a shape as steady as
    one that rests. Weights fall with the distance that is left (Tomasi and Manduchi, 1998), so
    what moves further than `STILL`, such as a mouth that speaks, is not smeared. Then the shape
    gets the place, size and turn that a line through those of all meshes has in this frame. Nothing
    comes late: there is as much before a frame as after it.

    Parameters
    ----------
    meshes
        (K, 478, 3)
    later
        (K,): by how many frames each mesh is later than the one that is returned, which has 0.
    motions
        How the face's picture moves from each frame to this one, where that is known. Then the
        line is through what the meshes differ from that.
    """
    at = int(np.flatnonzero(later == 0)[0])
    flat = meshes[..., 0] + 1j * meshes[..., 1]
    centres = flat[:, _FIRM].mean(axis=1)
    own = flat[at] - centres[at]
    size = max(float(np.ptp(meshes[at, :, :2], axis=0).max()), 1.0)
    firm = own[_FIRM].conj()
    turns = (flat[:, _FIRM] - centres[:, None]) @ firm / max(float((np.abs(firm) ** 2).sum()), 1e-6)
    turns = np.where(np.abs(turns) > 0.1, turns, 1)
    shapes = (flat - centres[:, None]) / turns[:, None]
    fading = np.exp(-((later / _FADES) ** 2) / 2)
    weights = fading[:, None] * np.exp(-((np.abs(shapes - own) / (STILL * size)) ** 2))
    weights /= weights.sum(axis=0)
    shape = (weights * shapes).sum(axis=0)
    depths = (weights * (meshes[..., 2] / np.abs(turns)[:, None])).sum(axis=0)

    if motions is not None:
        film_turns, film_shifts = np.array([(one.turn, one.shift) for one in motions]).T
        centres, turns = film_turns * centres + film_shifts, turns * film_turns
    sudden = SUDDEN if motions is None else STILL
    shift = _in_line((centres - centres[at]) / size, later, fading, sudden) * size
    turn = np.exp(_in_line(np.log(turns), later, fading, sudden))
    placed = shape * turn + centres[at] + shift
    return np.stack((placed.real, placed.imag, depths * np.abs(turn)), axis=1).astype(np.float32)


def steady(values: Doubles, at: int) -> float:
    """Return the mean of values over time, each the more, the nearer it is to the one at ``at``."""
    weights = np.exp(-(((values - values[at]) / _ALIKE) ** 2))
    return float((weights * values).sum() / weights.sum())


def _in_line(
    values: NDArray[np.complex128], later: NDArray[np.int_], weights: Doubles, sudden: float
) -> complex:
    """What a line through values over time has at 0, where the frame's own value is 0.

    It counts as far as the frame's own value is near to the line: a motion that begins, ends or
    turns suddenly stays as it is.
    """
    if len(values) < _LINE:
        return 0j
    root = np.sqrt(weights)
    table = np.stack((np.ones(len(later)), later), axis=1) * root[:, None]
    line = complex(np.linalg.lstsq(table.astype(complex), values * root, rcond=None)[0][0])
    return line * float(np.exp(-((abs(line) / sudden) ** 2)))
