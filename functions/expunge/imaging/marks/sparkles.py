"""Find the Gemini star: where the table of places says, then anywhere in the corner."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.drawing import Star
from expunge.imaging.marks.found import Found, Kept, Search
from expunge.imaging.marks.plane import log_plane
from expunge.imaging.marks.registry import SPARKLES
from expunge.imaging.marks.rim import profiles, refine, step
from expunge.imaging.marks.search import Corner, Template, scan
from expunge.imaging.marks.trial import Hypothesis, attempt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from expunge.imaging.marks.arrays import Floats, Pixels
    from expunge.imaging.marks.registry import Mark
    from expunge.imaging.marks.trial import Trial

CORNER = 660
"""Pixels from the right and bottom edge that are searched: the farthest mark at double size."""
SIDES = 16 * 1.11 ** np.arange(25)
"""Of stars tried in the corner: 16 to 195 px."""
NEAR = Corner(across=3.25, up=3.25)
"""In sides; the farthest known place ends at 3."""
TEMPLATE = 28
"""Side of the star, in pixels, at which scales are compared."""
TRIED = 10
"""Candidates of the corner search that are looked at closely."""
PROMISING = 0.25
"""Likelihood ratio of a pair on the outline below which nothing is tried."""
DECISION = 0.97
"""Confidence from which a mark is taken out."""
LINE = Star().outline()
BETTER = 1.1
"""How much more a free fit must explain than a tool's own size and place."""
WORTH_TELLING = 0.2
"""Confidence from which a lookalike is reported."""


def search(pixels: Pixels, names: Collection[str] | None = None) -> Search:
    """Look for the star.

    Parameters
    ----------
    pixels
        The whole picture, ``(h, w, 3)``, uint8.
    names
        Of the registry, the marks to look for; all by default.
    """
    marks = [mark for mark in SPARKLES if names is None or mark.name in names]
    if not marks or min(pixels.shape[:2]) < SIDES[0]:
        return Search((), ())
    trials: list[tuple[Trial, Mark]] = []
    for guesses in _stages(pixels, marks):
        trials += [(attempt(pixels, guess, mark), mark) for guess, mark in guesses]
        passed = [one for one in trials if one[0].confidence(one[1]) >= DECISION]
        if passed:
            return _found(*_exactly(pixels, *max(passed, key=lambda one: one[0].explained)))
    return _nothing(trials)


def _exactly(pixels: Pixels, trial: Trial, mark: Mark) -> tuple[Trial, Mark]:
    """The same star with its size and place fitted too, where a tool's own do not suit it."""
    guess = trial.hypothesis
    if not guess.exact or trial.suits:
        return trial, mark
    free = attempt(pixels, replace(guess, exact=False), mark)
    better = free.explained > BETTER * trial.explained and free.confidence(mark) >= DECISION
    return (free if better else trial), mark


@cache
def template() -> Template:
    return Template.of(Star(), TEMPLATE)


def _stages(pixels: Pixels, marks: list[Mark]) -> Iterator[list[tuple[Hypothesis, Mark]]]:
    """Hypotheses worth a trial: first those of the table, then those of the corner."""
    height, width = pixels.shape[:2]
    left, top = max(0, width - CORNER), max(0, height - CORNER)
    plane = log_plane(pixels[top:, left:])
    yield _judged(plane, (left, top), marks, _placed(width - left, height - top, width, height))
    yield _judged(plane, (left, top), marks, _searched(plane))


def _placed(right: int, bottom: int, width: int, height: int) -> Iterator[Hypothesis]:
    """The table's places, in a plane whose lower right corner is the picture's."""
    for mark in SPARKLES:
        for place in mark.places:
            at = place.in_picture(width, height)
            if at is not None:
                x, y = right - width + at[0], bottom - height + at[1]
                yield Hypothesis(Box(x, y, place.side, place.side), 0.0, placed=True, exact=True)


def _searched(plane: Floats) -> Iterator[Hypothesis]:
    for candidate in scan(plane, template(), SIDES, NEAR)[:TRIED]:
        box = refine(plane, LINE, candidate.box)
        yield Hypothesis(box, max(candidate.score, 0.0), placed=False, exact=False)
        whole = _whole(plane, box)
        if whole is not None:
            yield Hypothesis(whole, max(candidate.score, 0.0), placed=False, exact=True)


def _whole(plane: Floats, box: Box) -> Box | None:
    """The box in whole pixels and of a size that a tool draws, if there is one close by."""
    x, y = box.centre
    sides = {place.side for mark in SPARKLES for place in mark.places}
    near = [
        Box(round(x - side / 2) + i, round(y - side / 2) + j, side, side)
        for side in sides
        if abs(box.width / side - 1) < 0.06
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    if not near:
        return None
    rims = profiles(plane, LINE, near, (-1, 1))
    steps = np.clip(rims[..., 0] - rims[..., 1], -0.8, 0.8).mean(axis=1)
    return near[int(np.argmax(steps))]


def _judged(
    plane: Floats,
    corner: tuple[int, int],
    marks: list[Mark],
    guesses: Iterator[Hypothesis],
) -> list[tuple[Hypothesis, Mark]]:
    """The most promising hypotheses, in the picture's coordinates, with the mark they speak of."""
    weighed = []
    for guess in guesses:
        seen = step(plane, LINE, guess.box)
        mark = next((m for m in marks if m.least <= seen.opacity < m.most), None)
        if mark is not None and seen.likelihood >= PROMISING:
            weighed.append((seen.likelihood, guess, mark))
    weighed.sort(key=lambda item: -item[0])
    return [(_moved(guess, corner), mark) for _, guess, mark in weighed[:3]]


def _moved(guess: Hypothesis, by: tuple[int, int]) -> Hypothesis:
    box = guess.box
    moved = Box(box.x + by[0], box.y + by[1], box.width, box.height)
    return Hypothesis(moved, guess.resemblance, guess.placed, guess.exact)


def _found(trial: Trial, mark: Mark) -> Search:
    over = trial.fit.layers(trial.window)
    opaque = np.zeros(over.alpha.shape, bool)
    sure = trial.confidence(mark)
    found = Found(mark.name, mark.tool, trial.window, sure, over, opaque, trial.fit.opacity)
    return Search((found,), ())


def _nothing(trials: list[tuple[Trial, Mark]]) -> Search:
    """Nothing to take out, and the best of what came close to it."""
    weighed = [(trial.confidence(mark), trial, mark) for trial, mark in trials]
    sure, trial, mark = max(weighed, key=lambda one: one[0], default=(0.0, None, None))
    if trial is None or mark is None or sure < WORTH_TELLING:
        return Search((), ())
    reason = "it resembles the mark, but taking it out does not explain the picture"
    return Search((), (Kept(mark.name, trial.window, sure, reason),))
