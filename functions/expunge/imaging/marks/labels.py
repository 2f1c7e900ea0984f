"""Find labels and logos that are known by their masks, in the corners where they live."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.found import Found, Kept, Search
from expunge.imaging.marks.plane import log_plane, of_luma
from expunge.imaging.marks.registry import LABELS
from expunge.imaging.marks.rim import profiles, refine, step
from expunge.imaging.marks.search import Template, scan
from expunge.imaging.marks.trial import Hypothesis, attempt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from expunge.imaging.marks.arrays import Pixels
    from expunge.imaging.marks.outline import Outline
    from expunge.imaging.marks.registry import Label
    from expunge.imaging.marks.trial import Trial

RESEMBLANCE = 0.25
"""Correlation in the corner search below which nothing is looked at closely."""
PROMISING = 0.3
"""Likelihood ratio of a pair on the outline below which nothing is tried."""
LOOKED_AT = 200
"""Width in pixels: of labels that are twice as wide every second pixel is enough, and so on."""
TRIED = 2
"""Places looked at closely."""
WEIGHTS = (4.0, 1.5, 6.0, 6.0, -4.0)
BIAS = -9.5
"""Of the logistic model: log of the outline's likelihood ratio, its second weakest stretch, the
share of pairs with the step, of those with the right step, pixels that nothing explains."""
DECISION = 0.9
WORTH_TELLING = 0.3
EXPLAINED = 0.2
"""Of the outline's likelihood ratio that may remain after an inversion; of more, it is no use."""
SMALLEST = 24
"""Width in pixels below which a label cannot be told from texture."""


def search(pixels: Pixels, names: Collection[str] | None = None) -> Search:
    """Look for every label.

    Parameters
    ----------
    pixels
        The whole picture, ``(h, w, 3)``, uint8.
    names
        Of the registry, the marks to look for; all by default.
    """
    found: list[Found] = []
    kept: list[Kept] = []
    for label in LABELS:
        if names is not None and label.mark.name not in names:
            continue
        trials = [attempt(pixels, guess, label.mark) for guess in _guesses(pixels, label)]
        if trials:
            best = max(trials, key=lambda trial: trial.explained)
            sure = confidence(best)
            if sure >= DECISION:
                if not any(best.window.overlaps(other.window) for other in found):
                    found.append(_found(label, best, sure))
            elif sure >= WORTH_TELLING:
                reason = "it resembles the mark, but taking it out does not explain the picture"
                kept.append(Kept(label.mark.name, best.window, sure, reason))
    return Search(tuple(found), tuple(kept))


def confidence(trial: Trial) -> float:
    """Probability that a label is there, from its trial."""
    seen = trial.before
    features = (
        np.log1p(max(seen.likelihood, 0.0)),
        min(max(seen.weakest, -1.5), 2.0),
        seen.share,
        seen.fit,
        trial.unexplained,
    )
    return float(1 / (1 + np.exp(-(np.dot(features, WEIGHTS) + BIAS))))


@cache
def _template(label: Label) -> Template:
    return Template.of(label.mark.drawing, label.compared_at)


def _guesses(pixels: Pixels, label: Label) -> Iterator[Hypothesis]:
    height, width = pixels.shape[:2]
    usual = label.share * (min(width, height) if label.of_short_side else width)
    widths = usual * label.scales
    if widths[0] < SMALLEST:
        return
    crop, left, top = label.corner.crop(pixels, float(widths[-1]))
    luma = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY)
    shrink = 1 / max(1, int(usual / LOOKED_AT))
    if shrink < 1:  # by whole pixels, which OpenCV does fast
        luma = cv2.resize(luma, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    plane = of_luma(luma)
    line = label.mark.drawing.outline()
    for candidate in scan(plane, _template(label), widths * shrink, label.corner)[:TRIED]:
        if candidate.score < RESEMBLANCE:
            break
        box = refine(plane, line, candidate.box)
        seen = step(plane, line, box, label.mark.colour)
        if label.mark.least <= seen.opacity <= label.mark.most and seen.likelihood > PROMISING:
            place = _unshrunk(box, shrink, left, top)
            yield Hypothesis(place, candidate.score, placed=False, exact=False)
            exact = _as_captured(pixels, line, place, label)
            if exact is not None:
                yield Hypothesis(exact, candidate.score, placed=False, exact=True)


def _as_captured(pixels: Pixels, line: Outline, box: Box, label: Label) -> Box | None:
    """The box in whole pixels, where the label is as large as it was captured."""
    width, height = label.mark.drawing.size
    if abs(box.width / width - 1) > 0.02:
        return None
    window = box.window(16).within(pixels.shape[1], pixels.shape[0])
    plane = log_plane(pixels[window.slices])
    x, y = round(box.centre[0] - width / 2), round(box.centre[1] - height / 2)
    near = [
        Box(x + i - window.left, y + j - window.top, width, height)
        for i in (-2, -1, 0, 1, 2)
        for j in (-2, -1, 0, 1, 2)
    ]
    rims = profiles(plane, line, near, (-1, 1))
    best = near[int(np.argmax((rims[..., 0] - rims[..., 1]).mean(axis=1)))]
    return Box(best.x + window.left, best.y + window.top, width, height)


def _unshrunk(box: Box, shrink: float, x: int, y: int) -> Box:
    """A box of a shrunk corner that starts at x, y, in the picture's coordinates."""
    return Box(box.x / shrink + x, box.y / shrink + y, box.width / shrink, box.height / shrink)


def _found(label: Label, trial: Trial, sure: float) -> Found:
    """Inverted where that leaves no outline behind; a rendition of another blend is filled in."""
    over = trial.fit.layers(trial.window)
    opaque = np.zeros(over.alpha.shape, bool)
    if trial.after.likelihood > EXPLAINED * trial.before.likelihood:
        wide = 2 * round(0.012 * trial.fit.box.width + 1) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
        opaque = cv2.dilate((over.alpha > 0.08).astype(np.uint8), kernel) > 0
        over = Layers(np.zeros_like(over.alpha), np.zeros_like(over.ink))
    return Found(
        label.mark.name, label.mark.tool, trial.window, sure, over, opaque, trial.fit.opacity
    )
