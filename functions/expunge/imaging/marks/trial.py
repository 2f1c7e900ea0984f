"""Would taking the mark out explain the picture? Removal is tried before anything is kept.

A hypothesis is fitted and inverted, the outline is looked at again in what comes out, and
pixels that no picture could have under such a mark are counted. A logistic model weighs
what was seen before and after; it was fitted on composites and on clean pictures, and its
calibration and its false-edit rate are in docs/marks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.fitting import Fit, fit
from expunge.imaging.marks.look import Look
from expunge.imaging.marks.plane import log_plane
from expunge.imaging.marks.restoration import SLACK, invert, unexplained
from expunge.imaging.marks.rim import Step, step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.marks.box import Window
    from expunge.imaging.marks.registry import Sparkle

MARGIN = 8.0
"""Pixels around the box that belong to the trial, at least."""
RESAMPLED = Look(blur=0.4)
"""How a sharp star looks after a change of size."""
UNSURE = 0.02
"""Deviation of the opacity where the picture was resampled."""


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

    def features(self, mark: Sparkle) -> tuple[float, ...]:
        """What the logistic model sees, in the order of its weights."""
        guess, before, after = self.hypothesis, self.before, self.after
        return (
            float(np.log1p(max(before.likelihood, 0.0))),
            min(max(before.weakest, -1.5), 2.0),
            before.share,
            before.fit,
            min(float(np.log2(self.fit.box.width / 48)), 1.0),
            min(abs(self.fit.opacity - mark.opacity) / 0.06, 2.0),
            float(guess.placed),
            guess.resemblance,
            float(np.log1p(max(after.likelihood, 0.0))),
            self.unexplained,
            min(after.opacity, 0.5),
            float(guess.exact),
        )

    def confidence(self, mark: Sparkle) -> float:
        """Probability that the mark is there, 0 to 1."""
        logit = float(np.dot(self.features(mark), WEIGHTS)) + BIAS
        return float(1 / (1 + np.exp(-logit)))


WEIGHTS = (8.434, 0.593, 0.858, 4.853, 2.214, -2.113, 6.821, -1.326, -5.615, -5.174, -12.351, 0.853)
BIAS = -6.982


def attempt(pixels: NDArray[np.uint8], guess: Hypothesis, mark: Sparkle) -> Trial:
    """Take a mark out of a copy and look at what is left.

    Parameters
    ----------
    pixels
        The whole picture, ``(h, w, 3)``, uint8.
    """
    window = guess.box.window(max(MARGIN, 0.12 * guess.box.width))
    window = window.within(pixels.shape[1], pixels.shape[0])
    place = pixels[window.slices]
    seen = place.astype(np.float32)
    look = mark.look.at(guess.box.width)
    if not guess.exact and not look.blur:
        look = RESAMPLED
    sure = mark.deviation if guess.exact else UNSURE
    found = fit(seen, window, Fit(guess.box, look, mark.opacity, sure), free=not guess.exact)
    alpha = found.alpha(window)
    under = invert(seen, alpha, 255.0)
    strange = unexplained(under, alpha, SLACK)
    inside = alpha > 0.5 * found.opacity
    box = Box(
        found.box.x - window.left, found.box.y - window.top, found.box.width, found.box.height
    )
    clean = np.rint(np.clip(under, 0, 255)).astype(np.uint8)
    return Trial(
        hypothesis=guess,
        fit=found,
        window=window,
        before=step(log_plane(place), box),
        after=step(log_plane(clean), box),
        unexplained=float(strange[inside].mean()) if inside.any() else 1.0,
    )
