"""Which points of a mesh (`faces.mesh`) belong to what, and how far they are from its edge."""

from __future__ import annotations

import itertools

import numpy as np

from expunge.imaging.faces.mesh.topology import (
    BROWS,
    EYES,
    INNER_LIPS,
    IRISES,
    OUTER_LIPS,
    OVAL,
    POINTS,
    REFINED_LIPS,
    SURFACE,
    TRIANGLES,
)

LEFT_EYE, RIGHT_EYE = EYES
ANCHORS = {
    4: 0.0709, 6: 0.0321, 10: 0.0084, 33: 0.0587, 54: 0.0077, 67: 0.0091, 117: 0.0098,
    119: 0.0146, 121: 0.0186, 127: 0.0052, 129: 0.1206, 132: 0.0056, 133: 0.0533, 136: 0.0669,
    143: 0.0148, 147: 0.0143, 198: 0.0255, 205: 0.0473, 263: 0.0587, 284: 0.0077, 297: 0.0091,
    346: 0.0098, 348: 0.0146, 350: 0.0186, 356: 0.0052, 358: 0.1206, 361: 0.0056, 362: 0.0533,
    365: 0.0669, 372: 0.0148, 376: 0.0143, 420: 0.0255, 425: 0.0473,
}  # fmt: skip
"""Points that move little with the expression, by their weight for the pose: MediaPipe's landmark
basis (``modules/face_geometry/data/geometry_pipeline_metadata_landmarks.pbtxt``, Apache-2.0)."""
LIPS = np.union1d(REFINED_LIPS, np.union1d(OUTER_LIPS, INNER_LIPS))
CHIN = np.array(
    (18, 200, 199, 175, 152, 201, 421, 208, 428, 83, 313, 17, 182, 406, 194, 418), np.intp
)
"""Points that an open mouth moves, beside the lips."""
MOUTH_CORNERS, MOUTH_MIDDLES = (78, 308), (13, 14)
NOSE_TIP, CROWN, CHIN_TIP = 1, 10, 152
LIDS = ((159, 145, 33, 133), (386, 374, 263, 362))
"""Of each eye the upper and lower middle, the outer and the inner corner."""
AROUND_EYES = tuple(
    np.array(ring, np.intp)
    for ring in (
        (*LEFT_EYE, 247, 30, 29, 27, 28, 56, 190, 243, 112, 26, 22, 23, 24, 110, 25, 130),
        (*RIGHT_EYE, 467, 260, 259, 257, 258, 286, 414, 463, 341, 256, 252, 253, 254, 339, 255,
         359),
    )
)  # fmt: skip
"""The lids: each eye's ring, and the next ring around it."""


def _fan(ring: np.ndarray, centre: int) -> list[tuple[int, int, int]]:
    return [(int(a), int(b), centre) for a, b in zip(ring, np.roll(ring, -1), strict=True)]


def _strip(ring: np.ndarray) -> list[tuple[int, int, int]]:
    """Triangles between the two halves of a closed ring."""
    half = len(ring) // 2
    lower, upper = ring[: half + 1], np.r_[ring[:1], ring[: half - 1 : -1]]
    pairs = list(zip(lower, upper, strict=True))
    made = [
        triangle
        for (a, b), (c, d) in itertools.pairwise(pairs)
        for triangle in ((a, b, c), (b, c, d))
    ]
    return [(int(a), int(b), int(c)) for a, b, c in made if len({a, b, c}) == 3]


SKIN, EYE, MOUTH = 0, 1, 2
"""Kinds of triangles."""
_EYE_FANS = [*_fan(LEFT_EYE, int(IRISES[0, 0])), *_fan(RIGHT_EYE, int(IRISES[1, 0]))]
_MOUTH_STRIP = _strip(INNER_LIPS)
WHOLE = np.concatenate((TRIANGLES, np.array(_EYE_FANS, np.intp), np.array(_MOUTH_STRIP, np.intp)))
"""(N, 3): the surface with its holes closed: a fan around each iris, and a strip of the mouth."""
KINDS = np.repeat(
    np.array((SKIN, EYE, MOUTH), np.uint8), (len(TRIANGLES), len(_EYE_FANS), len(_MOUTH_STRIP))
)
"""(N,): the kind of each triangle of `WHOLE`."""


def _steps_from_oval() -> np.ndarray:
    """(478,): edges between each point and the ring around the face; of an iris as of its eye."""
    edges = np.concatenate((TRIANGLES[:, [0, 1]], TRIANGLES[:, [1, 2]], TRIANGLES[:, [0, 2]]))
    steps = np.full(POINTS, POINTS)
    steps[OVAL] = 0
    for _ in range(SURFACE):
        ends = steps[edges] + 1
        before = steps.copy()
        np.minimum.at(steps, edges[:, 0], ends[:, 1])
        np.minimum.at(steps, edges[:, 1], ends[:, 0])
        if (steps == before).all():
            break
    for iris, eye in zip(IRISES, EYES, strict=True):
        steps[iris] = steps[eye].min()
    return steps


STEPS = _steps_from_oval()
BROW_POINTS = np.concatenate(tuple(BROWS))
AT_OVAL = STEPS[WHOLE].min(axis=1) <= 2
"""(N,): whether a triangle of `WHOLE` is near the ring around the face."""
