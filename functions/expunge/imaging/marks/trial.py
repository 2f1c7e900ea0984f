"""Test a hypothesis by removal: is the image without the mark a plausible image?

The mark is fitted and inverted. The trial then measures the step that remains along the outline,
and counts pixels that no image can have under such a mark. A logistic model combines the
measurements before and after. It was fitted on composites and clean images; its calibration and
its false-edit rate are in docs/explanation/marks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box, Window
from expunge.imaging.marks.drawing import Drawing, Star
from expunge.imaging.marks.fitting import Fit, fit
from expunge.imaging.marks.mark import Mark
from expunge.imaging.marks.plane import log_plane, of_luma
from expunge.imaging.marks.restoration import SLACK, invert, unexplained
from expunge.imaging.marks.rim import Step, remainder, steps

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Seen

MARGIN = 8.0
"""Least number of pixels around the box that belong to the trial."""
RESAMPLED = 0.4
"""Sigma in pixels of the blur of a sharp edge by resizing."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A supposed mark at one place in the image."""

    box: Box
    mark: Mark
    exact: bool
    """Whether size and place are whole pixels as the tool draws them."""
    white: bool = True
    """Whether its logo has the mark's own colour; else its colour is fitted too."""
    drawing: Drawing | None = None
    """How the mark is drawn, if not as usual at this width; its blur is then not fitted."""


@dataclass(frozen=True)
class Trial:
    """The measurements of one trial removal."""

    hypothesis: Hypothesis
    fit: Fit
    window: Window
    before: Step
    dimmest: float
    """Likelihood ratio per pair in the channel with the lowest one."""
    after: float
    """Log-likelihood ratio of the remaining outline."""
    unexplained: float
    """Fraction of pixels under the mark that the inversion does not explain, 0 to 1."""
    home: float
    """How well the place matches the tool's, 0 to 1; 1 for a known place, or its resized copy."""

    @property
    def explained(self) -> float:
        """The part of the outline's likelihood ratio that the removal eliminated."""
        return self.before.likelihood - self.after

    @property
    def suits(self) -> bool:
        """Whether almost nothing of the outline remains."""
        return self.after < 0.1 * self.before.likelihood and self.before.fit > 0.7

    @cached_property
    def features(self) -> tuple[float, ...]:
        """The inputs of the logistic model, in the order of its weights."""
        guess, before, found, mark = self.hypothesis, self.before, self.fit, self.hypothesis.mark
        own = max(mark.drawing.blur, 0.6) * found.box.width / mark.drawing.size[0]
        return (
            float(np.log1p(max(before.likelihood, 0.0))),
            min(max(before.weakest, -1.5), 2.0),
            before.share,
            before.fit,
            min(max(float(np.log2(found.box.width / mark.usual)), -1.5), 1.0),
            min(abs(found.opacity - mark.opacity) / 0.06, 2.0),
            self.home,
            float(guess.exact),
            float(np.log1p(self.after)),
            min(self.after / max(before.likelihood, 0.1), 1.5),
            self.unexplained,
            min(max(found.drawing.blur - own, 0.0), 1.5),
            min(abs(before.calm), 1.5),
            float(np.log1p(max(self.dimmest, 0.0))),
            (1 - found.ink) * 5,
        )

    @property
    def confidence(self) -> float:
        """Probability that the mark is there, 0 to 1."""
        star = isinstance(self.hypothesis.mark.drawing, Star)
        weights, bias = (WEIGHTS, BIAS) if star else (LABEL_WEIGHTS, LABEL_BIAS)
        logit = float(np.dot(self.features, weights)) + bias
        sure = float(1 / (1 + np.exp(-logit)))
        explained = self.after <= REMAINDER * self.before.likelihood
        return sure if explained else min(sure, IMPLAUSIBLE)


REMAINDER = 0.5
"""Fraction of the outline's likelihood ratio; if more remains, the removal did not explain it."""
IMPLAUSIBLE = 0.5
"""The highest confidence of such a trial."""
WEIGHTS = (
    9.844, -0.768, -7.45, 0.103, 2.2, -1.651, 3.354, 0.938, -6.176, 1.354, -1.081, -1.643, -2.31,
    2.703, 0.18,
)  # fmt: skip
"""Weights of `Trial.features`, for the star."""
BIAS = -0.869
LABEL_WEIGHTS = (
    3.149, -1.222, 15.14, 0.022, 0.0, 0.0, 0.0, 0.0, 2.302, 0.0, -0.546, 0.0, 0.0, 1.044, 0.0,
)  # fmt: skip
"""Weights of `Trial.features`, for labels."""
LABEL_BIAS = -10.077


def attempt(pixels: Seen, guess: Hypothesis) -> Trial:
    """Remove a mark from a copy, and measure the result.

    Parameters
    ----------
    pixels
        The image, ``(h, w, 3)``, uint8.
    """
    mark = guess.mark
    margin = max(MARGIN, 0.12 * guess.box.height, mark.drawing.reach * guess.box.width)
    window = guess.box.window(margin)
    window = window.within(pixels.shape[1], pixels.shape[0])
    place = np.ascontiguousarray(pixels[window.slices])
    seen = place.astype(np.float32)
    drawing = guess.drawing or mark.drawing_at(guess.box.width)
    if not (guess.exact or guess.drawing or drawing.blur):
        drawing = drawing.blurred(RESAMPLED)
    tight = guess.exact or not guess.white  # a free colour could make up for a wrong opacity
    sure = mark.deviation if tight else mark.deviation_resampled
    prior = Fit(guess.box, drawing, mark.opacity, sure, 1.0 if guess.white else 0.92)
    luma = cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY)
    free = not guess.exact
    soft = free and guess.drawing is None
    found = fit(luma, window, prior, free=free, soft=soft, tinted=not guess.white)
    over = found.layers(window)
    under = invert(seen, over)
    strange = unexplained(under, over.alpha, SLACK)
    inside = over.alpha > 0.5 * found.opacity
    line = drawing.outline()
    at = np.array([found.box.moved(-window.left, -window.top).place])
    clean = np.rint(np.clip(under, 0, 255)).astype(np.uint8)
    models = [model for model in mark.models if guess.white == (model[1] == mark.colour)]
    fitted = [(found.opacity, found.ink * mark.colour)]
    return Trial(
        hypothesis=guess,
        fit=found,
        window=window,
        before=steps(log_plane(place), line, at, np.array(models))[0],
        dimmest=min(
            steps(of_luma(channel), line, at, np.array(fitted))[0].likelihood
            for channel in cv2.split(place)
        ),
        after=remainder(log_plane(clean), line, at),
        unexplained=float(strange[inside].mean()) if inside.any() else 1.0,
        home=mark.home(found.box, pixels.shape[1], pixels.shape[0]),
    )
