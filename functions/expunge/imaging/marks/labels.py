"""Find labels and logos with known masks, in the corners where tools put them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.found import UNEXPLAINED, FoundMark, Lookalike, SearchResult
from expunge.imaging.marks.plane import log_plane, of_luma
from expunge.imaging.marks.registry import LABELS
from expunge.imaging.marks.rim import heights, refine, steps
from expunge.imaging.marks.template_search import Template, scan
from expunge.imaging.marks.trial import MARGIN, Hypothesis, attempt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from expunge.imaging.marks.arrays import Seen
    from expunge.imaging.marks.outline import Outline
    from expunge.imaging.marks.registry import Label, Mark
    from expunge.imaging.marks.trial import Trial

RESEMBLANCE = 0.25
"""Correlation in the corner search below which a place is dropped."""
PROMISING = 0.3
"""Likelihood ratio per pair of outline points below which no removal is tried."""
SEARCH_WIDTH = 200
"""Label width in pixels in the search; labels twice as wide are searched at half size, etc."""
TRIED = 2
"""Most places that are examined closely."""
DECISION = 0.95
"""Confidence from which a label is removed."""
WORTH_TELLING = 0.3
EXPLAINED = 0.2
"""Fraction of the outline's likelihood ratio that may remain after a useful inversion."""
SMALLEST = 24
"""Width in pixels below which a label cannot be told from texture."""


def search(pixels: Seen, names: Collection[str] | None = None) -> SearchResult:
    """Search an image for labels.

    Parameters
    ----------
    pixels
        The image, ``(h, w, 3)``, uint8.
    names
        Names in the registry of the marks to search for; all by default.
    """
    found: list[FoundMark] = []
    kept: list[Lookalike] = []
    for label in LABELS:
        if names is not None and label.mark.name not in names:
            continue
        trials = [attempt(pixels, guess) for guess in guesses(pixels, label)]
        if trials:
            best = max(trials, key=lambda trial: trial.explained)
            sure = best.confidence
            if sure >= DECISION:
                if not any(best.window.overlaps(other.window) for other in found):
                    found.append(_found(label, best, sure))
            elif sure >= WORTH_TELLING:
                kept.append(Lookalike(label.mark.name, best.window, sure, UNEXPLAINED))
    return SearchResult(tuple(found), tuple(kept))


def reach(width: int, height: int) -> int:
    """Return the rows from the bottom that can contain a label whose centre is in its corner."""
    most = 0.0
    for label in LABELS:
        wide = _usual(label, width, height) * float(label.scales[-1])
        most = max(most, wide * (label.corner.up + 2 * label.mark.drawing.aspect))
    return round(most + 2 * MARGIN)


def _usual(label: Label, width: int, height: int) -> float:
    """Return a label's usual width in pixels in an image of this size."""
    return label.share * (min(width, height) if label.of_short_side else width)


@cache
def _template(label: Label) -> Template:
    return Template.of(label.mark.drawing, label.compared_at)


def guesses(pixels: Seen, label: Label) -> Iterator[Hypothesis]:
    height, width = pixels.shape[:2]
    usual = _usual(label, width, height)
    widths = usual * label.scales
    if widths[0] < SMALLEST or widths[0] * label.mark.drawing.aspect > height:
        return
    crop, left, top = label.corner.crop(pixels, float(widths[-1]))
    luma = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY)
    shrink = 1 / max(1, int(usual / SEARCH_WIDTH))
    if shrink < 1:  # by a whole-number factor, which OpenCV does fast
        luma = cv2.resize(luma, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    plane = of_luma(luma)
    places, scores = scan(plane, _template(label), widths * shrink, label.corner)
    best = [at for at in np.argsort(-scores)[:TRIED] if scores[at] >= RESEMBLANCE]
    for mark in label.renditions if best else ():
        line, aspect = mark.drawing.outline(), mark.drawing.aspect
        nearer = refine(plane, line, places[best], aspect)
        seen = steps(plane, line, nearer, np.array(mark.models))
        for (x, y, wide), one in zip(nearer, seen, strict=True):
            if one.likelihood > PROMISING and mark.least <= one.opacity <= mark.most:
                box = _unshrunk(Box.around((x, y), wide, wide * aspect), shrink, left, top)
                yield Hypothesis(box, mark, exact=False)
                exact = _as_captured(pixels, line, box, mark)
                if exact is not None:
                    yield Hypothesis(exact, mark, exact=True)


def _as_captured(pixels: Seen, line: Outline, box: Box, mark: Mark) -> Box | None:
    """Return the box in whole pixels, if the label has the size of its capture."""
    width, height = mark.drawing.size
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
    best = near[int(np.argmax(heights(plane, line, np.array([one.place for one in near]))))]
    return best.moved(window.left, window.top)


def _unshrunk(box: Box, shrink: float, x: int, y: int) -> Box:
    """Convert a box in a reduced corner that starts at x, y to the image's coordinates."""
    return Box(box.x / shrink + x, box.y / shrink + y, box.width / shrink, box.height / shrink)


def _found(label: Label, trial: Trial, sure: float) -> FoundMark:
    """Return the mark; inpaint all of it if an inversion would leave its outline visible."""
    over = trial.fit.layers(trial.window)
    opaque = np.zeros(over.alpha.shape, bool)
    if trial.after > EXPLAINED * trial.before.likelihood:
        wide = 2 * round(0.012 * trial.fit.box.width + 1) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
        opaque = cv2.dilate((over.alpha > 0.08).astype(np.uint8), kernel) > 0
        over = Layers(np.zeros_like(over.alpha), np.zeros_like(over.ink))
    return FoundMark(
        label.mark.name, label.mark.tool, trial.window, sure, over, opaque, trial.fit.opacity
    )
