"""Points along a shape's edge, with their outward normals."""

from __future__ import annotations

from dataclasses import dataclass

from expunge.imaging.marks.arrays import Floats


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """A shape's edge, in widths of its box from the box's centre."""

    points: Floats
    """``(n, 2)``, x and y, in the order of the edge."""
    normals: Floats
    """``(n, 2)``, outward, of length 1."""
    arcs: int
    """Number of continuous pieces, all of equal length."""
    spread: float
    """Distance from the edge to the compared points, in widths, plus 0.75 px: half of the thinnest
    stroke."""
    deep: bool
    """Whether the shape is thick enough to compare pairs of points inside it."""
