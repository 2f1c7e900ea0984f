"""Find the Gemini star: first at the tool's known places, then anywhere in the corner."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.marks.box import Box, Window
from expunge.imaging.marks.drawing import WHITE, Layers, Star
from expunge.imaging.marks.found import UNEXPLAINED, FoundMark, Lookalike, SearchResult
from expunge.imaging.marks.mark import OPACITIES
from expunge.imaging.marks.plane import log_plane
from expunge.imaging.marks.registry import SPARKLES
from expunge.imaging.marks.rim import heights, refine, steps, thinned
from expunge.imaging.marks.settling import settle
from expunge.imaging.marks.template_search import Corner, Template, scan
from expunge.imaging.marks.trial import IMPLAUSIBLE, Hypothesis, attempt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from expunge.imaging.marks.arrays import Floats, Pixels, Seen
    from expunge.imaging.marks.mark import Mark
    from expunge.imaging.marks.trial import Trial

CORNER = 660
"""Searched pixels from the right and bottom edge: the farthest known mark at double size."""
SIDES = 16 * 1.13 ** np.arange(21)
"""Sides of the stars tried in the corner: 16 to 184 px, slightly more after refinement."""
NEAR = Corner(across=3.25, up=3.25)
"""Searched area in sides of the star; the farthest known place ends at 3."""
TEMPLATE = 20
"""Side of the star, in pixels, at which scales are compared."""
RATIOS = (0.667, 0.696, 1.854, 1.975)
"""Margins in sides. In a resized copy, both margins are still the same one of these."""
DIAGONAL = np.array(
    [(-ratio - 0.5, -ratio - 0.5, 1) for ratio in RATIOS], np.float32
)[:, None] * (14 * 1.03 ** np.arange(88, dtype=np.float32))[:, None]  # fmt: skip
"""Places along the corner's diagonal, from the image's lower right corner: ``(r, n, 3)``."""
TRIED = 8
"""Most places that are examined closely."""
PROMISING = 0.4
"""Likelihood ratio per pair of outline points below which no removal is tried."""
ALIKE, MOSTLY = 0.25, 0.5
"""Least share of pairs with the right step, and with half of it, for a trial."""
DECISION = 0.97
"""Confidence from which a mark is removed."""
LEAST_STEP = 0.08
"""Mean step along the outline, in the log plane, below which no star is examined."""
REACH = 320
"""Pixels from both edges of a flipped image's corner that hold all known places."""
LINE = Star().outline()
GREYER = 0.3
"""Log-likelihood per pair by which a grey logo must exceed a white one."""
ANOTHER = 0.5
"""Log-likelihood per pair by which a star of another opacity must exceed the mark's."""
WORTH_TELLING = 0.2
"""Confidence from which a lookalike is reported."""


UNDECIDED = "two different stars explain this place about equally well"


def search(pixels: Seen, names: Collection[str] | None = None) -> SearchResult:
    """Search an image for the Gemini star.

    Parameters
    ----------
    pixels
        The image, ``(h, w, 3)``, uint8.
    names
        Names in the registry of the marks to search for; all by default.
    """
    marks = [mark for mark in SPARKLES if names is None or mark.name in names]
    if not marks or min(pixels.shape[:2]) < SIDES[0]:
        return SearchResult((), ())
    result = _decided(pixels, stages(pixels, marks), marks)
    return result if result.found else _flipped(pixels, marks) or result


def _decided(pixels: Seen, guessed: Iterable[list[Hypothesis]], marks: list[Mark]) -> SearchResult:
    """Return the result of the first stage in which a star passes its trial."""
    trials: list[Trial] = []
    for guesses in guessed:
        trials += [attempt(pixels, guess) for guess in guesses]
        passed = [trial for trial in trials if trial.confidence >= DECISION]
        if passed:
            best = max(passed, key=lambda trial: trial.explained)
            return _settled(best, settle(pixels, best), marks)
    return _nothing(trials)


def _flipped(pixels: Seen, marks: list[Mark]) -> SearchResult | None:
    """Search the known places of a mirrored image, an upside-down one, and both together."""
    height, width = pixels.shape[:2]
    wide, high = min(width, REACH), min(height, REACH)
    for upside_down, mirrored in ((False, True), (True, False), (True, True)):
        top, left = (0 if upside_down else height - high), (0 if mirrored else width - wide)
        turn = slice(None, None, -1 if upside_down else 1), slice(None, None, -1 if mirrored else 1)
        corner = np.ascontiguousarray(pixels[top : top + high, left : left + wide][turn])
        boxes = _known(width, height, width - wide, height - high)
        guesses = _judged(log_plane(corner), (0, 0), marks, boxes, exact=True)
        result = _decided(corner, [guesses], marks)
        if result.found:
            found = tuple(_turned_back(one, corner, turn, left, top) for one in result.found)
            return SearchResult(found, ())
    return None


def _turned_back(
    found: FoundMark, corner: Pixels, turn: tuple[slice, slice], left: int, top: int
) -> FoundMark:
    """Return a mark of a flipped corner in the image's own coordinates."""
    rows, columns = corner.shape[:2]
    seen = found.window
    if turn[0].step < 0:
        seen = replace(seen, top=rows - seen.bottom, bottom=rows - seen.top)
    if turn[1].step < 0:
        seen = replace(seen, left=columns - seen.right, right=columns - seen.left)
    window = Window(seen.left + left, seen.top + top, seen.right + left, seen.bottom + top)
    over = Layers(*(np.ascontiguousarray(layer[turn]) for layer in found.over))
    return replace(found, window=window, over=over, opaque=found.opaque[turn])


def _known(width: int, height: int, left: int, top: int) -> list[Box]:
    """Return the tools' places in an image of this size, from the corner at left and top."""
    return [
        Box(at[0] - left, at[1] - top, place.side, place.side)
        for mark in SPARKLES
        for place in mark.places
        if (at := place.in_picture(width, height)) and at[0] >= left and at[1] >= top
    ]


def reach(width: int, height: int) -> int:  # noqa: ARG001 (the same for all)
    """Return the rows from the bottom that can contain a star whose centre is in the corner."""
    return CORNER + round(2 * float(SIDES[-1]))


@cache
def _template() -> Template:
    return Template.of(Star(), TEMPLATE)


def stages(pixels: Seen, marks: list[Mark]) -> Iterator[list[Hypothesis]]:
    """Yield hypotheses for trials: first those of the known places, then of the corner."""
    height, width = pixels.shape[:2]
    left, top = max(0, width - CORNER), max(0, height - CORNER)
    plane = log_plane(pixels[top:, left:])
    placed = _known(width, height, left, top)
    yield _judged(plane, (left, top), marks, placed, exact=True)
    boxes = [Box.around((x, y), w, w) for x, y, w in _searched(plane)]
    whole = [near for box in boxes if (near := _whole(plane, box))]
    yield [
        *_judged(plane, (left, top), marks, boxes, exact=False),
        *_judged(plane, (left, top), marks, whole, exact=True),
    ]


def _searched(plane: Floats) -> list[list[float]]:
    """Return the places in the corner that resemble the star most, or have the largest step."""
    places, scores = scan(plane, _template(), SIDES, NEAR)
    corner = np.array([plane.shape[1], plane.shape[0], 0], np.float32)
    diagonal = DIAGONAL.reshape(-1, 3) + corner
    both = np.concatenate([places, diagonal[(diagonal[:, :2] > diagonal[:, 2:] / 2).all(axis=1)]])
    if not len(both):
        return []
    high = both[np.argsort(-heights(plane, thinned(LINE, 6), both))]
    alike = places[np.argsort(-scores)]
    apart: list[Floats] = []
    for place in chain.from_iterable(zip_longest(alike[:40], high[:40])):
        if place is not None and not any(_same(place, other) for other in apart):
            apart.append(place)
            if len(apart) == TRIED:
                break
    found: list[list[float]] = refine(plane, LINE, np.array(apart)).tolist()
    return found


def _same(one: Floats, other: Floats) -> bool:
    """Whether refinement would move two places to the same one."""
    near = 0.12 * max(one[2], other[2])
    return bool(
        abs(one[0] - other[0]) < near
        and abs(one[1] - other[1]) < near
        and 0.8 < one[2] / other[2] < 1.25
    )


def _whole(plane: Floats, box: Box) -> Box | None:
    """Return the nearest box in whole pixels and of a tool's size, if there is one."""
    x, y = box.centre
    sides = {place.side for mark in SPARKLES for place in mark.places}
    near = [
        Box(round(x - side / 2) + i, round(y - side / 2) + j, side, side)
        for side in sides
        if abs(box.width / side - 1) < 0.12
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    if not near:
        return None
    return near[int(np.argmax(heights(plane, LINE, np.array([one.place for one in near]))))]


def _judged(
    plane: Floats, corner: tuple[int, int], marks: list[Mark], boxes: list[Box], *, exact: bool
) -> list[Hypothesis]:
    """Return the most promising boxes, in the image's coordinates, with their marks."""
    if not boxes:
        return []
    places = np.array([box.place for box in boxes])
    stepped = heights(plane, thinned(LINE, 6), places) > LEAST_STEP
    boxes, places = [box for box, high in zip(boxes, stepped, strict=True) if high], places[stepped]
    if not boxes:
        return []
    models = [model for mark in marks for model in mark.models]
    white = [model for model in models if model[1] == WHITE]
    grey = [model for model in models if model[1] != WHITE]
    weighed = []
    for box, place, *seen in zip(
        boxes,
        places,
        *(steps(plane, LINE, places, np.array(of)) for of in (white, grey)),
        strict=True,
    ):
        one = seen[seen[1].likelihood > seen[0].likelihood + GREYER]
        alike = one.fit >= ALIKE and one.share >= MOSTLY
        if one.likelihood >= PROMISING and alike and not _another(plane, place, one.likelihood):
            mark = next(mark for mark in marks if mark.least <= one.opacity < mark.most)
            guess = Hypothesis(box.moved(*corner), mark, exact=exact, white=one.colour == WHITE)
            weighed.append((one.likelihood, guess))
    weighed.sort(key=lambda item: -item[0])
    return [guess for _, guess in weighed[:3]]


def _another(plane: Floats, place: Floats, likelihood: float) -> bool:
    """Whether a star of an opacity that no tool uses explains the place better."""
    models = np.array([(opacity, WHITE) for opacity in OPACITIES[::2]])
    return steps(plane, LINE, place[None], models)[0].likelihood > likelihood + ANOTHER


def _settled(passed: Trial, settled: Trial | None, marks: list[Mark]) -> SearchResult:
    """Return the settled star, unless it is in doubt or is one that is not searched for."""
    if settled is None:
        return _kept(passed, UNDECIDED)
    if settled.confidence <= IMPLAUSIBLE:
        return _kept(settled, UNEXPLAINED)
    mark = settled.hypothesis.mark
    if mark not in marks:
        return SearchResult((), ())
    over = settled.fit.layers(settled.window)
    found = FoundMark(
        name=mark.name,
        tool=mark.tool,
        window=settled.window,
        confidence=max(passed.confidence, settled.confidence),
        over=over,
        opaque=np.zeros(over.alpha.shape, bool),
        opacity=settled.fit.opacity,
    )
    return SearchResult((found,), ())


def _nothing(trials: list[Trial]) -> SearchResult:
    """Return a result without marks, with the best lookalike."""
    best = max(trials, key=lambda trial: trial.confidence, default=None)
    if best is None or best.confidence < WORTH_TELLING:
        return SearchResult((), ())
    return _kept(best, UNEXPLAINED)


def _kept(trial: Trial, reason: str) -> SearchResult:
    name = trial.hypothesis.mark.name
    return SearchResult((), (Lookalike(name, trial.window, trial.confidence, reason),))
