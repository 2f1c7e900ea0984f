"""Measure how blurred a face is, so that the new one is as sharp as the picture it comes into.

A blur takes more of fine detail than of coarse detail. Photographs have about equal energy in each
octave of detail (Field, 1987), so the energies of a few octaves tell the blur, whatever the
contrast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.faces.mesh.topology import BROWS, EYES, OUTER_LIPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats

    Pixels = NDArray[np.uint8]

OCTAVES = 4
LEAST = 12
"""Pixels of the shorter side of an octave's picture that tells anything."""
MOST = 384
"""Pixels of the longer side that are looked at: the middle of a larger face is enough."""
STRONGEST = 8.0
"""Largest deviation of a Gaussian that is told."""
MARGIN = 0.3
"""Pixels of deviation by which two equally sharp faces may seem to differ."""
_FLOOR = 0.15
"""Mean square of what rounding and coding leave in every octave, of 255 squared."""
_DEVIATIONS = np.arange(0, STRONGEST + 0.05, 0.1)
_FEATURES = np.concatenate((*BROWS, *EYES, OUTER_LIPS))


def _octaves() -> Floats:
    """(deviations, octaves): energies of a photograph after each blur, in each octave.

    An octave is what a Gaussian of one pixel takes away; before the next one, the picture is
    halved by `cv2.pyrDown`, whose kernel has a deviation of one pixel.
    """
    made = np.zeros((len(_DEVIATIONS), OCTAVES))
    waves = np.geomspace(0.01, np.pi, 400)
    blurred = np.exp(-((waves * _DEVIATIONS[:, None]) ** 2))
    halved = np.ones_like(waves)
    for octave in range(OCTAVES):
        own = waves * 2**octave
        taken = (1 - np.exp(-(own**2) / 2)) ** 2 * halved * (own < np.pi)
        made[:, octave] = (blurred * taken).sum(axis=1)
        halved = halved * np.exp(-(own**2))
    return np.asarray(made, np.float32)


_TABLE = _octaves()


def blur(pixels: Pixels, points: Floats) -> float:
    """Return the deviation in pixels of the Gaussian that a face looks blurred by.

    It is right up to a factor that all faces have in common more or less; compare it with that of
    another face. Grain looks sharp.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB.
    points
        The (478, 2+) mesh of the face in it.
    """
    energies = np.array(_energies(_middle(pixels, points)), np.float32) + _FLOOR
    if len(energies) < 2:
        return 0.0
    table = _TABLE[:, : len(energies)]
    contrast = (energies[-1] - _FLOOR) / table[:, -1:]
    apart = np.log(energies) - np.log(contrast * table + _FLOOR)
    return float(_DEVIATIONS[int((apart**2).sum(axis=1).argmin())])


def missing(made: float, there: float) -> float:
    """Return the deviation of the blur that makes a face of the first blur as soft as another."""
    return float(np.sqrt(max(there**2 - (made + MARGIN) ** 2, 0)))


def softened(pixels: Pixels, sigma: float) -> Pixels:
    """Blur (H, W, 3) by a Gaussian of this deviation in pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def _middle(pixels: Pixels, points: Floats) -> Floats:
    """Brightness of the middle of a face, from the brows to the lips."""
    own = points[_FEATURES, :2]
    low, high = own.min(axis=0), own.max(axis=0)
    middle, half = (low + high) / 2, np.minimum((high - low) / 2, MOST / 2)
    size = np.array(pixels.shape[1::-1])
    left, top = np.clip(np.floor(middle - half), 0, size).astype(int)
    right, bottom = np.clip(np.ceil(middle + half), 0, size).astype(int)
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    if not part.size:
        return np.zeros((0, 0), np.float32)
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.float32)


def _energies(grey: Floats) -> list[float]:
    """The mean square of each octave of which there is enough, the finest first."""
    found: list[float] = []
    while len(found) < OCTAVES and min(grey.shape) >= LEAST:
        detail = grey - cv2.GaussianBlur(grey, (0, 0), 1)
        found.append(float(np.square(detail[2:-2, 2:-2]).mean()))
        grey = np.asarray(cv2.pyrDown(grey), np.float32)
    return found
