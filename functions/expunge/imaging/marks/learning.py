"""Learn a mark from ordinary outputs of one tool, without a picture of it alone.

In the log plane a white overlay is additive (see ``plane``). The gradients of unlike images have
a median near zero, so the median gradient of aligned corners is that of the mark. A Poisson
equation gives the mark back from it (Weiss, *Deriving intrinsic images from image sequences*,
2001). Opacity and colour then follow from the pixels beside the strokes: I = αL + (1 − α) O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.errors import MalformedImage
from expunge.imaging.marks.box import Window
from expunge.imaging.marks.plane import log_plane
from expunge.imaging.marks.solving import Solution
from expunge.imaging.marks.template_search import Corner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.marks.arrays import Flags, Floats, Pixels

FEWEST, MOST = 5, 40
"""Images to learn from."""
ACROSS, DOWN = 0.45, 0.25
"""Compared part of a corner, as fractions of the image's width and height."""
SMALLEST = 16
"""Smallest side in pixels of the compared part."""
LARGEST = 1100
"""Largest side in pixels of the compared part."""
AGREED = 2.5
"""Standard errors by which a median gradient must differ from zero."""
FLOOR = 0.012
"""Least median gradient that counts, in the log plane."""
STEP = 0.1
"""Least height of a mark in the log plane."""
ALIKE = 0.85
"""Least correlation of the marks that two halves of the images give."""
SPREAD = 0.5
"""Largest part of the corner that a mark may cover; else the images themselves are alike."""
JOINED = 1.2
"""Distance at which strokes belong to one mark, in heights of the largest one."""
BESIDE = 5
"""Pixels around a stroke from which the image under it is estimated."""


@dataclass(frozen=True, eq=False, slots=True)
class Learned:
    """A mark, and how well the images agree on it."""

    solution: Solution
    """Its blend; ``left`` and ``top`` are measured from the corner's own edges."""
    corner: Corner
    """The searched part of an image, in widths of the mark."""
    agreement: float
    """Correlation, 0 to 1, of the marks learned from two halves of the images."""
    deviation: float
    """Standard deviation of the opacity between the images."""
    images: int


def learn(images: Sequence[Pixels], corner: Corner) -> Learned:
    """Learn the mark in one corner of images of equal size.

    Parameters
    ----------
    images
        `FEWEST` or more images, ``(h, w, 3)``, uint8, unlike one another.
    corner
        Which corner; its extent is not used.

    Raises
    ------
    expunge.errors.MalformedImage
        If there are too few images, or they do not agree on a mark.
    """
    if not FEWEST <= len(images) <= MOST:
        raise MalformedImage(f"{len(images)} images were given; {FEWEST} to {MOST} are needed")
    if len({image.shape for image in images}) > 1:
        raise MalformedImage("the images differ in size; give images of one size")
    return learned_from([cut(image, corner) for image in images], corner)


def learned_from(crops: Sequence[Pixels], corner: Corner) -> Learned:
    """Learn the mark from parts of images, as `cut` returns them; see `learn`."""
    if min(crops[0].shape[:2]) < SMALLEST:
        raise MalformedImage("the images are too small to have a mark in a corner")
    planes = np.stack([log_plane(crop) for crop in crops])
    whole, first, second = (_integrated(planes[part]) for part in _halves(len(planes)))
    window = _mark(whole)
    agreement = _correlation(first[window.slices], second[window.slices])
    if agreement < ALIKE:
        raise MalformedImage(
            f"the images do not agree on a mark: two halves of them correlate at {agreement:.2f}, "
            f"and {ALIKE} is needed; give more images, or images of one tool"
        )
    solution, deviation = _solved(np.stack(crops), whole, window)
    return Learned(solution, _around(window, corner, whole.shape), agreement, deviation, len(crops))


def _halves(number: int) -> tuple[slice, slice, slice]:
    return slice(None), slice(0, number, 2), slice(1, number, 2)


def cut(image: Pixels, corner: Corner) -> Pixels:
    """Return a copy of the part of an image, ``(h, w, 3)``, that is compared."""
    height, width = image.shape[:2]
    wide, high = (min(round(part), LARGEST) for part in (ACROSS * width, DOWN * height))
    x, y = corner.start(width - wide, height - high)
    return image[y : y + high, x : x + wide].copy()


def _integrated(planes: Floats) -> Floats:
    """Return the plane, ``(h, w)``, whose gradients are those that the planes share."""
    right = _shared(np.diff(planes, axis=2, append=planes[:, :, -1:]))
    down = _shared(np.diff(planes, axis=1, append=planes[:, -1:]))
    return _poisson(right, down)


def _shared(gradients: Floats) -> Floats:
    """Return the median gradient where the images agree that it is not zero."""
    median = np.median(gradients, axis=0)
    error = 1.2533 * 1.4826 * np.median(np.abs(gradients - median), axis=0)
    sure = np.abs(median) > np.maximum(AGREED * error / np.sqrt(len(gradients)), FLOOR)
    shared: Floats = np.where(sure, median, 0).astype(np.float32)
    return shared


def _poisson(right: Floats, down: Floats) -> Floats:
    """Solve for a plane with these gradients, by cosine transforms; its median is zero."""
    divergence = right.copy()
    divergence[:, 1:] -= right[:, :-1]
    divergence += down
    divergence[1:] -= down[:-1]
    rows, columns = divergence.shape
    even = np.pad(divergence, ((0, rows % 2), (0, columns % 2)), mode="edge")
    high, wide = even.shape
    cosines = [2 * np.cos(np.pi * np.arange(n, dtype=np.float32) / n) - 2 for n in (high, wide)]
    eigenvalues = cosines[0][:, None] + cosines[1]
    eigenvalues[0, 0] = 1
    spectrum = cv2.dct(even) / eigenvalues
    spectrum[0, 0] = 0
    plane: Floats = cv2.idct(spectrum)[:rows, :columns]
    return plane - np.float32(np.median(plane))


def _mark(plane: Floats) -> Window:
    """Return the window of the mark: the strongest strokes, with those that are near them."""
    high = cv2.GaussianBlur(plane, (0, 0), 0.8) > STEP
    count, parts, stats, _ = cv2.connectedComponentsWithStats(high.astype(np.uint8))
    if count < 2:
        raise MalformedImage("the images share no mark in that corner")
    if high.mean() > SPREAD:
        raise MalformedImage("the images are alike; give images that show different things")
    mass = np.bincount(parts.ravel(), plane.ravel(), count)
    mass[0] = 0
    strokes = mass > 0.02 * mass.max()
    near = round(JOINED * stats[int(mass.argmax()), cv2.CC_STAT_HEIGHT])
    kernel = np.ones((2 * near + 1, 2 * near + 1), np.uint8)
    joined = cv2.dilate(strokes[parts].astype(np.uint8), kernel)
    _, groups = cv2.connectedComponents(joined)
    weight = np.bincount(groups.ravel(), (plane * strokes[parts]).ravel())
    weight[0] = 0
    rows, columns = np.nonzero((groups == weight.argmax()) & strokes[parts])
    window = Window(
        int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
    )
    if min(window.width, window.height) < 8:
        raise MalformedImage("what the images share there is smaller than a mark")
    return window.grown(4).within(plane.shape[1], plane.shape[0])


def _correlation(one: Floats, other: Floats) -> float:
    x, y = one - one.mean(), other - other.mean()
    return float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum() + 1e-9))


def _solved(crops: Floats, plane: Floats, window: Window) -> tuple[Solution, float]:
    """Return the blend in a window, and the deviation of the opacity between the images."""
    height = np.maximum(plane[window.slices], 0)
    cover = 1 - np.exp(-height)
    top = float(np.median(cover[cover > 0.8 * np.percentile(cover, 98)]))
    seen = crops[(slice(None), *window.slices)].mean(axis=3)
    inside, outside = _stroke(cover > 0.9 * top, cover < 0.08 * top)
    if not inside.any():
        raise MalformedImage("what the images share there has no strokes with free pixels beside")
    under = np.array([_beside(image, outside)[inside].mean() for image in seen])
    ink = np.array([image[inside].mean() for image in seen])
    slope, level = _line(under, ink)
    opacity = min(max(1 - slope, 0.05), 0.97)
    colour = min(max(level / opacity, 100.0), 255.0)
    alpha = np.clip(cover * (opacity / top), 0, 0.97)
    alpha[alpha < 0.02] = 0
    solution = Solution(alpha, alpha * colour, window.left, window.top)
    spread = float(np.std(ink - slope * under - level) / max(colour - under.mean(), 30.0))
    return solution, min(max(spread / np.sqrt(len(seen)), 0.004), 0.1)


def _stroke(body: Flags, free: Flags) -> tuple[Flags, Flags]:
    """Return strokes that have free pixels beside them, and these pixels."""
    size = 2 * BESIDE + 1
    kernel = np.ones((size, size), np.uint8)
    near = cv2.dilate(free.astype(np.uint8), kernel) > 0
    return body & near, free


def _beside(image: Floats, free: Flags) -> Floats:
    """Return the mean of the free pixels around each pixel."""
    size = (4 * BESIDE + 1,) * 2
    weight = cv2.blur(free.astype(np.float32), size) + np.float32(1e-6)
    mean: Floats = cv2.blur(image.astype(np.float32) * free, size) / weight
    return mean


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Fit a line robustly: the median of all slopes between two images (Theil–Sen)."""
    i, j = np.triu_indices(len(x), 1)
    far = np.abs(x[i] - x[j]) > 8
    if far.sum() < 3:
        raise MalformedImage("all images are about as bright there; give brighter and darker ones")
    slope = float(np.median((y[i] - y[j])[far] / (x[i] - x[j])[far]))
    return slope, float(np.median(y - slope * x))


def _around(window: Window, corner: Corner, shape: tuple[int, ...]) -> Corner:
    """Return the searched part: as far as the mark, and a quarter of its width more."""
    height, width = shape
    across = window.right if corner.left else width - window.left
    down = window.bottom if corner.top else height - window.top
    return Corner(
        min(across / window.width + 0.25, 3.0),
        min(down / window.width + 0.25, 3.0),
        left=corner.left,
        top=corner.top,
    )
