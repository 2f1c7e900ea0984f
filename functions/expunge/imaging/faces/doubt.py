"""Look again at finds of low confidence, each alone and at a size of its own.

Nearly all animals, paws, wheels and bottles that the network calls a face have a low confidence.
Alone in an image and large, they are told from people by `person`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.plans import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.looking import Looks

DOUBTFUL = 0.7
"""Confidence below which a find is looked at again: 98 % of the false ones are below 0.6."""
REACH = 1.4
"""Side of the square around a find that is looked at, in longer sides of its box."""
SIDE = 160
"""The same in pixels of the network's input."""
MOST = 32
"""Most finds of an image that are looked at again, the largest ones. More small ones are a crowd,
and a look costs a sixteenth of one at 640 × 640."""
FAINT, LIKELY = 0.2, 3.0
"""Confidence below which a find must be a person with more than even odds, and the logarithm of
these odds: there are many, and few of them are faces. On the tuning half of crowds they let masks
hide a point more of all faces, and no further picture without people is painted."""
LEFT = 0.1
"""Share of its confidence that a find keeps which is no person: all are below each plan's limit."""


def judged(faces: Faces, looks: Looks) -> Faces:
    """Lower the confidence of finds that are no person; the most confident come first."""
    if not looks.detector.judges:
        return faces
    doubtful = np.flatnonzero(faces.scores < DOUBTFUL)
    largest = doubtful[np.argsort(-faces.sizes[doubtful].max(axis=1), kind="stable")[:MOST]]
    scores = faces.scores.copy()
    needed = np.where(scores[largest] < FAINT, LIKELY, 0)
    scores[largest] *= np.where(_odds(faces.at(largest), looks) < needed, LEFT, 1)
    order = np.argsort(-scores, kind="stable")
    return Faces(faces.boxes[order], scores[order], faces.landmarks[order])


def _odds(faces: Faces, looks: Looks) -> NDArray[np.float64]:
    """(N,): the logarithm of the odds that each find is a person."""
    width, height = looks.sizes.width, looks.sizes.height
    changes = [
        looks.person(around(box, width, height), SIDE / (REACH * longest))
        for box, longest in zip(faces.boxes, faces.sizes.max(axis=1), strict=True)
    ]
    return np.asarray(changes + np.log(faces.scores / (1 - faces.scores)), np.float64)


def around(box: Floats | NDArray[np.float64], width: int, height: int) -> Part:
    """The square around a box, as far as it is in an image of this size."""
    left, top, right, bottom = (float(side) for side in box)
    reach = REACH * max(right - left, bottom - top) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    start = max(0, math.floor(x - reach)), max(0, math.floor(y - reach))
    end = min(width, math.ceil(x + reach)), min(height, math.ceil(y + reach))
    return Part(*start, end[0] - start[0], end[1] - start[1])
