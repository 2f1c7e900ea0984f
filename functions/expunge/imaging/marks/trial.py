"""Would taking the mark out explain the picture? Removal is tried before anything is kept.

A hypothesis is fitted and inverted, the outline is looked at again in what comes out, and
pixels that no picture could have under such a mark are counted. A logistic model weighs
what was seen before and after; it was fitted on composites and on clean pictures, and its
calibration and its false-edit rate are in docs/marks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box, Window
from expunge.imaging.marks.fitting import Fit, fit
from expunge.imaging.marks.plane import log_plane
from expunge.imaging.marks.restoration import SLACK, invert, unexplained
from expunge.imaging.marks.rim import Step, step

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Pixels
    from expunge.imaging.marks.registry import Mark

MARGIN = 8.0
"""Pixels around the box that belong to the trial, at least."""
RESAMPLED = 0.4
"""Sigma in pixels of what a change of size does to a sharp edge."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A star at some place in the picture."""

    box: Box
    resemblance: float
    """Correlation in the corner search; 0 for a place from the table."""
    placed: bool
    """Whether a table of places says that a tool puts its mark there."""
    exact: bool
    """Whether size and place are whole pixels as the tool draws them."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one removal."""

    hypothesis: Hypothesis
    fit: Fit
    window: Window
    before: Step
    after: Step
    unexplained: float
    """Of the pixels under the star, 0 to 1."""

    @property
    def explained(self) -> float:
        """Of the outline's likelihood ratio, what the removal took away."""
        return self.before.likelihood - max(self.after.likelihood, 0.0)

    @property
    def suits(self) -> bool:
        """Whether next to nothing of the outline is left."""
        return self.after.likelihood < 0.1 * self.before.likelihood and self.before.fit > 0.7

    def features(self, mark: Mark) -> tuple[float, ...]:
        """What the logistic model sees, in the order of its weights."""
        guess, before, after = self.hypothesis, self.before, self.after
        return (
            float(np.log1p(max(before.likelihood, 0.0))),
            min(max(before.weakest, -1.5), 2.0),
            before.share,
            before.fit,
            min(float(np.log2(self.fit.box.width / mark.usual)), 1.0),
            min(abs(self.fit.opacity - mark.opacity) / 0.06, 2.0),
            float(guess.placed),
            guess.resemblance,
            float(np.log1p(max(after.likelihood, 0.0))),
            self.unexplained,
            min(after.opacity, 0.5),
            float(guess.exact),
        )

    def confidence(self, mark: Mark) -> float:
        """Probability that the mark is there, 0 to 1."""
        logit = float(np.dot(self.features(mark), WEIGHTS)) + BIAS
        sure = float(1 / (1 + np.exp(-logit)))
        return sure if self._plausible(mark) else min(sure, IMPLAUSIBLE)

    def _plausible(self, mark: Mark) -> bool:
        fit = self.fit
        own = max(mark.drawing.blur, 0.6) * fit.box.width / mark.drawing.size[0]
        return (
            abs(fit.opacity - mark.opacity) <= ODDEST
            and self.after.likelihood <= REMAINDER * self.before.likelihood
            and fit.drawing.blur <= 1.25 * own + SOFTEST
        )


WEIGHTS = (
    12.872, -0.273, -0.627, 2.622, 4.086, -1.477, 5.165, -3.638, -2.414, -8.384, -19.081, 0.556,
)  # fmt: skip
"""Of `Trial.features`, for the star."""
BIAS = -5.55
ODDEST = 0.066
"""Distance of the fitted opacity from the mark's, beyond which it is another star."""
REMAINDER = 0.3
"""Of the outline's likelihood ratio; where more remains, removal did not explain it."""
SOFTEST = 0.55
"""Pixels of blur beyond what the mark's own softness and a change of size come to."""
IMPLAUSIBLE = 0.5
"""The highest confidence of a trial that fails one of these three."""


def attempt(pixels: Pixels, guess: Hypothesis, mark: Mark) -> Trial:
    """Take a mark out of a copy and look at what is left.

    Parameters
    ----------
    pixels
        The whole picture, ``(h, w, 3)``, uint8.
    """
    window = guess.box.window(max(MARGIN, 0.12 * guess.box.height))
    window = window.within(pixels.shape[1], pixels.shape[0])
    place = pixels[window.slices]
    seen = place.astype(np.float32)
    drawing = mark.drawing_at(guess.box.width)
    if not guess.exact and not drawing.blur:
        drawing = drawing.blurred(RESAMPLED)
    sure = mark.deviation if guess.exact else mark.deviation_resampled
    luma = cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY)[..., None]
    found = fit(luma, window, Fit(guess.box, drawing, mark.opacity, sure), free=not guess.exact)
    over = found.layers(window)
    under = invert(seen, over)
    strange = unexplained(under, over.alpha, SLACK)
    inside = over.alpha > 0.5 * found.opacity
    box = found.box
    local = Box(box.x - window.left, box.y - window.top, box.width, box.height)
    line = drawing.outline()
    clean = np.rint(np.clip(under, 0, 255)).astype(np.uint8)
    return Trial(
        hypothesis=guess,
        fit=found,
        window=window,
        before=step(log_plane(place), line, local, mark.colour),
        after=step(log_plane(clean), line, local, mark.colour),
        unexplained=float(strange[inside].mean()) if inside.any() else 1.0,
    )
