"""Fit a mark to one image: its opacity and, if unknown, its position, size and blur.

With the right parameters, the image without the mark has no step along the mark's outline. This is
measured in the log plane (see ``plane``), where a step has the same size on every background. The
fit is least squares in Gauss–Newton steps from a prior. The image's own gradient is the noise; it
is measured beside the outline, and outliers count less (Cauchy).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.drawing import Drawing, Layers

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Floats
    from expunge.imaging.marks.box import Window


ROUNDING = 0.45
"""Grey levels of noise that every pixel has."""
MAX = 0.95
"""Opacity above which the image under the mark cannot be recovered."""
INDEPENDENT = 0.3
"""Share of neighbouring gradients that count as independent observations."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A mark's parameters in one image, and their uncertainty."""

    box: Box
    drawing: Drawing
    opacity: float
    """Opacity of the plateau, 0 to 1."""
    deviation: float
    """Standard deviation of ``opacity``."""
    ink: float = 1.0
    """Brightness of the logo, relative to the drawing."""

    def layers(self, window: Window) -> Layers:
        """Return the overlay in a window."""
        alpha, ink = self.drawing.layers(self.box, window)
        alpha = np.minimum(self.opacity * alpha, np.float32(MAX))
        return Layers(alpha, np.minimum(self.opacity * self.ink * ink, 255 * alpha))

    def drawn_as(self, drawing: Drawing) -> Fit:
        """Return the fit with another drawing at the same place."""
        return replace(self, drawing=drawing)

    def vector(self) -> Floats:
        """Opacity; centre x and y, width and blur in pixels; ink."""
        place = (*self.box.centre, self.box.width)
        return np.array([self.opacity, *place, self.drawing.blur, self.ink])

    def moved(self, vector: Floats, deviation: float) -> Fit:
        """Return the fit with other parameters, in the order of `Fit.vector`, and a deviation."""
        opacity, x, y, width, blur, ink = map(float, vector)
        box, drawing = self.box, self.drawing
        if (x, y, width) != (*box.centre, box.width):
            box = Box.around((x, y), width, width * drawing.aspect)
        if blur != drawing.blur:
            drawing = drawing.blurred(max(blur, 0.1))
        return Fit(box, drawing, min(max(opacity, 0.02), MAX), deviation, min(ink, 1.0))


def fit(
    luma: Floats,
    window: Window,
    prior: Fit,
    *,
    free: bool,
    soft: bool = False,
    tinted: bool = False,
) -> Fit:
    """Fit a mark to the pixels of a window.

    Parameters
    ----------
    luma
        ``(h, w)``, float32, 0 to 255: the image in ``window``.
    prior
        Start of the fit; its ``deviation`` says how far ``opacity`` may move.
    free
        Also fit position and size.
    soft
        Also fit blur.
    tinted
        Also fit the logo's brightness.
    """
    noise = ROUNDING / np.maximum(255.5 - luma, 0.5)
    floor = np.stack([noise + np.roll(noise, -1, 1), noise + np.roll(noise, -1, 0)])
    sure = np.array([prior.deviation, 1.5, 1.5, 0.02 * prior.box.width + 0.5, 0.4, 0.03])
    fitted = [0, *((1, 2, 3) if free else ()), *((4,) if soft else ()), *((5,) if tinted else ())]
    found = prior
    for _ in range(3 if len(fitted) == 1 else 6):
        at = found.vector()
        misfit, slopes = _linearised(luma, window, found, fitted)
        size = np.abs(slopes[0])
        rim = size > 0.06
        scale = (_beside(np.abs(misfit), size) + floor)[rim]
        misfit, slopes = misfit[rim], slopes[:, rim]
        weight = INDEPENDENT / (scale**2 + misfit**2)
        precision = (slopes * weight) @ slopes.T + np.diag(1 / sure[fitted] ** 2)
        pull = (slopes * weight) @ misfit + ((prior.vector() - at) / sure**2)[fitted]
        covariance = np.linalg.inv(precision)
        at[fitted] += covariance @ pull
        found = found.moved(at, float(np.sqrt(covariance[0, 0])))
    return found


def _linearised(
    luma: Floats, window: Window, found: Fit, fitted: list[int]
) -> tuple[Floats, Floats]:
    """Compute the log-plane gradient of the image without the overlay, and its derivatives.

    Returns
    -------
    tuple of ndarray
        The gradient, ``(2, h, w)``, and by how much each parameter reduces it,
        ``(len(fitted), 2, h, w)``.
    """
    over = found.layers(window)
    clear = 1 - over.alpha
    under = (luma - over.ink) / clear
    distance = np.maximum(255.5 - under, 0.5)
    changes = _changes(over.alpha, window, found)
    ink = _changes(over.ink, window, found)
    changes[5], ink[5] = np.zeros_like(over.alpha), over.ink / found.ink
    slopes = [-_gradient((under * changes[i] - ink[i]) / (clear * distance)) for i in fitted]
    return _gradient(-np.log(distance)), np.stack(slopes)


def _changes(layer: Floats, window: Window, found: Fit) -> list[Floats]:
    """Return a layer's derivatives by the parameters of `Fit.vector`; it moves as a whole.

    Blur follows the heat equation: the derivative by sigma is sigma times the Laplacian.
    """
    right = cv2.Sobel(layer, cv2.CV_32F, 1, 0, ksize=1, scale=0.5)
    down = cv2.Sobel(layer, cv2.CV_32F, 0, 1, ksize=1, scale=0.5)
    x, y = found.box.centre
    columns = np.arange(window.left, window.right, dtype=np.float32) + np.float32(0.5 - x)
    rows = np.arange(window.top, window.bottom, dtype=np.float32) + np.float32(0.5 - y)
    wider = -(right * columns + down * rows[:, None]) / np.float32(found.box.width)
    softer = np.float32(found.drawing.blur) * cv2.Laplacian(layer, cv2.CV_32F)
    return [layer / np.float32(found.opacity), -right, -down, wider, softer, layer]


def _gradient(plane: Floats) -> Floats:
    """Return differences to the right and down: ``(2, h, w)``."""
    both = np.zeros((2, *plane.shape), np.float32)
    np.subtract(plane[:, 1:], plane[:, :-1], out=both[0, :, :-1])
    np.subtract(plane[1:], plane[:-1], out=both[1, :-1])
    return both


def _beside(size: Floats, slope: Floats) -> Floats:
    """Return the local mean of the gradients where the mark has none."""
    calm = (slope < 0.02).astype(np.float32)
    mean = [
        cv2.blur(gradient * flat, (7, 7)) / (cv2.blur(flat, (7, 7)) + 1e-3)
        for gradient, flat in zip(size, calm, strict=True)
    ]
    return np.stack(mean)
