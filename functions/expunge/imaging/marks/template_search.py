"""Search a corner for places that resemble a mark, at any scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.arrays import Floats
from expunge.imaging.marks.box import Box, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.marks.arrays import Seen
    from expunge.imaging.marks.drawing import Drawing

PAD = 3
CLIP = 0.15
"""Limit of a pixel's gradient in the log plane: a strong edge counts no more than a mark's rim."""
PEAKS = 3
"""Best places that each scale returns."""
CALM = 0.3
"""Fraction of the template's energy; where gradients have less, there is no mark."""


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """A shape's gradients at the size at which scales are compared."""

    gradients: Floats
    """``(h, w, 2)``, normalised to length 1 as a whole, with a margin of ``PAD`` on every side."""
    energy: float
    """Sum of squares of the gradients before normalisation."""
    width: int
    height: int

    @classmethod
    def of(cls, drawing: Drawing, width: int) -> Template:
        height = max(1, round(width * drawing.aspect))
        window = Window(0, 0, width + 2 * PAD, height + 2 * PAD)
        over = drawing.layers(Box(PAD, PAD, width, height), window)
        both, _ = gradients(over.ink * np.float32(0.5 / over.ink.max()))
        length = float(np.linalg.norm(both))
        return cls(both / length, length**2, width, height)


@cache
def _spectrum(shape: Template, rows: int, columns: int) -> Floats:
    """Return the spectrum of the template's complex gradients, on a plane of that size."""
    plane = np.zeros((rows, columns, 2), np.float32)
    high, wide = shape.gradients.shape[:2]
    plane[:high, :wide] = shape.gradients
    spectrum: Floats = cv2.dft(plane, flags=cv2.DFT_COMPLEX_OUTPUT)
    return spectrum


def gradients(plane: Floats) -> tuple[Floats, Floats]:
    """Return the derivatives, clipped in length, ``(h, w, 2)``, and their squared length."""
    dx = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    dy = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    length = cv2.magnitude(dx, dy)
    clipped = np.maximum(length, np.float32(CLIP))
    both: Floats = cv2.merge([cv2.divide(dx, clipped), cv2.divide(dy, clipped)])
    share = cv2.divide(length, clipped)
    return both, cv2.multiply(share, share)


@dataclass(frozen=True, slots=True)
class Corner:
    """The searched area: its extent from a corner of the image, in mark widths."""

    across: float
    up: float
    left: bool = False
    top: bool = False
    middle: bool = False
    """Halfway between left and right."""
    centred: bool = False
    """Halfway between top and bottom."""

    @property
    def side(self) -> tuple[bool, bool, bool, bool]:
        """Which part of an image it is, whatever its extent."""
        return self.left, self.top, self.middle, self.centred

    def crop(self, plane: Floats | Seen, width: float) -> tuple[Floats, int, int]:
        """Return the part of a plane to search for a mark of this width, and its offset."""
        rows, columns = plane.shape[:2]
        wide = min(round(width * self.across) + 4, columns)
        high = min(round(width * self.up) + 4, rows)
        x, y = self.start(columns - wide, rows - high)
        return plane[y : y + high, x : x + wide], x, y

    def start(self, across: int, down: int) -> tuple[int, int]:
        """Return where a crop begins that is this much smaller than the whole."""
        x = 0 if self.left else across // 2 if self.middle else across
        y = 0 if self.top else down // 2 if self.centred else down
        return x, y


def scan(plane: Floats, shape: Template, widths: Floats, corner: Corner) -> tuple[Floats, Floats]:
    """Find places that resemble a shape near one of a plane's corners.

    Parameters
    ----------
    plane
        A log plane with that corner of the image in its own corner.
    widths
        Widths of the mark to try, in pixels of the plane.

    Returns
    -------
    tuple of ndarray
        Places, ``(n, 3)``: centre x and y, and width; and the normalised correlation of
        clipped gradients at each, −1 to 1.
    """
    levels = [plane]
    while min(levels[-1].shape) > 2 * shape.width:
        levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    hits = [hit for width in widths for hit in _at_scale(levels, shape, width, corner)]
    found = np.array(hits, np.float32).reshape(-1, 4)
    return found[:, :3], found[:, 3]


def _at_scale(
    levels: list[Floats], shape: Template, width: float, corner: Corner
) -> Iterator[tuple[float, float, float, float]]:
    """Yield the best places at one scale; each pyramid level is half the one before."""
    level = min(max(int(np.log2(width / shape.width)), 0), len(levels) - 1)
    whole, plane = levels[0].shape, levels[level]
    crop, left, top = corner.crop(plane, width / 2**level)
    factor = shape.width / width * 2**level
    columns, rows = round(crop.shape[1] * factor), round(crop.shape[0] * factor)
    if columns < shape.width + 2 or rows < shape.height + 2:
        return
    small = cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_LINEAR)
    small = cv2.copyMakeBorder(small, PAD, PAD, PAD, PAD, cv2.BORDER_REPLICATE)
    scores = correlation(*gradients(small), shape)
    if scores is None:
        return
    fx, fy = crop.shape[1] / columns, crop.shape[0] / rows
    sx, sy = whole[1] / plane.shape[1], whole[0] / plane.shape[0]
    for px, py, best in peaks(scores):
        x, y = left + (px + shape.width / 2) * fx, top + (py + shape.height / 2) * fy
        yield x * sx, y * sy, shape.width * fx * sx, best


def peaks(scores: Floats) -> Iterator[tuple[int, int, float]]:
    """Yield the best places of a plane of scores, apart from one another; overwrites it."""
    for _ in range(PEAKS):
        _, best, _, (x, y) = cv2.minMaxLoc(scores)
        yield x, y, best
        scores[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4] = -1


def correlation(both: Floats, squares: Floats, shape: Template) -> Floats | None:
    """Return the correlation with a template, −1 to 1, wherever all of it fits.

    Returns
    -------
    ndarray or None
        ``None`` if there are too few gradients for the mark anywhere.
    """
    energy = _energy(squares, shape)
    if energy.max() < CALM * shape.energy:
        return None
    scores: Floats = _products(both, shape)
    scores /= np.sqrt(np.maximum(energy, CALM * shape.energy))
    return scores


def _energy(squares: Floats, shape: Template) -> Floats:
    """Return the energy of the gradients under the template, wherever all of it fits."""
    high, wide = shape.gradients.shape[:2]
    sums = cv2.boxFilter(squares, -1, (wide, high), anchor=(0, 0), normalize=False)
    energy: Floats = sums[: squares.shape[0] - high + 1, : squares.shape[1] - wide + 1]
    return energy


def _products(both: Floats, shape: Template) -> Floats:
    """Return scalar products with the template at the same places.

    Complex numbers hold both gradients, so one transform and one inverse are enough.
    """
    high, wide = shape.gradients.shape[:2]
    rows, columns = (cv2.getOptimalDFTSize(side) for side in both.shape[:2])
    plane = np.zeros((rows, columns, 2), np.float32)
    plane[: both.shape[0], : both.shape[1]] = both
    spectrum = cv2.dft(plane, flags=cv2.DFT_COMPLEX_OUTPUT, nonzeroRows=both.shape[0])
    product = cv2.mulSpectrums(spectrum, _spectrum(shape, rows, columns), 0, conjB=True)
    whole = cv2.idft(product, flags=cv2.DFT_SCALE)
    return whole[: both.shape[0] - high + 1, : both.shape[1] - wide + 1, 0]
