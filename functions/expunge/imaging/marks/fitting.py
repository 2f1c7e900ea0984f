"""Fit a mark to one picture: its opacity, and where they are not known, place, size and blur.

The mark is additive in the log plane (see ``plane``), so this is a least squares fit of
its gradient to the picture's, by Gauss–Newton steps from a prior. The picture's own
gradient is the noise: it is measured beside the rim, and outliers count less (Cauchy).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.marks.look import Look

    from expunge.imaging.marks.box import Window

    Floats = NDArray[np.float32]

STEPS = np.array([0.005, 0.2, 0.2, 0.3, 0.1])
"""For numerical derivatives: opacity; centre x and y, side and blur in pixels."""
ROUNDING = 0.45
"""Grey levels of noise that every pixel has."""
INDEPENDENT = 0.3
"""Share of neighbouring gradients that count as independent observations."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A mark's parameters in one picture, and how sure they are."""

    box: Box
    look: Look
    opacity: float
    """Of the plateau, 0 to 1."""
    deviation: float
    """Standard deviation of ``opacity``."""

    def alpha(self, window: Window) -> Floats:
        """Opacity of each pixel of a window: ``(h, w)``, float32."""
        return np.minimum(self.opacity * self.look.cover(self.box, window), 0.95)

    def _vector(self) -> NDArray[np.float64]:
        return np.array([self.opacity, *self.box.centre, self.box.width, self.look.blur])

    def _with(self, vector: NDArray[np.float64], deviation: float) -> Fit:
        opacity, x, y, side, blur = map(float, vector)
        box = self.box
        if (x, y, side) != (*box.centre, box.width):
            box = Box.around((x, y), side, side)
        look = self.look
        if blur != look.blur:
            look = replace(look, blur=max(blur, 0.2))
        return Fit(box, look, min(max(opacity, 0.02), 0.9), deviation)


def fit(pixels: Floats, window: Window, prior: Fit, *, free: bool) -> Fit:
    """Fit to the pixels of a window.

    Parameters
    ----------
    pixels
        ``(h, w, c)``, float32, 0 to 255: the picture in ``window``.
    prior
        Where to begin, and how far ``opacity`` may be from there.
    free
        Whether place, size and blur are fitted too.
    """
    distance = np.maximum(255.5 - pixels, 0.5)
    plane, noise = -np.log(distance), ROUNDING / distance
    sure = np.array([prior.deviation, 1.5, 1.5, 0.02 * prior.box.width + 0.5, 0.4])
    known = 5 if free else 1
    found = prior
    for _ in range(6 if free else 3):
        at = found._vector()
        mark = _log_mark(found, window)
        residual = _gradient(plane - mark[..., None])
        slopes = np.stack(
            [
                _gradient(_log_mark(found._with(at + STEPS * row, 0), window) - mark) / STEPS[i]
                for i, row in enumerate(np.eye(5)[:known])
            ]
        )
        rim = np.abs(slopes[0]) > 0.06
        scale = (_beside(np.abs(residual), slopes[0]) + _pairs(noise))[rim]
        misfit, slopes = residual[rim], slopes[:, rim]
        weight = (INDEPENDENT / misfit.shape[1]) / (scale**2 + misfit**2)
        precision = np.einsum("in,nc,jn->ij", slopes, weight, slopes)
        pull = np.einsum("in,nc,nc->i", slopes, weight, misfit)
        precision += np.diag(1 / sure[:known] ** 2)
        pull += ((prior._vector() - at) / sure**2)[:known]
        covariance = np.linalg.inv(precision)
        at[:known] += covariance @ pull
        found = found._with(at, float(np.sqrt(covariance[0, 0])))
    return found


def _log_mark(found: Fit, window: Window) -> Floats:
    return -np.log1p(-found.alpha(window))


def _gradient(plane: Floats) -> Floats:
    """Differences to the right and down, one above the other."""
    right = np.zeros_like(plane)
    down = np.zeros_like(plane)
    np.subtract(plane[:, 1:], plane[:, :-1], out=right[:, :-1])
    np.subtract(plane[1:], plane[:-1], out=down[:-1])
    return np.concatenate([right, down])


def _pairs(noise: Floats) -> Floats:
    """The noise of each difference of `_gradient`."""
    return np.concatenate([noise + np.roll(noise, -1, 1), noise + np.roll(noise, -1, 0)])


def _beside(size: Floats, slope: Floats) -> Floats:
    """Local mean of gradients where the mark has none."""
    height = size.shape[0] // 2
    calm = (np.abs(slope) < 0.02).astype(np.float32)[..., None]
    blurred = [
        cv2.blur(np.dstack([size[part] * calm[part], calm[part]]), (7, 7))
        for part in (slice(height), slice(height, None))
    ]
    both = np.concatenate(blurred)
    return both[..., :-1] / (both[..., -1:] + 1e-3)
