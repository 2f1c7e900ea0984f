"""Tell whether something hides mouth and nose: a surgical mask, a scarf, a visor.

The middle of such a face's colours is the cloth's, so `skin.cover` takes the rest for what covers
it, and `Mesh.confidence` stays high. So the face below the nose is compared with the skin around
the eyes, and searched for lips and nostrils.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.mesh.topology import INNER_LIPS, OUTER_LIPS
from expunge.imaging.swap.fields import grown, outlines
from expunge.imaging.swap.skin import UNLIKE, Tone

if TYPE_CHECKING:
    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.swap.skin import Bools, Parts

HIDDEN = 1.5
"""Evidence from which mouth and nose are hidden."""
WEIGHTS = np.array((0.0983, 0.0431, -0.4072, -0.1638, -0.4765, 8.0024, -0.0546), np.float32)
BIAS = -1.755
"""Of `signs`: logistic regression on 559 faces (``make bench ONLY=mouth_cover``)."""
UNKNOWN = -8.0
"""Evidence where too little of a face is seen."""
EYES_LEVEL, NOSE_MIDDLE, NOSE_BASE = 6, 195, 2
NOSTRILS = (98, 327, 2, 97, 326)
LIPS_REDNESS, NOSTRILS_DEPTH = (-5.0, 10.0), (-5.0, 50.0)
"""Ranges to which these two signs are limited."""


def evidence(colours: Floats, parts: Parts, cells: Floats) -> float:
    """Return the logarithm of the odds that something hides mouth and nose, or `UNKNOWN`.

    Parameters
    ----------
    colours
        (rows, columns, 3), as `skin.lab` returns them.
    cells
        The (478, 2+) mesh in these cells.
    """
    seen = signs(colours, parts, cells)
    return UNKNOWN if seen is None else float(seen @ WEIGHTS) + BIAS


def signs(colours: Floats, parts: Parts, cells: Floats) -> Floats | None:
    """Return what tells a cover from a mouth; ``None`` where too little of a face is seen.

    (7,): how far the skin below the nose differs in brightness, to both sides and signed; in the
    two colours; how much redder lips are than what is around them; the share of the nose that is
    unlike the skin around the eyes; how much darker nostrils are than the nose.
    """
    tone = Tone.of(colours, around_eyes(parts, cells))
    base = parts.height_of(cells[NOSE_BASE, :2])
    lower = parts.skin & (parts.height < base)
    nose = parts.skin & (parts.height > base)
    nose &= parts.height < parts.height_of(cells[NOSE_MIDDLE, :2])
    lips, around = _lips(parts, cells)
    if tone is None or not all(part.any() for part in (lower, nose, lips, around)):
        return None
    lightness, red, yellow = np.median(colours[lower], axis=0) - tone.middle
    redder = np.median(colours[lips, 1]) - np.median(colours[around, 1])
    unlike = (tone.deviations(colours, bright=True)[nose] > UNLIKE).mean()
    darker = np.median(colours[nose, 0]) - _darkest(colours[..., 0], cells[list(NOSTRILS), :2])
    return np.array(
        (
            abs(lightness), lightness, red, yellow,
            np.clip(redder, *LIPS_REDNESS), unlike, np.clip(darker, *NOSTRILS_DEPTH),
        ),
        np.float32,
    )  # fmt: skip


def around_eyes(parts: Parts, cells: Floats) -> Bools:
    """(rows, columns): the skin from the bridge of the nose up to the brows."""
    low = parts.height_of(cells[EYES_LEVEL, :2])
    return np.asarray(parts.skin & ~parts.forehead & (parts.height > low), bool)


def hidden_part(colours: Floats, parts: Parts, cells: Floats) -> Bools:
    """(rows, columns): what is hidden: all below the nose, and above what is unlike skin."""
    tone = Tone.of(colours, around_eyes(parts, cells))
    below = parts.oval & (parts.height < parts.height_of(cells[NOSE_BASE, :2]))
    if tone is None:
        return np.asarray(below, bool)
    reach = parts.oval & (parts.height < parts.height_of(cells[EYES_LEVEL, :2]))
    unlike = reach & (tone.deviations(colours, bright=True) > UNLIKE)
    return np.asarray(below | unlike, bool)


def _lips(parts: Parts, cells: Floats) -> tuple[Bools, Bools]:
    """(rows, columns) each: the lips without the mouth between them, and a ring around them."""
    shape = parts.oval.shape
    outer, inner = (outlines(cells, (ring,), shape) for ring in (OUTER_LIPS, INNER_LIPS))
    near, far = (grown(outer, share * parts.side) > 0.5 for share in (0.015, 0.06))
    return (outer > 0.5) & ~(inner > 0.5), far & ~near & parts.oval


def _darkest(brightness: Floats, points: Floats) -> float:
    rows, columns = brightness.shape
    x, y = points.astype(int).T
    return float(brightness[y.clip(0, rows - 1), x.clip(0, columns - 1)].min())
