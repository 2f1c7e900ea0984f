"""A mark with a known mask: opacity and ink of every pixel, solved from captures.

A shadow is black ink around the letters. The box of a mark holds its letters; ``bleed`` says how
far the mask reaches past that box.

``fit_entry`` solved the masks in this folder from two captures of the same mark, over a dark and
a light background: two equations and two unknowns per pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.names import packaged
from expunge.imaging.marks.outline import Outline
from expunge.imaging.marks.resampling import Kernel, resampled

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Floats
    from expunge.imaging.marks.box import Window


FARTHEST = 3.0
"""Largest distance, in pixels of the mask, from its edge to the compared points on either side."""
MAX_POINTS = 360
MOST_SEEN = 30_000
"""Points of all contours that are looked at; OpenCV's ``remap`` takes 32,766."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask, given by its file: grey is ink, alpha is opacity."""

    name: str
    """Path of the file, or its name among the package's own, without suffix."""
    blur: float = 0.0
    bleed: int = 0
    """Pixels of the mask on every side of the mark's box, for a shadow."""

    @property
    def aspect(self) -> float:
        width, height = self.size
        return height / width

    @property
    def reach(self) -> float:
        return self.bleed / self.size[0]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the box at which the mask was captured."""
        alpha, _ = load(self.name)
        return alpha.shape[1] - 2 * self.bleed, alpha.shape[0] - 2 * self.bleed

    def blurred(self, blur: float) -> Mask:
        return replace(self, blur=blur)

    def outline(self) -> Outline:
        return _outline(self.name, self.bleed)

    def layers(self, box: Box, window: Window) -> Layers:
        alpha, ink = load(self.name)
        plateau = plateau_of(self.name)
        return Layers(*(self._placed(plane, box, window) / plateau for plane in (alpha, ink)))

    def _placed(self, plane: Floats, box: Box, window: Window) -> Floats:
        wide, high = self.size
        x, y = self.bleed * box.width / wide, self.bleed * box.height / high
        whole = Box(box.x - x, box.y - y, box.width + 2 * x, box.height + 2 * y)
        drawn = np.maximum(resampled(plane, whole, window, Kernel.BICUBIC), 0)
        return cv2.GaussianBlur(drawn, (0, 0), self.blur) if self.blur else drawn


@cache
def load(name: str) -> tuple[Floats, Floats]:
    """Read a mask's opacity (0 to 1) and ink (0 to 255)."""
    path = Path(name) if name.endswith(".png") else packaged() / f"{name}.png"
    with path.open("rb") as file:
        both = np.asarray(Image.open(file).convert("LA")).astype(np.float32)
    return both[..., 1] / np.float32(255), both[..., 0]


@cache
def plateau_of(name: str) -> float:
    """Return the opacity of the mark's body."""
    alpha, _ = load(name)
    return float(np.median(alpha[alpha > 0.8 * np.percentile(alpha, 98)]))


@cache
def _outline(name: str, bleed: int) -> Outline:
    """Return points on the half-opacity contour with space for a pair of points on either side."""
    alpha, ink = load(name)
    height, width = alpha.shape
    solid = np.pad((ink / 255 if bleed else alpha) / plateau_of(name), 6)
    fine = cv2.resize(solid, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    contours, _ = cv2.findContours(
        (fine > 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
    )
    if not contours:
        nothing = np.zeros((0, 2), np.float32)
        return Outline(nothing, nothing, 1, 0.0, deep=False)
    points: Floats = np.concatenate([line[:, 0] for line in contours]).astype(np.float32)
    points = points[:: -(-len(points) // MOST_SEEN)]
    points = (points + 0.5) / 4 - 0.5
    soft = cv2.GaussianBlur(solid, (0, 0), 1.0)
    slope = np.stack([_at(-cv2.Sobel(soft, cv2.CV_32F, *d), points) for d in ((1, 0), (0, 1))], 1)
    normals = slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-6)
    reach = min(FARTHEST, _half_stroke(fine) / 4)
    inside = _at(solid, points - reach * normals) > 0.8
    outside = [_at(solid, points + reach * far * normals) < 0.15 for far in (1, 2, 3)]
    roomy = np.flatnonzero(inside & np.logical_and.reduce(outside))
    roomy = roomy[:: max(1, len(roomy) // MAX_POINTS)]
    centre = np.array([width - 1, height - 1], np.float32) / 2 + 6
    width -= 2 * bleed
    at = (points[roomy] - centre) / width
    return Outline(at, normals[roomy].astype(np.float32), 1, (reach - 0.5) / width, deep=False)


def _half_stroke(solid: Floats) -> float:
    """Estimate half of a stroke's width in pixels, from ridges of the distance to the edge."""
    depth = cv2.distanceTransform((solid > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    return float(np.percentile(depth[depth > 0], 70))


def _at(plane: Floats, points: Floats) -> Floats:
    columns, rows = np.ascontiguousarray(points.T, np.float32)
    values: Floats = cv2.remap(plane, columns, rows, cv2.INTER_LINEAR)
    return values.ravel()
