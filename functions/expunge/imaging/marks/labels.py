"""Find labels and logos with known masks, in the corners where tools put them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.continuation import CONTINUES, continues
from expunge.imaging.marks.found import UNEXPLAINED, FoundMark, Lookalike, SearchResult
from expunge.imaging.marks.plane import log_plane, of_luma
from expunge.imaging.marks.registry import LABELS
from expunge.imaging.marks.rim import heights, refine, steps
from expunge.imaging.marks.settling import settle_label
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
EXACT = 0.05
"""Standard deviation in pixels of the outline of a label as captured, in whole pixels."""
FITTED, GUESSED = 0.2, 0.8
"""The same for a captured label at a fitted place, and for words in another typeface."""
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
    sure: list[tuple[Label, Trial]] = []
    kept: list[Lookalike] = []
    for label in LABELS:
        if names is not None and label.mark.name not in names:
            continue
        trials = [attempt(pixels, guess) for guess in guesses(pixels, label)]
        if trials:
            best = max(trials, key=lambda trial: trial.explained)
            if best.confidence >= DECISION:
                sure.append((label, best))
            elif best.confidence >= WORTH_TELLING:
                kept.append(_kept(best, UNEXPLAINED))
    found: list[FoundMark] = []
    for label, trial in sorted(sure, key=lambda one: -one[1].explained):
        if any(trial.window.overlaps(other.window) for other in found):
            continue
        settled = settle_label(pixels, trial)
        if not label.framed and continues(pixels, settled.fit, known=label.captured):
            kept.append(_kept(settled, CONTINUES))
        else:
            found.append(_found(label, settled, trial.confidence))
    apart = [one for one in kept if not any(one.window.overlaps(two.window) for two in found)]
    return SearchResult(tuple(found), tuple(apart))


def _kept(trial: Trial, reason: str) -> Lookalike:
    name = trial.hypothesis.mark.name
    return Lookalike(name, trial.window, trial.confidence, reason)


def reach(width: int, height: int, *, top: bool) -> int:
    """Return the rows from the top or the bottom that can contain a label of those corners."""
    most = 0.0
    for label in LABELS:
        if label.corner.top == top:
            wide = _usual(label, width, height) * float(label.scales[-1])
            drawing = label.mark.drawing
            most = max(most, wide * (label.corner.up + 2 * drawing.aspect + drawing.reach))
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
    over = trial.fit.layers(trial.window)
    mark = trial.hypothesis.mark
    return FoundMark(
        name=mark.name,
        tool=mark.tool,
        window=trial.window,
        confidence=sure,
        over=over,
        opaque=np.zeros(over.alpha.shape, bool),
        opacity=trial.fit.opacity,
        rim=EXACT if trial.hypothesis.exact else FITTED if label.captured else GUESSED,
    )
