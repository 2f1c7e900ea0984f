"""Fit a mark to one picture: its opacity, and where they are not known, place, size and blur.

The right parameters are those under which the picture without the mark has no step left
along the rim, in the log plane (see ``plane``), where a step is equally large on every
ground. They are found by least squares, in Gauss–Newton steps from a prior. The picture's
own gradient is the noise: it is measured beside the rim, and outliers count less (Cauchy).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.drawing import Drawing, Layers

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Floats
    from expunge.imaging.marks.box import Window


STEPS = np.array([0.005, 0.2, 0.2, 0.3, 0.1])
"""For numerical derivatives: opacity; centre x and y, side and blur in pixels."""
ROUNDING = 0.45
"""Grey levels of noise that every pixel has."""
MOST = 0.95
"""Opacity beyond which nothing of the picture is left to give back."""
INDEPENDENT = 0.3
"""Share of neighbouring gradients that count as independent observations."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A mark's parameters in one picture, and how sure they are."""

    box: Box
    drawing: Drawing
    opacity: float
    """Of the plateau, 0 to 1."""
    deviation: float
    """Standard deviation of ``opacity``."""

    def layers(self, window: Window) -> Layers:
        """The overlay in a window."""
        alpha, ink = self.drawing.layers(self.box, window)
        alpha = np.minimum(self.opacity * alpha, np.float32(MOST))
        return Layers(alpha, np.minimum(self.opacity * ink, 255 * alpha))

    def vector(self) -> Floats:
        """Opacity; centre x and y, width and blur in pixels."""
        return np.array([self.opacity, *self.box.centre, self.box.width, self.drawing.blur])

    def moved(self, vector: Floats, deviation: float) -> Fit:
        """With other parameters, as far as they differ."""
        opacity, x, y, width, blur = map(float, vector)
        box, drawing = self.box, self.drawing
        if (x, y, width) != (*box.centre, box.width):
            box = Box.around((x, y), width, width * drawing.aspect)
        if blur != drawing.blur:
            drawing = drawing.blurred(max(blur, 0.2))
        return Fit(box, drawing, min(max(opacity, 0.02), MOST), deviation)


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
    noise = ROUNDING / np.maximum(255.5 - pixels, 0.5)
    sure = np.array([prior.deviation, 1.5, 1.5, 0.02 * prior.box.width + 0.5, 0.4])
    known = 5 if free else 1
    found = prior
    for _ in range(6 if free else 3):
        at = found.vector()
        residual = _unmarked(pixels, found.layers(window))
        slopes = np.stack(
            [
                (residual - _unmarked(pixels, found.moved(at + STEPS * row, 0).layers(window)))
                / STEPS[i]
                for i, row in enumerate(np.eye(5)[:known])
            ]
        )
        rim = np.abs(slopes[0]).max(axis=2) > 0.06
        beside = _beside(np.abs(residual), np.abs(slopes[0]).max(axis=2))
        scale = (beside + _pairs(noise))[rim]
        misfit, slopes = residual[rim], slopes[:, rim]
        weight = (INDEPENDENT / misfit.shape[1]) / (scale**2 + misfit**2)
        precision = np.einsum("inc,nc,jnc->ij", slopes, weight, slopes)
        pull = np.einsum("inc,nc,nc->i", slopes, weight, misfit)
        precision += np.diag(1 / sure[:known] ** 2)
        pull += ((prior.vector() - at) / sure**2)[:known]
        covariance = np.linalg.inv(precision)
        at[:known] += covariance @ pull
        found = found.moved(at, float(np.sqrt(covariance[0, 0])))
    return found


def _unmarked(pixels: Floats, over: Layers) -> Floats:
    """The gradient, in the log plane, of the picture without the overlay."""
    under = (pixels - over.ink[..., None]) / (1 - over.alpha[..., None])
    return _gradient(-np.log(np.maximum(255.5 - under, 0.5)))


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
    calm = (slope < 0.02).astype(np.float32)[..., None]
    blurred = [
        cv2.blur(np.dstack([size[part] * calm[part], calm[part]]), (7, 7))
        for part in (slice(height), slice(height, None))
    ]
    both = np.concatenate(blurred)
    return both[..., :-1] / (both[..., -1:] + 1e-3)
