"""Settle which star lies where, before it is removed: refit nearby, and compare drawings.

A star that is one to four pixels from a tool's place passes the trial there and is then half
removed. So every star that passed is fitted again: freely, in whole pixels nearby, as each star of
the registry, and as a resized copy of it. The drawing that leaves the smoothest rim is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box, enclosing
from expunge.imaging.marks.drawing import REDUCED, Star
from expunge.imaging.marks.plane import EPSILON, log_plane
from expunge.imaging.marks.registry import SPARKLES
from expunge.imaging.marks.resampling import Kernel
from expunge.imaging.marks.rim import heights
from expunge.imaging.marks.trial import Hypothesis, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.marks.arrays import Flags, Floats, Seen
    from expunge.imaging.marks.drawing import Layers
    from expunge.imaging.marks.trial import Trial

NEAR = 5
"""Pixels around the place that passed in which a star is fitted again."""
STRONGEST = 0.15
"""Difference of neighbours in the log plane that is clipped: an edge of the image itself."""
SAME_SIZE = 0.06
"""Relative difference of widths up to which a star may have a tool's own size."""
KNOWN = 1.02
"""Factor of roughness by which a copy must be smoother than the tool's own drawing."""
REFITTED = 3
"""Resized copies that are fitted again, of all that are compared."""
POLISHED = 8
"""Most fits of a label, each from the place of the one before."""
SETTLED = 0.03
"""Pixels by which the last of them moves at most."""
CAPTURED = 0.02
"""Relative difference of widths up to which a label may have the size of its capture."""
OFF = 0.05
"""Distance from a star's own opacity from which a fit is that of something else."""
CLEARLY = 1.03
"""Factor of roughness by which another kind of star must be worse."""
LINE = Star().outline()


def settle(pixels: Seen, passed: Trial) -> Trial | None:
    """Return the trial that leaves the smoothest rim, of all that fit about the same place.

    Parameters
    ----------
    pixels
        The image, ``(h, w, 3)``, uint8.
    passed
        A trial that found a star there.

    Returns
    -------
    Trial or None
        ``None`` if two different stars explain the place about equally well.
    """
    trials = [passed, *_free(pixels, passed)]
    nearest = trials[int(np.argmin(roughness(pixels, trials)))]
    trials += _own(pixels, nearest)
    rough = roughness(pixels, trials)
    best = trials[int(np.argmin(rough))]
    if _rivals(trials, rough, best):
        return None
    copies = _copies(pixels, best)
    if not copies:
        return best
    rough = roughness(pixels, [best, *copies])
    copy = int(np.argmin(rough[1:])) + 1
    return copies[copy - 1] if rough[copy] * KNOWN < rough[0] else best


def settle_label(pixels: Seen, passed: Trial) -> Trial:
    """Return the trial of a label that leaves the smoothest rim, after fits from fits."""
    trials = [passed]
    for _ in range(POLISHED):
        last = trials[-1].fit.box
        trials.append(attempt(pixels, replace(passed.hypothesis, box=last, exact=False)))
        if np.allclose(trials[-1].fit.box.place, last.place, rtol=0, atol=SETTLED):
            break
    best = trials[int(np.argmin(roughness(pixels, trials)))]
    trials += _captured(pixels, best)
    return trials[int(np.argmin(roughness(pixels, trials)))]


def _captured(pixels: Seen, near: Trial) -> Iterator[Trial]:
    """Try the size of the capture, in whole pixels around a fitted place."""
    box, (width, height) = near.fit.box, near.hypothesis.mark.drawing.size
    if abs(box.width / width - 1) < CAPTURED:
        left, top = round(box.centre[0] - width / 2), round(box.centre[1] - height / 2)
        for i, j in _AROUND:
            exact = Box(left + i, top + j, width, height)
            yield attempt(pixels, replace(near.hypothesis, box=exact, exact=True))


def _rivals(trials: list[Trial], rough: Floats, best: Trial) -> bool:
    """Whether another star with an opacity of its own leaves about as smooth a rim."""
    others = [
        one
        for one, trial in zip(rough, trials, strict=True)
        if trial.hypothesis.mark is not best.hypothesis.mark and _suits(trial)
    ]
    return bool(others) and min(others) < CLEARLY * rough.min()


def _suits(trial: Trial) -> bool:
    return abs(trial.fit.opacity - trial.hypothesis.mark.opacity) < OFF


def _free(pixels: Seen, passed: Trial) -> Iterator[Trial]:
    """Fit each star of the registry freely, from the best place in whole pixels nearby."""
    guess = passed.hypothesis
    box = passed.fit.box
    start = _highest(pixels, box)
    for mark in SPARKLES:
        for at in {box, start}:
            trial = attempt(pixels, Hypothesis(at, mark, exact=False, white=guess.white))
            if _suits(trial):
                yield trial


def _own(pixels: Seen, near: Trial) -> Iterator[Trial]:
    """Try the sizes at which tools draw a star, in whole pixels around a fitted place."""
    x, y = near.fit.box.centre
    mark = near.hypothesis.mark
    for side in sorted({place.side for place in mark.places}):
        if abs(near.fit.box.width / side - 1) < SAME_SIZE:
            left, top = round(x - side / 2), round(y - side / 2)
            for i, j in _AROUND:
                box = Box(left + i, top + j, side, side)
                yield attempt(pixels, replace(near.hypothesis, box=box, exact=True, drawing=None))


def _copies(pixels: Seen, near: Trial) -> list[Trial]:
    """Try the star as a resized copy, through every kernel."""
    star = near.hypothesis.mark.drawing
    if not isinstance(star, Star):
        return []
    drawings = [
        star.resized(side, kernel)
        for side in REDUCED[: 3 if star.enlarged else 2]
        for kernel in Kernel
    ]
    rough = roughness(pixels, [replace(near, fit=near.fit.drawn_as(one)) for one in drawings])
    box, likely = near.fit.box, [drawings[at] for at in np.argsort(rough)[:REFITTED]]
    guesses = [replace(near.hypothesis, box=box, exact=False, drawing=one) for one in likely]
    return [attempt(pixels, guess) for guess in guesses]


def _highest(pixels: Seen, box: Box) -> Box:
    """Return the place within `NEAR` pixels that has the largest step along its outline."""
    window = box.window(NEAR + 8).within(pixels.shape[1], pixels.shape[0])
    plane = log_plane(pixels[window.slices])
    reach = range(-NEAR, NEAR + 1)
    near = [box.moved(i, j) for i in reach for j in reach]
    places = np.array([at.moved(-window.left, -window.top).place for at in near])
    return near[int(np.argmax(heights(plane, LINE, places)))]


def roughness(pixels: Seen, trials: list[Trial]) -> Floats:
    """Return the mean difference of neighbours along all rims after each removal.

    It is taken in the log plane, where no opacity makes the image itself smoother.

    Returns
    -------
    ndarray
        ``(len(trials),)``.
    """
    height, width = pixels.shape[:2]
    window = enclosing([trial.window for trial in trials]).within(width, height)
    seen = cv2.cvtColor(np.ascontiguousarray(pixels[window.slices]), cv2.COLOR_RGB2GRAY)
    layers = [trial.fit.layers(window) for trial in trials]
    rim = np.logical_or.reduce([_steep(over.alpha) for over in layers])
    return np.array([_differences(_without(seen, over), rim) for over in layers])


def _without(luma: Floats, over: Layers) -> Floats:
    """Return the log plane of luma, ``(h, w)``, after a removal."""
    under = (luma - over.ink) / (1 - over.alpha)
    plane: Floats = -np.log(np.maximum(255 + EPSILON - under, EPSILON))
    return plane


def _steep(alpha: Floats) -> Flags:
    size = cv2.morphologyEx(alpha, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    steep: Flags = size > 0.05
    return steep


def _differences(under: Floats, rim: Flags) -> float:
    right = np.abs(np.diff(under, axis=1))[:-1][rim[:-1, :-1]]
    down = np.abs(np.diff(under, axis=0))[:, :-1][rim[:-1, :-1]]
    return float(np.minimum(right, STRONGEST).mean() + np.minimum(down, STRONGEST).mean())


_AROUND = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
