"""Find labels and logos with known masks, in the corners where tools put them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.continuation import CONTINUES, continues
from expunge.imaging.marks.corner_search import CLOSER, RESEMBLANCE, CornerPlanes
from expunge.imaging.marks.found import REPORTED, UNEXPLAINED, FoundMark, Lookalike, SearchResult
from expunge.imaging.marks.plane import log_plane
from expunge.imaging.marks.registry import LABELS
from expunge.imaging.marks.rim import heights, refine, steps, thinned
from expunge.imaging.marks.settling import settle_label
from expunge.imaging.marks.trial import MARGIN, Hypothesis, attempt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from expunge.imaging.marks.arrays import Seen
    from expunge.imaging.marks.label import Label
    from expunge.imaging.marks.mark import Mark
    from expunge.imaging.marks.outline import Outline
    from expunge.imaging.marks.trial import Trial

FAINTEST = 0.1
"""Mean step along an outline, in the log plane, below which it is not compared closely."""
PROMISING = 0.3
"""Likelihood ratio per pair of outline points below which no removal is tried."""
TRIED = 2
"""Most places that are examined closely."""
DECISION = 0.95
"""Confidence from which a label is removed."""
WORTH_TELLING = 0.3
EXACT = 0.05
"""Standard deviation in pixels of the outline of a label as captured, in whole pixels."""
FITTED, GUESSED = 0.2, 0.8
"""The same for a captured label at a fitted place, and for words in another typeface."""
CENTRED = 4_000_000
"""Pixels of an image up to which marks in its middle are searched."""
SMALLEST = 24
"""Width in pixels below which a label cannot be told from texture."""


def search(
    pixels: Seen, names: Collection[str] | None = None, among: Iterable[Label] = LABELS
) -> SearchResult:
    """Search an image for labels.

    Parameters
    ----------
    pixels
        The image, ``(h, w, 3)``, uint8.
    names
        Names in the registry of the marks to search for; all by default.
    among
        The labels to search for: those of the registry.
    """
    sure: list[tuple[Label, Trial]] = []
    kept: list[Lookalike] = []
    for label, trials in _tried(pixels, names, among):
        best = max(trials, key=lambda trial: trial.explained)
        if best.confidence >= DECISION:
            sure.append((label, best))
        elif best.confidence >= WORTH_TELLING and label.inverted:
            kept.append(_kept(label, best, UNEXPLAINED))
    found: list[FoundMark] = []
    for label, trial in sorted(sure, key=lambda one: -_weight(one[1])):
        if any(trial.window.overlaps(other.window) for other in found):
            continue
        settled = settle_label(pixels, trial)
        more = not label.framed and continues(pixels, settled.fit, known=label.captured)
        if more and label.inverted:
            kept.append(_kept(label, settled, CONTINUES))
            continue
        stays = REPORTED if label.removal == "reported" else CONTINUES if more else None
        found.append(_found(label, settled, trial.confidence, stays))
    apart = [one for one in kept if not any(one.window.overlaps(two.window) for two in found)]
    return SearchResult(tuple(found), tuple(apart))


def _weight(trial: Trial) -> float:
    """Return how much a label explains: of two that overlap, the longer one is the better.

    Letters that the longer one has and the image has not leave pixels that no image can have.
    """
    return trial.explained * trial.fit.box.width * (1 - trial.unexplained)


def _tried(
    pixels: Seen, names: Collection[str] | None, among: Iterable[Label]
) -> Iterator[tuple[Label, list[Trial]]]:
    """Yield the labels that an image may have, with a trial for each supposed place."""
    height, width = pixels.shape[:2]
    wanted = [
        label
        for label in among
        if (names is None or label.mark.name in names) and _fits(label, width, height)
    ]
    wanted.sort(key=lambda label: label.corner.side)
    for _, group in groupby(wanted, key=lambda label: label.corner.side):
        planes = CornerPlanes.of(pixels, list(group))
        for label in planes.steps:
            trials = [attempt(pixels, guess) for guess in guesses(pixels, label, planes)]
            if trials:
                yield label, trials


def _fits(label: Label, width: int, height: int) -> bool:
    smallest = label.usual(width, height) * label.least
    if label.corner.centred and width * height > CENTRED:
        return False
    return smallest >= SMALLEST and smallest * label.mark.drawing.aspect <= height


def _kept(label: Label, trial: Trial, reason: str) -> Lookalike:
    name = trial.hypothesis.mark.name
    return Lookalike(name, trial.window, trial.confidence, reason, label.evidence)


def reach(width: int, height: int, *, top: bool) -> int:
    """Return the rows from the top or the bottom that can contain a label of those corners."""
    most = 0.0
    for label in LABELS:
        if label.corner.top == top and not label.corner.centred:
            wide = min(label.usual(width, height) * label.most, width)
            drawing = label.mark.drawing
            most = max(most, wide * (label.corner.up + 2 * drawing.aspect + drawing.reach))
    return round(most + 2 * MARGIN)


def guesses(pixels: Seen, label: Label, planes: CornerPlanes) -> Iterator[Hypothesis]:
    """Yield where a label may be, after its outline was compared with the image."""
    places, scores = planes.resembling(label)
    least = RESEMBLANCE if label.inverted else CLOSER
    best = [at for at in np.argsort(-scores)[:TRIED] if scores[at] >= least]
    for mark in label.renditions if best else ():
        line, aspect = mark.drawing.outline(), mark.drawing.aspect
        nearer = refine(planes.plane, line, places[best], aspect)
        nearer = nearer[heights(planes.plane, thinned(line), nearer, 0.75) > FAINTEST]
        if not len(nearer):
            continue
        seen = steps(planes.plane, line, nearer, np.array(mark.models))
        for (x, y, wide), one in zip(nearer, seen, strict=True):
            if one.likelihood > PROMISING and mark.least <= one.opacity <= mark.most:
                around = Box.around((x, y), wide, wide * aspect)
                box = _unshrunk(around, planes.shrink, planes.left, planes.top)
                yield Hypothesis(box, mark, exact=False)
                exact = _as_captured(pixels, line, box, mark) if label.captured else None
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


def _found(label: Label, trial: Trial, sure: float, stays: str | None) -> FoundMark:
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
        evidence=label.evidence,
        inverted=label.inverted,
        stays=stays,
        rim=EXACT if trial.hypothesis.exact else FITTED if label.captured else GUESSED,
    )
